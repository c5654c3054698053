import { type Slot, slots as letters } from '../addressing/address-plan';
import { isDeferred } from './invalid-props';
import { fallbackRegion } from './region';

/** The region of a VPC and the availability zone of each slot, in the order of the letters. */
export interface ZoneMap {
  readonly region: string;
  readonly zones: ReadonlyMap<Slot, string>;
  /** What is wrong with them, each as one sentence with a way out. */
  readonly problems: readonly string[];
}

/**
 * Reads the slots of a VPC. Without a region that somebody stated, the zones say it themselves; without slots there
 * is slot a, in zone a of the region that applies otherwise. Zones that are tokens are taken as they are.
 */
export function zoneMap(
  slots: Readonly<Partial<Record<string, string>>> | undefined,
  stated: string | undefined,
  otherwise: () => string,
): ZoneMap {
  const problems: string[] = [...(stated === undefined ? [] : regionProblems(stated))];
  if (slots === undefined) {
    const region = stated ?? otherwise();
    if (stated === undefined) problems.push(...regionProblems(region));
    return { region, zones: new Map([['a', `${region}a`]]), problems };
  }
  for (const key of Object.keys(slots)) {
    if (!isSlot(key)) problems.push(badSlot(key, 'slots', Object.keys(slots)));
  }
  const zones = new Map<Slot, string>();
  for (const slot of letters) if (slots[slot] !== undefined) zones.set(slot, slots[slot]);
  const region = stated ?? regionOfZones(zones) ?? otherwise();
  if (zones.size === 0 && problems.length === 0) {
    problems.push(
      `slots is empty, and a VPC has at least one. Leave it out, or name a zone, for example { a: "${region}a" }.`,
    );
  }
  for (const slot of zones.keys()) problems.push(...zoneProblems(slot, zones, region));
  return { region, zones, problems: [...problems, ...sharedZones(zones)] };
}

export function isSlot(text: string): text is Slot {
  return (letters as readonly string[]).includes(text);
}

/** The message for a key or list item that was to be a slot, with the letter it may stand for or the first free one. */
export function badSlot(text: string, where: string, taken: readonly string[]): string {
  const nearest =
    [text.toLowerCase(), ...letters].find((letter) => isSlot(letter) && !taken.includes(letter)) ?? 'a';
  return `${where}: ${JSON.stringify(text)} is not a slot. A slot is one small letter from a to p, for example "${nearest}".`;
}

/**
 * The region that a zone's name begins with: `eu-central-1` of `eu-central-1a` and of local zones such as
 * `us-east-1-bos-1a`. Undefined for what is not a zone's name, zone ids (`euc1-az2`) included.
 * @see https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-availability-zones.html
 */
function regionOfZone(zone: string): string | undefined {
  return /^([a-z]+(?:-[a-z]+)+-\d+)(?:[a-z]|-[a-z0-9-]+)$/.exec(zone)?.[1];
}

function regionOfZones(zones: ReadonlyMap<Slot, string>): string | undefined {
  for (const zone of zones.values()) {
    const region = isDeferred(zone) ? undefined : regionOfZone(zone);
    if (region !== undefined) return region;
  }
  return undefined;
}

function regionProblems(region: string): string[] {
  if (isDeferred(region) || /^[a-z]+(-[a-z]+)+-\d+$/.test(region)) return [];
  const nearest = regionOfZone(region);
  return [
    nearest === undefined
      ? `region ${JSON.stringify(region)} is not an AWS region; they are written like "eu-central-1".`
      : `region ${JSON.stringify(region)} is a zone. Its region is "${nearest}".`,
  ];
}

function zoneProblems(slot: Slot, zones: ReadonlyMap<Slot, string>, region: string): string[] {
  const zone = zones.get(slot)!;
  if (isDeferred(zone)) return [];
  const own = regionOfZone(zone);
  const example = `"${freeZone(slot, zones, isDeferred(region) ? fallbackRegion : region)}"`;
  if (own === undefined) {
    return [
      `slot ${slot}: ${JSON.stringify(zone)} is not the name of an availability zone. ` +
        `Give the name, not the id, for example ${example}.`,
    ];
  }
  if (isDeferred(region) || own === region) return [];
  return [
    `slot ${slot}: zone ${zone} is in region ${own}, and the VPC is in ${region}. ` +
      `Take a zone of that region, for example ${example}, or set region to "${own}".`,
  ];
}

/** A zone of the region for the slot: that of the letter the user wrote, else the first that no slot has. */
function freeZone(slot: Slot, zones: ReadonlyMap<Slot, string>, region: string): string {
  const written = /[a-f]$/.exec(zones.get(slot)!)?.[0] ?? 'a';
  const taken = new Set(zones.values());
  return [written, ...letters].map((letter) => region + letter).find((zone) => !taken.has(zone))!;
}

function sharedZones(zones: ReadonlyMap<Slot, string>): string[] {
  const first = new Map<string, Slot>();
  const problems: string[] = [];
  for (const [slot, zone] of zones) {
    const other = first.get(zone);
    if (other === undefined) first.set(zone, slot);
    else {
      problems.push(
        `slots ${other} and ${slot} are both in ${isDeferred(zone) ? 'the zone of one token' : `zone ${zone}`}. ` +
          `A slot is a zone: give slot ${slot} another one, or leave it out.`,
      );
    }
  }
  return problems;
}

import { Address } from '../../lib/addressing/address';
import { protocolNumber } from '../../lib/addressing/protocol';
import type { Traffic } from '../../lib/addressing/traffic';
import type { Question } from '../../lib/reachability/question';
import type { Verdict, VerdictKind, VerdictSide } from '../../lib/reachability/verdict';
import type { Topology } from '../../lib/topology/topology';
import { type Answer, ask, type Asked, type InWorlds } from './ask';
import type { Case } from './random-topology';

/** A case with what the second opinion says about it. */
export interface Known {
  readonly one: Case;
  readonly asked: Asked;
  /** What the answers come to as a whole; undefined when nothing could be asked. */
  readonly truth: VerdictKind | undefined;
}

export type Reach = (topology: Topology, question: Question) => Verdict;

/** Asks the second opinion, in at most so many worlds. */
export function known(one: Case, worlds = 64): Known {
  const { topology, question } = one;
  const { answers, ...rest } = ask(topology, question, { mapped: true, worlds });
  const pinged = asksPing(question.traffic);
  const asked = { ...rest, answers: pinged ? pingedOnce(answers) : answers };
  return { one, asked, truth: answers.length === 0 ? undefined : kindOf(asked.answers, pinged) };
}

/** What a verdict says that the second opinion contradicts; empty when they agree. */
export function disagreements(verdict: Verdict, { asked, truth }: Known): readonly string[] {
  const found: string[] = [];
  const everythingKnown = asked.complete && asked.worlds === 1;
  for (const answer of asked.answers) {
    const { protocol, destinationPort, source, target, passes } = answer;
    const where = `${protocol}/${destinationPort} from ${source} to ${target}`;
    const says = claimOf(verdict, answer);
    const arrives = answer.clientPorts.some(({ firstPacket }) => firstPacket.some);
    const must = (claimed: boolean, holds: boolean, what: string): void => {
      if (claimed && !holds) found.push(`${what} ${where}, which is not so`);
    };
    must(says.passes, passes.every, 'passes');
    must(!says.mayPass, !passes.some, 'never passes');
    must(!says.mayArrive, !arrives, 'never arrives');
    must(verdict.kind === 'blocked', !passes.some, 'blocked');
    if (!everythingKnown) continue;
    must(!says.passes, !passes.every, 'does not pass');
    must(says.mayPass === says.passes, true, 'is in doubt');
    must(!says.arrives, !arrives, 'does not arrive');
  }
  if (truth === undefined) return found;
  const decided = verdict.kind !== 'unknown' && verdict.kind !== truth && asked.complete;
  // Of worlds that were only sampled the ones left out may differ, but not from what is said of all.
  const open = verdict.kind === 'reachable' && truth !== 'reachable';
  if (decided || open) found.push(`is ${verdict.kind}, and ${truth} in truth`);
  if (everythingKnown && verdict.kind === 'unknown') found.push('is unknown, although everything is known');
  return found;
}

/** Whether a verdict is unknown although it is the same in every world. */
export function isNeedless(verdict: Verdict, { asked, truth }: Known): boolean {
  return verdict.kind === 'unknown' && asked.complete && truth !== undefined && truth !== 'unknown';
}

/** What a verdict says about what an answer is about. */
function claimOf({ parts }: Verdict, { source, target, protocol, destinationPort }: Answer) {
  const mine = parts.filter(({ from, to }) => isAbout(from, source) && isAbout(to, target));
  const holds = (traffic: Traffic): boolean => traffic.ports(protocol).contains(destinationPort);
  return {
    passes: mine.some((part) => holds(part.passes)),
    mayPass: mine.some((part) => holds(part.mayPass)),
    arrives: mine.some((part) => holds(part.firstPacket.passes)),
    mayArrive: mine.some((part) => holds(part.firstPacket.mayPass)),
  };
}

/** A unit is an id, and of a zone or segment an address after it. */
function isAbout({ id, addresses }: VerdictSide, unit: string): boolean {
  const { name, address } = read(unit);
  return name === id && (address === undefined || addresses === undefined || addresses.contains(address));
}

function read(unit: string): { readonly name: string; readonly address: Address | undefined } {
  const [, name, text] = /^(.*) ([\d.]+|[\da-f]*:[\da-f:]*)$/.exec(unit) ?? [];
  return name === undefined ? { name: unit, address: undefined } : { name, address: Address.parse(text!) };
}

/** Ping is asked for as a message of ICMP and one of ICMPv6, and either will do between those who have both families. */
const pings = [
  { protocol: protocolNumber('icmp'), destinationPort: 8 * 256 },
  { protocol: protocolNumber('icmpv6'), destinationPort: 128 * 256 },
] as const;

function isPing(answer: Pick<Answer, 'protocol' | 'destinationPort'>, which: 0 | 1): boolean {
  const { protocol, destinationPort } = pings[which];
  return answer.protocol === protocol && answer.destinationPort === destinationPort;
}

function asksPing(traffic: Traffic): boolean {
  return pings.every(({ protocol, destinationPort }) => traffic.ports(protocol).contains(destinationPort));
}

/** Both answers about ping between the same two as one. */
function pingedOnce(answers: readonly Answer[]): readonly Answer[] {
  const other = (answer: Answer, which: 0 | 1): Answer | undefined =>
    answers.find((one) => isPing(one, which) && one.source === answer.source && one.target === answer.target);
  return answers.flatMap((answer) => {
    if (isPing(answer, 1) && other(answer, 0) !== undefined) return [];
    const sixth = isPing(answer, 0) ? other(answer, 1) : undefined;
    return sixth === undefined ? [answer] : [eitherOf(answer, sixth)];
  });
}

function eitherOf(a: Answer, b: Answer): Answer {
  const either = (one: InWorlds, other: InWorlds): InWorlds => ({
    every: one.every || other.every,
    some: one.some || other.some,
  });
  return {
    ...a,
    passes: either(a.passes, b.passes),
    firstPacket: either(a.firstPacket, b.firstPacket),
    clientPorts: a.clientPorts.map(({ port, passes, firstPacket }, index) => ({
      port,
      passes: either(passes, b.clientPorts[index]!.passes),
      firstPacket: either(firstPacket, b.clientPorts[index]!.firstPacket),
    })),
  };
}

/**
 * The answers as one word. Who exists side by side must all pass; of the two families of a zone or segment with both,
 * one that passes wholly is enough.
 */
function kindOf(answers: readonly Answer[], pinged: boolean): VerdictKind {
  if (!answers.some(({ passes }) => passes.some)) return 'blocked';
  const point = (answer: Answer): string =>
    pinged && (isPing(answer, 0) || isPing(answer, 1))
      ? 'ping'
      : `${answer.protocol}/${answer.destinationPort}`;
  const points = new Set(answers.map(point));
  const pairOf = ({ source, target }: Answer): string => `${read(source).name} ${read(target).name}`;
  const pairs = groups(answers, pairOf).map((pair) => groups(pair, familyOf));
  const all = pairs.every((families) =>
    [...points].every((wanted) =>
      families.some((family) => {
        const there = family.filter((answer) => point(answer) === wanted);
        return there.length > 0 && there.every(({ passes }) => passes.every);
      }),
    ),
  );
  if (all) return 'reachable';
  return answers.every(({ passes }) => passes.every === passes.some) ? 'partial' : 'unknown';
}

function familyOf({ source, target }: Answer): string {
  return String((read(source).address ?? read(target).address)?.family ?? 'any');
}

function groups<T>(items: readonly T[], keyOf: (item: T) => string): readonly (readonly T[])[] {
  const byKey = new Map<string, T[]>();
  for (const item of items) byKey.set(keyOf(item), [...(byKey.get(keyOf(item)) ?? []), item]);
  return [...byKey.values()];
}

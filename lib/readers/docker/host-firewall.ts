import { Address } from '../../addressing/address';
import { AddressSet } from '../../addressing/address-set';
import { Cidr } from '../../addressing/cidr';
import { NetproofError } from '../../addressing/netproof-error';
import { Traffic } from '../../addressing/traffic';
import { nearestNames } from '../../topology/nearest-names';

/**
 * The firewall that a host has beside Docker's own rules: the first rule that fits a new flow decides, replies pass, and
 * so does what no rule fits. Docker's rules and these meet as in the kernel: `input` is about what ends at a process of the
 * host, `forward` (the chain DOCKER-USER) about what the host passes on. A published port is translated first, so that
 * `input` never sees it, unless the proxy answers it.
 * @see https://docs.docker.com/engine/network/packet-filtering-firewalls/
 */
export interface HostFirewall {
  readonly input: readonly FirewallRule[];
  readonly forward: readonly FirewallRule[];
}

export interface FirewallRule {
  /** `return` leaves the chain, `accept` too; `reject` answers at once that it will not. */
  readonly action: 'accept' | 'return' | 'drop' | 'reject';
  /** @default - everybody */
  readonly from: AddressSet;
  /** By the ports of the packet as it is there: in `forward` those of the container. @default - all traffic */
  readonly on: Traffic;
  /** By the port of the host that was dialled, before it was translated; `forward` only. @default - all traffic */
  readonly dialled: Traffic;
  /** As the user wrote it. */
  readonly text: string;
}

/** Traffic from some sources. */
export interface Region {
  readonly traffic: Traffic;
  readonly sources: AddressSet;
}

const chains = ['input', 'forward'] as const;
const actions = {
  input: ['accept', 'drop', 'reject'],
  forward: ['return', 'drop', 'reject'],
} as const;
const fields = ['action', 'from', 'on', 'dialled'];

/** Reads `{ input: [rules], forward: [rules] }`; pushes what is wrong. */
export function readHostFirewall(value: unknown, problems: string[]): HostFirewall | undefined {
  if (value === undefined) return undefined;
  const place = 'docker.hostFirewall';
  const members = membersOf(value);
  if (members === undefined) {
    problems.push(`${place} is an object: { "input": [rules], "forward": [rules] }.`);
    return undefined;
  }
  for (const name of Object.keys(members)) {
    if ((chains as readonly string[]).includes(name)) continue;
    problems.push(
      `${place} has no chain ${JSON.stringify(name)}.${near(name, chains)} There are input, forward.`,
    );
  }
  const rulesOf = (chain: (typeof chains)[number]): readonly FirewallRule[] => {
    const list = members[chain] ?? [];
    if (!Array.isArray(list)) {
      problems.push(`${place}.${chain} is a list of rules: [{ "action": "drop", "on": "tcp/3000" }].`);
      return [];
    }
    return list.flatMap((one: unknown, index) => {
      try {
        return [readRule(one, chain)];
      } catch (error) {
        if (!NetproofError.is(error)) throw error;
        problems.push(`${place}.${chain}[${index}]: ${error.message}`);
        return [];
      }
    });
  };
  return { input: rulesOf('input'), forward: rulesOf('forward') };
}

/** What the rules of a chain let pass, of traffic that nobody translated. */
export function acceptedBy(rules: readonly FirewallRule[]): readonly Region[] {
  let left: readonly Region[] = [{ traffic: Traffic.everything, sources: AddressSet.everything() }];
  const accepted: Region[] = [];
  for (const { action, from, on, dialled } of rules) {
    const traffic = on.intersect(dialled);
    if (action === 'accept' || action === 'return') {
      accepted.push(...left.flatMap((one) => common(one, { traffic, sources: from })));
    }
    left = left.flatMap((one) => without(one, { traffic, sources: from }));
  }
  return [...accepted, ...left];
}

/** Whose flows a chain lets pass of those that were dialled by one port and go on by another. */
export function acceptedSources(
  rules: readonly FirewallRule[],
  { traffic, dialled }: { readonly traffic: Traffic; readonly dialled: Traffic },
): AddressSet {
  let left = AddressSet.everything();
  let accepted = AddressSet.empty;
  for (const rule of rules) {
    if (!rule.on.contains(traffic) || !rule.dialled.contains(dialled)) continue;
    const met = left.intersect(rule.from);
    if (rule.action === 'accept' || rule.action === 'return') accepted = accepted.union(met);
    left = left.subtract(met);
  }
  return accepted.union(left);
}

/** The first rule of a chain that stops a flow, for those who explain. */
export function stoppingRule(
  rules: readonly FirewallRule[],
  flow: { readonly traffic: Traffic; readonly dialled: Traffic },
  source: AddressSet,
): FirewallRule | undefined {
  for (const rule of rules) {
    if (
      !rule.on.contains(flow.traffic) ||
      !rule.dialled.contains(flow.dialled) ||
      !rule.from.overlaps(source)
    ) {
      continue;
    }
    return rule.action === 'drop' || rule.action === 'reject' ? rule : undefined;
  }
  return undefined;
}

function common(one: Region, other: Region): readonly Region[] {
  const traffic = one.traffic.intersect(other.traffic);
  const sources = one.sources.intersect(other.sources);
  return traffic.isEmpty() || sources.isEmpty() ? [] : [{ traffic, sources }];
}

function without(one: Region, other: Region): readonly Region[] {
  return [
    { traffic: one.traffic.subtract(other.traffic), sources: one.sources },
    { traffic: one.traffic.intersect(other.traffic), sources: one.sources.subtract(other.sources) },
  ].filter(({ traffic, sources }) => !traffic.isEmpty() && !sources.isEmpty());
}

function readRule(value: unknown, chain: (typeof chains)[number]): FirewallRule {
  const members = membersOf(value);
  if (members === undefined)
    throw invalid('a rule is an object, for example { "action": "drop", "on": "tcp/3000" }.');
  for (const name of Object.keys(members)) {
    if (fields.includes(name)) continue;
    throw invalid(`a rule has no ${JSON.stringify(name)}.${near(name, fields)} It has ${fields.join(', ')}.`);
  }
  const known: readonly string[] = actions[chain];
  const action = members['action'];
  if (typeof action !== 'string' || !known.includes(action)) {
    const why =
      chain === 'forward' && action === 'accept'
        ? ' An accept there would skip the rules of Docker too, which is not modelled; a return goes on to them.'
        : '';
    throw invalid(
      `the action of a rule of ${chain} is one of ${known.join(', ')}, not ${JSON.stringify(action)}.${why}`,
    );
  }
  if (chain === 'input' && members['dialled'] !== undefined) {
    throw invalid('"dialled" is the port before translation, and nothing is translated in input: say "on".');
  }
  return {
    action: action as FirewallRule['action'],
    from: members['from'] === undefined ? AddressSet.everything() : readSources(members['from']),
    on: trafficOf(members['on']),
    dialled: trafficOf(members['dialled']),
    text: JSON.stringify(members),
  };
}

function readSources(value: unknown): AddressSet {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return AddressSet.from(
    list.map((one) => {
      if (typeof one !== 'string')
        throw invalid(`"from" is a block or a list of them, not ${JSON.stringify(one)}.`);
      return one.includes('/') ? Cidr.parse(one) : Address.parse(one);
    }),
  );
}

function trafficOf(value: unknown): Traffic {
  if (value === undefined) return Traffic.everything;
  if (typeof value !== 'string')
    throw invalid(`traffic is a text such as "tcp/3000", not ${JSON.stringify(value)}.`);
  return Traffic.parse(value);
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return value as Readonly<Record<string, unknown>>;
}

function near(name: string, known: readonly string[]): string {
  const found = nearestNames(name, known).map((one) => JSON.stringify(one));
  return found.length > 0 ? ` Did you mean ${found.join(' or ')}?` : '';
}

function invalid(message: string): NetproofError {
  return new NetproofError('InvalidAssumptions', message);
}

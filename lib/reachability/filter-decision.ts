import type { Filter, Rule } from '../topology/filter';
import { type Direction, matchOf, type Remote } from './filter-passing';
import { FlowSpace } from './flow-space';
import type { Step } from './journey';
import { packetOf, remoteOf } from './judgement';
import type { Network } from './network';
import type { Scenario } from './scenario';
import type { FilterDecision } from './trace';

/** What each filter met at a step decides about packets, by which rule, and which rule comes nearest to letting them. */
export function decisionsOf(
  network: Network,
  step: Step,
  packets: FlowSpace,
  scenario: Scenario,
): readonly FilterDecision[] {
  if (step.kind !== 'interface' && step.kind !== 'crossing') return [];
  const ids =
    step.kind === 'interface' ? step.at.interface.filters.most : [step.filter].filter((id) => id !== null);
  const packet = packetOf(step);
  const end = step.direction === 'egress' ? packet.destination : packet.source;
  const remote = remoteOf(packet, end);
  return ids.map((id) =>
    decision(network, network.topology.filters.get(id)!, step.direction, remote, packets, scenario),
  );
}

function decision(
  network: Network,
  filter: Filter,
  direction: Direction,
  remote: Remote,
  packets: FlowSpace,
  scenario: Scenario,
): FilterDecision {
  const { id, name, origin } = filter;
  const { must, may } = network.filter(id, direction).passing(remote, scenario);
  const missed = packets.subtract(must);
  const lets = missed.isEmpty()
    ? 'all'
    : !packets.subtract(may).isEmpty()
      ? packets.intersect(may).isEmpty()
        ? 'none'
        : 'some'
      : 'unknown';
  const addresses = scenario.addressesOf(remote.address);
  const matches = (rule: Rule): boolean => matchOf(rule, addresses, remote.member) !== 'no';
  const rule = filter[direction].find((one) => matches(one) && !spaceOf(one).intersect(packets).isEmpty());
  const nearest = lets === 'all' ? undefined : nearestRule(filter[direction], matches, missed);
  return { id, name, origin, lets, rule, nearest };
}

/**
 * The allowing rule that misses the packets by least: the right other end and a near port, then the right ports from
 * another end.
 */
function nearestRule(
  rules: readonly Rule[],
  matches: (rule: Rule) => boolean,
  missed: FlowSpace,
): Rule | undefined {
  const allowing = rules.filter(({ action }) => action === 'allow');
  const fitting = allowing.filter((rule) => !spaceOf(rule).intersect(missed).isEmpty());
  return fitting.find((rule) => !matches(rule)) ?? allowing.find(matches) ?? fitting[0] ?? allowing[0];
}

function spaceOf({ traffic, sourcePorts }: Rule): FlowSpace {
  return FlowSpace.of(traffic.most, sourcePorts);
}

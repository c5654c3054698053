import type { Filter, Rule } from '../../lib/topology/filter';
import { carriesPorts, isIn, type Packet } from './packet';
import { type SettledNetwork, settled } from './settled-network';

export type Direction = 'ingress' | 'egress';

/**
 * Whether the rules of a filter let a packet pass, whatever the filter remembers: one that allows it (`union`), or
 * the first that matches it being one that allows (`first-match`).
 */
export function allows(
  network: SettledNetwork,
  filter: Filter,
  direction: Direction,
  packet: Packet,
): boolean {
  const matching = filter[direction].filter((rule) => matches(network, rule, direction, packet));
  return filter.matching === 'union'
    ? matching.some((rule) => rule.action === 'allow')
    : matching[0]?.action === 'allow';
}

function matches(network: SettledNetwork, rule: Rule, direction: Direction, packet: Packet): boolean {
  if (!isIn(settled(rule.traffic), packet)) return false;
  if (rule.sourcePorts !== undefined) {
    if (!carriesPorts(packet) || !rule.sourcePorts.contains(packet.sourcePort)) return false;
  }
  const otherEnd = direction === 'ingress' ? packet.source : packet.destination;
  if (settled(rule.remote.addresses).contains(otherEnd)) return true;
  const members = settled(rule.remote.members);
  return packet.untouched && members.some((filter) => network.isMember(filter, otherEnd));
}

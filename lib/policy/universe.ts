import { protocolName } from '../addressing/protocol';
import { Traffic } from '../addressing/traffic';
import type { Topology } from '../topology/topology';
import { everyVariant } from './entrances';

/**
 * Any protocol, said shortly: of the protocols that no rule names by number one stands for all, because whatever lets one
 * of them pass lets all of them pass. A question about it is answered many times faster than one about all 256.
 */
export class Universe {
  readonly traffic: Traffic;
  /** What the one stands for, itself included. */
  private readonly unnamed: Traffic;
  private readonly stand: Traffic;

  constructor(topology: Topology, more: readonly Traffic[]) {
    const named = new Set<number>();
    for (const traffic of [...everyVariant(topology).flatMap((one) => [...trafficsOf(one)]), ...more]) {
      const listed = new Set(traffic.protocols());
      // A rule for any protocol but one is about that one.
      const few = listed.size > 128 ? allNumbers.filter((number) => !listed.has(number)) : listed;
      for (const number of few) named.add(number);
    }
    const others = allNumbers.filter((number) => protocolName(number) === undefined && !named.has(number));
    const [first] = others;
    this.unnamed = Traffic.from(others.map((number) => Traffic.of(number)));
    this.stand = first === undefined ? Traffic.empty : Traffic.of(first);
    this.traffic = Traffic.everything.subtract(this.unnamed).union(this.stand);
  }

  /** Some traffic in short: any protocol becomes this universe. */
  shortened(traffic: Traffic): Traffic {
    return traffic.equals(Traffic.everything) ? this.traffic : traffic;
  }

  /** What a part of it is in full. */
  whole(traffic: Traffic): Traffic {
    return this.stand.isEmpty() || !traffic.contains(this.stand) ? traffic : traffic.union(this.unnamed);
  }
}

const allNumbers: readonly number[] = Array.from({ length: 256 }, (_, number) => number);

/** Every traffic that something in the topology speaks of. */
function* trafficsOf({ filters, routers, relays, endpoints, domains }: Topology): Iterable<Traffic> {
  for (const { ingress, egress } of filters.values()) {
    for (const { traffic } of [...ingress, ...egress]) yield* [traffic.least, traffic.most];
  }
  for (const { forward, translations } of routers.values()) {
    for (const { traffic } of forward) if (traffic !== undefined) yield traffic;
    for (const one of translations) if (one.kind !== 'static' && one.traffic !== undefined) yield one.traffic;
  }
  for (const { listeners } of relays.values()) {
    for (const { traffic, targets } of listeners) {
      yield traffic;
      for (const target of targets.most) yield target.traffic;
    }
  }
  for (const { takes } of endpoints.values()) if (takes !== undefined) yield takes;
  for (const { services } of domains.values()) for (const { traffic } of services ?? []) yield traffic;
}

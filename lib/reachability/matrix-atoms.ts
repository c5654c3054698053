import { PortSet } from '../addressing/port-set';
import { hasPorts, hasTypes, protocolNumber } from '../addressing/protocol';
import { Traffic } from '../addressing/traffic';

/**
 * The asked traffic, cut into the largest pieces that every rule either takes whole or leaves alone. What a rule takes
 * of the asked traffic is then a list of atoms.
 */
export class PortAtoms {
  readonly atoms: readonly Traffic[];
  private readonly lists: readonly Int32Array[];
  private readonly joined = new Map<string, Traffic>();

  constructor(asked: Traffic, traffics: readonly Traffic[]) {
    const pieces = new Map<string, { readonly pieces: Traffic[]; readonly holders: readonly number[] }>();
    for (const protocol of asked.protocols()) {
      const family = hasTypes(protocol) ? String(protocol) : 'any';
      const held = traffics
        .map((traffic, index) => ({ ports: traffic.ports(protocol), index }))
        .filter(({ ports }) => !ports.isEmpty());
      for (const ports of cut(
        asked.ports(protocol),
        held.map((one) => one.ports),
      )) {
        const start = ports.ranges()[0]!.from;
        const holders = held.filter((one) => one.ports.contains(start)).map(({ index }) => index);
        const key = `${family} ${holders.join()}`;
        const known = pieces.get(key);
        const piece = trafficOf(protocol, ports);
        if (known === undefined) pieces.set(key, { pieces: [piece], holders });
        else known.pieces.push(piece);
      }
    }
    const found = [...pieces.values()];
    this.atoms = found.map((one) => Traffic.from(one.pieces));
    const lists: number[][] = traffics.map(() => []);
    found.forEach(({ holders }, atom) => {
      for (const holder of holders) lists[holder]!.push(atom);
    });
    this.lists = lists.map((list) => Int32Array.from(list));
  }

  /** The atoms that the traffic with this place in the list takes. */
  of(index: number): Int32Array {
    return this.lists[index]!;
  }

  /** The traffic of some atoms, rising. */
  join(atoms: readonly number[]): Traffic {
    const key = atoms.join();
    let traffic = this.joined.get(key);
    if (traffic === undefined) {
      traffic = Traffic.from(atoms.map((atom) => this.atoms[atom]!));
      this.joined.set(key, traffic);
    }
    return traffic;
  }
}

/** The ports, cut wherever one of the sets begins or ends. */
function cut(ports: PortSet, sets: readonly PortSet[]): readonly PortSet[] {
  const starts = new Set<number>();
  for (const set of [ports, ...sets]) for (const { from, to } of set.ranges()) starts.add(from).add(to + 1);
  const sorted = [...starts].sort((a, b) => a - b);
  return sorted.flatMap((from, index) => {
    const next = sorted[index + 1];
    return next !== undefined && ports.contains(from) ? [PortSet.range(from, next - 1)] : [];
  });
}

function trafficOf(protocol: number, ports: PortSet): Traffic {
  if (!hasTypes(protocol)) return hasPorts(protocol) ? Traffic.of(protocol, ports) : Traffic.of(protocol);
  return Traffic.ofIcmpTypes(protocol === protocolNumber('icmp') ? 'icmp' : 'icmpv6', ports);
}

import type { Family } from './address';
import { icmpTypes } from './icmp-type';
import { NetproofError } from './netproof-error';
import { PortSet } from './port-set';
import { hasPorts, type Protocol, protocolNumber } from './protocol';
import { printTraffic, readTraffic, type TrafficPart } from './traffic-text';

/**
 * Any set of first packets by protocol and destination port, immutable: protocols 0 to 255; ports 0 to 65535 of tcp,
 * udp and sctp; types and codes of icmp and icmpv6; of any other protocol all or nothing. Equal sets are equal in
 * structure.
 *
 * In text, joined by commas:
 *
 * - `tcp/5432`, `tcp/8000-8100`, `udp/53`, `sctp/36412`; `tcp` alone is 1 to 65535.
 * - `icmp`: the echo request, type 8 of ICMP and type 128 of ICMPv6; that its reply comes back is asked by whoever
 *   asks whether it passes. `icmp/3` is a type with all codes, `icmp/3/4` a type and code, likewise `icmpv6/...`; but
 *   for the echo request these have no reply, so they may arrive and never pass.
 * - `all`: `tcp, udp, icmp`.
 * - `protocol/47`, `protocol/50-51`: protocols by IANA number. `any protocol`: all of them, port 0 included.
 */
export class Traffic {
  static readonly empty = new Traffic([]);
  /** Every packet whatever: what a rule for protocol -1 or `all` means to a firewall. */
  static readonly everything = new Traffic(readTraffic('any protocol'));

  /** Sorted by protocol, one part per protocol, none empty. */
  private readonly parts: readonly TrafficPart[];

  private constructor(parts: readonly TrafficPart[]) {
    this.parts = parts;
  }

  /** Reads the notation above; throws InvalidTraffic naming the piece that is wrong and what to write instead. */
  static parse(text: string): Traffic {
    return Traffic.from(readTraffic(text).map((part) => new Traffic([part])));
  }

  /**
   * A protocol with these ports; without ports the whole protocol, port 0 included. Only tcp, udp and sctp have
   * ports: others throw InvalidTraffic when given some. For ICMP see `ofIcmp`.
   */
  static of(protocol: Protocol, ports: PortSet = PortSet.all): Traffic {
    const number = protocolNumber(protocol);
    if (ports.isEmpty()) return Traffic.empty;
    if (!hasPorts(number) && !ports.contains(PortSet.all)) {
      throw new NetproofError(
        'InvalidTraffic',
        `protocol ${protocol} has no ports, and it was given ${ports.toString()}. Leave them out, or name tcp, udp or sctp.`,
      );
    }
    return new Traffic([{ protocol: number, ports }]);
  }

  /** One type of ICMP or ICMPv6 and one code of it, each 0 to 255; what is left out is any. */
  static ofIcmp(protocol: 'icmp' | 'icmpv6', type?: number, code?: number): Traffic {
    const types = type === undefined ? PortSet.all : icmpTypes(type, type, code);
    return new Traffic([{ protocol: protocolNumber(protocol), ports: types }]);
  }

  /** Types and codes of ICMP or ICMPv6, each as type * 256 + code: the numbers that `ports` gives of them. */
  static ofIcmpTypes(protocol: 'icmp' | 'icmpv6', types: PortSet): Traffic {
    return types.isEmpty()
      ? Traffic.empty
      : new Traffic([{ protocol: protocolNumber(protocol), ports: types }]);
  }

  /** The union of the items. */
  static from(items: Iterable<Traffic>): Traffic {
    const ports = new Map<number, PortSet>();
    for (const { parts } of items) {
      for (const part of parts) {
        const known = ports.get(part.protocol);
        ports.set(part.protocol, known === undefined ? part.ports : known.union(part.ports));
      }
    }
    if (ports.size === 0) return Traffic.empty;
    const sorted = [...ports].sort(([a], [b]) => a - b);
    return new Traffic(sorted.map(([protocol, held]) => ({ protocol, ports: held })));
  }

  union(other: Traffic): Traffic {
    return this.combined(other, (mine, others) => mine.union(others));
  }

  intersect(other: Traffic): Traffic {
    return this.combined(other, (mine, others) => mine.intersect(others));
  }

  /** What is in this set and not in the other. */
  subtract(other: Traffic): Traffic {
    return this.combined(other, (mine, others) => mine.subtract(others));
  }

  /** Whether all of the other is in this set; true for the empty set. */
  contains(other: Traffic): boolean {
    return other.parts.every(({ protocol, ports }) => this.ports(protocol).contains(ports));
  }

  /** Whether the two share a packet. */
  overlaps(other: Traffic): boolean {
    return other.parts.some(({ protocol, ports }) => this.ports(protocol).overlaps(ports));
  }

  isEmpty(): boolean {
    return this.parts.length === 0;
  }

  equals(other: Traffic): boolean {
    return this.parts.length === other.parts.length && this.contains(other) && other.contains(this);
  }

  /** IANA numbers of the protocols of which something is in the set, in rising order. */
  protocols(): readonly number[] {
    return this.parts.map((part) => part.protocol);
  }

  /** The protocol and what is in the set of it, when there is just one. */
  only(): TrafficPart | undefined {
    return this.parts.length === 1 ? this.parts[0] : undefined;
  }

  /**
   * What the set holds of a protocol, as whole numbers from 0 to 65535 whatever the protocol: its ports; for icmp and
   * icmpv6 type * 256 + code; for one that has neither, all or nothing.
   */
  ports(protocol: Protocol): PortSet {
    const number = protocolNumber(protocol);
    return this.parts.find((part) => part.protocol === number)?.ports ?? PortSet.empty;
  }

  /** What of it can travel in packets of a family: ICMPv6 is for IPv6 only, and ICMP for IPv4 only. */
  inFamily(family: Family): Traffic {
    const foreign = protocolNumber(family === 4 ? 'icmpv6' : 'icmp');
    return new Traffic(this.parts.filter((part) => part.protocol !== foreign));
  }

  /** The text that `parse` reads back; or `nothing`, which it does not: nobody asks for nothing on purpose. */
  toString(): string {
    return printTraffic(this.parts);
  }

  toJSON(): string {
    return this.toString();
  }

  private combined(other: Traffic, operation: (mine: PortSet, others: PortSet) => PortSet): Traffic {
    const parts: TrafficPart[] = [];
    let i = 0;
    let j = 0;
    while (i < this.parts.length || j < other.parts.length) {
      const mine = this.parts[i];
      const others = other.parts[j];
      const protocol = Math.min(mine?.protocol ?? 256, others?.protocol ?? 256);
      const ports = operation(
        mine?.protocol === protocol ? mine.ports : PortSet.empty,
        others?.protocol === protocol ? others.ports : PortSet.empty,
      );
      if (mine?.protocol === protocol) i++;
      if (others?.protocol === protocol) j++;
      if (!ports.isEmpty()) parts.push({ protocol, ports });
    }
    return parts.length === 0 ? Traffic.empty : new Traffic(parts);
  }
}

/** TCP to one port, or to the ports from `port` to `to`, both included. */
export function tcp(port: number, to: number = port): Traffic {
  return Traffic.of('tcp', PortSet.range(port, to));
}

/** UDP to one port, or to the ports from `port` to `to`, both included. */
export function udp(port: number, to: number = port): Traffic {
  return Traffic.of('udp', PortSet.range(port, to));
}

/** Ping: the echo request of ICMP and of ICMPv6. */
export function icmp(): Traffic {
  return Traffic.parse('icmp');
}

/** What answers a ping. A filter without memory of flows has to let it through by a rule of its own. */
export function icmpReply(): Traffic {
  return Traffic.parse('icmp/0/0, icmpv6/129/0');
}

/** TCP and UDP to the ports 1 to 65535, and ping. */
export function allTraffic(): Traffic {
  return Traffic.parse('all');
}

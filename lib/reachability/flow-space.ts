import { PortSet } from '../addressing/port-set';
import { hasPorts, hasTypes, protocolNumber } from '../addressing/protocol';
import { Traffic } from '../addressing/traffic';
import {
  combinePlanes,
  emptyPlane,
  fullPlane,
  planeOf,
  type PortPlane,
  samePlane,
  shiftedPlane,
  shiftedPorts,
  sourcesOf,
  transposed,
  withAll,
  withSome,
} from './port-plane';

/** Sends and awaits an echo: type of the request, type of the reply, whose code is 0. */
const echoes: ReadonlyMap<number, { readonly request: number; readonly reply: number }> = new Map([
  [protocolNumber('icmp'), { request: 8, reply: 0 }],
  [protocolNumber('icmpv6'), { request: 128, reply: 129 }],
]);

const withPorts = ['tcp', 'udp', 'sctp'].map((name) => protocolNumber(name as 'tcp'));

/**
 * A set of packets by protocol, source port and destination port, immutable: what Traffic is, times the source port,
 * which only a filter without memory makes necessary. Equal sets are equal in structure. ICMP has its type and code in
 * place of the destination port, and like any protocol without ports every source port.
 */
export class FlowSpace {
  static readonly empty = new FlowSpace(emptyPlane, new Map());
  static readonly everything = new FlowSpace(fullPlane, new Map());

  /** What holds for every protocol that `planes` does not list. */
  private readonly rest: PortPlane;
  /** None equals `rest`. */
  private readonly planes: ReadonlyMap<number, PortPlane>;
  private reversed: FlowSpace | undefined;

  private constructor(rest: PortPlane, planes: ReadonlyMap<number, PortPlane>) {
    this.rest = rest;
    this.planes = planes;
  }

  /** All packets of the traffic from these source ports. A packet without ports is from none but all of them. */
  static of(traffic: Traffic, sources: PortSet = PortSet.all): FlowSpace {
    if (traffic === Traffic.everything && sources === PortSet.all) return FlowSpace.everything;
    const anySource = sources.equals(PortSet.all);
    const protocols = traffic.protocols();
    // A rule for any protocol lists all 256: most of them are then the rule, not the exception.
    const rest = anySource && protocols.length > 128 ? fullPlane : emptyPlane;
    const listed = rest === emptyPlane ? protocols : Array.from({ length: 256 }, (_, number) => number);
    const planes = new Map<number, PortPlane>();
    for (const protocol of listed) {
      const plane = hasPorts(protocol)
        ? planeOf(traffic.ports(protocol), sources)
        : anySource
          ? planeOf(traffic.ports(protocol))
          : emptyPlane;
      if (!samePlane(plane, rest)) planes.set(protocol, plane);
    }
    return new FlowSpace(rest, planes);
  }

  union(other: FlowSpace): FlowSpace {
    if (this === FlowSpace.empty || other === FlowSpace.everything) return other;
    if (other === FlowSpace.empty || this === FlowSpace.everything) return this;
    return this.combined(other, 'union');
  }

  intersect(other: FlowSpace): FlowSpace {
    if (this === FlowSpace.everything || other === FlowSpace.empty) return other;
    if (other === FlowSpace.everything || this === FlowSpace.empty) return this;
    return this.combined(other, 'intersect');
  }

  /** What is in this set and not in the other. */
  subtract(other: FlowSpace): FlowSpace {
    if (this === FlowSpace.empty || other === FlowSpace.empty) return this;
    return this.combined(other, 'subtract');
  }

  /** Whether all of the other is in this set. */
  contains(other: FlowSpace): boolean {
    return this === other || other.subtract(this).isEmpty();
  }

  isEmpty(): boolean {
    return this.rest.length === 0 && this.planes.size === 0;
  }

  equals(other: FlowSpace): boolean {
    if (this === other) return true;
    return (
      this.planes.size === other.planes.size &&
      samePlane(this.rest, other.rest) &&
      [...this.planes].every(([protocol, plane]) => {
        const others = other.planes.get(protocol);
        return others !== undefined && samePlane(plane, others);
      })
    );
  }

  /**
   * The flows whose replies are packets of this set: ports exchanged; for an echo request its echo reply. Other
   * messages of ICMP have no reply that the set could stop, and so they all are in it: see `answerable`.
   */
  replies(): FlowSpace {
    this.reversed ??= this.reverse();
    return this.reversed;
  }

  /** The set with `shift` added to every destination port; what leaves 0 to 65535 is lost. */
  shifted(shift: number): FlowSpace {
    return shift === 0 ? this : this.mapped(withPorts, (plane) => shiftedPlane(plane, shift));
  }

  /** Of `asked`, the traffic that is in the set with every one of these source ports. */
  fromAll(sources: PortSet, asked: Traffic): Traffic {
    return this.project(asked, (plane) => withAll(plane, sources));
  }

  /** Of `asked`, the traffic that is in the set with at least one of these source ports. */
  fromSome(sources: PortSet, asked: Traffic): Traffic {
    return this.project(asked, (plane) => withSome(plane, sources));
  }

  /** The traffic of the set by destination port, whatever the source port. */
  destinations(): Traffic {
    if (this.rest.length > 0) return this.fromSome(PortSet.all, Traffic.everything);
    return joined([...this.planes].map(([protocol, plane]) => [protocol, withSome(plane, PortSet.all)]));
  }

  /** Source ports with which something of the traffic is in the set; only protocols with ports count. */
  sourcePorts(traffic: Traffic): PortSet {
    return traffic
      .protocols()
      .filter((protocol) => hasPorts(protocol))
      .map((protocol) => sourcesOf(this.plane(protocol), traffic.ports(protocol)))
      .reduce((all, ports) => all.union(ports), PortSet.empty);
  }

  private plane(protocol: number): PortPlane {
    return this.planes.get(protocol) ?? this.rest;
  }

  private project(asked: Traffic, ports: (plane: PortPlane) => PortSet): Traffic {
    if (this === FlowSpace.everything) return asked;
    if (this === FlowSpace.empty) return Traffic.empty;
    const parts = asked.protocols().map((protocol) => {
      const wanted = asked.ports(protocol);
      const held = wanted.intersect(ports(this.plane(protocol)));
      return { protocol, wanted, held, whole: held.equals(wanted) };
    });
    const cut = parts.filter(({ whole }) => !whole);
    // Joining is quadratic: of the 256 protocols of "any protocol", join the few that stand out.
    if (cut.length * 2 > parts.length) return joined(parts.map(({ protocol, held }) => [protocol, held]));
    return asked
      .subtract(joined(cut.map(({ protocol, wanted }) => [protocol, wanted])))
      .union(joined(cut.map(({ protocol, held }) => [protocol, held])));
  }

  private combined(other: FlowSpace, operation: 'union' | 'intersect' | 'subtract'): FlowSpace {
    const rest = combinePlanes(this.rest, other.rest, operation);
    const planes = new Map<number, PortPlane>();
    const add = (protocol: number): void => {
      const plane = combinePlanes(this.plane(protocol), other.plane(protocol), operation);
      if (!samePlane(plane, rest)) planes.set(protocol, plane);
    };
    for (const protocol of this.planes.keys()) add(protocol);
    for (const protocol of other.planes.keys()) if (!this.planes.has(protocol)) add(protocol);
    if (planes.size === 0 && rest.length === 0) return FlowSpace.empty;
    return new FlowSpace(rest, planes);
  }

  private reverse(): FlowSpace {
    if (this === FlowSpace.everything || this === FlowSpace.empty) {
      return this === FlowSpace.everything ? this : this.mapped([...echoes.keys()], answered);
    }
    return this.mapped(withPorts, transposed).mapped([...echoes.keys()], answered);
  }

  private mapped(
    protocols: readonly number[],
    change: (plane: PortPlane, protocol: number) => PortPlane,
  ): FlowSpace {
    const planes = new Map(this.planes);
    for (const protocol of protocols) {
      const plane = change(this.plane(protocol), protocol);
      if (samePlane(plane, this.rest)) planes.delete(protocol);
      else planes.set(protocol, plane);
    }
    return planes.size === 0 && this.rest.length === 0 ? FlowSpace.empty : new FlowSpace(this.rest, planes);
  }
}

/** What of the traffic somebody answers: all but messages of ICMP that are no echo request. */
export function answerable(traffic: Traffic): Traffic {
  return traffic.overlaps(silent) ? traffic.subtract(silent) : traffic;
}

/** The packets that answer this traffic when it comes from these source ports. */
export function repliesTo(traffic: Traffic, sources: PortSet): FlowSpace {
  const ported = Traffic.from(withPorts.map((protocol) => Traffic.of(protocol)));
  const back = FlowSpace.of(traffic.intersect(ported), sources).replies().intersect(FlowSpace.of(ported));
  const answers = [...echoes].map(([protocol, { request, reply }]) => {
    const asked = traffic.ports(protocol).overlaps(typeRange(request));
    return asked ? trafficOf(protocol, PortSet.of(reply * 256)) : Traffic.empty;
  });
  const icmp = Traffic.from([...echoes.keys()].map((protocol) => Traffic.of(protocol)));
  const others = traffic.subtract(ported).subtract(icmp);
  return back.union(FlowSpace.of(Traffic.from([...answers, others])));
}

/** The traffic with `shift` added to every port; what leaves 0 to 65535 is lost. */
export function shiftedTraffic(traffic: Traffic, shift: number): Traffic {
  if (shift === 0) return traffic;
  return joined(
    traffic.protocols().map((protocol) => {
      const ports = traffic.ports(protocol);
      return [protocol, hasPorts(protocol) ? shiftedPorts(ports, shift) : ports];
    }),
  );
}

/** Messages that pass when `plane` holds the packets that are let through on the way back. */
function answered(plane: PortPlane, protocol: number): PortPlane {
  const { request, reply } = echoes.get(protocol)!;
  const passes = withSome(plane, PortSet.all).contains(reply * 256);
  return planeOf(passes ? PortSet.all : PortSet.all.subtract(typeRange(request)));
}

/** A type of ICMP with all its codes. */
const typeRange = (type: number): PortSet => PortSet.range(type * 256, type * 256 + 255);

function joined(parts: readonly (readonly [protocol: number, ports: PortSet])[]): Traffic {
  return Traffic.from(parts.map(([protocol, ports]) => trafficOf(protocol, ports)));
}

function trafficOf(protocol: number, ports: PortSet): Traffic {
  if (ports.isEmpty()) return Traffic.empty;
  if (!hasTypes(protocol)) return Traffic.of(protocol, ports);
  return Traffic.ofIcmpTypes(protocol === protocolNumber('icmp') ? 'icmp' : 'icmpv6', ports);
}

/** Messages that nobody answers. */
const silent = Traffic.from(
  [...echoes].map(([protocol, { request }]) => trafficOf(protocol, PortSet.all.subtract(typeRange(request)))),
);

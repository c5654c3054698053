import { AddressSet } from '../addressing/address-set';
import { Traffic } from '../addressing/traffic';
import type { Endpoint } from '../topology/endpoint';
import type { Party } from '../topology/lookup';
import type { BoundFlow, Members } from './bound-policy';

/** What some rules let pass from whom to whom. */
export class Permits {
  private readonly flows: readonly BoundFlow[];
  private readonly sides = { from: new Map<object, string>(), to: new Map<object, string>() };
  private readonly known = new Map<string, Traffic>();

  constructor(flows: readonly BoundFlow[]) {
    this.flows = flows;
  }

  between(from: Party, to: Party): Traffic {
    const key = `${this.signature(from, 'from')} > ${this.signature(to, 'to')}`;
    let traffic = this.known.get(key);
    if (traffic === undefined) {
      const both = this.flows.filter((flow) => holds(flow.from, from) && holds(flow.to, to));
      this.known.set(key, (traffic = Traffic.from(both.map(({ on }) => on))));
    }
    return traffic;
  }

  /** Equal for parties that the rules do not tell apart on that side. */
  signature(party: Party, side: 'from' | 'to'): string {
    const known = this.sides[side];
    const one = thingOf(party);
    let signature = known.get(one);
    if (signature === undefined) {
      signature = this.flows.flatMap((flow, index) => (holds(flow[side], party) ? [index] : [])).join();
      known.set(one, signature);
    }
    return signature;
  }

  /** What is let pass from or to some addresses of a zone only. */
  inPart(from: Party, to: Party): readonly { readonly addresses: AddressSet; readonly on: Traffic }[] {
    const zone = from.kind === 'zone' ? from.zone : to.kind === 'zone' ? to.zone : undefined;
    if (zone === undefined) return [];
    const other = from.kind === 'zone' ? to : from;
    return this.flows.flatMap((flow) => {
      const [outside, inside] = from.kind === 'zone' ? [flow.from, flow.to] : [flow.to, flow.from];
      if (!holds(inside, other)) return [];
      return [...outside.zones.values()]
        .filter(({ id, addresses }) => id !== zone.id && zone.addresses.contains(addresses))
        .map(({ addresses }) => ({ addresses, on: flow.on }));
    });
  }
}

function thingOf(party: Party): object {
  if (party.kind === 'endpoint') return party.endpoint;
  return party.kind === 'segment' ? party.segment : party.zone;
}

/** Whether a rule is about a party; one about a segment is about those who stand in it with everything they have. */
function holds(members: Members, party: Party): boolean {
  switch (party.kind) {
    case 'endpoint':
      return members.endpoints.has(party.endpoint.id) || standsIn(members, party.endpoint);
    case 'segment':
      return members.segments.has(party.segment.id);
    case 'zone':
      return members.zones.has(party.zone.id);
  }
}

function standsIn({ segments }: Members, { interfaces }: Endpoint): boolean {
  return (
    segments.size > 0 && interfaces.length > 0 && interfaces.every(({ segment }) => segments.has(segment))
  );
}

import type { AddressSet } from '../addressing/address-set';
import type { PortSet } from '../addressing/port-set';
import type { Traffic } from '../addressing/traffic';
import { distinctAddresses } from './distinct';
import type { FilterPassing, Passing } from './filter-passing';
import type { AddressOrder } from './matrix-order';
import type { Network } from './network';
import { Decisions, Scenario, World } from './scenario';

/** What the network between two places lets pass when the interfaces themselves let everything pass. */
export type PathMask = PassingMask | ExactMask;

export interface PassingMask {
  readonly kind: 'passes';
  readonly must: Traffic;
  readonly may: Traffic;
}

/** Only the exact question tells. */
export interface ExactMask {
  readonly kind: 'exact';
}

export const exact: ExactMask = { kind: 'exact' };

/** What an edge lets pass, by a number for every place of the other end. */
export interface Edge {
  readonly of: Int32Array;
  readonly masks: ReadonlyMap<number, PathMask>;
}

/** What a filter on an edge lets pass by a number for every place of the other end; undefined where it divides one. */
interface EdgeFilter {
  readonly stateful: boolean;
  readonly of: Int32Array;
  readonly passing: ReadonlyMap<number, Record<'ingress' | 'egress', Passing> | undefined>;
}

export interface EdgesProps {
  readonly network: () => Network;
  /** Of the places at the other end. */
  readonly order: AddressOrder;
  /** What each place may have as its address. */
  readonly addresses: readonly AddressSet[];
  readonly asked: Traffic;
  /** Whether replies have to come back. */
  readonly replies: boolean;
}

/** What the filters on the edges of segments let pass. */
export class Edges {
  /** Everything asked: what a segment without a filter lets pass. */
  readonly open: PassingMask;
  private readonly props: EdgesProps;
  private readonly bare: Edge;
  private readonly filters = new Map<string, EdgeFilter>();
  /** By filter, source ports and side. */
  private readonly edges = new Map<string, (Edge | undefined)[]>();
  private readonly masks = new Map<string, PassingMask>();

  constructor(props: EdgesProps) {
    this.props = props;
    this.open = { kind: 'passes', must: props.asked, may: props.asked };
    this.bare = { of: new Int32Array(props.addresses.length), masks: new Map([[0, this.open]]) };
  }

  /**
   * What a filter lets pass of flows from these source ports that leave its segment (`out`) or come into it (`in`),
   * replies included if asked; without a filter everything. `ports` is the number of the source ports.
   */
  of(filter: string | null, side: 'out' | 'in', ports: number, clientPorts: PortSet): Edge {
    if (filter === null) return this.bare;
    let known = this.edges.get(filter);
    if (known === undefined) this.edges.set(filter, (known = []));
    return (known[ports * 2 + Number(side === 'in')] ??= this.make(filter, side, clientPorts));
  }

  private make(filter: string, side: 'out' | 'in', clientPorts: PortSet): Edge {
    const { replies, asked } = this.props;
    const masks = new Map<number, PathMask>();
    const { stateful, of, passing } = this.filter(filter);
    for (const [signature, each] of passing) {
      if (each === undefined) {
        masks.set(signature, exact);
        continue;
      }
      const forward = side === 'out' ? each.egress : each.ingress;
      const reply = stateful || !replies ? undefined : side === 'out' ? each.ingress : each.egress;
      const passes = (bound: 'must' | 'may'): Traffic => {
        const first = forward[bound];
        if (!replies) return first.fromSome(clientPorts, asked);
        const both = reply === undefined ? first : first.intersect(reply[bound].replies());
        return both.fromAll(clientPorts, asked);
      };
      const must = passes('must');
      const known = forward.may === forward.must && (reply === undefined || reply.may === reply.must);
      masks.set(signature, this.shared(must, known ? must : passes('may')));
    }
    return { of, masks };
  }

  /** What the filter lets through in both directions, by how it tells the places of the other end apart. */
  private filter(id: string): EdgeFilter {
    let known = this.filters.get(id);
    if (known === undefined) this.filters.set(id, (known = this.makeFilter(id)));
    return known;
  }

  private makeFilter(id: string): EdgeFilter {
    const { order, addresses } = this.props;
    const network = this.props.network();
    const { stateful, ingress, egress } = network.topology.filters.get(id)!;
    const rules = [...ingress, ...egress];
    const sets = distinctAddresses();
    for (const { remote } of rules) {
      sets.add(remote.addresses.least);
      sets.add(remote.addresses.most);
    }
    const byMember = rules.some(({ remote }) => remote.members.most.length > 0);
    const { of, list } = order.signatures(sets.items.filter((set) => !order.holdsAll(set)));
    const passing = new Map<number, Record<'ingress' | 'egress', Passing> | undefined>();
    of.forEach((signature, place) => {
      if (passing.has(signature)) return;
      if (byMember || list[signature]!.splits.length > 0) {
        passing.set(signature, undefined);
        return;
      }
      passing.set(signature, {
        ingress: judged(network.filter(id, 'ingress'), addresses[place]!),
        egress: judged(network.filter(id, 'egress'), addresses[place]!),
      });
    });
    return { stateful, of, passing };
  }

  /** Edges that let the same pass share a mask, so that pairs of them are joined once. */
  private shared(must: Traffic, may: Traffic): PassingMask {
    if (must.equals(this.props.asked)) return this.open;
    const text = `${must.toString()} ${may.toString()}`;
    let mask = this.masks.get(text);
    if (mask === undefined) {
      mask = { kind: 'passes', must, may: may.equals(must) ? must : may };
      this.masks.set(text, mask);
    }
    return mask;
  }
}

function judged(filter: FilterPassing, addresses: AddressSet): Passing {
  const address = { id: '', addresses, kind: 'certain', unknown: undefined } as const;
  return filter.passing(
    { address, member: undefined },
    new Scenario(new World(new Decisions()), new Decisions()),
  );
}

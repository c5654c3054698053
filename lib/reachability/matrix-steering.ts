import { AddressSet } from '../addressing/address-set';
import type { RouteTable } from '../topology/route-table';
import type { Segment } from '../topology/segment';
import type { AddressOrder } from './matrix-order';
import type { Network } from './network';

/** How a table steers towards a place: over the network of its domain, nowhere, or in a way that takes a walk to tell. */
export type Steering = 'local' | 'none' | 'elsewhere';

/** How one table steers. */
export interface TableSteering {
  /** By place. */
  readonly list: readonly Steering[];
  /** The same for tables that steer alike, whichever the place. */
  readonly number: number;
}

/** How the tables of segments steer towards places. */
export class Steerings {
  private readonly network: () => Network;
  private readonly order: AddressOrder;
  /** What each place may have as its address. */
  private readonly addresses: readonly AddressSet[];
  private readonly bySegment = new Map<Segment, TableSteering>();
  private readonly byTable = new Map<string, TableSteering>();
  private readonly numbers = new Map<string, number>();

  /** `order` is that of the places, whose addresses are those of `addresses`. */
  constructor(network: () => Network, order: AddressOrder, addresses: readonly AddressSet[]) {
    this.network = network;
    this.order = order;
    this.addresses = addresses;
  }

  of(segment: Segment): TableSteering {
    let known = this.bySegment.get(segment);
    if (known === undefined) this.bySegment.set(segment, (known = this.at(segment.table.options)));
    return known;
  }

  /** When it is not certain which table there is, only a walk tells. */
  private at(options: Segment['table']['options']): TableSteering {
    const id = options.length === 1 ? options[0]! : '';
    let known = this.byTable.get(id);
    if (known === undefined) {
      const list =
        id === '' ? this.everywhere('elsewhere') : this.steer(this.network().topology.tables.get(id)!);
      const key = list.join();
      const number = this.numbers.get(key) ?? this.numbers.size;
      this.numbers.set(key, number);
      this.byTable.set(id, (known = { list, number }));
    }
    return known;
  }

  private everywhere(steering: Steering): Steering[] {
    return this.addresses.map(() => steering);
  }

  /** The longest route that may take a packet decides, and what is not known whether it is there comes before all. */
  private steer({ routes, unknownRoutes }: RouteTable): readonly Steering[] {
    if (unknownRoutes.some(({ possible }) => possible === undefined)) return this.everywhere('elsewhere');
    const list: (Steering | undefined)[] = this.addresses.map(() => undefined);
    for (const { possible } of unknownRoutes) {
      this.settle(list, possible!, 'elsewhere', 'elsewhere');
    }
    const sorted = [...routes].sort(
      (a, b) => b.to.prefixLength - a.to.prefixLength || a.preference - b.preference,
    );
    for (const { to, via } of sorted) {
      const whole = via.kind === 'drop' ? 'none' : via.kind === 'local' ? 'local' : 'elsewhere';
      this.settle(list, AddressSet.of(to), whole, 'elsewhere');
    }
    return list.map((steering) => steering ?? 'none');
  }

  /** Settles the places not yet settled of which the set holds all addresses, or some. */
  private settle(list: (Steering | undefined)[], set: AddressSet, whole: Steering, some: Steering): void {
    const { ranges, split } = this.order.of(set);
    for (let i = 0; i < ranges.length; i += 2) {
      for (let place = ranges[i]!; place < ranges[i + 1]!; place++) list[place] ??= whole;
    }
    for (const place of split) {
      if (list[place] !== undefined || !set.overlaps(this.addresses[place]!)) continue;
      list[place] = set.contains(this.addresses[place]!) ? whole : some;
    }
  }
}

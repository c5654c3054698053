import { AddressSet } from '../addressing/address-set';
import type { NextHop, Route, RouteTable, UnknownRoute } from '../topology/route-table';
import type { AddressVariable, Scenario } from './scenario';

/** What a route table says of a destination. */
export interface Lookup {
  /** Where it goes; undefined when no route holds the destination. */
  readonly hop: NextHop | undefined;
  readonly route: Route | UnknownRoute | undefined;
}

/** A route table in the order in which its routes are tried: the longest prefix, then the lowest preference. */
export class PreparedTable {
  readonly table: RouteTable;
  private readonly ordered: readonly Route[];
  private readonly groups = new WeakMap<AddressSet, readonly Group[]>();

  constructor(table: RouteTable) {
    this.table = table;
    this.ordered = [...table.routes].sort(
      (a, b) => b.to.prefixLength - a.to.prefixLength || a.preference - b.preference,
    );
  }

  /** The next hop to the destination; destinations that go different ways are told apart. */
  lookup(destination: AddressVariable, scenario: Scenario): Lookup {
    for (const [index, route] of this.table.unknownRoutes.entries()) {
      if (route.possible !== undefined && !scenario.within(destination, route.possible)) continue;
      const addresses = scenario.addressesOf(destination).toString();
      const key = `route ${this.table.id} ${index} to ${destination.id} ${addresses}`;
      if (scenario.pick(key, 2, [route.unknown]) === 1) return { hop: route.via, route };
    }
    const route = this.known(destination, scenario);
    return { hop: route?.via, route };
  }

  private known(destination: AddressVariable, scenario: Scenario): Route | undefined {
    const current = scenario.addressesOf(destination);
    if (destination.kind === 'certain') return this.ordered.find(({ to }) => current.overlaps(to));
    const groups = this.groupsOf(current);
    if (groups.length === 1) return groups[0]!.route;
    return groups[
      scenario.select(
        destination,
        groups.map(({ addresses }) => addresses),
      )
    ]!.route;
  }

  /** The addresses by where they go. */
  private groupsOf(addresses: AddressSet): readonly Group[] {
    const known = this.groups.get(addresses);
    if (known !== undefined) return known;
    const groups: { addresses: AddressSet; readonly route: Route | undefined }[] = [];
    const add = (part: AddressSet, route: Route | undefined): void => {
      const alike = groups.find((group) => sameHop(group.route?.via, route?.via));
      if (alike === undefined) groups.push({ addresses: part, route });
      else alike.addresses = alike.addresses.union(part);
    };
    let left = addresses;
    for (const route of this.ordered) {
      if (!left.overlaps(route.to)) continue;
      const block = AddressSet.of(route.to);
      add(left.intersect(block), route);
      left = left.subtract(block);
    }
    if (!left.isEmpty()) add(left, undefined);
    this.groups.set(addresses, groups);
    return groups;
  }
}

interface Group {
  readonly addresses: AddressSet;
  readonly route: Route | undefined;
}

function sameHop(a: NextHop | undefined, b: NextHop | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && JSON.stringify(a) === JSON.stringify(b));
}

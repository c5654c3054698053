import type { Resource, TerraformDocument } from '../readers/terraform-document';
import type { Value } from '../topology/value';
import { blocksOf, itemsOf, managed, shown, targetOf, textOf, written } from './written-value';

/** Where the route table of a subnet sends what is not for the VPC itself. */
export interface WayOut {
  /** What its default route leads to; `none` when the table holds the local route only. */
  readonly kind: 'internet gateway' | 'nat gateway' | 'other' | 'none' | 'not known';
  /** The same for people: `internet via nat (public-a)`. */
  readonly text: string;
  /** The route table, or undefined when the subnet follows the main table of its VPC and nothing declares that. */
  readonly routeTable?: string;
  readonly routes: readonly Route[];
}

export interface Route {
  readonly to: string;
  readonly via: string;
}

/**
 * The way out of each subnet of a document, from route tables, routes and associations as declared. A subnet
 * without association follows the main route table of its VPC, which holds the local route alone until
 * something declared adds to it.
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html
 */
export function wayOutOfSubnets(
  document: TerraformDocument,
  nameOfSubnet: (subnet: Resource) => string,
): (subnet: Resource) => WayOut {
  const subnets = new Map(managed(document, 'aws_subnet').map((subnet) => [subnet.address, subnet]));
  const gateways = new Map(managed(document, 'aws_nat_gateway').map((nat) => [nat.address, nat]));
  const associations = managed(document, 'aws_route_table_association');
  const routes = managed(document, 'aws_route');

  function nameOfNat(address: string): string {
    const subnet = targetOf(
      written(gateways.get(address)?.attributes ?? new Map<string, Value>(), 'subnet_id'),
    );
    const place = subnet && subnets.get(subnet.address);
    return place === undefined ? 'nat' : `nat (${nameOfSubnet(place)})`;
  }

  function tableOf(subnet: Resource): Value | undefined {
    const own = associations.filter((association) =>
      pointsAt(written(association, 'subnet_id'), subnet.address),
    );
    if (own[0] !== undefined) return written(own[0], 'route_table_id');
    const vpc = targetOf(written(subnet, 'vpc_id'))?.address;
    return vpc === undefined ? undefined : mainTableOf(document, vpc);
  }

  return (subnet) => {
    // An association whose subnet cannot be told may be this one's.
    const unsure = associations.find((association) => isUnsure(written(association, 'subnet_id')));
    if (unsure !== undefined) return notKnown(`the subnet of ${unsure.address} is not known before apply`);
    const table = tableOf(subnet);
    if (table === undefined) return notKnown('the main route table of its VPC is not declared here');
    const target = targetOf(table);
    if (target === undefined) return notKnown(`route table ${shown(table)}`);
    const stray = routes.find((route) => isUnsure(written(route, 'route_table_id')));
    if (stray !== undefined) return notKnown(`the table of ${stray.address} is not known before apply`);
    const resource = document.resources.find(({ address }) => address === target.address);
    const inline = resource === undefined ? [] : blocksOf(resource, 'route');
    const separate = routes.filter((route) =>
      sameTable(written(route, 'route_table_id'), target.address, document),
    );
    const all = [...inline, ...separate.map(({ attributes }) => attributes)].flatMap((route) =>
      routeOf(route, nameOfNat),
    );
    const propagated = resource === undefined ? [] : itemsOf(written(resource, 'propagating_vgws'));
    const learnt = propagated.map((gateway) => ({ to: 'what it learns', via: shown(gateway) }));
    return { ...summary([...all, ...learnt]), routeTable: target.address };
  };
}

function summary(routes: readonly (Route & { readonly kind?: WayOut['kind'] })[]): WayOut {
  const plain = routes.map(({ to, via }) => ({ to, via }));
  if (routes.length === 0) return { kind: 'none', text: 'no way out', routes: [] };
  const everywhere = routes.filter(({ to }) => to === '0.0.0.0/0' || to === '::/0');
  const main = everywhere.find(({ to }) => to === '0.0.0.0/0') ?? everywhere[0];
  const texts = routes.map(({ to, via, kind }) =>
    kind === undefined || to !== '0.0.0.0/0' ? `${to} via ${via}` : `internet via ${via}`,
  );
  return { kind: main?.kind ?? 'other', text: texts.join(', '), routes: plain };
}

/** One route of a table; the local route, which every table has, is none. */
function routeOf(
  route: ReadonlyMap<string, Value>,
  nameOfNat: (address: string) => string,
): (Route & { readonly kind?: WayOut['kind'] })[] {
  const destination = destinations.map((name) => written(route, name)).find((value) => value !== undefined);
  const [name, target] = targets
    .map(([attribute, word]) => [word, written(route, attribute)] as const)
    .find(([, value]) => value !== undefined) ?? ['nothing', undefined];
  if (name === 'gateway' && textOf(target) === 'local') return [];
  const to = shown(destination);
  const reference = targetOf(target);
  if (name === 'nat' && reference !== undefined) {
    return [{ to, via: nameOfNat(reference.address), kind: 'nat gateway' }];
  }
  if (name === 'gateway' && reference?.address.includes('aws_internet_gateway.')) {
    return [{ to, via: 'igw', kind: 'internet gateway' }];
  }
  return [{ to, via: `${name} ${reference?.address ?? shown(target)}`.trim() }];
}

/** The main table of a VPC as far as it is declared, else the VPC's own `main_route_table_id`. */
function mainTableOf(document: TerraformDocument, vpc: string): Value | undefined {
  const moved = managed(document, 'aws_main_route_table_association').find((association) =>
    pointsAt(written(association, 'vpc_id'), vpc),
  );
  if (moved !== undefined) return written(moved, 'route_table_id');
  const adopted = managed(document, 'aws_default_route_table').find((table) =>
    pointsAt(written(table, 'default_route_table_id'), vpc),
  );
  if (adopted !== undefined) return { kind: 'ref', address: adopted.address, attribute: 'id' };
  return managed(document, 'aws_vpc').some(({ address }) => address === vpc)
    ? { kind: 'ref', address: vpc, attribute: 'main_route_table_id' }
    : undefined;
}

/** Whether a route's table is this one, also when it is named through the VPC whose main table it is. */
function sameTable(value: Value | undefined, table: string, document: TerraformDocument): boolean {
  const target = targetOf(value);
  if (target === undefined) return false;
  if (target.address === table) return true;
  if (!/^(main|default)_route_table_id$/.test(target.attribute)) return false;
  return targetOf(mainTableOf(document, target.address))?.address === table;
}

const pointsAt = (value: Value | undefined, address: string): boolean => targetOf(value)?.address === address;

const isUnsure = (value: Value | undefined): boolean => value?.kind === 'unknown' || value?.kind === 'one-of';

function notKnown(why: string): WayOut {
  return { kind: 'not known', text: `way out not known: ${why}`, routes: [] };
}

const destinations = [
  'destination_cidr_block',
  'cidr_block',
  'destination_ipv6_cidr_block',
  'ipv6_cidr_block',
  'destination_prefix_list_id',
] as const;

const targets = [
  ['gateway_id', 'gateway'],
  ['nat_gateway_id', 'nat'],
  ['egress_only_gateway_id', 'egress-only gateway'],
  ['transit_gateway_id', 'transit gateway'],
  ['vpc_peering_connection_id', 'peering'],
  ['network_interface_id', 'interface'],
  ['vpc_endpoint_id', 'endpoint'],
  ['core_network_arn', 'core network'],
  ['carrier_gateway_id', 'carrier gateway'],
  ['local_gateway_id', 'local gateway'],
] as const;

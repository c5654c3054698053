import type { Resource, TerraformDocument } from '../readers/terraform-document';
import type { Value } from '../topology/value';
import { blocksOf, isUnsure, itemsOf, managed, shown, targetOf, textOf, written } from './written-value';

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
  const mains = managed(document, 'aws_main_route_table_association');
  const routes = managed(document, 'aws_route');
  const learning = managed(document, 'aws_vpn_gateway_route_propagation');
  const endpoints = managed(document, 'aws_vpc_endpoint', 'aws_vpc_endpoint_route_table_association');
  const doubt = doubtAbout(associations, mains, [...routes, ...learning, ...endpoints]);

  function nameOfNat(address: string): string {
    const gateway = gateways.get(address);
    const subnet = gateway && targetOf(written(gateway, 'subnet_id'));
    const place = subnet && subnets.get(subnet.address);
    return place === undefined ? 'nat' : `nat (${nameOfSubnet(place)})`;
  }

  function tableOf(subnet: Resource): Value | undefined {
    const own = associations.find((association) =>
      pointsAt(written(association, 'subnet_id'), subnet.address),
    );
    if (own !== undefined) return written(own, 'route_table_id');
    const vpc = targetOf(written(subnet, 'vpc_id'))?.address;
    return vpc === undefined ? undefined : mainTableOf(document, vpc);
  }

  return (subnet) => {
    if (doubt !== undefined) return notKnown(doubt);
    const table = tableOf(subnet);
    if (table === undefined) return notKnown('the main route table of its VPC is not declared here');
    const address = targetOf(table)?.address;
    const resource = managed(document, ...tableTypes).find((candidate) => candidate.address === address);
    if (address === undefined || resource === undefined) return notKnown(`route table ${shown(table)}`);
    const of = (value: Value | undefined): boolean => sameTable(value, address, document);
    const inline = blocksOf(resource, 'route');
    if (inline.unsure !== undefined) return notKnown(`routes of ${address}: ${inline.unsure}`);
    const separate = routes.filter((route) => of(written(route, 'route_table_id')));
    const stated = [...inline.blocks, ...separate.map(({ attributes }) => attributes)];
    const vpnGateways = [
      ...itemsOf(written(resource, 'propagating_vgws')),
      ...learning
        .filter((propagation) => of(written(propagation, 'route_table_id')))
        .flatMap((propagation) => itemsOf(written(propagation, 'vpn_gateway_id'))),
    ];
    const services = endpoints.filter((endpoint) =>
      ['route_table_id', 'route_table_ids'].some((name) => itemsOf(written(endpoint, name)).some(of)),
    );
    const all = [
      ...stated.flatMap((route) => routeOf(route, nameOfNat)),
      ...vpnGateways.map((gateway) => ({ to: 'what it learns', via: shown(gateway) })),
      ...services.map((endpoint) => ({ to: 'its service', via: endpointOf(endpoint) })),
    ];
    return { ...summary(all), routeTable: address };
  };
}

/** What may give a subnet another table, or a table another route, without saying which: then nothing is certain. */
function doubtAbout(
  associations: readonly Resource[],
  mains: readonly Resource[],
  routes: readonly Resource[],
): string | undefined {
  const number = [...associations, ...mains, ...routes].find(({ certain }) => !certain);
  if (number !== undefined) return `how many there are of ${number.address} is not known before apply`;
  const subnet = associations.find((association) => isUnsure(written(association, 'subnet_id')));
  if (subnet !== undefined) return `the subnet of ${subnet.address} is not known before apply`;
  const vpc = mains.find((association) => isUnsure(written(association, 'vpc_id')));
  if (vpc !== undefined) return `the VPC of ${vpc.address} is not known before apply`;
  const table = routes.find((route) =>
    ['route_table_id', 'route_table_ids'].some((name) => itemsOf(written(route, name)).some(isUnsure)),
  );
  return table && `the table of ${table.address} is not known before apply`;
}

const tableTypes = ['aws_route_table', 'aws_default_route_table', 'aws_vpc'] as const;

function endpointOf(endpoint: Resource): string {
  return shown(written(endpoint, 'service_name') ?? written(endpoint, 'vpc_endpoint_id')) || endpoint.address;
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

import type { Resource, TerraformDocument } from '../readers/terraform-document';
import { networkAcls, type NetworkAclInventory } from './aws-network-acl';
import { wayOutOfSubnets, type WayOut } from './aws-way-out';
import { blockOf, byBlock } from './block-order';
import { countOf, type Count } from './count';
import {
  flagOf,
  isUnsure,
  itemsOf,
  labelOf,
  managed,
  shown,
  targetOf,
  textOf,
  written,
} from './written-value';

/** VPCs with their subnets, and what AWS bills by the hour among them. */
export interface AwsInventory {
  /** Regions of the provider configurations; a text such as `var.region` where it is not known before apply. */
  readonly regions: readonly string[];
  readonly vpcs: readonly VpcInventory[];
  /** NAT gateways and public IPv4 addresses; other things that cost are not looked for. */
  readonly billedHourly: readonly BilledHourly[];
}

export interface VpcInventory {
  readonly address: string;
  readonly name: string;
  readonly blocks: readonly string[];
  /** Internet gateways that are attached to it. */
  readonly internetGateways: readonly string[];
  /** The default security group is adopted and left without a rule. */
  readonly defaultSecurityGroupEmptied: boolean;
  readonly subnets: readonly SubnetInventory[];
}

export interface SubnetInventory {
  readonly address: string;
  readonly name: string;
  /** The name without the words that the names of all subnets of the stack begin with. */
  readonly label: string;
  readonly zone: string | null;
  /** IPv4 block as written; null in an IPv6-only subnet. */
  readonly block: string | null;
  readonly ipv6Block: string | null;
  /** IPv4 addresses that interfaces can take. */
  readonly usable: Count;
  /** Whether what starts here gets a public IPv4 address by itself; null when that is not known before apply. */
  readonly automaticPublicAddresses: boolean | null;
  readonly wayOut: WayOut;
  /** Absent where none is declared for it; the default one of the VPC then applies. */
  readonly networkAcl?: NetworkAclInventory;
}

export interface BilledHourly {
  readonly what: 'NAT gateway' | 'public IPv4 address';
  readonly count: number;
  /** The prop that leaves them out, when all of them come from the ThreeSubnetVpc of this package. */
  readonly without?: string;
}

const describes = [
  'aws_vpc',
  'aws_vpc_ipv4_cidr_block_association',
  'aws_subnet',
  'aws_internet_gateway',
  'aws_internet_gateway_attachment',
  'aws_egress_only_internet_gateway',
  'aws_nat_gateway',
  'aws_eip',
  'aws_route_table',
  'aws_default_route_table',
  'aws_route',
  'aws_route_table_association',
  'aws_main_route_table_association',
  'aws_network_acl',
  'aws_network_acl_rule',
  'aws_network_acl_association',
  'aws_default_security_group',
] as const;

/** Undefined when the document declares none of the types that are described. */
export function awsInventory(
  document: TerraformDocument,
): { readonly inventory: AwsInventory; readonly describes: readonly string[] } | undefined {
  if (managed(document, ...describes).length === 0) return undefined;
  const inventory = {
    regions: regionsOf(document),
    vpcs: vpcsOf(document),
    billedHourly: billedHourly(document),
  };
  return { inventory, describes };
}

/**
 * IPv4 addresses that AWS hands out in a subnet: the block less the first four and the last.
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html
 */
export function usableInSubnet(block: string | undefined): Count {
  const size = blockOf(block)?.size;
  return size === undefined ? null : countOf(size > 5n ? size - 5n : 0n);
}

function regionsOf(document: TerraformDocument): string[] {
  const regions = document.providers
    .filter(({ provider }) => provider.endsWith('/aws'))
    .map(({ attributes }) => shown(written(attributes, 'region')));
  return [...new Set(regions)].filter((region) => region !== '');
}

function vpcsOf(document: TerraformDocument): VpcInventory[] {
  const labels = shortLabels(managed(document, 'aws_subnet'));
  const ways = wayOutOfSubnets(document, (subnet) => labels.get(subnet) ?? labelOf(subnet));
  const acls = networkAcls(document);
  const vpcs = managed(document, 'aws_vpc').map((vpc) => ({ address: vpc.address, name: labelOf(vpc), vpc }));
  const known = new Set(vpcs.map(({ address }) => address));
  // Subnets of a VPC that is made elsewhere: they stand under what is written for it.
  const elsewhere = managed(document, 'aws_subnet')
    .filter((subnet) => !known.has(vpcOf(subnet)))
    .map((subnet) => ({ address: vpcOf(subnet), name: 'VPC made elsewhere', vpc: undefined }));
  const distinct = new Map([...vpcs, ...elsewhere].map((entry) => [entry.address, entry]));
  return [...distinct.values()].map(({ address, name, vpc }) => ({
    address,
    name,
    blocks: blocksOfVpc(document, address, vpc),
    internetGateways: internetGatewaysOf(document, address),
    defaultSecurityGroupEmptied: managed(document, 'aws_default_security_group').some(
      (group) => vpcOf(group) === address && isEmptied(group, document),
    ),
    subnets: byBlock(
      managed(document, 'aws_subnet')
        .filter((subnet) => vpcOf(subnet) === address)
        .map((subnet) => ({
          ...subnetInventory(subnet, ways(subnet), acls(subnet)),
          label: labels.get(subnet) ?? labelOf(subnet),
        })),
      ({ block }) => block,
    ),
  }));
}

/** Neither rules of its own nor rule resources that add to it. */
function isEmptied(group: Resource, document: TerraformDocument): boolean {
  const inline = ['ingress', 'egress'].flatMap((way) => itemsOf(written(group, way)));
  const rules = managed(document, ...ruleTypes).map((rule) => written(rule, 'security_group_id'));
  const added = rules.some((target) => isUnsure(target) || targetOf(target)?.address === group.address);
  return inline.length === 0 && !added;
}

const ruleTypes = [
  'aws_security_group_rule',
  'aws_vpc_security_group_ingress_rule',
  'aws_vpc_security_group_egress_rule',
] as const;

/** Address of the VPC that a resource belongs to, or the text of what is written for it. */
function vpcOf(resource: Resource): string {
  const value = written(resource, 'vpc_id');
  return targetOf(value)?.address ?? shown(value);
}

function blocksOfVpc(document: TerraformDocument, address: string, vpc: Resource | undefined): string[] {
  const first = vpc && shown(written(vpc, 'cidr_block') ?? written(vpc, 'ipv4_ipam_pool_id'));
  const more = managed(document, 'aws_vpc_ipv4_cidr_block_association')
    .filter((association) => vpcOf(association) === address)
    .map((association) => shown(written(association, 'cidr_block')));
  return [first ?? '', ...more].filter((block) => block !== '');
}

function internetGatewaysOf(document: TerraformDocument, vpc: string): string[] {
  const own = managed(document, 'aws_internet_gateway').filter((gateway) => vpcOf(gateway) === vpc);
  const attached = managed(document, 'aws_internet_gateway_attachment')
    .filter((attachment) => vpcOf(attachment) === vpc)
    .map((attachment) => shown(written(attachment, 'internet_gateway_id')));
  return [...own.map(({ address }) => address), ...attached];
}

/** `shop-public-a` and `shop-db-a` become `public-a` and `db-a`; a single name stays whole. */
function shortLabels(subnets: readonly Resource[]): ReadonlyMap<Resource, string> {
  const names = subnets.map((subnet) => labelOf(subnet).split('-'));
  const [first = []] = names;
  const shortest = Math.min(...names.map((words) => words.length));
  const differs = first.findIndex(
    (word, at) => at === shortest - 1 || names.some((words) => words[at] !== word),
  );
  const shared = names.length < 2 ? 0 : Math.max(0, differs);
  return new Map(subnets.map((subnet, at) => [subnet, names[at]!.slice(shared).join('-')]));
}

function subnetInventory(
  subnet: Resource,
  wayOut: WayOut,
  networkAcl: NetworkAclInventory | undefined,
): Omit<SubnetInventory, 'label'> {
  const block = written(subnet, 'cidr_block');
  return {
    address: subnet.address,
    name: labelOf(subnet),
    zone: shown(written(subnet, 'availability_zone') ?? written(subnet, 'availability_zone_id')) || null,
    block: shown(block) || null,
    ipv6Block: shown(written(subnet, 'ipv6_cidr_block')) || null,
    usable: usableInSubnet(textOf(block)),
    automaticPublicAddresses: flagOf(written(subnet, 'map_public_ip_on_launch')),
    wayOut,
    ...(networkAcl && { networkAcl }),
  };
}

/**
 * NAT gateways and public IPv4 addresses cost by the hour whether used or not.
 * @see https://aws.amazon.com/vpc/pricing/
 */
function billedHourly(document: TerraformDocument): BilledHourly[] {
  const gateways = managed(document, 'aws_nat_gateway');
  const addresses = [...managed(document, 'aws_eip'), ...withPublicAddress(document)];
  const items = [
    { what: 'NAT gateway' as const, resources: gateways },
    { what: 'public IPv4 address' as const, resources: addresses },
  ];
  return items
    .filter(({ resources }) => resources.length > 0)
    .map(({ what, resources }) => ({
      what,
      count: resources.length,
      ...(resources.every(isOfThreeSubnetVpc) && { without: "nat: 'none'" }),
    }));
}

/** Told by the tag that ThreeSubnetVpc puts on all it makes; its only addresses are those of NAT gateways. */
function isOfThreeSubnetVpc(resource: Resource): boolean {
  const tags = written(resource, 'tags');
  return tags?.kind === 'object' && textOf(tags.entries.get('ManagedBy')) === 'netproof';
}

function withPublicAddress(document: TerraformDocument): Resource[] {
  return managed(document, 'aws_instance').filter(
    (instance) => flagOf(written(instance, 'associate_public_ip_address')) === true,
  );
}

import { unknown, type Unknown } from '../../topology/value';
import { type AwsResource, certainly, type Thing, idOf } from './estate';
import type { NetworkInterface } from './interfaces';
import { leftOut, type Network, type Placement } from './network';
import { sameZone, type Subnet } from './subnet';

/**
 * RDS instances and Aurora clusters. Their interface is in one subnet of their subnet group, and only apply tells in
 * which; an instance that names its zone is in one of that zone. `publicly_accessible` adds a public address.
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html
 */
export function addDatabases(network: Network): void {
  for (const database of network.estate.of('aws_db_instance')) add(network, database, database);
  for (const cluster of network.estate.of('aws_rds_cluster')) add(network, cluster, cluster);
  for (const member of network.estate.of('aws_rds_cluster_instance')) {
    const types = ['aws_rds_cluster'] as const;
    const things = network.estate.named(member, 'cluster_identifier', types);
    const cluster = certainly(things, ...types) ?? clusterCalled(network, member);
    if (cluster !== undefined) add(network, member, cluster);
    else {
      const cause = leftOut(member.key('cluster_identifier'), 'a cluster that is not in this input');
      network.addEndpoint(member, [], { notModelled: cause });
    }
  }
}

function clusterCalled(network: Network, member: AwsResource): AwsResource | undefined {
  const name = member.text('cluster_identifier');
  const clusters = network.estate.of('aws_rds_cluster');
  return clusters.find((one) => name !== undefined && one.text('cluster_identifier') === name);
}

/** Adds a database; `group` is what names its subnet group and its security groups. */
function add(network: Network, database: AwsResource, group: AwsResource): void {
  const placement = placementOf(network, database, group);
  const dual = group.text('network_type') === 'DUAL';
  const interfaces = placement.subnets.map((subnet): NetworkInterface =>
    network.interfaces.add({
      id: `${database.id} in ${subnet.id}`,
      subnet,
      addresses: network.interfaces.addresses(
        database,
        { ipv4: [], key: 'address' },
        { ...subnet, assignsIpv6: dual },
      ),
      filters: network.groups.worn(group, ['vpc_security_group_ids'], subnet.vpc),
      forwards: false,
      mapped: database.flag('publicly_accessible') ?? false,
      publicKey: database.key('address'),
      inUse: true,
      origin: database.origin(),
    }),
  );
  const [cause] = placement.unknowns;
  network.addEndpoint(database, interfaces, {
    spread: 'placements',
    placement: zoneOf(database, placement.subnets),
    notModelled: cause,
  });
}

/** The zone tells the subnet, where each is in a zone of its own. */
function zoneOf(database: AwsResource, subnets: readonly Subnet[]): Unknown | undefined {
  const apart = subnets.every((one) =>
    subnets.every((other) => one === other || sameZone(one, other) === false),
  );
  if (!apart || database.flag('multi_az') === true || database.has('availability_zone')) return undefined;
  return unknown(database.key('availability_zone'), 'the zone that it gets');
}

function placementOf(network: Network, database: AwsResource, group: AwsResource): Placement {
  const types = ['aws_db_subnet_group'] as const;
  const attribute = 'db_subnet_group_name';
  const at = database.has(attribute) ? database : group;
  const things = network.estate.named(at, attribute, types);
  const [only, ...others] = things.options;
  if (only === undefined) {
    const cause = leftOut(at.key(attribute), 'the default subnet group, which is not in this input');
    return { subnets: [], unknowns: [cause] };
  }
  const named = others.length === 0 ? subnetGroup(only) : undefined;
  if (named === undefined) {
    const cause = things.unknowns[0] ?? leftOut(idOf(only), `${idOf(only)}, which is not in this input`);
    return { subnets: [], unknowns: [cause] };
  }
  const { subnets, unknowns } = network.subnetsListed(named, 'subnet_ids');
  return { subnets: inZone(database, subnets), unknowns };
}

function subnetGroup(thing: Thing): AwsResource | undefined {
  return thing.kind === 'resource' && thing.resource.has('subnet_ids') ? thing.resource : undefined;
}

/** The subnets of the zone that a database names, where zones can be compared. */
function inZone(database: AwsResource, subnets: readonly Subnet[]): readonly Subnet[] {
  const zone = database.written('availability_zone');
  if (!database.has('availability_zone') || database.flag('multi_az') === true) return subnets;
  const fitting = subnets.filter((subnet) => sameZone({ ...subnet, id: '', zone }, subnet) !== false);
  return fitting.length > 0 ? fitting : subnets;
}

import { type Bounds, between } from '../../topology/bounds';
import type { Unknown } from '../../topology/value';
import { type Attributes, isUnknown } from '../attributes';
import { type AwsResource, certainly, idOf } from './estate';
import type { NetworkInterface } from './interfaces';
import { LaunchTemplate } from './launch-template';
import type { Network } from './network';

const instanceTypes = ['aws_instance', 'aws_spot_instance_request'] as const;

/**
 * Instances, and network interfaces that stand on their own. Addresses and security groups belong to interfaces; the
 * first one of an instance is made with it unless one is named.
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-eni.html
 */
export function addInstances(network: Network): void {
  const attached = attachments(network);
  const instances = network.estate.of(...instanceTypes);
  const used = new Set<string>();
  for (const instance of instances) {
    const named = namedInterfaces(network, instance, attached);
    for (const { resource } of named) used.add(resource.id);
    const first = named.find((one) => one.first);
    const interfaces = named.flatMap(({ resource }) => interfacesOf(network, resource, true));
    const own = first === undefined ? ownInterfaces(network, instance) : undefined;
    for (const one of own?.interfaces ?? []) network.interfaces.add(one, instance.id, own!.name);
    if (first !== undefined) nameFirst(network, instance, first.resource.id);
    const all = [...(own?.interfaces ?? []), ...interfaces];
    network.addEndpoint(instance, all, {
      spread: own !== undefined && own.interfaces.length > 1 ? 'placements' : 'own',
      placement: own?.placement,
      notModelled: own?.doubt,
    });
  }
  for (const resource of network.estate.of('aws_network_interface')) {
    if (used.has(resource.id)) continue;
    network.addEndpoint(resource, interfacesOf(network, resource, false), {
      spread: 'own',
      notModelled: network.doubt(placementOf(network, resource)),
    });
  }
}

interface Attached {
  readonly resource: AwsResource;
  readonly first: boolean;
}

/** Interfaces that are made on their own, by the id of the instance they belong to. */
function attachments(network: Network): ReadonlyMap<string, readonly Attached[]> {
  const attached = new Map<string, Attached[]>();
  const note = (at: Attributes, attribute: string, resource: AwsResource | undefined) => {
    const instance = certainly(network.estate.named(at, attribute, instanceTypes), ...instanceTypes);
    if (instance === undefined || resource === undefined) return;
    const others = attached.get(instance.id) ?? [];
    attached.set(instance.id, [...others, { resource, first: at.number('device_index') === 0 }]);
  };
  for (const resource of network.estate.of('aws_network_interface')) {
    for (const block of resource.blocks('attachment').items) note(block, 'instance', resource);
  }
  for (const attachment of network.estate.of('aws_network_interface_attachment')) {
    note(attachment, 'instance_id', named(network, attachment));
  }
  return attached;
}

/** Interfaces of an instance that have a resource of their own. */
function namedInterfaces(
  network: Network,
  instance: AwsResource,
  attached: ReadonlyMap<string, readonly Attached[]>,
): readonly Attached[] {
  const inside: Attached[] = [];
  for (const [attribute, index] of [
    ['primary_network_interface', 0],
    ['network_interface', undefined],
  ] as const) {
    for (const block of instance.blocks(attribute).items) {
      const resource = named(network, block);
      if (resource !== undefined) {
        inside.push({ resource, first: (index ?? block.number('device_index')) === 0 });
      }
    }
  }
  const all = [...inside, ...(attached.get(instance.id) ?? [])];
  return [...new Map(all.map((one) => [one.resource.id, one])).values()];
}

function named(network: Network, at: Attributes): AwsResource | undefined {
  const types = ['aws_network_interface'] as const;
  return certainly(network.estate.named(at, 'network_interface_id', types), ...types);
}

function nameFirst(network: Network, instance: AwsResource, id: string): void {
  const one = network.interfaces.get(id);
  if (one !== undefined) network.interfaces.add(one, instance.id, primaryOf(instance));
}

const primaryOf = (instance: AwsResource) => `${instance.id}.primary_network_interface_id`;

/** The interface that comes with an instance: one per subnet that it may be in. */
function ownInterfaces(network: Network, instance: AwsResource) {
  const template = LaunchTemplate.of(network, instance);
  const place = instance.has('subnet_id') || template === undefined ? instance : template.placeOf(instance);
  const { options, unknowns } = network.subnets.at(place, 'subnet_id');
  const name = primaryOf(instance);
  const associated =
    instance.flag('associate_public_ip_address') ??
    instance.block('network_interface')?.flag('associate_public_ip_address') ??
    template?.associatesPublic;
  const interfaces = options.map((subnet): NetworkInterface => {
    const stated = instance.states('vpc_security_group_ids') || instance.states('security_groups');
    const filters =
      stated || template === undefined
        ? network.groups.worn(instance, ['vpc_security_group_ids', 'security_groups'], subnet.vpc)
        : template.groups(subnet.vpc);
    const address = network.interfaces.literal(instance.written('public_ip'));
    return {
      id: options.length === 1 ? name : `${name} in ${subnet.id}`,
      subnet,
      addresses: network.interfaces.addresses(instance, instanceAddresses, subnet),
      filters: attachedGroups(network, [instance.id], filters, subnet.vpc),
      forwards: negated(instance.flag('source_dest_check')),
      mapped: associated ?? subnet.mapsPublic,
      publicKey: instance.key('public_ip'),
      publicAddress: address,
      inUse: true,
      origin: instance.origin(),
    };
  });
  return {
    interfaces,
    name,
    placement: unknowns[0],
    doubt: network.doubt({ subnets: options, unknowns: doubtful(options, unknowns) }),
  };
}

/** Several possible subnets are placements, which the solver weighs itself. */
function doubtful(options: readonly unknown[], unknowns: readonly Unknown[]): readonly Unknown[] {
  return options.length > 1 ? [] : unknowns;
}

const instanceAddresses = {
  ipv4: ['private_ip', 'secondary_private_ips'],
  ipv6: ['ipv6_addresses'],
  ipv6Count: 'ipv6_address_count',
  key: 'private_ip',
} as const;

const interfaceAddresses = {
  ipv4: ['private_ip', 'private_ip_list', 'private_ips'],
  ipv6: ['ipv6_addresses', 'ipv6_address_list'],
  ipv6Count: 'ipv6_address_count',
  key: 'private_ip',
} as const;

function placementOf(network: Network, resource: AwsResource) {
  const { options, unknowns } = network.subnets.at(resource, 'subnet_id');
  return { subnets: options, unknowns: doubtful(options, unknowns) };
}

/** The topology's interfaces of an `aws_network_interface`: AWS never gives these a public address by itself. */
function interfacesOf(network: Network, resource: AwsResource, inUse: boolean): readonly NetworkInterface[] {
  const { subnets } = placementOf(network, resource);
  return subnets.map((subnet) =>
    network.interfaces.add(
      {
        id: subnets.length === 1 ? resource.id : `${resource.id} in ${subnet.id}`,
        subnet,
        addresses: network.interfaces.addresses(resource, interfaceAddresses, subnet),
        filters: attachedGroups(
          network,
          [resource.id],
          network.groups.worn(resource, ['security_groups'], subnet.vpc),
          subnet.vpc,
        ),
        forwards: negated(resource.flag('source_dest_check')),
        mapped: false,
        publicKey: resource.key('public_ip'),
        inUse,
        origin: resource.origin(),
      },
      resource.id,
    ),
  );
}

/** Groups that `aws_network_interface_sg_attachment` adds to an interface. */
function attachedGroups(
  network: Network,
  names: readonly string[],
  worn: Bounds<readonly string[]>,
  vpc: NetworkInterface['subnet']['vpc'],
): Bounds<readonly string[]> {
  const types = ['aws_network_interface', ...instanceTypes];
  let result = worn;
  for (const attachment of network.estate.of('aws_network_interface_sg_attachment')) {
    const { options, unknowns } = network.estate.named(attachment, 'network_interface_id', types);
    if (!options.some((option) => names.includes(idOf(option)))) continue;
    const more = network.groups.worn(attachment, ['security_group_id'], vpc);
    result = between(
      unknowns.length > 0 ? result.least : [...new Set([...result.least, ...more.least])],
      [...new Set([...result.most, ...more.most])],
      [...result.unknowns, ...more.unknowns, ...unknowns],
    );
  }
  return result;
}

/** An interface takes packets for others when its check of source and destination is switched off. */
function negated(check: boolean | Unknown | undefined): boolean | Unknown {
  return isUnknown(check) ? check : check === false;
}

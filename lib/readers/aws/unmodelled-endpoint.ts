import type { Unknown } from '../../topology/value';
import type { Attributes } from '../attributes';
import { namesGroups, namesSubnets } from './carrier-attribute';
import { ignored, modelled, passages, passesOn } from './coverage';
import type { AwsResource } from './estate';
import type { NetworkInterface } from './interfaces';
import { leftOut, type Network } from './network';
import { notModelled } from './not-modelled';
import type { Subnet } from './subnet';

/** Where a resource names subnets or security groups: attributes of its own or of its blocks. */
interface Naming {
  readonly at: Attributes;
  readonly attribute: string;
}

/**
 * Adds what carries interfaces and is not modelled as endpoints about which every verdict is unknown, in their
 * subnets where these are known, and notes what else is not modelled. A type that no list knows counts as one that
 * carries interfaces when it names subnets or security groups.
 */
export function addNotModelled(network: Network): void {
  for (const type of network.estate.types) {
    if (type in modelled || type in ignored) continue;
    for (const resource of network.estate.of(type)) {
      if (type in passages) addPassage(network, resource);
      else addCarrier(network, resource);
    }
  }
}

function addCarrier(network: Network, resource: AwsResource): void {
  const listed = notModelled[resource.type];
  const isSubnets = (name: string) => (listed === undefined ? namesSubnets(name) : listed[0].includes(name));
  const isGroups = (name: string) => (listed === undefined ? namesGroups(name) : listed[1].includes(name));
  const subnets = namings(resource, isSubnets);
  const groups = namings(resource, isGroups);
  if (subnets.length === 0 && groups.length === 0) return;
  const cause = leftOut(resource.id, `${resource.type} is not modelled`);
  const places = placesOf(network, subnets);
  const interfaces = places.map((subnet): NetworkInterface => {
    const worn = groups.length === 0 ? undefined : groups.map(({ at }) => at);
    const names = [...new Set(groups.map(({ attribute }) => attribute))];
    return network.interfaces.add({
      id: `${resource.id} in ${subnet.id}`,
      subnet,
      addresses: subnet.families.map((family) => network.interfaces.any(family, subnet, cause)),
      filters: network.groups.wornByAll(worn ?? [], names, subnet.vpc),
      forwards: false,
      mapped: cause,
      publicKey: resource.key('public_ip'),
      inUse: true,
      origin: resource.origin(),
    });
  });
  network.addEndpoint(resource, interfaces, { spread: 'placements', notModelled: cause });
  addGap(network, resource, places, cause);
}

function addPassage(network: Network, resource: AwsResource): void {
  if (resource.type === 'aws_vpc_block_public_access_options') {
    if (resource.text('internet_gateway_block_mode') === 'off') return;
  }
  const cause = leftOut(resource.id, `${resource.type} is not modelled`);
  addGap(network, resource, placesOf(network, namings(resource, namesSubnets)), cause);
}

/** What passes flows on may do so everywhere in the VPCs it stands in, or in all of them when it names none. */
function addGap(network: Network, resource: AwsResource, places: readonly Subnet[], cause: Unknown): void {
  const relays = passesOn.has(resource.type);
  const vpcs = new Set(places.map((subnet) => subnet.vpc.id));
  const within = (subnet: Subnet) => (vpcs.size === 0 ? true : vpcs.has(subnet.vpc.id));
  const segments = relays ? [...network.subnets.all()].filter(within) : places;
  network.builder.addGap({
    type: resource.type,
    origin: resource.origin(),
    segments: [...new Set(segments.map((subnet) => subnet.id))],
    ...(relays ? { relays } : {}),
    unknown: cause,
  });
}

function namings(at: Attributes, wanted: (name: string) => boolean): readonly Naming[] {
  const found: Naming[] = [];
  for (const name of at.names()) {
    if (wanted(name) && at.has(name)) found.push({ at, attribute: name });
    else for (const block of at.blocks(name).items) found.push(...namings(block, wanted));
  }
  return found;
}

/** The subnets that are named, directly or by a subnet group. */
function placesOf(network: Network, namings: readonly Naming[]): readonly Subnet[] {
  const groupTypes = [...network.estate.types].filter((type) => type.endsWith('_subnet_group'));
  const places = new Map<string, Subnet>();
  const note = (at: Attributes, attribute: string) => {
    for (const subnet of network.subnetsListed(at, attribute).subnets) places.set(subnet.id, subnet);
  };
  for (const { at, attribute } of namings) {
    if (!attribute.includes('subnet_group')) {
      if (attribute === 'subnet_mapping') {
        for (const block of at.blocks(attribute).items) note(block, 'subnet_id');
      } else note(at, attribute);
      continue;
    }
    const { options } = network.estate.named(at, attribute, groupTypes);
    for (const option of options) {
      if (option.kind === 'resource') note(option.resource, 'subnet_ids');
    }
  }
  return [...places.values()];
}

import type { Address } from '../../addressing/address';
import { AddressSet } from '../../addressing/address-set';
import type { TopologyBuilder } from '../../topology/topology-builder';
import { unknown } from '../../topology/value';
import { publicIpv4, publicIpv6 } from '../public-addresses';
import type { TerraformDocument } from '../terraform-document';
import { ignored, modelled } from './coverage';
import { clashText, deployedHosts } from './deployed-hosts';
import { privateBlocks } from './docker-address';
import type { DockerAssumptions } from './docker-assumptions';
import { DockerHost } from './docker-host';
import type { DockerNetwork } from './docker-network';
import { DockerEstate, type DockerResource } from './docker-resource';
import type { Engine } from './engine';
import { Placement } from './placed-container';
import { type WayIn, waysInto } from './way-in';

/** Whether a document holds anything that this reader compiles. */
export function hasDocker(document: TerraformDocument): boolean {
  return document.resources.some(
    ({ provider, type, mode }) =>
      mode === 'managed' &&
      (provider === 'kreuzwerker/docker' || type.startsWith('docker_')) &&
      !(type in ignored),
  );
}

/**
 * Compiles the Docker resources of a document into a topology, as they are on one engine. Several provider configurations
 * are several hosts.
 */
export function addDocker(
  document: TerraformDocument,
  builder: TopologyBuilder,
  engine: Engine,
  assumed: DockerAssumptions,
): void {
  const estate = new DockerEstate(document);
  const resources = estate.resources.filter(({ managed, type }) => managed && !(type in ignored));
  const { hosts, clashes } = deployedHosts(document, estate, resources, engine, assumed);
  const networks: DockerNetwork[] = [];
  const { ways, unreadable } = waysInto(document);
  const taken = new Set<WayIn>();
  const made = hosts.map(({ called, holds }) => {
    const own = ways.filter(
      (way) => !taken.has(way) && estate.resources.some((one) => leadsTo(way, one, holds)),
    );
    for (const way of own) taken.add(way);
    const placement = new Placement(estate, holds, called, engine, assumed);
    const containers = estate
      .of('docker_container')
      .filter(holds)
      .map((one) => placement.place(one));
    const here = [...placement.networks.values()];
    networks.push(...here);
    const services = estate.of('docker_service').filter(holds);
    const parts = { networks: here, containers, services, ways: own };
    return new DockerHost(builder, engine, assumed, parts, called);
  });
  for (const host of made) host.add();
  for (const { id, shim } of networks) {
    if (shim === undefined) continue;
    const text = `the host has the interface that ${id} says, with the address ${shim.toString()}`;
    builder.addPremise({ key: `${id}//.netproof.hostAccess`, text });
  }
  for (const { then, unknown: cause } of unreadable) {
    const segments = networks.filter(({ id }) => builder.has('segments', id)).map(({ id }) => id);
    const origin = { address: then ?? cause.key };
    builder.addGap({ type: 'way in', origin, segments, relays: true, unknown: cause });
  }
  if (clashes.length > 0) builder.addPremise({ key: 'stacks', text: clashText(clashes) });
  for (const resource of resources) {
    if (resource.type in modelled) continue;
    const cause = unknown(resource.id, `${resource.type} is not modelled`);
    const name = resource.label('name');
    if (resource.type === 'docker_service') {
      builder.addEndpoint({
        id: resource.id,
        names: name === undefined ? [] : [name],
        type: resource.type,
        notModelled: cause,
        interfaces: [],
        origin: resource.origin(),
      });
    }
    builder.addGap({ type: resource.type, origin: resource.origin(), segments: [], unknown: cause });
  }
  const arrives = ways.map((way) => way.arrives.address);
  addZones(builder, networks, assumed, arrives);
}

/** Whether a resource shows that a way leads to the host that holds it. */
function leadsTo(
  { stack, then }: WayIn,
  resource: DockerResource,
  holds: (resource: DockerResource) => boolean,
): boolean {
  return resource.stack === stack && holds(resource) && (then === undefined || resource.id === then);
}

function addZones(
  builder: TopologyBuilder,
  networks: readonly DockerNetwork[],
  { lan, hostAddresses }: DockerAssumptions,
  machines: readonly Address[],
): void {
  const own = AddressSet.of(...networks.flatMap(({ blocks }) => blocks), ...hostAddresses, ...machines);
  const neighbours = lan.address === undefined ? AddressSet.of(...privateBlocks) : AddressSet.of(lan.address);
  for (const [id, name, addresses] of [
    ['internet', 'the Internet', publicIpv4],
    ['internet6', 'the Internet by IPv6', publicIpv6],
    ['lan', 'another machine on the LAN', neighbours],
  ] as const) {
    if (!builder.has('zones', id)) builder.addZone({ id, name, addresses: addresses.subtract(own) });
  }
}

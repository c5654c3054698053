import { Address } from '../../addressing/address';
import { PortSet } from '../../addressing/port-set';
import { Traffic } from '../../addressing/traffic';
import { NetproofError } from '../../addressing/netproof-error';
import type { Origin } from '../../topology/origin';
import { printable, unknown, type Unknown, type Value } from '../../topology/value';
import { type Attributes, isUnknown } from '../attributes';
import type { DockerEstate, DockerResource, Named } from './docker-resource';

/** Whose network stack a container has. @see https://docs.docker.com/engine/network/ */
export type Stack =
  /** Its own, on networks. */
  | { readonly kind: 'networks'; readonly attachments: readonly WrittenAttachment[] }
  | { readonly kind: 'host' }
  /** Its own, with a loopback and nothing else. */
  | { readonly kind: 'none' }
  /** That of another container. */
  | { readonly kind: 'container'; readonly resource: DockerResource }
  | { readonly kind: 'unknown'; readonly unknown: Unknown };

/** A network as a container names it: `bridge` for the default one. */
export interface WrittenAttachment {
  readonly network: Named;
  /** Addresses that are written or known, one per family. */
  readonly addresses: readonly Address[];
  /** Further names of the container on it. */
  readonly aliases: readonly Alias[];
  readonly origin: Origin;
}

/** A name in lower case, or what would tell it. */
export interface Alias {
  readonly name: string | Unknown;
  readonly origin: Origin;
}

/** A port of the host that leads to a port of the container. */
export interface PublishedPort {
  /** What the host listens on; every port that the engine may pick when it picks one. */
  readonly dialled: Traffic;
  /** What is dialled in the container. */
  readonly traffic: Traffic;
  /** Text of the address that the host listens on: `0.0.0.0` and `::` are all of a family. */
  readonly at: string;
  /** Set when not all of it is known. */
  readonly unknown: Unknown | undefined;
  readonly origin: Origin;
}

/** Reads whose stack a docker_container has and which networks it joins. */
export function stackOf(resource: DockerResource, estate: DockerEstate): Stack {
  if (resource.existence !== undefined) return { kind: 'unknown', unknown: resource.existence };
  const mode = modeOf(resource, estate);
  if (mode.kind !== 'networks') return mode;
  const { items, unknowns } = resource.blocks('networks_advanced');
  if (unknowns.length > 0) return { kind: 'unknown', unknown: unknowns[0]! };
  const joined: WrittenAttachment[] = [];
  for (const item of items) {
    const network = estate.named(item.written('name'), 'docker_network', resource.alias, item, 'name');
    if (network.kind === 'unknown') return network;
    joined.push({ network, addresses: addressesOf(item), aliases: aliasesOf(item), origin: item.origin() });
  }
  // The provider creates a container on the default bridge and takes it off when networks are named; any other
  // network of network_mode stays.
  const [named] = mode.attachments;
  const onDefault = named !== undefined && isDefault(named.network);
  const attachments = joined.length > 0 && onDefault ? joined : [...mode.attachments, ...joined];
  return { kind: 'networks', attachments: distinct(attachments) };
}

/** What the container publishes; in the order of its blocks. */
export function publishedBy(resource: DockerResource): readonly PublishedPort[] | Unknown {
  const { items, unknowns } = resource.blocks('ports');
  if (unknowns.length > 0) return unknowns[0]!;
  const ports = items.map(publishedPort);
  const all = resource.flag('publish_all_ports') ?? false;
  if (all === false) return ports;
  const cause = isUnknown(all)
    ? all
    : unknown(resource.key('publish_all_ports'), 'which ports the image exposes');
  const any = Traffic.from([Traffic.of('tcp'), Traffic.of('udp')]);
  return [
    ...ports,
    {
      dialled: anyPort('tcp').union(anyPort('udp')),
      traffic: any,
      at: '0.0.0.0',
      unknown: cause,
      origin: resource.origin('publish_all_ports'),
    },
  ];
}

function publishedPort(item: Attributes): PublishedPort {
  const internal = item.number('internal');
  const external = item.number('external');
  const ip = item.scalar('ip') ?? '0.0.0.0';
  const protocol = item.scalar('protocol') ?? 'tcp';
  const cause = [internal, ip, protocol, external].find(isUnknown);
  const name = isUnknown(protocol) ? undefined : String(protocol).toLowerCase();
  const known = name === 'tcp' || name === 'udp' || name === 'sctp' ? name : undefined;
  const one = known ?? 'tcp';
  const picked = external === undefined || external === 0;
  return {
    dialled: isUnknown(external) || picked ? anyPort(one) : Traffic.of(one, PortSet.of(external)),
    traffic: typeof internal === 'number' ? Traffic.of(one, PortSet.of(internal)) : Traffic.of(one),
    at: isUnknown(ip) ? '0.0.0.0' : String(ip),
    unknown:
      cause ??
      (picked ? unknown(item.key('external'), 'the port that the engine picks') : undefined) ??
      (known === undefined
        ? unknown(item.key('protocol'), `the protocol ${JSON.stringify(name)}`)
        : undefined),
    origin: item.origin(),
  };
}

/** @see https://docs.docker.com/engine/network/port-publishing/ (ports that the engine picks are ephemeral ones) */
function anyPort(protocol: 'tcp' | 'udp' | 'sctp'): Traffic {
  return Traffic.of(protocol, PortSet.range(32768, 60999));
}

function modeOf(resource: DockerResource, estate: DockerEstate): Stack {
  const value = resource.written('network_mode');
  const of = (network: Named): Stack => ({
    kind: 'networks',
    attachments: [{ network, addresses: [], aliases: [], origin: resource.origin('network_mode') }],
  });
  const text = value.kind === 'known' && value.value !== null ? String(value.value) : undefined;
  if (value.kind === 'known' && (text === undefined || text === 'bridge' || text === 'default')) {
    return of({ kind: 'name', name: 'bridge' });
  }
  if (text === 'host' || text === 'none') return { kind: text };
  if (text?.startsWith('container:') === true || mentionsContainer(value)) {
    const named =
      text === undefined ? value : ({ kind: 'known', value: text.slice('container:'.length) } as const);
    return containerNamed(
      estate.named(named, 'docker_container', resource.alias, resource, 'network_mode'),
      resource,
    );
  }
  const network = estate.named(value, 'docker_network', resource.alias, resource, 'network_mode');
  return network.kind === 'unknown' ? network : of(network);
}

function containerNamed(named: Named, resource: DockerResource): Stack {
  if (named.kind === 'resource') return { kind: 'container', resource: named.resource };
  if (named.kind === 'unknown') return named;
  return {
    kind: 'unknown',
    unknown: unknown(resource.key('network_mode'), `the container ${named.name}, which is not in this input`),
  };
}

function mentionsContainer(value: Value): boolean {
  return value.kind !== 'known' && /\bdocker_container\./.test(printable(value));
}

function addressesOf(item: Attributes): readonly Address[] {
  return ['ipv4_address', 'ipv6_address'].flatMap((attribute) => {
    const text = item.scalar(attribute);
    if (text === undefined || isUnknown(text)) return [];
    try {
      return [Address.parse(String(text).replace(/\/\d+$/, ''))];
    } catch (error) {
      if (!NetproofError.is(error)) throw error;
      throw new NetproofError('InvalidTerraform', `${item.key(attribute)}: ${error.message}`);
    }
  });
}

function aliasesOf(item: Attributes): readonly Alias[] {
  const { items, unknowns } = item.items('aliases');
  const origin = item.origin('aliases');
  const known = items.map((value): Alias => {
    if (value.kind !== 'known') return { name: item.unknownOf('aliases', value), origin };
    const secret = unknown(item.key('aliases'), 'a name that is not told');
    return { name: value.sensitive === true ? secret : String(value.value).toLowerCase(), origin };
  });
  return [...known, ...unknowns.map((name) => ({ name, origin }))];
}

function isDefault(network: Named): boolean {
  return network.kind === 'name' && network.name === 'bridge';
}

/** One attachment per network: the later says more. */
function distinct(attachments: readonly WrittenAttachment[]): readonly WrittenAttachment[] {
  const keyOf = ({ network }: WrittenAttachment): string =>
    network.kind === 'resource' ? network.resource.id : network.kind === 'name' ? `name ${network.name}` : '';
  return [...new Map(attachments.map((one) => [keyOf(one), one])).values()];
}

import type { ContainerNetworksAdvanced } from '@cdktf/provider-docker/lib/container';
import { Address } from '../addressing/address';
import { defaultRouteOf } from './default-route';
import { isDeferred, problemOf } from './invalid-props';
import type { Binding } from './published-port';
import {
  type ContainerNetwork,
  freeAddress,
  hostAddressProblems,
  type SegmentFacts,
  type SegmentKind,
} from './segment-facts';

/** A place on a network. */
export interface Attachment<S extends SegmentFacts = ContainerNetwork> {
  readonly segment: S;
  /** Fixed address. @default - the next free one when the container starts */
  readonly address?: string;
}

/** How the provider says where a container is: members of networks are listed, everything else is a mode. */
export interface Place {
  readonly networkMode?: string;
  readonly networksAdvanced?: ContainerNetworksAdvanced[];
}

/** The place of a container that answers to `names` on its networks. Docker gives names on networks of ours alone. */
export function placeOf(attachments: readonly Attachment[], names: readonly string[]): Place {
  const [first, ...others] = attachments;
  if (others.length === 0 && first?.segment.networkMode !== undefined) {
    return { networkMode: first.segment.networkMode };
  }
  // Who says nothing gets the default bridge, and the provider then reads back what was written: nothing.
  if (others.length === 0 && first?.segment.kind === 'default-bridge') return {};
  return {
    networksAdvanced: attachments.map(({ segment, address }) =>
      segment.kind === 'default-bridge'
        ? { name: 'bridge' }
        : // By id: a network that is replaced takes its containers along first, and then has no endpoints in the way.
          {
            name: segment.networkId!,
            aliases: [...new Set(names)].sort(),
            ipv4Address: address,
          },
    ),
  };
}

/** What is wrong with the networks of one container, each as the end of a sentence that begins with its name. */
export function attachmentProblems(
  attachments: readonly Attachment<SegmentFacts>[],
  container: {
    readonly name: string;
    readonly aliases?: readonly string[];
    readonly ports: readonly Binding[];
    readonly listens: readonly string[];
  },
): readonly string[] {
  if (attachments.length === 0) return ['joins no network: give it at least one.'];
  const alone = attachments.find(({ segment }) => standsAlone(segment.kind));
  if (alone !== undefined && attachments.length > 1) {
    return [
      `joins ${naming(alone.segment)} and ${attachments.length - 1} more: Docker has ${alone.segment.kind} ` +
        'by itself or not at all. Leave the others out, or this one.',
    ];
  }
  return [
    ...attachments.flatMap(({ segment }, index) =>
      attachments.slice(0, index).some((earlier) => earlier.segment === segment)
        ? [`joins ${naming(segment)} twice: once is enough.`]
        : [],
    ),
    ...attachments.flatMap(({ segment, address }) => addressProblems(segment, address)),
    ...aliasPlaceProblems(attachments, container.aliases ?? []),
    ...publishProblems(container.ports, attachments),
    ...sharedPortProblems(attachments, container.listens),
  ];
}

function standsAlone(kind: SegmentKind): boolean {
  return kind === 'host' || kind === 'none' || kind === 'shared';
}

function naming({ kind, name }: SegmentFacts): string {
  const words = {
    'default-bridge': 'the default bridge',
    host: 'the network of the host',
    none: 'no network',
    shared: `the network of container ${name}`,
  } as const;
  return kind === 'bridge' || kind === 'macvlan' ? `network ${name}` : words[kind];
}

function addressProblems(segment: SegmentFacts, text: string | undefined): readonly string[] {
  if (segment.kind !== 'bridge' && segment.kind !== 'macvlan') {
    if (text === undefined) return [];
    return [
      `has the address ${JSON.stringify(text)} on ${naming(segment)}: Docker fixes addresses on networks with a block ` +
        'of their own, and nowhere else. Leave it out, or use a UserNetwork.',
    ];
  }
  if (text === undefined) {
    if (segment.picksAddresses) return [];
    return [
      `has no address on ${segment.name}: Docker would pick one without knowing the machines that are on this LAN. ` +
        'Give an address, or a range of the network that the LAN leaves to it.',
    ];
  }
  if (isDeferred(text)) return [];
  const unreadable = problemOf(() => Address.parse(text));
  if (unreadable !== undefined) return [unreadable];
  const { block, gateway, reserved = [] } = segment;
  if (block === undefined) return [];
  const address = Address.parse(text);
  const example = freeAddress(segment, [address]) ?? block.at(2);
  const of = gateway?.equals(address)
    ? segment.kind === 'macvlan'
      ? 'the gateway, which the router of the LAN has'
      : 'the gateway, which the host has'
    : reserved.find((other) => other.address.equals(address))?.of;
  if (of !== undefined) {
    return [
      `the address ${text} on ${segment.name} is ${of}. Use another, for example ${example.toString()}.`,
    ];
  }
  return hostAddressProblems(`the address on ${segment.name}:`, address, block, example);
}

function aliasPlaceProblems(
  attachments: readonly Attachment<SegmentFacts>[],
  aliases: readonly string[],
): readonly string[] {
  if (aliases.length === 0) return [];
  if (attachments.some(({ segment: { kind } }) => kind === 'bridge' || kind === 'macvlan')) return [];
  return [
    `has the alias ${JSON.stringify(aliases[0])} on ${naming(attachments[0]!.segment)}, where Docker resolves no ` +
      'names. Leave it out, or use a UserNetwork.',
  ];
}

function publishProblems(
  ports: readonly Binding[],
  attachments: readonly Attachment<SegmentFacts>[],
): readonly string[] {
  const [port] = ports;
  if (port === undefined) return [];
  const segments = attachments.map(({ segment }) => segment);
  const reason = unpublishable(segments);
  return reason === undefined ? [] : [`publishes port ${port.host}, but ${reason}`];
}

/** Why a container on these networks cannot be published, or undefined. */
function unpublishable(segments: readonly SegmentFacts[]): string | undefined {
  const { kind, name } = segments[0]!;
  if (kind === 'host') {
    return (
      'on the network of the host its ports are ports of the host already, and Docker discards the rest. ' +
      'Leave publish out.'
    );
  }
  if (kind === 'none') return 'without a network there is nothing to publish. Leave publish out.';
  if (kind === 'shared') return `its network is that of container ${name}: publish the port there.`;
  const names = segments.map(({ name }) => name).join(' and ');
  if (segments.every(({ internal }) => internal)) {
    return (
      `${names} ${segments.length > 1 ? 'are' : 'is'} internal: Docker then binds no port, and every plan would ` +
      'replace the container. Join a network that is not internal as well.'
    );
  }
  const route = defaultRouteOf(segments);
  if (route?.kind !== 'macvlan') return undefined;
  if (segments.length === 1) {
    return `${names} is the LAN itself, where the container is dialled at its own address: Docker binds no port of the host. Leave publish out.`;
  }
  return (
    `Docker binds ports on the network of the default route, which is ${route.name}, the first by name, and that is ` +
    'the LAN itself: nothing is bound. Leave publish out, or give the bridge a name that comes first.'
  );
}

function sharedPortProblems(
  attachments: readonly Attachment<SegmentFacts>[],
  listens: readonly string[],
): readonly string[] {
  return attachments.flatMap(({ segment }) => {
    const owner = (segment as ContainerNetwork).owner;
    return listens
      .filter((traffic) => owner?.listens.includes(traffic))
      .map(
        (traffic) =>
          `listens on ${traffic}, and so does ${owner!.name}, whose address and ports it shares. ` +
          'Give one of them another port.',
      );
  });
}

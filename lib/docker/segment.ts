import { Fn, type TerraformProvider, TerraformStack } from 'cdktf';
import { Network } from '@cdktf/provider-docker/lib/network';
import { Construct } from 'constructs';
import { Address } from '../addressing/address';
import { Cidr } from '../addressing/cidr';
import { ensureDockerProvider } from './docker-provider';
import type { Container } from './container';
import { type Guest, guestContainers, guestProblems } from './guest';
import { checkDockerHost } from './host-check';
import { childPath, isDeferred, problemOf, refuseInvalid, reservedIdProblems } from './invalid-props';
import { type NetworkNaming, networkNameOf, networkNameProblems } from './network-name';
import { type ContainerNetwork, hostAddressProblems, type SegmentFacts } from './segment-facts';

export interface SegmentProps extends NetworkNaming {
  /** IPv4 block, for example `10.210.1.0/24`; /30 or larger, host bits refused. A string token is passed on unread. */
  readonly block: string;
  /**
   * Address of the host on this network.
   * @default - the first address of the block after its own, `10.210.1.1`
   */
  readonly gateway?: string;
  /**
   * Without a way out: Docker forwards nothing between this network and anything else. The host itself still reaches
   * it, and it still reaches the host on the gateway address.
   * @default false
   * @see https://docs.docker.com/reference/cli/docker/network/create/#internal
   */
  readonly internal?: boolean;
  /**
   * Whether the host has an address here. Without one, which needs an internal network, host and containers do not
   * reach each other. Docker then gives the bridge no address (`inhibit_ipv4`): the way that every engine knows, while
   * `gateway_mode_ipv4=isolated`, which engines from 28 take, is ignored by older ones without a word.
   * @default true
   * @see https://docs.docker.com/engine/network/drivers/bridge/#options
   */
  readonly hostAccess?: boolean;
  /**
   * Whether containers here reach each other by address. Ports that one of them publishes on every address of the host
   * are reached by the others through the host either way.
   * @default true
   */
  readonly peers?: boolean;
  /** Containers that are on this network alone. @default - none */
  readonly guests?: readonly Guest[];
  /** Options of the bridge driver, such as `com.docker.network.driver.mtu`. @default - none */
  readonly options?: Readonly<Record<string, string>>;
  /** The Docker host, when the stack has several. @default - the stack's default Docker provider */
  readonly provider?: TerraformProvider;
}

/**
 * A Docker network with addresses of its own: a bridge on one Docker host.
 *
 * Block and gateway are always written out. Engines up to 28 report no gateway for a network made without one until
 * the daemon restarts, and then do, upon which the provider would replace the network and everything on it.
 * @see https://github.com/kreuzwerker/terraform-provider-docker/issues/54
 */
export class Segment extends Construct implements ContainerNetwork {
  readonly kind = 'bridge';
  readonly picksAddresses = true;
  readonly name: string;
  readonly block?: Cidr;
  readonly gateway?: Address;
  readonly internal: boolean;
  /** Whether the host has an address here. */
  readonly hostAccess: boolean;
  /** In the order of the props. */
  readonly guests: readonly Container[];
  /** The docker_network. */
  readonly network: Network;

  constructor(scope: Construct, id: string, props: SegmentProps) {
    const facts = segmentFacts(props);
    refuseInvalid(childPath(scope, id), [
      ...reservedIdProblems(scope, id),
      ...segmentProblems(props),
      ...guestProblems(facts, props.guests ?? []),
    ]);
    super(scope, id);
    this.name = facts.name;
    this.block = facts.block;
    this.gateway = facts.gateway;
    this.internal = facts.internal;
    this.network = new Network(this, 'Resource', {
      name: this.name,
      driver: 'bridge',
      internal: this.internal,
      ipamConfig: [
        {
          subnet: this.block?.toString() ?? props.block,
          gateway: this.gateway?.toString() ?? props.gateway ?? Fn.cidrhost(props.block, 1),
        },
      ],
      options: optionsOf(props),
      provider: props.provider,
    });
    this.hostAccess = props.hostAccess ?? true;
    const stack = TerraformStack.of(this);
    ensureDockerProvider(stack);
    checkDockerHost(stack);
    this.guests = guestContainers(this, props.guests ?? [], props.provider);
  }

  /** Id of the docker_network, as Docker gives it: what `networks_advanced` of a container names. */
  get networkId(): string {
    return this.network.id;
  }
}

/** Name, block, gateway and kind of a network from its props; values that are wrong or tokens are left out. */
export function segmentFacts(
  props: NetworkNaming & Pick<SegmentProps, 'block' | 'gateway' | 'internal'>,
): SegmentFacts {
  const block = readable(props.block, (text) => Cidr.parse(text));
  const usable = block !== undefined && block.family === 4 && block.prefixLength <= 30;
  const gateway =
    props.gateway === undefined
      ? usable
        ? block.at(1)
        : undefined
      : readable(props.gateway, (text) => Address.parse(text));
  return {
    name: networkNameOf(props),
    kind: 'bridge',
    block: usable ? block : undefined,
    gateway,
    internal: props.internal ?? false,
    picksAddresses: true,
  };
}

/** Everything that is wrong with the props of one network, each as one sentence with a way out. */
export function segmentProblems(props: SegmentProps): readonly string[] {
  const label = `network ${JSON.stringify(networkNameOf(props))}`;
  return [
    ...networkNameProblems(props),
    ...blockProblems(props.block).map((problem) => `${label}: ${problem}`),
    ...gatewayProblems(props.gateway, segmentFacts(props).block).map((problem) => `${label}: ${problem}`),
    ...(props.hostAccess === false && props.internal !== true
      ? [
          `${label}: hostAccess false, but the network has a way out, which leads through the host's address on it. ` +
            'Say internal: true as well, or leave hostAccess out.',
        ]
      : []),
  ];
}

function optionsOf({ options, peers, hostAccess }: SegmentProps): Record<string, string> | undefined {
  const all = {
    ...(peers === false && { 'com.docker.network.bridge.enable_icc': 'false' }),
    ...(hostAccess === false && { 'com.docker.network.bridge.inhibit_ipv4': 'true' }),
    ...options,
  };
  return Object.keys(all).length === 0 ? undefined : all;
}

/** What is wrong with the block of a network of ours. */
export function blockProblems(text: string): readonly string[] {
  if (isDeferred(text)) return [];
  const unreadable = problemOf(() => Cidr.parse(text));
  if (unreadable !== undefined) return [unreadable];
  const block = Cidr.parse(text);
  if (block.family === 6) {
    return [`block ${text} is IPv6, and a Docker network of ours is IPv4: for example 10.210.1.0/24.`];
  }
  if (block.prefixLength > 30) {
    const larger = Cidr.containing(`${block.network.toString()}/29`);
    return [
      `block ${text} has no room for a container beside the gateway: ` +
        `give a /30 or larger, for example ${larger.toString()}.`,
    ];
  }
  return [];
}

/** What is wrong with the gateway of a network on `block`. */
export function gatewayProblems(text: string | undefined, block: Cidr | undefined): readonly string[] {
  if (text === undefined || isDeferred(text)) return [];
  const unreadable = problemOf(() => Address.parse(text));
  if (unreadable !== undefined) return [`gateway: ${unreadable}`];
  if (block === undefined) return [];
  return hostAddressProblems('gateway', Address.parse(text), block, block.at(1));
}

/** What `read` makes of a text, or undefined when it is a token or wrong. */
export function readable<T>(text: string, read: (text: string) => T): T | undefined {
  return isDeferred(text) || problemOf(() => read(text)) !== undefined ? undefined : read(text);
}

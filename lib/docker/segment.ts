import { Fn, type TerraformProvider, TerraformStack } from 'cdktf';
import { Network } from '@cdktf/provider-docker/lib/network';
import { Construct } from 'constructs';
import { Address } from '../addressing/address';
import { Cidr } from '../addressing/cidr';
import { ensureDockerProvider } from './docker-provider';
import { checkDockerHost } from './host-check';
import { childPath, isDeferred, problemOf, refuseInvalid, reservedIdProblems } from './invalid-props';

/** What a container needs to know of a network before it exists: its name, addresses and whether it has a way out. */
export interface SegmentFacts {
  readonly name: string;
  /** Undefined when the block is a token. */
  readonly block?: Cidr;
  /** Undefined when the gateway is a token or follows from a block that is one. */
  readonly gateway?: Address;
  readonly internal: boolean;
}

export interface SegmentProps {
  /** Name of the Docker network. "bridge", "host", "none" and "default" belong to Docker. */
  readonly name: string;
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
export class Segment extends Construct implements SegmentFacts {
  readonly name: string;
  readonly block?: Cidr;
  readonly gateway?: Address;
  readonly internal: boolean;
  /** The docker_network. */
  readonly network: Network;

  constructor(scope: Construct, id: string, props: SegmentProps) {
    refuseInvalid(childPath(scope, id), [...reservedIdProblems(scope, id), ...segmentProblems(props)]);
    super(scope, id);
    const facts = segmentFacts(props);
    this.name = facts.name;
    this.block = facts.block;
    this.gateway = facts.gateway;
    this.internal = facts.internal;
    this.network = new Network(this, 'Resource', {
      name: props.name,
      driver: 'bridge',
      internal: this.internal,
      ipamConfig: [
        {
          subnet: this.block?.toString() ?? props.block,
          gateway: this.gateway?.toString() ?? props.gateway ?? Fn.cidrhost(props.block, 1),
        },
      ],
      options: props.options,
      provider: props.provider,
    });
    const stack = TerraformStack.of(this);
    ensureDockerProvider(stack);
    checkDockerHost(stack);
  }

  /** Id of the docker_network, as Docker gives it: what `networks_advanced` of a container names. */
  get networkId(): string {
    return this.network.id;
  }
}

/** Name, block, gateway and kind of a network from its props; values that are wrong or tokens are left out. */
export function segmentFacts(props: SegmentProps): SegmentFacts {
  const block = readable(props.block, (text) => Cidr.parse(text));
  const usable = block !== undefined && block.family === 4 && block.prefixLength <= 30;
  const gateway =
    props.gateway === undefined
      ? usable
        ? block.at(1)
        : undefined
      : readable(props.gateway, (text) => Address.parse(text));
  return { name: props.name, block: usable ? block : undefined, gateway, internal: props.internal ?? false };
}

/** Everything that is wrong with the props of one network, each as one sentence with a way out. */
export function segmentProblems(props: SegmentProps): readonly string[] {
  const label = `network ${JSON.stringify(props.name)}`;
  return [
    ...networkNameProblems(props.name),
    ...blockProblems(props.block).map((problem) => `${label}: ${problem}`),
    ...gatewayProblems(props).map((problem) => `${label}: ${problem}`),
  ];
}

function networkNameProblems(name: string): readonly string[] {
  if (isDeferred(name)) return [];
  if (['bridge', 'host', 'none', 'default'].includes(name)) {
    return [
      `network ${JSON.stringify(name)}: Docker keeps this name for itself. Use another, for example "${name}-tier".`,
    ];
  }
  if (/^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/.test(name)) return [];
  return [
    `network ${JSON.stringify(name)}: not a name of a network. ` +
      'A name begins with a letter or digit and goes on with letters, digits, "_", "." and "-", for example "frontend-tier".',
  ];
}

function blockProblems(text: string): readonly string[] {
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

function gatewayProblems(props: SegmentProps): readonly string[] {
  const text = props.gateway;
  if (text === undefined || isDeferred(text)) return [];
  const unreadable = problemOf(() => Address.parse(text));
  if (unreadable !== undefined) return [`gateway: ${unreadable}`];
  const { block } = segmentFacts(props);
  if (block === undefined) return [];
  return hostAddressProblems('gateway', Address.parse(text), block, block.at(1));
}

/** Why `address` cannot be given to the host or a container on `block`; `example` is one that could be. */
export function hostAddressProblems(
  label: string,
  address: Address,
  block: Cidr,
  example: Address,
): readonly string[] {
  if (!block.contains(address)) {
    return [
      `${label} ${address.toString()} lies outside the block ${block.toString()} ` +
        `(${block.first.toString()} to ${block.last.toString()}). Use one inside it, for example ${example.toString()}.`,
    ];
  }
  const reserved = address.equals(block.first)
    ? 'network'
    : address.equals(block.last)
      ? 'broadcast'
      : undefined;
  if (reserved === undefined) return [];
  return [
    `${label} ${address.toString()} is the ${reserved} address of ${block.toString()}. ` +
      `Use one in between, for example ${example.toString()}.`,
  ];
}

function readable<T>(text: string, read: (text: string) => T): T | undefined {
  return isDeferred(text) || problemOf(() => read(text)) !== undefined ? undefined : read(text);
}

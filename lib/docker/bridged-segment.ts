import { Fn, type TerraformProvider, TerraformStack } from 'cdktf';
import { Network } from '@cdktf/provider-docker/lib/network';
import { Construct } from 'constructs';
import { Address } from '../addressing/address';
import { Cidr } from '../addressing/cidr';
import { type BridgedPlan, bridgedPlan, bridgedProblems } from './bridged-plan';
import type { Container } from './container';
import { ensureDockerProvider } from './docker-provider';
import { type Guest, guestContainers, guestProblems } from './guest';
import { checkDockerHost } from './host-check';
import type { HostShim, HostShimCommands } from './host-shim';
import { childPath, refuseInvalid, reservedIdProblems } from './invalid-props';
import type { NetworkNaming } from './network-name';
import type { ContainerNetwork, Reservation } from './segment-facts';

export interface BridgedSegmentProps extends NetworkNaming {
  /** Interface of the Docker host that is on the LAN, for example `eth0`, or a VLAN of one: `eth0.10`. */
  readonly parent: string;
  /** IPv4 block of the LAN, for example `192.168.1.0/24`. */
  readonly block: string;
  /** The LAN's router. @default - the first address of the block after its own, `192.168.1.1` */
  readonly gateway?: string;
  /**
   * Part of the block from which Docker gives out addresses, and which the LAN's own DHCP leaves alone, for example
   * `192.168.1.192/28`. Without one every guest needs an address.
   * @default - none
   */
  readonly range?: string;
  /** Addresses that other machines of the LAN have, by the name of the machine; Docker asks nobody. @default - none */
  readonly neighbours?: Readonly<Record<string, string>>;
  /**
   * How the host is to reach its guests, and they it: the kernel keeps a host and the guests on its interface apart,
   * which a bridged virtual machine is not. What must be run on the host is in `hostAccess` of the construct.
   * @default - host and guests do not reach each other
   */
  readonly hostAccess?: HostShim;
  /** @default - none */
  readonly guests?: readonly Guest[];
  /**
   * Oldest Docker Engine that this is to run on. From 28 several networks may be on one parent, up to then one.
   * @default "20.10"
   */
  readonly oldestEngine?: string;
  /**
   * Interfaces that the Docker host has; a parent that is not among them is refused.
   * @default - not checked: Terraform may run on another machine
   */
  readonly interfaces?: readonly string[];
  /** The Docker host, when the stack has several. @default - the stack's default Docker provider */
  readonly provider?: TerraformProvider;
}

/**
 * The bridged mode of a hypervisor, as a macvlan network: guests are machines of the LAN, with addresses of the LAN,
 * and reach its other machines as those reach them. No port is published. Unlike a bridged virtual machine, a guest and
 * its own host do not reach each other unless `hostAccess` is set up.
 * @see https://docs.docker.com/engine/network/drivers/macvlan/
 */
export class BridgedSegment extends Construct implements ContainerNetwork {
  readonly kind = 'macvlan';
  readonly internal = false;
  readonly name: string;
  readonly block?: Cidr;
  readonly gateway?: Address;
  readonly picksAddresses: boolean;
  readonly reserved: readonly Reservation[];
  /** What the administrator of the Docker host runs so that it reaches its guests; undefined without `hostAccess`. */
  readonly hostAccess?: HostShimCommands;
  /** In the order of the props. */
  readonly guests: readonly Container[];
  /** The docker_network. */
  readonly network: Network;

  constructor(scope: Construct, id: string, props: BridgedSegmentProps) {
    const plan = bridgedPlan(props);
    refuseInvalid(childPath(scope, id), [
      ...reservedIdProblems(scope, id),
      ...bridgedProblems(props, plan),
      ...guestProblems(plan, props.guests ?? []),
    ]);
    super(scope, id);
    this.name = plan.name;
    this.block = plan.block;
    this.gateway = plan.gateway;
    this.picksAddresses = plan.picksAddresses;
    this.reserved = plan.reserved;
    this.hostAccess = plan.hostAccess;
    this.network = new Network(this, 'Resource', {
      name: this.name,
      driver: 'macvlan',
      ipamConfig: [
        {
          subnet: this.block?.toString() ?? props.block,
          gateway: this.gateway?.toString() ?? props.gateway ?? Fn.cidrhost(props.block, 1),
          ipRange: plan.range?.toString() ?? props.range,
          auxAddress: auxiliary(plan),
        },
      ],
      options: { parent: props.parent },
      provider: props.provider,
    });
    this.record(props);
    const stack = TerraformStack.of(this);
    ensureDockerProvider(stack);
    checkDockerHost(stack);
    this.guests = guestContainers(this, props.guests ?? [], props.provider);
  }

  /** Id of the docker_network, as Docker gives it: what `networks_advanced` of a container names. */
  get networkId(): string {
    return this.network.id;
  }

  private record({ oldestEngine }: BridgedSegmentProps): void {
    if (oldestEngine !== undefined) this.network.addOverride('//.netproof.oldestEngine', oldestEngine);
    if (this.hostAccess !== undefined) this.network.addOverride('//.netproof.hostAccess', this.hostAccess);
  }
}

/** Reserved addresses as Docker takes them, by a name for each. */
function auxiliary({ auxiliaries }: BridgedPlan): Record<string, string> | undefined {
  return Object.keys(auxiliaries).length === 0 ? undefined : { ...auxiliaries };
}

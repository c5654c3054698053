import type { NextHop } from '../../topology/route-table';
import type { Unknown } from '../../topology/value';
import { type Attributes, isUnknown } from '../attributes';
import { type AwsResource, idOf, type Thing } from './estate';
import type { InternetGateways } from './internet-gateway';
import type { NatGateways } from './nat-gateway';
import { leftOut, type Network } from './network';
import { sameIndexFirst } from './one-each';
import type { Vpc } from './vpc';

const gateways = ['aws_internet_gateway', 'aws_egress_only_internet_gateway', 'aws_nat_gateway'] as const;
const interfaces = ['aws_network_interface', 'aws_instance', 'aws_spot_instance_request'] as const;

/**
 * Attributes of a route that name its target, with the types that belong there. AWS takes other gateways in
 * `gateway_id` too; what a target is, its own type decides.
 */
const targets: readonly (readonly [attribute: string, types: readonly string[]])[] = [
  ['gateway_id', ['aws_internet_gateway', 'aws_vpn_gateway']],
  ['nat_gateway_id', ['aws_nat_gateway']],
  ['egress_only_gateway_id', ['aws_egress_only_internet_gateway']],
  ['network_interface_id', interfaces],
  ['instance_id', interfaces],
  ['vpc_endpoint_id', ['aws_vpc_endpoint']],
  ['transit_gateway_id', ['aws_ec2_transit_gateway']],
  ['vpc_peering_connection_id', ['aws_vpc_peering_connection', 'aws_vpc_peering_connection_accepter']],
  ['carrier_gateway_id', ['aws_ec2_carrier_gateway']],
  ['local_gateway_id', ['aws_ec2_local_gateway']],
  ['core_network_arn', ['aws_networkmanager_core_network']],
  ['odb_network_arn', ['aws_odb_network']],
];

/** Attributes whose target may be an interface in a subnet. */
const mayStandInside: ReadonlySet<string> = new Set([
  'gateway_id',
  'nat_gateway_id',
  'network_interface_id',
  'instance_id',
  'vpc_endpoint_id',
]);

/** Where routes lead. */
export class NextHops {
  private readonly network: Network;
  private readonly internet: InternetGateways;
  private readonly nats: NatGateways;

  constructor(network: Network, internet: InternetGateways, nats: NatGateways) {
    this.network = network;
    this.internet = internet;
    this.nats = nats;
  }

  /** Whether the target is one that may take packets from inside the VPC to a subnet of it. */
  mayReplaceLocal(at: Attributes): boolean {
    return ['nat_gateway_id', 'network_interface_id', 'instance_id', 'vpc_endpoint_id'].some((name) =>
      at.has(name),
    );
  }

  isLocal(at: Attributes): boolean {
    return at.text('gateway_id') === 'local';
  }

  /** Where a route of this VPC leads. A route without a target, and one whose target is gone, is a blackhole. */
  of(at: Attributes, vpc: Vpc): NextHop {
    if (at.text('state') === 'blackhole') return { kind: 'drop', reason: 'blackhole' };
    if (this.isLocal(at)) return { kind: 'local' };
    const written = targets.find(([attribute]) => at.has(attribute));
    if (written === undefined) return { kind: 'drop', reason: 'blackhole: the route names no target' };
    const [attribute, types] = written;
    const { options, unknowns } = this.network.estate.named(at, attribute, types);
    const ordered = [...options].sort(sameIndexFirst(at.id, idOf));
    const hops = ordered.map((option) => this.hop(option, attribute, vpc));
    const [only, ...others] = hops;
    if (only !== undefined && others.length === 0 && unknowns.length === 0) return only;
    const cause = unknowns[0] ?? at.unknownOf(attribute);
    return only === undefined ? { kind: 'unknown', unknown: cause } : oneOf(hops, cause);
  }

  /** A hop of a route out of its VPC, once everything is read: a choice that makes no difference is none. */
  settled(hop: NextHop, leavesVpc: boolean): NextHop {
    if (hop.kind === 'router') return this.nats.settled(hop);
    if (hop.kind !== 'one-of') return hop;
    const options = hop.options.map((option) => this.settled(option, leavesVpc));
    const alike = new Set(options.map((option) => this.likeness(option)));
    return leavesVpc && alike.size === 1 ? options[0]! : oneOf(options, hop.unknown);
  }

  /** A text that two hops share when it makes no difference to the outside which of them a packet takes. */
  likeness(hop: NextHop): string {
    if (hop.kind === 'router') return this.nats.likeness(hop.router);
    if (hop.kind !== 'one-of') return JSON.stringify(hop);
    return [...new Set(hop.options.map((option) => this.likeness(option)))].sort().join();
  }

  private hop(thing: Thing, attribute: string, vpc: Vpc): NextHop {
    // What stands in a subnet may stand in that of the sender, and its edge is then not crossed.
    const outside = !mayStandInside.has(attribute) || /^[iv]gw-/.test(idOf(thing));
    if (thing.kind === 'outside') return { kind: 'unknown', unknown: thing.unknown, outside };
    const { resource } = thing;
    if (resource.managed) {
      if (resource.type === 'aws_nat_gateway') return this.nats.hop(resource, vpc);
      if (gateways.includes(resource.type as (typeof gateways)[number])) {
        return this.internet.hop(resource, vpc);
      }
      if (interfaces.includes(resource.type as (typeof interfaces)[number])) return this.interface(resource);
    }
    const cause = leftOut(idOf(thing), `${idOf(thing)}, which is not modelled`);
    return { kind: 'unknown', unknown: cause, outside: outside || resource.type === 'aws_vpn_gateway' };
  }

  private interface(resource: AwsResource): NextHop {
    const found = this.network.interfaces.get(resource.id);
    if (found === undefined) return { kind: 'unknown', unknown: leftOut(resource.id, resource.id) };
    if (!found.inUse) return { kind: 'drop', reason: `blackhole: no instance has ${resource.id}` };
    const hop: NextHop = { kind: 'interface', interface: found.id };
    if (!isUnknown(found.forwards)) return hop;
    const drop: NextHop = { kind: 'drop', reason: `${resource.id} may take only what is addressed to it` };
    return oneOf([hop, drop], found.forwards);
  }
}

/** One of these hops; a choice among equal ones is none. */
export function oneOf(hops: readonly NextHop[], cause: Unknown): NextHop {
  const options = [...new Map(hops.map((hop) => [JSON.stringify(hop), hop])).values()];
  return options.length === 1 ? options[0]! : { kind: 'one-of', options, unknown: cause };
}

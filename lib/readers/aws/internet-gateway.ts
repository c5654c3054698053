import { AddressSet } from '../../addressing/address-set';
import { Cidr } from '../../addressing/cidr';
import type { Origin } from '../../topology/origin';
import type { NextHop, Route, RouteTable } from '../../topology/route-table';
import type { ForwardRule, StaticTranslation } from '../../topology/router';
import type { Unknown } from '../../topology/value';
import type { AwsResource } from './estate';
import type { Network } from './network';
import { nameOf, type Vpc, vpcTypes } from './vpc';

/** The legs of a gateway between a VPC and the Internet. */
export const vpcLeg = (gateway: string) => `${gateway}/vpc`;
export const internetLeg = (gateway: string) => `${gateway}/internet`;
const internet6Leg = (gateway: string) => `${gateway}/internet6`;

interface Attachment {
  readonly gateway: AwsResource;
  readonly vpc: string;
}

/**
 * Internet gateways and egress-only Internet gateways. The first carry IPv4 only for private addresses that have a
 * public one, and IPv6 both ways; the second IPv6 only, and only flows that begin inside.
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/egress-only-internet-gateway.html
 */
export class InternetGateways {
  private readonly network: Network;
  private readonly attached: readonly Attachment[];
  /** Gateways of which only apply tells where, or whether, they are attached. */
  private readonly uncertain = new Map<string, Unknown>();

  constructor(network: Network) {
    this.network = network;
    const { estate } = network;
    const gateways = ['aws_internet_gateway', 'aws_egress_only_internet_gateway'];
    this.attached = [
      ...estate.of(...gateways).flatMap((gateway) => this.attachment(gateway, gateway)),
      ...estate.of('aws_internet_gateway_attachment').flatMap((attachment) => {
        const things = estate.named(attachment, 'internet_gateway_id', ['aws_internet_gateway']);
        return things.options.flatMap((option) => {
          if (option.kind === 'outside') return [];
          const [cause] = things.unknowns;
          if (cause !== undefined) this.uncertain.set(option.resource.id, cause);
          return this.attachment(option.resource, attachment);
        });
      }),
    ];
  }

  /** The Internet gateway of a VPC. */
  of(vpc: Vpc): AwsResource | undefined {
    return this.attached.find((one) => one.vpc === vpc.id && one.gateway.type === 'aws_internet_gateway')
      ?.gateway;
  }

  /** Where a route of this VPC to a gateway leads: a gateway that is not attached to it is a blackhole. */
  hop(gateway: AwsResource, vpc: Vpc): NextHop {
    const cause = this.uncertain.get(gateway.id) ?? this.blocked();
    const attached = this.attached.some((one) => one.vpc === vpc.id && one.gateway.id === gateway.id);
    const drop: NextHop = {
      kind: 'drop',
      reason: `blackhole: ${gateway.id} is not attached to ${vpc.name}`,
    };
    if (!attached) return cause === undefined ? drop : { kind: 'unknown', unknown: cause };
    const hop: NextHop = { kind: 'router', router: gateway.id, leg: vpcLeg(gateway.id) };
    return cause === undefined ? hop : { kind: 'one-of', options: [hop, drop], unknown: cause };
  }

  /** Adds the routers. `translations` are the public addresses in a VPC, `edge` the table of a gateway if it has one. */
  addRouters(
    translations: (vpc: Vpc, leg: string) => readonly StaticTranslation[],
    edge: (gateway: AwsResource) => RouteTable | undefined,
  ): void {
    const added = new Set<string>();
    for (const { gateway, vpc } of this.attached) {
      const domain = this.network.vpcs.get(vpc);
      if (domain === undefined || added.has(gateway.id)) continue;
      added.add(gateway.id);
      if (gateway.type === 'aws_internet_gateway') {
        this.addGateway(gateway, domain, translations(domain, internetLeg(gateway.id)), edge(gateway));
      } else this.addEgressOnly(gateway, domain);
    }
    for (const vpc of this.network.vpcs.all()) {
      if (vpc.outside === undefined || this.of(vpc) !== undefined) continue;
      const id = `${vpc.id}.internet_gateway`;
      this.addPossible(id, vpc, vpc.outside, translations(vpc, internetLeg(id)));
    }
  }

  /** A VPC that is not part of the input may have an Internet gateway: what comes in by it is let in, or nothing is. */
  private addPossible(
    id: string,
    vpc: Vpc,
    outside: Unknown,
    translations: readonly StaticTranslation[],
  ): void {
    const { origin } = vpc;
    const none: NextHop = { kind: 'drop', reason: `${vpc.name} may have no Internet gateway` };
    const local = [Cidr.parse('0.0.0.0/0'), Cidr.parse('::/0')].map((to): Route => ({
      to,
      via: { kind: 'local' },
      preference: 0,
      origin,
    }));
    const table: RouteTable = {
      id: `${id}.edge`,
      name: `Internet gateway of ${vpc.name}`,
      routes: local,
      unknownRoutes: [{ via: none, unknown: outside, origin }],
      origin,
    };
    this.addRouter(id, table.name, vpc, translations, table, origin);
  }

  private addGateway(
    gateway: AwsResource,
    vpc: Vpc,
    translations: readonly StaticTranslation[],
    table: RouteTable | undefined,
  ): void {
    const { id } = gateway;
    const doubt = this.uncertain.get(id) ?? this.blocked();
    const certain =
      doubt === undefined
        ? translations
        : translations.map((one) => ({ ...one, certain: false, unknowns: [...one.unknowns, doubt] }));
    this.addRouter(id, `Internet gateway ${nameOf(gateway, id)}`, vpc, certain, table, gateway.origin());
  }

  private addRouter(
    id: string,
    name: string,
    vpc: Vpc,
    translations: readonly StaticTranslation[],
    table: RouteTable | undefined,
    origin: Origin,
  ): void {
    this.network.builder.addRouter({
      id,
      name,
      legs: [
        { id: vpcLeg(id), kind: 'domain', domain: vpc.id, ...(table === undefined ? {} : { table }) },
        // A private address that has no public one does not get through, in either direction.
        { id: internetLeg(id), kind: 'zone', zone: 'internet', onlyTranslated: [4] },
        { id: internet6Leg(id), kind: 'zone', zone: 'internet6' },
      ],
      forward: [
        ...between(origin, vpcLeg(id), internetLeg(id), everyIpv4),
        ...between(origin, vpcLeg(id), internet6Leg(id), everyIpv6),
      ],
      translations,
      origin,
    });
  }

  private addEgressOnly(gateway: AwsResource, vpc: Vpc): void {
    const { id } = gateway;
    const [outwards] = between(gateway.origin(), vpcLeg(id), internet6Leg(id), everyIpv6);
    this.network.builder.addRouter({
      id,
      name: `egress-only Internet gateway ${nameOf(gateway, id)}`,
      legs: [
        { id: vpcLeg(id), kind: 'domain', domain: vpc.id },
        { id: internet6Leg(id), kind: 'zone', zone: 'internet6' },
      ],
      forward: [outwards!],
      // An answer to what came in by another gateway does not leave by this one.
      tracks: true,
      origin: gateway.origin(),
    });
  }

  private attachment(gateway: AwsResource, at: AwsResource): readonly Attachment[] {
    const { options, unknowns } = this.network.estate.named(at, 'vpc_id', vpcTypes);
    const cause = unknowns[0] ?? at.existence ?? gateway.existence;
    if (cause !== undefined) this.uncertain.set(gateway.id, cause);
    return options.map((option) => ({
      gateway,
      vpc: this.network.vpcs.named({ options: [option], unknowns: [] }).id,
    }));
  }

  /**
   * Block public access closes the Internet gateways of a Region, with exclusions; what it closes is not modelled.
   * @see https://docs.aws.amazon.com/vpc/latest/userguide/security-vpc-bpa.html
   */
  private blocked(): Unknown | undefined {
    const attribute = 'internet_gateway_block_mode';
    const options = this.network.estate
      .of('aws_vpc_block_public_access_options')
      .find((one) => one.text(attribute) !== 'off');
    return options?.unknownOf(attribute);
  }
}

const everyIpv4 = AddressSet.everything(4);
const everyIpv6 = AddressSet.everything(6);

/** Packets of a family out by the one leg, and in by the other. */
function between(origin: Origin, inner: string, outer: string, family: AddressSet): ForwardRule[] {
  return [
    { action: 'allow', from: [inner], to: [outer], source: family, origin },
    { action: 'allow', from: [outer], to: [inner], source: family, origin },
  ];
}

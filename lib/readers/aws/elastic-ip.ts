import { Address } from '../../addressing/address';
import type { Origin } from '../../topology/origin';
import type { StaticTranslation } from '../../topology/router';
import { unknown, type Unknown } from '../../topology/value';
import { type Attributes, isUnknown } from '../attributes';
import { type AwsResource, idOf, type Things } from './estate';
import type { NetworkInterface } from './interfaces';
import type { Network } from './network';

/** A public address that somebody reserved. */
export interface ElasticIp {
  readonly address: Address | undefined;
  /** What would tell the address. */
  readonly unknown: Unknown | undefined;
  readonly origin: Origin;
}

/** An Elastic IP on an interface. */
interface Mapping {
  readonly ip: ElasticIp;
  /** The private address it stands for, when one is stated. */
  readonly inside: Address | undefined;
  readonly causes: readonly Unknown[];
}

const holders = ['aws_instance', 'aws_spot_instance_request', 'aws_network_interface'] as const;

/** Elastic IPs of an input, and which interface has which. */
export class ElasticIps {
  private readonly network: Network;
  /** By interface id. */
  private readonly mappings = new Map<string, Mapping[]>();

  constructor(network: Network) {
    this.network = network;
    const { estate } = network;
    for (const resource of estate.of('aws_eip')) {
      const ip = elasticIp(resource);
      const inside = network.interfaces.literal(resource.written('associate_with_private_ip'));
      for (const attribute of ['instance', 'network_interface']) {
        this.map(estate.named(resource, attribute, holders), ip, inside, resource);
      }
    }
    for (const resource of estate.of('aws_eip_association')) {
      const ip = this.named(resource, 'allocation_id') ?? elasticIp(resource);
      const inside = network.interfaces.literal(resource.written('private_ip_address'));
      for (const attribute of ['instance_id', 'network_interface_id']) {
        this.map(estate.named(resource, attribute, holders), ip, inside, resource);
      }
    }
  }

  /** The Elastic IP that an allocation id names; undefined when none is given. */
  named(at: Attributes, attribute: string): ElasticIp | undefined {
    const things = this.network.estate.named(at, attribute, ['aws_eip']);
    return things.options.length === 0 ? undefined : ipOf(things, at, attribute);
  }

  /** The Elastic IPs that a list of allocation ids names. */
  listed(at: Attributes, attribute: string): readonly ElasticIp[] {
    const { each } = this.network.estate.namedAll(at, attribute, ['aws_eip']);
    return each.map((things) => ipOf(things, at, attribute));
  }

  /**
   * Public addresses of an interface: its Elastic IPs, and for its first IPv4 address the one that AWS assigns, which
   * an Elastic IP replaces.
   */
  translations(one: NetworkInterface, leg: string): readonly StaticTranslation[] {
    const mappings = this.mappings.get(one.id) ?? [];
    const found: StaticTranslation[] = [];
    const taken = new Set<number>();
    for (const { ip, inside, causes } of mappings) {
      const index = one.addresses.findIndex(
        ({ family, possible }) => family === 4 && (inside === undefined || possible.contains(inside)),
      );
      if (index < 0) continue;
      if (causes.length === 0) taken.add(index);
      found.push(translation(one, leg, index, ip, causes));
    }
    const first = one.addresses.findIndex(({ family }) => family === 4);
    if (first < 0 || one.mapped === false || taken.has(first)) return found;
    const causes = isUnknown(one.mapped) ? [one.mapped] : [];
    return [...found, translation(one, leg, first, assigned(one), causes)];
  }

  private map(things: Things, ip: ElasticIp, inside: Address | undefined, at: AwsResource): void {
    const existence = at.existence === undefined ? [] : [at.existence];
    for (const option of things.options) {
      const found = this.network.interfaces.get(idOf(option));
      if (found === undefined) continue;
      const mapping = { ip, inside, causes: [...things.unknowns, ...existence] };
      // A state tells of an association twice: in the address, and in the association.
      const others = (this.mappings.get(found.id) ?? []).filter((one) => !samePlace(one, mapping));
      this.mappings.set(found.id, [...others, mapping]);
    }
  }
}

function samePlace(a: Mapping, b: Mapping): boolean {
  return a.ip.origin.address === b.ip.origin.address && String(a.inside) === String(b.inside);
}

function ipOf(
  { options: [only, ...others], unknowns }: Things,
  at: Attributes,
  attribute: string,
): ElasticIp {
  if (only?.kind === 'resource' && others.length === 0) return elasticIp(only.resource);
  const cause = unknowns[0] ?? (only?.kind === 'outside' ? only.unknown : at.unknownOf(attribute));
  return { address: undefined, unknown: cause, origin: at.origin(attribute) };
}

function elasticIp(resource: Attributes): ElasticIp {
  const written = resource.text('public_ip');
  if (written !== undefined) {
    return { address: Address.parse(written), unknown: undefined, origin: resource.origin() };
  }
  const key = resource.key('public_ip');
  return { address: undefined, unknown: unknown(key, `\${${key}}`), origin: resource.origin() };
}

function assigned(one: NetworkInterface): ElasticIp {
  const address = one.publicAddress;
  const cause = unknown(one.publicKey, `\${${one.publicKey}}`);
  return { address, unknown: address === undefined ? cause : undefined, origin: one.origin };
}

/** One to one, between a private address and an Elastic IP. `one` is an interface, or the leg of a router. */
export function translation(
  one: { readonly id: string },
  leg: string,
  inside: number,
  ip: ElasticIp,
  causes: readonly Unknown[],
): StaticTranslation {
  return {
    kind: 'static',
    leg,
    interface: one.id,
    inside,
    outside: { address: ip.address, unknown: ip.unknown },
    certain: causes.length === 0,
    unknowns: causes,
    origin: ip.origin,
  };
}

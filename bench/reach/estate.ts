import { Address } from '../../lib/addressing/address';
import { AddressSet } from '../../lib/addressing/address-set';
import { Cidr } from '../../lib/addressing/cidr';
import { tcp, Traffic, udp } from '../../lib/addressing/traffic';
import { exactly } from '../../lib/topology/bounds';
import type { InterfaceAddress } from '../../lib/topology/endpoint';
import type { Route } from '../../lib/topology/route-table';
import type { Topology } from '../../lib/topology/topology';
import { type GivenRule, TopologyBuilder } from '../../lib/topology/topology-builder';
import { unknown } from '../../lib/topology/value';
import { Dice } from './dice';

export interface EstateSize {
  readonly endpoints: number;
  /** Union filters that interfaces carry, two or three each. @default - a fifth of the endpoints */
  readonly groups?: number;
  /** Rules of each, three of four for what comes in. @default 20 */
  readonly rules?: number;
  /** Each a /21, or a /64, of one domain. @default - a twentieth of the endpoints */
  readonly segments?: number;
  /** Filters on the edges of segments, shared. @default - a fifth of the segments */
  readonly edges?: number;
  readonly families?: readonly (4 | 6)[];
  /** Percent of endpoints whose address apply tells, of those with several places, and of rules with unknown parts. */
  readonly doubts?: number;
  readonly seed?: number;
}

/**
 * A company's network of the size: tiers of segments with a way out by an Internet gateway, by address translation or
 * not at all; edges with rules for tiers and for replies; groups that name each other, tiers and everybody; machines
 * that share a few thousand combinations of groups, some of them with a public address.
 */
export function estate(size: EstateSize): Topology {
  const { endpoints, families = [4], doubts = 0, seed = 1 } = size;
  const dice = new Dice(seed);
  const builder = new TopologyBuilder();
  const segments = size.segments ?? Math.max(3, Math.ceil(endpoints / 20));
  const groups = size.groups ?? Math.max(4, Math.ceil(endpoints / 5));
  const edges = size.edges ?? Math.max(1, Math.ceil(segments / 5));
  const blocks = Array.from({ length: segments }, (_, number) => blocksOf(number, families));
  builder.addDomain({ id: 'company', blocks: families.map((family) => domainOf(family)) });
  addWaysOut(builder, families);
  addEdges(builder, edges, families, dice);
  addGroups(builder, groups, size.rules ?? 20, blocks, doubts, dice);
  blocks.forEach((own, number) => {
    const tier = tiers[number % tiers.length]!;
    builder.addSegment({
      id: `segment-${number}`,
      domain: 'company',
      blocks: own,
      table: { options: [tier], unknowns: [] },
      crossing: {
        options: [number % 7 === 0 ? null : `edge-${Math.floor(number / 5) % edges}`],
        unknowns: [],
      },
    });
  });
  const combinations = Array.from({ length: Math.ceil(endpoints * 0.29) }, () =>
    dice.several(2 + dice.below(2), groups).map((group) => `group-${group}`),
  );
  const taken = new Array<number>(segments).fill(0);
  const mapped: string[] = [];
  for (let number = 0; number < endpoints; number++) {
    const filters = exactly(dice.pick(combinations));
    const spread = dice.below(100) < doubts ? 'placements' : 'own';
    const places = spread === 'own' ? 1 : 2;
    const interfaces = Array.from({ length: places }, (_, place) => {
      const segment = dice.below(segments);
      const host = 10 + taken[segment]!++;
      const hidden = dice.below(100) < doubts;
      const addresses = blocks[segment]!.map((block) => addressIn(block, host, hidden, number));
      return { id: `machine-${number}.${place}`, segment: `segment-${segment}`, addresses, filters };
    });
    builder.addEndpoint({ id: `machine-${number}`, type: 'machine', spread, interfaces });
    if (places === 1 && dice.below(100) < 2) mapped.push(`machine-${number}.0`);
  }
  addGateway(builder, families, mapped);
  return builder.build();
}

const tiers = ['public', 'private', 'isolated'] as const;
const domainOf = (family: 4 | 6): Cidr => Cidr.parse(family === 4 ? '10.0.0.0/8' : 'fd00::/40');
const everybody = (family: 4 | 6): Cidr => Cidr.parse(family === 4 ? '0.0.0.0/0' : '::/0');

function blocksOf(number: number, families: readonly (4 | 6)[]): readonly Cidr[] {
  return families.map((family) => {
    const { network } = domainOf(family);
    return Cidr.of(network.plus(BigInt(number) << (family === 4 ? 11n : 64n)), family === 4 ? 21 : 64);
  });
}

function addressIn(block: Cidr, host: number, hidden: boolean, number: number): InterfaceAddress {
  const { family } = block;
  if (hidden) {
    const cause = unknown(`machine-${number}.address`, 'known after apply');
    return { family, possible: AddressSet.of(block), unknown: cause };
  }
  return { family, possible: AddressSet.of(block.at(host)), unknown: undefined };
}

function addWaysOut(builder: TopologyBuilder, families: readonly (4 | 6)[]): void {
  for (const tier of tiers) {
    const routes = families.flatMap((family): Pick<Route, 'to' | 'via'>[] => {
      const local = { to: domainOf(family), via: { kind: 'local' } as const };
      const out = (leg: string) => ({
        to: everybody(family),
        via: { kind: 'router', router: 'gateway', leg } as const,
      });
      if (tier === 'isolated') return [local];
      return [local, out('gateway.inside')];
    });
    builder.addTable({ id: tier, routes });
  }
}

function addGateway(builder: TopologyBuilder, families: readonly (4 | 6)[], mapped: readonly string[]): void {
  const outside = AddressSet.of(...families.map(everybody)).subtract(
    AddressSet.of(...families.map(domainOf)),
  );
  builder.addZone({ id: 'internet', addresses: outside });
  const origin = { address: 'gateway' };
  builder.addRouter({
    id: 'gateway',
    legs: [
      { id: 'gateway.inside', kind: 'domain', domain: 'company' },
      { id: 'gateway.outside', kind: 'zone', zone: 'internet', onlyTranslated: [4] },
    ],
    forward: [{ action: 'allow', origin }],
    translations: mapped.map((id, number) => ({
      kind: 'static',
      leg: 'gateway.outside',
      interface: id,
      inside: 0,
      outside: { address: Address.parse('198.51.100.0').plus(number), unknown: undefined },
      certain: true,
      unknowns: [],
      origin: { address: `public-${number}` },
    })),
  });
}

function addEdges(builder: TopologyBuilder, edges: number, families: readonly (4 | 6)[], dice: Dice): void {
  const inside = AddressSet.of(...families.map(domainOf));
  const anyone = AddressSet.of(...families.map(everybody));
  const rule = (action: 'allow' | 'deny', traffic: Traffic, addresses: AddressSet): GivenRule => ({
    action,
    traffic: exactly(traffic),
    remote: { addresses: exactly(addresses), members: exactly([]) },
  });
  for (let number = 0; number < edges; number++) {
    const replies = [rule('allow', tcp(1024, 65535), anyone), rule('allow', udp(1024, 65535), anyone)];
    const quarter = AddressSet.of(Cidr.of(Address.of(4, BigInt((10 << 24) + (dice.below(4) << 22))), 10));
    const services = dice.several(5, ports.length).map((one) => rule('allow', portsAt(one), inside));
    const open = dice.below(3) > 0;
    builder.addFilter({
      id: `edge-${number}`,
      matching: 'first-match',
      stateful: false,
      ingress: [
        rule('deny', tcp(23), anyone),
        rule('deny', tcp(3389), quarter),
        ...services,
        rule('allow', tcp(443), anyone),
        ...replies,
      ],
      egress: open
        ? [rule('deny', tcp(25), anyone), rule('allow', Traffic.everything, anyone)]
        : [...services, rule('allow', tcp(443), anyone), ...replies],
    });
  }
}

const ports = [
  22, 53, 80, 123, 389, 443, 3306, 5432, 6379, 8080, 8443, 9090, 9200, 11211, 27017, 8000,
] as const;

/** Read anew for every rule, as a reader does. */
function portsAt(number: number): Traffic {
  const port = ports[number % ports.length]!;
  if (port === 53 || port === 123) return udp(port);
  return port === 8000 ? tcp(8000, 8100) : tcp(port);
}

function addGroups(
  builder: TopologyBuilder,
  groups: number,
  rules: number,
  blocks: readonly (readonly Cidr[])[],
  doubts: number,
  dice: Dice,
): void {
  const all = AddressSet.of(...blocks[0]!.map(({ family }) => everybody(family)));
  const inside = AddressSet.of(...blocks[0]!.map(({ family }) => domainOf(family)));
  const remote = () => {
    const kind = dice.below(1000);
    if (kind < 500) return { addresses: AddressSet.empty, members: [`group-${dice.below(groups)}`] };
    if (kind < 500 + doubts * 2) {
      // One machine's address: whether it is this one's or that one's, only apply tells.
      const hosts = dice.pick(blocks).map((block) => AddressSet.of(block.at(10 + dice.below(10))));
      return { addresses: AddressSet.of(...hosts), members: [] };
    }
    if (kind < 994) return { addresses: AddressSet.of(...dice.pick(blocks)), members: [] };
    return { addresses: kind < 998 ? inside : all, members: [] };
  };
  const one = (traffic: Traffic, { addresses, members }: ReturnType<typeof remote>): GivenRule => {
    const doubtful = dice.below(100) < doubts;
    const cause = [unknown(`rule-${dice.below(1000)}`, 'known after apply')];
    if (!doubtful) {
      return {
        action: 'allow',
        traffic: exactly(traffic),
        remote: { addresses: exactly(addresses), members: exactly(members) },
      };
    }
    return {
      action: 'allow',
      traffic:
        dice.below(2) === 0 ? exactly(traffic) : { least: Traffic.empty, most: traffic, unknowns: cause },
      remote: {
        addresses: {
          least: addresses,
          most: addresses.union(AddressSet.of(...dice.pick(blocks))),
          unknowns: cause,
        },
        members: { least: [], most: members, unknowns: cause },
      },
    };
  };
  for (let number = 0; number < groups; number++) {
    const out = Math.ceil(rules / 4);
    const egress =
      dice.below(10) < 6
        ? [one(Traffic.everything, { addresses: all, members: [] })]
        : Array.from({ length: out }, () => one(portsAt(dice.below(ports.length)), remote()));
    builder.addFilter({
      id: `group-${number}`,
      matching: 'union',
      stateful: true,
      ingress: Array.from({ length: rules - egress.length }, () =>
        one(dice.below(100) === 0 ? Traffic.everything : portsAt(dice.below(ports.length)), remote()),
      ),
      egress,
    });
  }
}

import { Address } from '../../lib/addressing/address';
import { AddressSet } from '../../lib/addressing/address-set';
import { Cidr } from '../../lib/addressing/cidr';
import { PortSet } from '../../lib/addressing/port-set';
import { Traffic } from '../../lib/addressing/traffic';
import { exactly } from '../../lib/topology/bounds';
import { translatorPorts } from '../../lib/topology/client-ports';
import type { InterfaceAddress } from '../../lib/topology/endpoint';
import type { Remote } from '../../lib/topology/filter';
import { type GivenEndpoint, type GivenRule, TopologyBuilder } from '../../lib/topology/topology-builder';

export const block = (text: string): Cidr => Cidr.parse(text);
export const set = (...texts: string[]): AddressSet =>
  AddressSet.of(...texts.map((text) => (text.includes('/') ? Cidr.parse(text) : Address.parse(text))));

/** A known address of an interface. */
export function at(text: string): InterfaceAddress {
  const address = Address.parse(text);
  return { family: address.family, possible: AddressSet.of(address), unknown: undefined };
}

export function remote(addresses: AddressSet, ...members: string[]): Remote {
  return { addresses: exactly(addresses), members: exactly(members) };
}

export const anyone = remote(AddressSet.everything());

/** `allow('tcp/443', anyone)` */
export function rule(
  action: 'allow' | 'deny',
  traffic: string,
  who: Remote,
  sourcePorts?: PortSet,
): GivenRule {
  return {
    action,
    traffic: exactly(traffic === 'any protocol' ? Traffic.everything : Traffic.parse(traffic)),
    remote: who,
    ...(sourcePorts === undefined ? {} : { sourcePorts }),
  };
}

export const allow = (traffic: string, who: Remote): GivenRule => rule('allow', traffic, who);
export const deny = (traffic: string, who: Remote): GivenRule => rule('deny', traffic, who);

/** An endpoint with one interface, whose id is that of the endpoint with `.0`. */
export function machine(
  id: string,
  segment: string,
  address: string | InterfaceAddress,
  filters: readonly string[] = [],
  more: Partial<GivenEndpoint> = {},
): GivenEndpoint {
  const own = typeof address === 'string' ? at(address) : address;
  return {
    id,
    type: 'machine',
    interfaces: [{ id: `${id}.0`, segment, addresses: [own], filters: exactly(filters) }],
    ...more,
  };
}

/**
 * The shape of a three-tier network: `front` reaches the Internet by `gate` with translated addresses, `middle` by
 * the translator in `front`, `back` nobody outside. A stateless filter on `back` admits tcp/5432 from `middle` only.
 *
 * | endpoint | in | filter |
 * |-|-|-|
 * | web 10.0.1.10, shown as 198.51.100.10 | front | open-web: tcp/443 in from everywhere, all out |
 * | api 10.0.2.10 | middle | app: tcp/8080 in from members of open-web, all out |
 * | db 10.0.3.10 | back | data: tcp/5432 in from members of app, nothing out |
 */
export function threeSegments(): TopologyBuilder {
  const everywhere = { ingress: [], egress: [allow('any protocol', anyone)] };
  return new TopologyBuilder()
    .addDomain({ id: 'net', blocks: [block('10.0.0.0/16')] })
    .addZone({
      id: 'internet',
      addresses: AddressSet.everything(4).subtract(set('10.0.0.0/8', '192.168.0.0/16')),
    })
    .addTable({
      id: 'front-table',
      routes: [
        { to: block('10.0.0.0/16'), via: { kind: 'local' } },
        { to: block('0.0.0.0/0'), via: { kind: 'router', router: 'gate', leg: 'gate.in' } },
      ],
    })
    .addTable({
      id: 'middle-table',
      routes: [
        { to: block('10.0.0.0/16'), via: { kind: 'local' } },
        { to: block('0.0.0.0/0'), via: { kind: 'router', router: 'translator', leg: 'translator.leg' } },
      ],
    })
    .addTable({ id: 'back-table', routes: [{ to: block('10.0.0.0/16'), via: { kind: 'local' } }] })
    .addSegment({ id: 'front', domain: 'net', blocks: [block('10.0.1.0/24')], table: table('front-table') })
    .addSegment({ id: 'middle', domain: 'net', blocks: [block('10.0.2.0/24')], table: table('middle-table') })
    .addSegment({
      id: 'back',
      domain: 'net',
      blocks: [block('10.0.3.0/28')],
      table: table('back-table'),
      crossing: { options: ['back-edge'], unknowns: [] },
    })
    .addFilter({
      id: 'back-edge',
      matching: 'first-match',
      stateful: false,
      ingress: [allow('tcp/5432', remote(set('10.0.2.0/24')))],
      egress: [allow('tcp/1024-65535', remote(set('10.0.2.0/24')))],
    })
    .addFilter({
      id: 'open-web',
      matching: 'union',
      stateful: true,
      ...everywhere,
      ingress: [allow('tcp/443', anyone)],
    })
    .addFilter({
      id: 'app',
      matching: 'union',
      stateful: true,
      ...everywhere,
      ingress: [allow('tcp/8080', remote(AddressSet.empty, 'open-web'))],
    })
    .addFilter({
      id: 'data',
      matching: 'union',
      stateful: true,
      ingress: [allow('tcp/5432', remote(AddressSet.empty, 'app'))],
    })
    .addEndpoint(machine('web', 'front', '10.0.1.10', ['open-web']))
    .addEndpoint(machine('api', 'middle', '10.0.2.10', ['app']))
    .addEndpoint(machine('db', 'back', '10.0.3.10', ['data']))
    .addRouter({
      id: 'gate',
      legs: [
        { id: 'gate.in', kind: 'domain', domain: 'net' },
        { id: 'gate.out', kind: 'zone', zone: 'internet', onlyTranslated: [4] },
      ],
      forward: [{ action: 'allow', origin: { address: 'gate' } }],
      translations: [shows('web.0', '198.51.100.10'), shows('translator.leg', '198.51.100.20')],
    })
    .addRouter({
      id: 'translator',
      legs: [{ id: 'translator.leg', kind: 'segment', segment: 'front', address: exactly(set('10.0.1.20')) }],
      forward: [{ action: 'allow', origin: { address: 'translator' } }],
      translations: [
        {
          kind: 'source',
          leg: 'translator.leg',
          source: AddressSet.everything(4),
          traffic: Traffic.parse('tcp/0-65535, udp/0-65535, icmp'),
          to: 'translator.leg',
          ports: translatorPorts,
          origin: { address: 'translator' },
        },
      ],
    });
}

export function table(id: string) {
  return { options: [id], unknowns: [] };
}

/** A one-to-one translation at `gate`. */
export function shows(inside: string, outside: string) {
  return {
    kind: 'static',
    leg: 'gate.out',
    interface: inside,
    inside: 0,
    outside: { address: Address.parse(outside), unknown: undefined },
    certain: true,
    unknowns: [],
    origin: { address: `translation of ${inside}` },
  } as const;
}

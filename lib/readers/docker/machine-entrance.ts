import { Address } from '../../addressing/address';
import { AddressSet } from '../../addressing/address-set';
import { Cidr } from '../../addressing/cidr';
import { Traffic } from '../../addressing/traffic';
import { exactly } from '../../topology/bounds';
import { translatorPorts } from '../../topology/client-ports';
import type { InterfaceAddress } from '../../topology/endpoint';
import { unknown } from '../../topology/value';
import { certainAddress, distinctAddresses, hostBlock, isLoopback, publicAddresses } from './docker-address';
import { legOf, segmentLeg } from './docker-leg';
import { everywhere, routeTo } from './gateway-table';
import type { HostFrame } from './host-frame';
import { trafficAt, type WayIn } from './way-in';

/** Name of the segment by which others come to the machine of a Docker host. */
export const entrance = 'before the machine';

/**
 * What stands before the machine in which the engine runs: a browser and, behind NAT, the hypervisor that listens for it
 * and opens a flow of its own to the machine.
 */
export function addEntrances(host: HostFrame): void {
  if (host.ways.length === 0) return;
  addComputer(host);
  const segment = host.id(entrance);
  const [lan, nat] = [addressesOfLan(host), natSources(host)];
  const blocks = [...nat.map(hostBlock), ...(lan === undefined ? [] : lan.blocks)];
  const out = { kind: 'router', router: host.id('docker engine'), leg: legOf(segment) } as const;
  host.builder.addTable({
    id: host.id('routes before the machine'),
    routes: [
      ...host.outer.map((address) => routeTo(hostBlock(address), out)),
      ...(host.assumed.lan.routesToContainers ? host.bridges.flatMap((one) => one.blocks) : []).map((to) =>
        routeTo(to, out),
      ),
      ...elsewhere(host),
    ],
    origin: host.origin,
  });
  host.builder.addSegment({
    id: segment,
    domain: host.domain,
    blocks,
    table: { options: [host.id('routes before the machine')], unknowns: [] },
    origin: host.origin,
  });
  const dialled = forwards(host).length > 0;
  host.builder.addEndpoint({
    id: host.id('browser'),
    names: host.called.among ? ['browser'] : [],
    type: 'browser',
    stands: host.called.stacks,
    accepts: false,
    origin: { address: host.id('browser') },
    interfaces: [
      ...(dialled
        ? [
            {
              id: `${host.id('browser')} at ${host.id('computer')}`,
              segment: host.id('computer'),
              addresses: [certainAddress(loopback)],
            },
          ]
        : []),
      ...(lan === undefined
        ? []
        : [{ id: `${host.id('browser')} at ${segment}`, segment, addresses: [lan.address] }]),
    ],
  });
}

/** The computer that the browser and the hypervisor run on. */
function addComputer(host: HostFrame): void {
  const ways = forwards(host);
  if (ways.length === 0) return;
  const { builder, origin } = host;
  const segment = host.id('computer');
  const hypervisor = host.id('hypervisor');
  const addresses = listening(ways);
  const table = host.id('on the computer alone');
  const lan = addresses.filter((one) => !isLoopback(one));
  builder.addDomain({
    id: segment,
    name: 'the computer before the machine',
    blocks: lan.map(hostBlock),
    origin,
  });
  builder.addTable({ id: table, routes: elsewhere(host), origin });
  builder.addSegment({
    id: segment,
    domain: segment,
    blocks: [...new Map([loopback, ...addresses].map((one) => [one.toString(), hostBlock(one)])).values()],
    table: { options: [lan.length > 0 ? addLanOfComputer(host, segment, lan) : table], unknowns: [] },
    origin,
  });
  builder.addEndpoint({
    id: hypervisor,
    names: host.called.among ? ['hypervisor'] : [],
    type: 'hypervisor',
    stands: host.called.stacks,
    clientPorts: translatorPorts,
    origin,
    interfaces: [
      {
        id: `${hypervisor} at ${segment}`,
        segment,
        addresses: addresses.map(certainAddress),
        takes: Traffic.from(ways.map((way) => trafficAt(way, way.forward.at))),
      },
      ...natSources(host).map((source) => ({
        id: `${hypervisor} at ${host.id(entrance)}, ${source.toString()}`,
        segment: host.id(entrance),
        addresses: [certainAddress(source)],
        takes: Traffic.empty,
      })),
    ],
  });
  for (const way of ways) addForward(host, way);
}

type ForwardedWay = WayIn & { readonly forward: NonNullable<WayIn['forward']> };

/** A forward of the hypervisor: it takes the flow and opens another to the machine. */
function addForward(host: HostFrame, way: ForwardedWay): void {
  const { at, to, source } = way.forward;
  const hypervisor = host.id('hypervisor');
  const id = `${way.stack === '' ? '' : `${way.stack}:`}${way.chain}.${way.name}`;
  const origin = { address: id, constructPath: way.chain };
  host.builder.addRelay({
    id,
    name: `forward ${way.name} of ${way.machine.name}, ${at.address.toString()}:${at.port}`,
    endpoint: hypervisor,
    naturalFrom: [host.id('browser'), ...(isLoopback(at.address) ? [] : ['lan'])],
    listeners: [
      {
        traffic: trafficAt(way, at),
        at: [`${hypervisor} at ${host.id('computer')}`],
        targets: exactly([
          {
            to: { addresses: AddressSet.of(to.address) },
            traffic: trafficAt(way, to),
            sourceSeen: 'relay',
            ports: translatorPorts,
            from: [`${hypervisor} at ${host.id(entrance)}, ${source.toString()}`],
            origin,
          },
        ]),
        origin,
      },
    ],
    origin,
  });
}

/** Other machines of its LAN dial the computer where a forward listens for them; gives the table of the way back. */
function addLanOfComputer(host: HostFrame, segment: string, lan: readonly Address[]): string {
  const { builder, origin } = host;
  const router = host.id('router of the computer');
  const table = host.id('routes of the computer');
  builder.addTable({
    id: table,
    routes: [routeTo(everywhere[4], { kind: 'router', router, leg: legOf(segment) })],
    origin,
  });
  builder.addRouter({
    id: router,
    name: 'LAN of the computer',
    legs: [
      segmentLeg(segment, []),
      {
        id: host.id('leg of the computer to lan'),
        kind: 'zone',
        zone: 'lan',
        address: exactly(AddressSet.of(...lan)),
        routed: AddressSet.of(...lan),
      },
    ],
    forward: [{ action: 'allow', origin }],
    origin,
  });
  return table;
}

function forwards({ ways }: HostFrame): readonly ForwardedWay[] {
  return ways.filter((way): way is ForwardedWay => way.forward !== undefined);
}

/** Where forwards listen; all addresses are the loopback and one on the LAN that nobody names. */
function listening(ways: readonly ForwardedWay[]): readonly Address[] {
  return distinctAddresses(
    ways.flatMap(({ forward: { at } }) =>
      at.address.toString() === '0.0.0.0' ? [loopback, unnamedComputer] : [at.address],
    ),
  );
}

function natSources(host: HostFrame): readonly Address[] {
  return distinctAddresses(forwards(host).map(({ forward }) => forward.source));
}

/** Where a browser stands that dials a bridged machine: somewhere on its LAN. */
function addressesOfLan({
  ways,
  assumed,
  own,
}: HostFrame): { readonly blocks: readonly Cidr[]; readonly address: InterfaceAddress } | undefined {
  const [bridged] = ways.filter(({ forward }) => forward === undefined);
  if (bridged === undefined) return undefined;
  const { lan } = assumed;
  if (lan.address !== undefined)
    return { blocks: [hostBlock(lan.address)], address: certainAddress(lan.address) };
  const around = Cidr.containing(`${bridged.arrives.address.toString()}/24`);
  const possible = AddressSet.of(around).subtract(AddressSet.of(around.first, around.last).union(own));
  const cause = unknown('docker.lan.address', 'the address of the browser on the LAN');
  return { blocks: possible.blocks(), address: { family: 4, possible, unknown: cause } };
}

/** Nobody asks Terraform what the computer of a browser reaches beside the machine. */
function elsewhere(host: HostFrame) {
  const cause = unknown(host.id('browser'), 'what the computer of the browser reaches beside the machine');
  return publicAddresses.blocks().map((to) => routeTo(to, { kind: 'unknown', unknown: cause } as const));
}

const loopback = Address.parse('127.0.0.1');

/** Stands for the computer's address on its LAN, which no forward names. */
const unnamedComputer = Address.parse('241.255.255.2');

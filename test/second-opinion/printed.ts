import type { Bounds } from '../../lib/topology/bounds';
import type { Filter, Rule } from '../../lib/topology/filter';
import type { Party } from '../../lib/topology/lookup';
import type { ForwardRule, Leg, Translation } from '../../lib/topology/router';
import type { NextHop, RouteTable } from '../../lib/topology/route-table';
import type { Topology } from '../../lib/topology/topology';
import type { Question } from './ask';

/** A small topology as text, one line per thing: what a person needs to argue about a counterexample. */
export function printTopology(topology: Topology): string {
  return [
    ...each(topology.domains, ({ id, blocks, services = [] }) => [
      `domain ${id} ${blocks.join(' ')}`,
      ...services.map(
        ({ name, addresses, traffic }) =>
          `  serves ${name} at ${addresses.toString()} on ${traffic.toString()}`,
      ),
    ]),
    ...each(topology.zones, ({ id, addresses }) => [`zone ${id} ${addresses.toString()}`]),
    ...each(topology.segments, ({ id, domain, blocks, peers, crossing, table }) => [
      `segment ${id} in ${domain} ${blocks.join(' ')}${peers ? '' : ' no peers'}` +
        ` edge ${crossing.options.map((one) => one ?? 'none').join(' or ')}${causes(crossing.unknowns)}` +
        ` table ${table.options.join(' or ')}${causes(table.unknowns)}`,
    ]),
    ...each(topology.tables, printTable),
    ...each(topology.endpoints, ({ id, spread, accepts, takes, clientPorts, interfaces }) => [
      `endpoint ${id} ${spread}${accepts ? '' : ' accepts nothing'}${takes === undefined ? '' : ` takes ${takes.toString()}`} from ports ${clientPorts.toString()}`,
      ...interfaces.map(
        (one) =>
          `  ${one.id} in ${one.segment} at ${one.addresses.map(({ possible, unknown }) => possible.toString() + causes(unknown === undefined ? [] : [unknown])).join(' and ')}` +
          ` filters ${printBounds(one.filters, (ids) => `[${ids.join(' ')}]`)}`,
      ),
    ]),
    ...each(topology.filters, printFilter),
    ...each(topology.routers, ({ id, legs, forward, translations, tracks }) => [
      `router ${id}${tracks === true ? ' tracks' : ''}`,
      ...legs.flatMap(printLeg),
      ...forward.map(printForward),
      ...translations.map(printTranslation),
    ]),
    ...each(topology.relays, ({ id, endpoint, listeners }) => [
      `relay ${id} at ${endpoint}: ${listeners.map(({ traffic }) => traffic.toString()).join('; ')}`,
    ]),
  ].join('\n');
}

export function printQuestion({ from, to, traffic }: Question): string {
  return `${printParty(from)} to ${printParty(to)} on ${traffic.toString()}`;
}

export function printParty(party: Party): string {
  if (party.kind === 'endpoint') return `endpoint ${party.endpoint.id}`;
  return party.kind === 'segment' ? `segment ${party.segment.id}` : `zone ${party.zone.id}`;
}

function printTable({ id, routes, unknownRoutes }: RouteTable): string[] {
  return [
    `table ${id}`,
    ...routes.map(
      ({ to, via, preference }) =>
        `  ${to.toString()} ${printHop(via)}${preference === 0 ? '' : ` (${preference})`}`,
    ),
    ...unknownRoutes.map(
      ({ via, possible, unknown }) =>
        `  somewhere in ${possible?.toString() ?? 'everything'} ${printHop(via)}${causes([unknown])}`,
    ),
  ];
}

function printHop(hop: NextHop): string {
  switch (hop.kind) {
    case 'local':
      return 'local';
    case 'drop':
      return `drop (${hop.reason})`;
    case 'interface':
      return `interface ${hop.interface}`;
    case 'router':
      return hop.leg;
    case 'one-of':
      return `${hop.options.map(printHop).join(' or ')}${causes([hop.unknown])}`;
    case 'unknown':
      return `?${causes([hop.unknown])}`;
  }
}

function printFilter({ id, matching, stateful, ingress, egress }: Filter): string[] {
  const rules = (direction: string, given: readonly Rule[]) =>
    given.map(({ action, traffic, sourcePorts, remote }) => {
      const { addresses, members } = remote;
      const named =
        members.most.length === 0 ? '' : ` members ${printBounds(members, (ids) => `[${ids.join(' ')}]`)}`;
      return (
        `  ${direction} ${action} ${printBounds(traffic, String)}` +
        `${sourcePorts === undefined ? '' : ` from port ${sourcePorts.toString()}`}` +
        ` remote ${printBounds(addresses, String)}${named}`
      );
    });
  return [
    `filter ${id} ${matching} ${stateful ? 'stateful' : 'stateless'}`,
    ...rules('in', ingress),
    ...rules('out', egress),
  ];
}

function printLeg(leg: Leg): string[] {
  if (leg.kind === 'segment')
    return [`  leg ${leg.id} in ${leg.segment} at ${printBounds(leg.address, String)}`];
  if (leg.kind === 'zone') {
    const only = leg.onlyTranslated === undefined ? '' : ` only translated ${leg.onlyTranslated.join(' ')}`;
    const own = leg.address === undefined ? '' : ` at ${printBounds(leg.address, String)}`;
    return [`  leg ${leg.id} to zone ${leg.zone}${own}${only}`];
  }
  const table = leg.table === undefined ? [] : printTable(leg.table).map((line) => `  ${line}`);
  return [`  leg ${leg.id} to domain ${leg.domain}`, ...table];
}

function printForward({ action, from, to, source, destination, traffic }: ForwardRule): string {
  const parts = [
    from === undefined ? [] : [`from ${from.join(' ')}`],
    to === undefined ? [] : [`to ${to.join(' ')}`],
    source === undefined ? [] : [`source ${source.toString()}`],
    destination === undefined ? [] : [`destination ${destination.toString()}`],
    traffic === undefined ? [] : [traffic.toString()],
  ];
  return ['  forward', action, ...parts.flat()].join(' ');
}

function printTranslation(one: Translation): string {
  if (one.kind === 'static') {
    const outside = one.outside.address?.toString() ?? '?';
    return `  ${one.leg}: ${one.interface} is ${outside}${one.certain ? '' : ', perhaps'}${causes(one.unknowns)}`;
  }
  const from = one.from === undefined ? '' : ` from ${one.from.join(' ')}`;
  if (one.kind === 'source')
    return `  ${one.leg}${from}: source ${one.source.toString()} becomes ${one.to} ports ${one.ports.toString()} ${one.traffic?.toString() ?? ''}`;
  return `  in${from}: ${one.destination.toString()} ${one.traffic.toString()} goes to ${one.interface}, port ${one.shift >= 0 ? '+' : ''}${one.shift}`;
}

function printBounds<T>({ least, most, unknowns }: Bounds<T>, print: (value: T) => string): string {
  return unknowns.length === 0 ? print(most) : `${print(least)} to ${print(most)}${causes(unknowns)}`;
}

function causes(unknowns: readonly { readonly key: string }[]): string {
  return unknowns.length === 0 ? '' : ` (${unknowns.map(({ key }) => key).join(' ')})`;
}

function each<T>(map: ReadonlyMap<string, T>, lines: (value: T) => readonly string[]): string[] {
  return [...map.values()].flatMap(lines);
}

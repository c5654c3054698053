import type { Mistake } from './seeded-solver';
import type { Area } from './sharpened';

/** A mistake that somebody could make in the solver, and where to look for it. */
export interface SeededBug extends Mistake {
  /** What the solver with it believes. */
  readonly believes: string;
  /** Whether it shows only where something is unknown. @default false */
  readonly doubt?: true;
  /** Networks in which it shows soon. @default - any */
  readonly area?: Area;
}

/** Mistakes in filters: what a rule matches, in which order, and who remembers flows. */
const filters: readonly SeededBug[] = [
  {
    believes: 'a reply passes the edge of a segment without being looked at',
    file: 'judgement.ts',
    instead: [[': answered(this.filter(step.filter, step));', ': everythingPasses;']],
  },
  {
    believes: 'a reply is asked for at the interfaces that let its first packet pass',
    file: 'judgement.ts',
    instead: [['remembered && this.isStateful(filter) ?', 'remembered && false ?']],
  },
  {
    believes: 'the last rule that matches decides',
    file: 'filter-passing.ts',
    instead: [['new PreparedRule(rule));', 'new PreparedRule(rule)).reverse();']],
  },
  {
    believes: 'what no rule of an ordered list names is let pass',
    file: 'filter-passing.ts',
    instead: [
      [
        'return { must, may, unknowns };\n  }\n\n  /** The rules that may match, in their order. */',
        'return { must: must.union(openForMust), may: may.union(openForMay), unknowns };\n  }\n',
      ],
      [
        'if (i < matched.length) open = open.subtract(taken);\n  }\n  return { must: passes, may: passes, unknowns: [] };',
        'open = open.subtract(taken);\n  }\n  passes = passes.union(open);\n  return { must: passes, may: passes, unknowns: [] };',
      ],
    ],
  },
  {
    believes: 'a packet that a route leads aside still belongs to the members of a group',
    file: 'walk.ts',
    instead: [['from, aside ? { ...packet, altered: true } : packet, steps)', 'from, packet, steps)']],
    area: 'aside',
  },
  {
    believes: 'of several groups on an interface only the first counts',
    file: 'judgement.ts',
    instead: [
      [
        'if (most.length === 1) return each.get(most[0]!)!;',
        'if (most.length > 0) return each.get(most[0]!)!;',
      ],
    ],
  },
  {
    believes: 'a rule that names a group matches nobody of it',
    file: 'filter-passing.ts',
    instead: [
      [
        'if (member === undefined || members.most.length === 0)',
        'if (member === undefined || members.most.length >= 0)',
      ],
    ],
  },
  {
    believes: 'a rule takes packets from every source port',
    file: 'filter-passing.ts',
    instead: [['this.rule.sourcePorts ?? PortSet.all', 'PortSet.all']],
  },
  {
    believes: 'an echo request is answered by another echo request',
    file: 'flow-space.ts',
    instead: [['{ request: 8, reply: 0 }', '{ request: 8, reply: 8 }']],
  },
  {
    believes: 'a message of ICMP that nobody answers passes where its reply could',
    file: 'probe.ts',
    instead: [
      ['const asked = answerable(this.attempt.asked);', 'const asked = this.attempt.asked;'],
      ['if (answerable(asked).isEmpty()) {', 'if (asked.isEmpty()) {'],
    ],
  },
  {
    believes: 'one source port of a client that gets through is enough',
    file: 'judgement.ts',
    instead: [['=> must.fromAll(sources, left), asked);', '=> must.fromSome(sources, left), asked);']],
  },
];

/** Mistakes in routing: which route, which segment, which edge. */
const routing: readonly SeededBug[] = [
  {
    believes: 'the shortest prefix wins',
    file: 'prepared-table.ts',
    instead: [['b.to.prefixLength - a.to.prefixLength', 'a.to.prefixLength - b.to.prefixLength']],
  },
  {
    believes: 'of equal prefixes the highest preference wins',
    file: 'prepared-table.ts',
    instead: [['|| a.preference - b.preference', '|| b.preference - a.preference']],
  },
  {
    believes: 'a route to a single address is not one',
    file: 'prepared-table.ts',
    instead: [['[...table.routes].sort(', '[...table.routes].filter((one) => one.to.size > 1n).sort(']],
  },
  {
    believes: 'a route that drops is passed over for the next best',
    file: 'prepared-table.ts',
    instead: [
      ['[...table.routes].sort(', "[...table.routes].filter((one) => one.via.kind !== 'drop').sort("],
    ],
  },
  {
    believes: 'every table ends with a route that delivers inside the domain',
    file: 'walk.ts',
    instead: [
      [
        'if (from === undefined) return this.deliverInDomain(',
        'if (hop === undefined) return this.deliverInDomain(',
      ],
    ],
    area: 'undelivered',
  },
  {
    believes: 'the route table on the edge of a domain is not asked',
    file: 'walk.ts',
    instead: [
      [
        'if (table === undefined) return this.deliverInDomain(',
        'if (domain !== undefined) return this.deliverInDomain(',
      ],
    ],
    area: 'edge-table',
  },
  {
    believes: 'what leaves a segment does not meet the filter on its edge',
    file: 'walk.ts',
    instead: [["if (segment !== undefined) this.cross('egress', segment, packet, steps);", '']],
  },
  {
    believes: 'interfaces that are kept apart are neighbours all the same',
    file: 'walk.ts',
    instead: [["const direct = segment.peers || sender === 'leg';", 'const direct = true;']],
    area: 'apart',
  },
  {
    believes: 'an endpoint that accepts nothing is reached when its filters let the packet in',
    file: 'walk.ts',
    instead: [['if (!accepts) return Traffic.empty;', '']],
    area: 'deaf',
  },
  {
    believes: 'somebody in a segment may have the address of who asks',
    file: 'inquiry.ts',
    instead: [["if (party?.kind !== 'endpoint' ||", "if (party?.kind !== 'zone' || party.zone.id !== '' ||"]],
    area: 'neighbours',
  },
];

/** Mistakes in routers: forwarding, translations and what is remembered of them. */
const routers: readonly SeededBug[] = [
  {
    believes: 'a translated source is seen untranslated by everybody after the router',
    file: 'walk.ts',
    instead: [['region, source: shown, sources, altered: true', 'region, sources, altered: true']],
    area: 'translator',
  },
  {
    believes: 'an Internet gateway lets out who has no public address',
    file: 'walk.ts',
    instead: [
      [
        "if (out.kind !== 'zone' || !this.network.passesOnlyTranslated(router, out, source.family)) {",
        'if (out !== undefined) {',
      ],
    ],
    area: 'translator',
  },
  {
    believes: 'IPv6 does not exist',
    file: 'investigation.ts',
    instead: [
      ['if (start.family !== end.family) continue;', 'if (start.family !== 4 || end.family !== 4) continue;'],
    ],
  },
  {
    believes: 'rules of a router that deny take nothing away from later ones',
    file: 'prepared-router.ts',
    instead: [['open = open.subtract(matched);', '']],
  },
  {
    believes: 'a router that tracks flows lets any reply pass',
    file: 'walk.ts',
    instead: [['router.tracks === true', 'router.tracks === undefined']],
    area: 'tracking',
  },
  {
    believes: 'a balancer dials its targets on the port that it listens on',
    file: 'ways.ts',
    instead: [
      ['const wanted = target.traffic.intersect(on);', 'const wanted = listener.traffic.intersect(on);'],
    ],
    area: 'relay',
  },
];

/** Mistakes about what is unknown, and about several things with one name. */
const unknowns: readonly SeededBug[] = [
  {
    believes: 'of replicas any one will do',
    file: 'investigation.ts',
    instead: [
      [
        '(left, { all }) => left.intersect(all),\n        found',
        '(left, { all }) => (passing.some((one) => one.all.contains(left)) ? left : left.intersect(all)),\n        found',
      ],
    ],
  },
  {
    believes: 'a denial that may match takes nothing away for certain',
    file: 'filter-passing.ts',
    instead: [
      ['openForMust = openForMust.subtract(rule.most);', 'openForMust = openForMust.subtract(certain);'],
    ],
    doubt: true,
    area: 'denials',
  },
  {
    believes: 'of groups that an interface may carry it carries all',
    file: 'judgement.ts',
    instead: [
      [
        'all.reduce((space, one) => space.intersect(one.must), FlowSpace.everything)',
        'all.reduce((space, one) => space.union(one.must), FlowSpace.empty)',
      ],
    ],
    doubt: true,
  },
  {
    believes: 'a route to somewhere unknown leads nowhere',
    file: 'prepared-table.ts',
    instead: [['this.table.unknownRoutes.entries()', 'this.table.unknownRoutes.slice(0, 0).entries()']],
    doubt: true,
  },
  {
    believes: 'of several next hops it is the first',
    file: 'walk.ts',
    instead: [["const text = this.choose('', texts, [hop.unknown]);", 'const text = texts[0]!;']],
    doubt: true,
  },
  {
    believes: 'a choice of route tables is made by the first',
    file: 'walk.ts',
    instead: [['this.choose(`table of ${segment.id}`, options, unknowns)', 'options[0]!']],
    doubt: true,
  },
];

export const seededBugs: readonly SeededBug[] = [...filters, ...routing, ...routers, ...unknowns];

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Traffic } from '../../lib/addressing/traffic';
import { explanation, headline } from '../../lib/reachability/explanation';
import { reasonCodes, reasonOf } from '../../lib/reachability/reason-code';
import { reach } from '../../lib/reachability/solver';
import { AddressSet } from '../../lib/addressing/address-set';
import { between, exactly } from '../../lib/topology/bounds';
import type { Topology } from '../../lib/topology/topology';
import { TopologyBuilder } from '../../lib/topology/topology-builder';
import { unknown } from '../../lib/topology/value';
import { balancedNetwork } from './balanced-network';
import {
  addresses,
  allow,
  deny,
  domainLeg,
  mapped,
  network,
  type Sketch,
  zoneLeg,
} from '../second-opinion/hand-made';

function told(topology: Topology, from: string, to: string, on: string): string {
  const question = { from, to, on: Traffic.parse(on) };
  return explanation(topology, question, reach(topology, question));
}

const factOf = (text: string, label: string): string | undefined =>
  new RegExp(`^  ${label} +(.*)$`, 'm').exec(text)?.[1];

/** `web` and `db` in one segment, each with one filter. */
function pair(web: Sketch['filters'], db: NonNullable<Sketch['filters']>[string]): Topology {
  return network({
    segments: { lan: { block: '10.0.0.0/24' } },
    machines: {
      web: { in: 'lan', at: '10.0.0.10', filters: ['web-filter'] },
      db: { in: 'lan', at: '10.0.0.20', filters: ['db-filter'] },
    },
    filters: { 'web-filter': { egress: [allow('any')] }, ...web, 'db-filter': db },
  });
}

describe('a reachable verdict', () => {
  const open = pair({}, { ingress: [allow('tcp/5432', 'members of web-filter')] });

  test('says so first, then the way with the rule that lets it pass at every hop, and back', () => {
    expect(told(open, 'web', 'db', 'tcp/5432')).toMatchInlineSnapshot(`
     "reachable   web can open tcp/5432 on db

       web                    10.0.0.10
       web-filter   egress    rule allows any protocol to anywhere              web-filter
       db-filter    ingress   rule allows tcp/5432 from members of web-filter   db-filter
       db                     10.0.0.20
       reply
       db-filter    egress    remembers the flow
       web-filter   ingress   remembers the flow

       closes it   taking away from web-filter: rule allows any protocol to anywhere   web-filter
       or          taking away from db-filter: rule allows tcp/5432 from members of web-filter   db-filter"
    `);
  });

  test('names the only rules without which it would be closed', () => {
    expect(told(open, 'web', 'db', 'tcp/5432')).toContain(
      'closes it   taking away from web-filter: rule allows any protocol to anywhere',
    );
  });

  test('names no rule as closing it when another one lets the same traffic pass', () => {
    const twice = pair(
      { 'web-filter': { egress: [allow('any'), allow('tcp/5432')] } },
      { ingress: [allow('tcp/5432'), allow('tcp/1-65535', '10.0.0.0/24')] },
    );
    expect(factOf(told(twice, 'web', 'db', 'tcp/5432'), 'closes it')).toBeUndefined();
  });
});

describe('a blocked verdict', () => {
  test('marks the hop that stops it, with the nearest rule, the symptom and the rule that opens it', () => {
    const closed = pair({}, { ingress: [allow('tcp/5432', '10.0.0.99')] });
    expect(told(closed, 'web', 'db', 'tcp/5432')).toMatchInlineSnapshot(`
     "blocked   web cannot open tcp/5432 on db

       web                    10.0.0.10
       web-filter   egress    rule allows any protocol to anywhere           web-filter
     | db-filter    ingress   no rule allows tcp/5432 from 10.0.0.10         db-filter
                              nearest: rule allows tcp/5432 from 10.0.0.99   db-filter
       db                     10.0.0.20

       reason     ingress-filter: No filter on the receiving interface lets the packet in.
       symptom    times out
       opens it   ingress rule in db-filter that allows tcp/5432 from 10.0.0.10"
    `);
  });

  test('marks every hop that stops it, not only the first', () => {
    const text = told(pair({ 'web-filter': { egress: [] } }, { ingress: [] }), 'web', 'db', 'tcp/5432');
    expect(text.split('\n').filter((line) => line.startsWith('|'))).toHaveLength(2);
    expect(text).toContain('opens it   egress rule in web-filter that allows tcp/5432 to 10.0.0.20');
    expect(text).toContain('and        ingress rule in db-filter that allows tcp/5432 from 10.0.0.10');
  });

  test('names the rule that denies, and that the new one has to stand before it', () => {
    const denied = network({
      segments: {
        here: { block: '10.0.0.0/25' },
        there: { block: '10.0.0.128/25', crossing: 'edge' },
      },
      machines: { web: { in: 'here', at: '10.0.0.10' }, db: { in: 'there', at: '10.0.0.130' } },
      filters: {
        edge: {
          matching: 'first-match',
          stateful: false,
          ingress: [
            { ...deny('tcp/5432'), number: 90 },
            { ...allow('any'), number: 100 },
          ],
          egress: [allow('any')],
        },
      },
    });
    const text = told(denied, 'web', 'db', 'tcp/5432');
    expect(text).toMatch(/^\| edge +ingress +rule 90 denies tcp\/5432 from anywhere/m);
    expect(factOf(text, 'opens it')).toBe(
      'ingress rule in edge that allows tcp/5432 from 10.0.0.10, before rule 90',
    );
    expect(told(denied, 'web', 'db', 'tcp/80')).toMatch(/^reachable/);
  });

  test('whose reply alone is stopped says that the first packet arrives, and marks the way back', () => {
    const deaf = network({
      segments: {
        here: { block: '10.0.0.0/25' },
        there: { block: '10.0.0.128/25', crossing: 'edge' },
      },
      machines: { web: { in: 'here', at: '10.0.0.10' }, db: { in: 'there', at: '10.0.0.130' } },
      filters: {
        edge: {
          matching: 'first-match',
          stateful: false,
          ingress: [allow('any')],
          egress: [allow('tcp/1024-5000')],
        },
      },
    });
    const text = told(deaf, 'web', 'db', 'tcp/5432');
    const [there, back] = text.split('\n  reply\n');
    expect(there).not.toMatch(/^\|/m);
    expect(back).toMatch(/^\| edge +egress +no rule allows tcp\/32768-60999 to 10\.0\.0\.10/m);
    expect(factOf(text, 'arrives')).toBe(
      'the first packet of tcp/5432 does arrive; its reply does not come back',
    );
  });

  test('that lets part of the source ports through marks the filter that does, and opens with the whole range', () => {
    const half = (replies: string) =>
      network({
        segments: {
          here: { block: '10.0.0.0/25' },
          there: { block: '10.0.0.128/25', crossing: 'edge' },
        },
        machines: { web: { in: 'here', at: '10.0.0.10' }, db: { in: 'there', at: '10.0.0.130' } },
        filters: {
          edge: {
            matching: 'first-match',
            stateful: false,
            ingress: [allow('any')],
            egress: [allow(replies)],
          },
        },
      });
    const text = told(half('tcp/1024-49151'), 'web', 'db', 'tcp/5432');
    expect(text).toMatch(/^\| edge +egress +lets through only part of tcp\/32768-60999 to 10\.0\.0\.10/m);
    expect(text.match(/^\|/gm)).toHaveLength(1);
    expect(factOf(text, 'ports')).toMatch(/^passes only with source ports 32768-49151 of 32768-60999/);
    expect(factOf(text, 'opens it')).toBe('egress rule in edge that allows tcp/32768-60999 to 10.0.0.10');
    expect(told(half('tcp/1024-65535'), 'web', 'db', 'tcp/5432')).toMatch(/^reachable/);
  });

  test('by who takes no flows is refused, and not lost on the way', () => {
    const deaf = (accepts: boolean) =>
      network({
        segments: { lan: { block: '10.0.0.0/24' } },
        machines: { web: { in: 'lan', at: '10.0.0.10' }, job: { in: 'lan', at: '10.0.0.20', accepts } },
      });
    const text = told(deaf(false), 'web', 'job', 'tcp/80');
    expect(factOf(text, 'symptom')).toBe('refused');
    expect(factOf(text, 'reason')).toMatch(/^takes-no-flows: /);
    expect(told(deaf(true), 'web', 'job', 'tcp/80')).toMatch(/^reachable/);
  });

  test('for want of a route says which table has none, and does not claim to have tried one', () => {
    const lost = network({
      domains: { net: ['10.0.0.0/24'], other: ['10.9.0.0/24'] },
      segments: {
        here: { block: '10.0.0.0/24' },
        there: { domain: 'other', block: '10.9.0.0/24', routes: { '10.9.0.0/24': 'local' } },
      },
      machines: { web: { in: 'there', at: '10.9.0.10' }, db: { in: 'here', at: '10.0.0.20' } },
    });
    const text = told(lost, 'web', 'db', 'tcp/5432');
    expect(text).toMatch(/^\| there\.table +no route to 10\.0\.0\.20/m);
    expect(factOf(text, 'symptom')).toBe('unreachable');
    expect(factOf(text, 'it takes')).toBe('a route to 10.0.0.20 in there.table');
    expect(factOf(text, 'opens it')).toBeUndefined();
  });

  test('without any way to show still gives a reason', () => {
    const apart = network({
      segments: { lan: { block: ['10.0.0.0/24', 'fd00::/64'] } },
      machines: { web: { in: 'lan', at: '10.0.0.10' }, db: { in: 'lan', at: 'fd00::20' } },
    });
    expect(factOf(told(apart, 'web', 'db', 'tcp/5432'), 'reason')).toMatch(/^no-common-family: /);
  });
});

describe('translations', () => {
  const translated = network({
    segments: {
      lan: { block: '10.0.0.0/24', routes: { '10.0.0.0/24': 'local', '0.0.0.0/0': 'igw:inside' } },
    },
    machines: { web: { in: 'lan', at: '10.0.0.10' } },
    zones: { internet: ['1.0.0.0/8'] },
    routers: {
      igw: {
        legs: [domainLeg('inside', 'net'), zoneLeg('outside', 'internet', [4])],
        translations: [mapped('outside', 'web', '1.2.3.4')],
      },
    },
  });

  test('show the addresses before and after, on the way and on the way back', () => {
    const text = told(translated, 'internet', 'web', 'tcp/443');
    expect(text).toMatch(/^ {2}igw +destination 1\.2\.3\.4 becomes 10\.0\.0\.10/m);
    expect(text).toMatch(/^ {2}web +10\.0\.0\.10, dialled as 1\.2\.3\.4/m);
    expect(text.split('\n  reply\n')[1]).toMatch(/^ {2}igw +source 10\.0\.0\.10 becomes 1\.2\.3\.4/m);
  });

  test('that are wanting are asked for by the one inside, whoever began', () => {
    const hidden = network({
      segments: {
        lan: { block: '10.0.0.0/24', routes: { '10.0.0.0/24': 'local', '0.0.0.0/0': 'igw:inside' } },
      },
      machines: { web: { in: 'lan', at: '10.0.0.10' }, db: { in: 'lan', at: '10.0.0.20' } },
      zones: { internet: ['1.0.0.0/8'] },
      routers: {
        igw: {
          legs: [domainLeg('inside', 'net'), zoneLeg('outside', 'internet', [4])],
          translations: [mapped('outside', 'web', '1.2.3.4')],
        },
      },
    });
    const takes = (from: string, to: string) => factOf(told(hidden, from, to, 'tcp/443'), 'it takes');
    expect(takes('db', 'internet')).toBe('a public address for db at igw, or a way out that translates');
    expect(takes('internet', 'db')).toBe('a public address for db at igw');
    expect(takes('web', 'internet')).toBeUndefined();
    expect(takes('internet', 'web')).toBeUndefined();
  });

  test('are not shown where there are none', () => {
    const open = pair({}, { ingress: [allow('any')] });
    expect(told(open, 'web', 'db', 'tcp/5432')).not.toContain('becomes');
  });
});

/** The same with `api` open to everybody. */
function withOpenApi(topology: Topology): Topology {
  const filters = new Map(topology.filters);
  const filter = filters.get('api-filter')!;
  const anyone = { addresses: exactly(AddressSet.everything()), members: exactly<readonly string[]>([]) };
  const ingress = filter.ingress.map((rule) => ({ ...rule, remote: anyone }));
  return { ...topology, filters: filters.set('api-filter', { ...filter, ingress }) };
}

describe('another way', () => {
  test('is told in the first line when the direct one is closed, and shown hop by hop', () => {
    const text = told(balancedNetwork(), 'web', 'api', 'tcp/8080');
    expect(text).toMatch(
      /^blocked {3}web cannot open tcp\/8080 on api: not by its own address, but by another way\n/,
    );
    expect(factOf(text, 'other way')).toBe('lb, asked on tcp/80, opens tcp/8080   lb');
    expect(text).toMatch(/^ {2}lb-filter +ingress +rule allows tcp\/80 from anywhere/m);
    expect(text).toMatch(/^ {2}api-filter +ingress +rule allows tcp\/8080 from members of lb-filter/m);
  });

  test('is told beside a direct one that is open as well', () => {
    const text = told(balancedNetwork(), 'lb', 'api', 'tcp/8080');
    expect(text).toMatch(/^reachable {3}lb can open tcp\/8080 on api\n/);
    const open = withOpenApi(balancedNetwork());
    const both = told(open, 'web', 'api', 'tcp/8080');
    expect(both).toMatch(/^reachable {3}web can open tcp\/8080 on api\n/);
    expect(factOf(both, 'other way')).toBe('lb, asked on tcp/80, opens tcp/8080   lb');
  });

  test('is not claimed where there is none', () => {
    const text = told(balancedNetwork(), 'web', 'db', 'tcp/5432');
    expect(text).not.toContain('another way');
    expect(factOf(text, 'other way')).toBeUndefined();
  });
});

describe('a verdict that is not certain', () => {
  const office = unknown('var.office', '${var.office}');
  const unsure = new TopologyBuilder()
    .addDomain({ id: 'net', blocks: [] })
    .addSegment({ id: 'lan', domain: 'net', blocks: [], table: { options: ['t'], unknowns: [] } })
    .addTable({ id: 't' })
    .addFilter({
      id: 'f',
      matching: 'union',
      stateful: true,
      ingress: [
        {
          action: 'allow',
          traffic: exactly(Traffic.parse('tcp/22')),
          remote: {
            addresses: between(AddressSet.empty, AddressSet.everything(4), [office]),
            members: exactly([]),
          },
        },
      ],
    })
    .addEndpoint(machine('web', '10.0.0.10'))
    .addEndpoint({ ...machine('db', '10.0.0.20', ['f']) })
    .build();

  test('asks for the key that would settle it, and marks the hop with a question mark', () => {
    const text = told(unsure, 'web', 'db', 'tcp/22');
    expect(text).toMatch(
      /^unknown {3}cannot tell whether web can open tcp\/22 on db: var\.office is not known/,
    );
    expect(text).toMatch(/^\? f +ingress +may let tcp\/22 from 10\.0\.0\.10 through/m);
    expect(factOf(text, 'settles it')).toBe('var.office   (${var.office})');
  });

  test('claims neither what opens nor what closes it', () => {
    const text = told(unsure, 'web', 'db', 'tcp/22');
    expect(text).not.toMatch(/opens it|closes it|it takes/);
  });

  test('is blocked for certain where the unknown does not matter', () => {
    expect(told(unsure, 'web', 'db', 'tcp/23')).toMatch(/^blocked/);
  });

  test('partial by port says which part passes and which hop stops the rest', () => {
    const half = pair({}, { ingress: [allow('tcp/80')] });
    const text = told(half, 'web', 'db', 'tcp/80-81');
    expect(text).toMatch(/^partial {3}web can open tcp\/80 on db, and not the rest of tcp\/80-81\n/);
    expect(text).toMatch(/^\| db-filter +ingress +lets through only part of tcp\/80-81/m);
  });
});

function machine(id: string, at: string, filters: readonly string[] = []) {
  const own = { family: 4 as const, possible: addresses(at), unknown: undefined };
  return {
    id,
    type: 'machine',
    interfaces: [{ id, segment: 'lan', addresses: [own], filters: exactly(filters) }],
  };
}

test('ping is asked as ping', () => {
  const open = pair({}, { ingress: [allow('icmp')] });
  const question = { from: 'web', to: 'db', on: Traffic.parse('icmp') };
  expect(headline(question, reach(open, question))).toBe('reachable   web can ping db');
});

test('a message that nobody answers is told to arrive, and not to have lost its reply', () => {
  const text = told(pair({}, { ingress: [allow('icmp/3')] }), 'web', 'db', 'icmp/3');
  expect(factOf(text, 'arrives')).toBe('icmp/3 does arrive; nobody answers it');
  expect(factOf(text, 'reason')).toMatch(/^never-answered: /);
  expect(text).not.toContain('\n  reply\n');
  const shut = told(pair({}, { ingress: [allow('icmp')] }), 'web', 'db', 'icmp/3');
  expect(factOf(shut, 'reason')).toMatch(/^ingress-filter: /);
  expect(factOf(shut, 'arrives')).toBeUndefined();
});

test('docs/explain.md lists every reason code with its meaning and symptom, and no other', () => {
  const page = readFileSync(join(__dirname, '../../docs/explain.md'), 'utf8');
  const rows = [...page.matchAll(/^\| `([a-z-]+)` +\| (.+?) +\| (.+?) +\|$/gm)].map(
    ([, code, meaning, symptom]) => [code, meaning, symptom],
  );
  expect(rows).toEqual(reasonCodes.map((code) => [code, reasonOf(code).meaning, reasonOf(code).symptom]));
});

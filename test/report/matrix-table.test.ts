import { tcp, Traffic } from '../../lib/addressing/traffic';
import { difference } from '../../lib/reachability/difference';
import { matrix } from '../../lib/reachability/matrix';
import { differenceMarkdown, differenceText } from '../../lib/report/difference-text';
import { gapsText, matrixJson, matrixRows, matrixText } from '../../lib/report/matrix-table';
import { plainPaint } from '../../lib/report/terminal-style';
import { brandTopology, type Topology } from '../../lib/topology/topology';
import { unknown } from '../../lib/topology/value';
import { balancedNetwork } from '../reachability/balanced-network';

const balanced = balancedNetwork();
const gap = {
  type: 'proxy',
  origin: { address: 'proxy.x' },
  segments: [],
  relays: true,
  unknown: unknown('proxy.x', 'not modelled'),
};

function shown(topology: Topology, on: Traffic): string {
  return matrixText(matrixRows(matrix(topology, { on, otherWays: true })), plainPaint);
}

describe('the table of who reaches whom', () => {
  test('has what passes through a balancer beside what passes at own addresses', () =>
    expect(shown(balanced, Traffic.parse('tcp'))).toMatchInlineSnapshot(`
     "FROM           TO    ON         OTHER WAYS
     db, web        api              tcp/8080 through lb
     lb             api   tcp/8080   tcp/8080 through lb
     api            db    tcp/5432
     api, db, web   lb    tcp/80"
    `));

  test('has no column for other ways when nobody has one', () => {
    expect(shown(balanced, tcp(5432))).not.toContain('OTHER WAYS');
    expect(shown(balanced, tcp(8080))).toContain('OTHER WAYS');
  });

  test('names the key that settles what is unknown', () => {
    const cause = unknown('var.office', 'known after apply');
    const filter = balanced.filters.get('db-filter')!;
    const [first] = filter.ingress;
    const doubtful = { ...first!, traffic: { least: Traffic.empty, most: tcp(5432), unknowns: [cause] } };
    const filters = new Map([...balanced.filters, ['db-filter', { ...filter, ingress: [doubtful] }]]);
    expect(shown(brandTopology({ ...balanced, filters }), tcp(5432))).toMatchInlineSnapshot(`
     "FROM   TO   ON   UNKNOWN    SETTLED BY
     api    db        tcp/5432   var.office"
    `);
  });

  test('is followed by what is not modelled and may pass flows on, in JSON too', () => {
    const all = matrix(brandTopology({ ...balanced, gaps: [gap] }), { otherWays: true });
    expect(gapsText(all)).toBe('proxy.x is not modelled and may pass flows on: unknown whose.');
    expect(matrixJson([], all)).toEqual({
      format: 1,
      rows: [],
      notModelled: [{ address: 'proxy.x', type: 'proxy' }],
    });
    expect(gapsText(matrix(balanced))).toBe('');
  });
});

describe('the table of what a change opens', () => {
  const idle = brandTopology({
    ...balanced,
    gaps: [],
    relays: new Map([['lb', { ...balanced.relays.get('lb')!, listeners: [] }]]),
  });
  const opened = difference(idle, brandTopology({ ...balanced, gaps: [gap] }));

  test('says through what it opens, and what may open anything', () =>
    expect(differenceText(opened, plainPaint)).toMatchInlineSnapshot(`
     "This change opens 2 paths and closes none:

             FROM      TO    ON                    BECAUSE
     OPENS   db, web   api   tcp/8080 through lb   listener (new) listens on tcp/80

     OPENS? proxy.x (new) is not modelled and may pass flows on: unknown whose."
    `));

  test('says the same in Markdown', () => {
    const text = differenceMarkdown(opened);
    expect(text).toContain('tcp/8080 through lb');
    expect(text).toContain('OPENS? proxy.x');
  });
});

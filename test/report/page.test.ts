import { createHash } from 'node:crypto';
import { Traffic } from '../../lib/addressing/traffic';
import { lint } from '../../lib/lint/lint';
import { readSynth } from '../../lib/readers/synth';
import { topologyOfDocument } from '../../lib/readers/topology-of-documents';
import { lintReport } from '../../lib/report/findings-report';
import { pageOf } from '../../lib/report/page';
import { pageDataOf } from '../../lib/report/page-data';
import type { Topology } from '../../lib/topology/topology';
import { container, networks } from '../lint/lint-of';
import { shopStack } from '../policy/shop-stack';
import { hostile } from './hostile-names';
import { manyInstances } from './many-instances';

const topologyOf = (terraform: object, stack = 'aws-shop'): Topology =>
  topologyOfDocument(readSynth(JSON.stringify(terraform), { stack }));

const shop = topologyOf(shopStack());
const page = pageOf(shop, undefined);

/** The data in a page, as its script reads it. */
function dataIn(text: string): ReturnType<typeof pageDataOf> {
  const [, json = ''] = /<script type="application\/json" id="data">([^<]*)<\/script>/.exec(text) ?? [];
  return JSON.parse(json) as ReturnType<typeof pageDataOf>;
}

describe('the data of a page', () => {
  const { parties, pairs, told, groups } = pageDataOf(shop);
  const pair = (from: string, to: string) => {
    const group = (name: string): number => parties.find(({ id }) => id.endsWith(name))!.group;
    return pairs[`${group(from)},${group(to)}`];
  };

  test('has every endpoint and zone, and what passes between them', () => {
    expect(parties.map(({ label, kind }) => `${kind} ${label}`)).toEqual([
      'endpoint aws_instance.web',
      'endpoint aws_instance.api',
      'endpoint aws_instance.db',
      'zone internet',
      'zone internet6',
    ]);
    expect(pair('web', 'api')?.passes).toBe('tcp/8080');
    expect(pair('internet', 'web')?.passes).toBe('tcp/80');
    expect(pair('web', 'db')?.passes).toBeUndefined();
  });

  test('has the path of what passes and of what is blocked', () => {
    expect(pair('web', 'api')?.text).toContain('tcp/8080');
    expect(pair('web', 'db')?.text).toContain('blocked');
    expect(told).toEqual({ pairs: 18, of: 18 });
    expect(groups).toBe(5);
  });

  test('has the paths of what passes first, where not all are told', () => {
    const few = pageDataOf(shop, { mostTold: 3 });
    const withText = Object.values(few.pairs).filter(({ text }) => text !== undefined);
    expect(withText.map(({ passes }) => passes).sort()).toEqual(['tcp/5432', 'tcp/80', 'tcp/8080']);
    expect(few.told).toEqual({ pairs: 3, of: 18 });
  });

  test('is about the traffic that is asked for', () => {
    const { pairs: found, asked } = pageDataOf(shop, { on: Traffic.parse('tcp/5432') });
    expect(asked).toBe('tcp/5432');
    expect(Object.values(found).flatMap(({ passes }) => passes ?? [])).toEqual(['tcp/5432']);
  });
});

describe('a page', () => {
  test('allows its own script alone, and loads nothing', () => {
    const scripts = [...page.matchAll(/<script>([^]*?)<\/script>/g)].map(([, text]) => text!);
    expect(scripts).toHaveLength(1);
    const hash = createHash('sha256').update(scripts[0]!).digest('base64');
    expect(page).toContain(`default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${hash}'`);
    expect(page).not.toMatch(/(?:src|href)=|url\((?!#)|@import|https?:\/\/(?!www\.w3\.org\/2000\/svg)/);
  });

  test('is the same again', () => {
    expect(pageOf(topologyOf(shopStack()), undefined)).toBe(page);
  });

  test('has the networks drawn, and the data that its script reads', () => {
    expect(page).toContain('class="netproof"');
    expect(dataIn(page).parties.map(({ id }) => id)).toContain('aws_instance.web');
  });

  test('has the rules of a report, with paths and reasons', () => {
    const containers = {
      agent: {
        ...container('agent', []),
        network_mode: 'host',
        privileged: true,
        '//': { netproof: { waivers: [{ rule: 'docker-privileged', reason: 'it mounts discs' }] } },
      },
    };
    const topology = topologyOf({ resource: { docker_network: networks, docker_container: containers } });
    const text = pageOf(topology, lintReport(lint(topology, { today: '2026-11-21' })), { mostTold: 0 });
    expect(text).toContain('<span class="status fail">fail</span> <code>docker-host-network</code>');
    expect(text).toContain('waived: it mounts discs');
    expect(page).not.toContain('id="rules"');
  });

  test('of hostile names has no element, and no text that is hidden, of theirs', () => {
    const topology = topologyOf(
      { resource: { docker_network: networks, docker_container: { web: container(hostile, ['front']) } } },
      hostile,
    );
    const text = pageOf(topology, lintReport(lint(topology, { today: '2026-11-21', failOn: 'note' })), {
      mostTold: 5,
    });
    expect(text.match(/<script/g)).toHaveLength(2);
    expect(text).not.toContain('<script>alert');

    expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202e\ufeff\ud800]/);
    expect(dataIn(text).parties.some(({ label }) => label.includes('</svg><script>'))).toBe(true);
  });

  test('of 1,000 endpoints keeps to what tells them apart', () => {
    const many = pageOf(topologyOf(manyInstances(1000)), undefined, { mostTold: 10 });
    const { parties, groups, pairs } = dataIn(many);
    expect(parties.filter(({ kind }) => kind === 'endpoint')).toHaveLength(1000);
    expect(groups).toBeLessThan(100);
    expect(Object.keys(pairs).length).toBeLessThan(2000);
    expect(many.length).toBeLessThan(2_000_000);
  });
});

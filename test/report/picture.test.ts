import { allTraffic, Traffic } from '../../lib/addressing/traffic';
import { readSynth } from '../../lib/readers/synth';
import { topologyOfDocument } from '../../lib/readers/topology-of-documents';
import type { Picture } from '../../lib/report/picture';
import { pictureOf } from '../../lib/report/picture-of-topology';
import { layoutOf } from '../../lib/report/picture-layout';
import { pictureMermaid } from '../../lib/report/picture-mermaid';
import { pictureSvg } from '../../lib/report/picture-svg';
import type { Topology } from '../../lib/topology/topology';
import { container, networks, type Resources } from '../lint/lint-of';
import { shopStack } from '../policy/shop-stack';
import { dockerThreeTier } from '../stacks/shipped';
import { hostile } from './hostile-names';
import { xmlFaults } from './xml-faults';

const topologyOf = (terraform: object, stack: string): Topology =>
  topologyOfDocument(readSynth([{ text: JSON.stringify(terraform), file: 'main.tf.json' }], { stack }));

const shop = topologyOf(shopStack(), 'aws-shop');
const tiers = topologyOf(dockerThreeTier().toTerraform() as object, 'docker-three-tier');

/** Many containers on one network. */
function crowd(count: number, name = (index: number) => `web-${index}`): Topology {
  const containers = Array.from({ length: count }, (_, index) => [
    `web_${index}`,
    container(name(index), ['front']),
  ]);
  return topologyOf(
    { resource: { docker_network: networks, docker_container: Object.fromEntries(containers) as Resources } },
    'crowd',
  );
}

describe('a picture', () => {
  test('has the networks of a VPC, those that the Internet gets into first, with their way out', () => {
    const { domains, zones } = pictureOf(shop);
    expect(zones.map(({ id }) => id)).toEqual(['internet']);
    expect(
      domains[0]!.segments.map(({ name, isOpen, wayOut, chips }) => [
        name,
        isOpen,
        wayOut,
        chips.map(({ label }) => label),
      ]),
    ).toEqual([
      ['aws_subnet.public', true, 'way out by Internet gateway aws_internet_gateway.main', ['web']],
      ['aws_subnet.private', false, 'no way out', ['api', 'db']],
    ]);
    expect(domains[0]!.edge.map(({ label, kind }) => `${kind} ${label}`)).toEqual([
      'gateway Internet gateway aws_internet_gateway.main',
    ]);
  });

  test('has the networks of a Docker host, its published ports, and who stands on two of them', () => {
    const { domains, links } = pictureOf(tiers);
    expect(domains[0]!.segments.map(({ name, chips }) => [name, chips.map(({ label }) => label)])).toEqual([
      ['frontend-tier', ['nginx', 'api']],
      ['backend-tier', ['postgres', 'api']],
    ]);
    expect(domains[0]!.edge.map(({ label, detail }) => `${label} ${detail}`)).toEqual([
      'host ',
      '127.0.0.1:8080 to tcp/80',
    ]);
    const { doors, same } = {
      doors: links.filter(({ kind }) => kind === 'door'),
      same: links.filter(({ kind }) => kind === 'same'),
    };
    expect(doors.map(({ to }) => to)).toEqual([
      expect.stringMatching(/shop_front_\w+ in docker_network\.shop_frontend/) as unknown,
    ]);
    expect(same).toHaveLength(1);
  });

  test('has who reaches whom only when it is asked for, and only on what is asked', () => {
    const ends = ({ arrows }: Picture): readonly string[] =>
      arrows.map(({ from, to, label }) => `${from.split(' ')[0]} ${label} ${to.split(' ')[0]}`);
    expect(ends(pictureOf(shop))).toEqual([]);
    expect(ends(pictureOf(shop, { arrows: allTraffic() }))).toEqual([
      'internet tcp/80 aws_instance.web',
      'aws_instance.web tcp/8080 aws_instance.api',
      'aws_instance.api tcp/5432 aws_instance.db',
    ]);
    expect(ends(pictureOf(shop, { arrows: Traffic.parse('tcp/5432') }))).toEqual([
      'aws_instance.api tcp/5432 aws_instance.db',
    ]);
  });

  test('draws an arrow between two of one network in that network', () => {
    const { arrows } = pictureOf(tiers, { arrows: Traffic.parse('tcp/5432') });
    const db = arrows.find(({ from, to }) => /_db_/.test(from) || /_db_/.test(to));
    expect(db?.from).toContain('in docker_network.shop_backend');
    expect(db?.to).toContain('in docker_network.shop_backend');
  });

  test('has those without a network apart', () => {
    const resource = { docker_container: { job: { ...container('job', []), network_mode: 'none' } } };
    expect(pictureOf(topologyOf({ resource }, '')).apart.map(({ label }) => label)).toEqual(['job']);
  });

  test('of nothing is empty, and can be drawn', () => {
    const picture = pictureOf(topologyOf({}, ''));
    expect(picture.domains).toEqual([]);
    expect(xmlFaults(pictureSvg(picture))).toEqual([]);
    expect(pictureMermaid(picture)).toContain('flowchart TB');
  });
});

describe('a layout', () => {
  test.each([
    ['the shop', shop],
    ['the three tiers', tiers],
    ['300 containers', crowd(300)],
  ])('of %s keeps everything inside what holds it, and nothing on top of another', (_what, topology) => {
    const layout = layoutOf(pictureOf(topology));
    const inside = (inner: Box, outer: Box): boolean =>
      inner.x >= outer.x &&
      inner.y >= outer.y &&
      inner.x + inner.width <= outer.x + outer.width + 0.01 &&
      inner.y + inner.height <= outer.y + outer.height + 0.01;
    const apart = (a: Box, b: Box): boolean =>
      a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
    const whole = { x: 0, y: 0, width: layout.width, height: layout.height };
    for (const domain of layout.domains) {
      expect(inside(domain, whole)).toBe(true);
      for (const segment of domain.segments) {
        expect(inside(segment, domain)).toBe(true);
        expect(segment.chips.filter((chip) => !inside(chip, segment))).toEqual([]);
      }
      const pairs = domain.segments.flatMap((a, at) => domain.segments.slice(at + 1).map((b) => apart(a, b)));
      expect(pairs).not.toContain(false);
    }
    const chips = layout.domains.flatMap(({ segments }) => segments.flatMap((one) => one.chips));
    const close = chips.flatMap((a, at) => chips.slice(at + 1, at + 60).map((b) => apart(a, b)));
    expect(close).not.toContain(false);
  });
});

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

describe('as SVG', () => {
  test.each([
    ['the shop', shop],
    ['the three tiers', tiers],
  ])(
    'a picture of %s is well-formed, loads nothing, runs nothing, and is the same again',
    (_what, topology) => {
      const options = { arrows: allTraffic() };
      const text = pictureSvg(pictureOf(topology, options));
      expect(xmlFaults(text)).toEqual([]);
      expect(text).not.toMatch(/<script|href=|url\((?!#)|@import|\son\w+=/);
      expect(pictureSvg(pictureOf(topology, options))).toBe(text);
    },
  );

  test('hostile names stay names', () => {
    const text = pictureSvg(pictureOf(crowd(2, (index) => `${hostile}${index}`)));
    expect(xmlFaults(text)).toEqual([]);
    expect(text).not.toContain('<script');
    expect(text).toContain('&lt;script&gt;');
  });

  test('is readable light and dark', () => {
    expect(pictureSvg(pictureOf(shop))).toContain('@media (prefers-color-scheme:dark)');
  });
});

describe('as Mermaid', () => {
  test('a picture has a subgraph per network, and lines of three kinds', () => {
    expect(pictureMermaid(pictureOf(shop, { arrows: allTraffic() }))).toMatchInlineSnapshot(`
     "flowchart TB
       n1(["the Internet"])
       subgraph g3["aws_vpc.net<br/>10.0.0.0/16"]
         n2(["Internet gateway aws_internet_gateway.main"]):::gateway
         subgraph g1["aws_subnet.public<br/>10.0.1.0/24<br/>way out by Internet gateway aws_internet_gateway.main"]
           n3["web<br/>10.0.1.10"]:::endpoint
         end
         subgraph g2["aws_subnet.private<br/>10.0.2.0/24<br/>no way out"]
           n4["api<br/>10.0.2.10"]:::endpoint
           n5["db<br/>10.0.2.20"]:::endpoint
         end
       end
       n1 --- n2
       n1 == "tcp/80" ==> n3
       n3 == "tcp/8080" ==> n4
       n4 == "tcp/5432" ==> n5
       classDef empty fill:none,stroke:none
       classDef gateway stroke:#7c5cc4
       classDef door stroke:#c75f1e
       classDef unknown stroke-dasharray:5 4"
    `);
  });

  test('hostile names stay names: no quote, bracket, arrow or element of theirs is left', () => {
    const text = pictureMermaid(pictureOf(crowd(2, (index) => `${hostile}${index}`)));
    const labels = [...text.matchAll(/"([^\n]*?)"(?=[\]\)])/g)].map(([, label]) => label!);
    expect(labels.length).toBeGreaterThan(3);
    expect(labels.filter((label) => /["[\]{}|<>`'&]/.test(label.replaceAll('<br/>', '')))).toEqual([]);
    expect(labels.filter((label) => /[\p{Cc}\p{Cf}\p{Cs}]/u.test(label))).toEqual([]);
  });
});

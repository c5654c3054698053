import * as door from '../../lib/docker';
import { BridgedSegment } from '../../lib/docker/bridged-segment';
import { conventionalPorts } from '../../lib/docker/port-convention';
import { textOf } from '../house/repository';
import { bridged, networkModes } from '../stacks/shipped';
import { aStack, resources } from './synthesized';

const segments = textOf('docs/segments.md');
const packets = textOf('docs/packets.md');

/** Rows of the table below a heading, cells trimmed. */
function tableBelow(text: string, heading: string): readonly (readonly string[])[] {
  const section = text.split(`## ${heading}\n`)[1]!.split('\n## ')[0]!;
  return section
    .split('\n')
    .filter((line) => line.startsWith('|') && !/^\|[\s:|-]+\|$/.test(line))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
    .slice(1);
}

test('the table of words has a row for every network construct of the door, and no other', () => {
  const named = tableBelow(segments, 'The words').flatMap(([, construct = '']) =>
    [...construct.matchAll(/`([A-Z]\w+)`/g)].map(([, name]) => name!),
  );
  const networks = Object.keys(door).filter((name) => /(Segment|Network|Bridge)$/.test(name));
  // The base of them all, and a pattern made of them.
  const others = ['Segment', 'ThreeTierNetwork'];
  expect([...new Set(named)].sort()).toEqual(networks.filter((name) => !others.includes(name)).sort());
});

test('the shown commands for the host are those that the shown construct gives', () => {
  const { hostAccess } = new BridgedSegment(aStack(), 'lan', {
    name: 'home-lan',
    parent: 'eth0',
    block: '192.168.1.0/24',
    guests: [{ name: 'vm', address: '192.168.1.101', image: 'nginx:1.30-alpine' }],
    hostAccess: { address: '192.168.1.200' },
  });
  expect(segments).toContain(`\`\`\`sh\n${hostAccess!.up.join('\n')}\n\`\`\``);
});

test('the ports by convention are the ones it names', () => {
  for (const port of Object.values(conventionalPorts)) expect(segments).toContain(String(port));
});

test('the table of network-modes has the blocks of the stack', () => {
  const page = textOf('docs/network-modes.md');
  for (const network of Object.values(resources(networkModes(bridged), 'docker_network'))) {
    const [pool] = network['ipam_config'] as readonly { subnet: string }[];
    expect(page).toContain(pool!.subnet);
  }
});

describe('docs/packets.md', () => {
  const engines = [...packets.matchAll(/^## network-modes on Docker Engine (\S+)$/gm)].map(
    ([, engine]) => engine!,
  );
  const outcomes = (engine: string) =>
    tableBelow(packets, `network-modes on Docker Engine ${engine}`).map(
      ([from, to, dialled, outcome]) => [`${from!} to ${to!} at ${dialled!}`, outcome!] as const,
    );

  test('has the same packets on an engine before 28 and on a later one', () => {
    expect(engines.map((engine) => Number(engine.split('.')[0]) < 28).sort()).toEqual([false, true]);
    const [a, b] = engines.map((engine) => outcomes(engine).map(([packet]) => packet));
    expect(a!.length).toBeGreaterThan(40);
    expect(b).toEqual(a);
  });

  test('arrivals differ in the one cell that segments.md and network-modes.md name', () => {
    const [a, b] = engines.map((engine) => new Map(outcomes(engine)));
    const arrives = (outcome: string | undefined) => outcome === 'connected';
    const differing = [...a!].filter(([packet, outcome]) => arrives(outcome) !== arrives(b!.get(packet)));
    expect(differing.map(([packet]) => packet)).toEqual([
      'a LAN neighbour to nat-1, forwarded at 10.0.2.15:80',
    ]);
  });
});

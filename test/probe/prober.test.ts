import { Traffic } from '../../lib/addressing/traffic';
import type { DialReply } from '../../lib/probe/agent';
import type { DeployedContainer, Deployment } from '../../lib/probe/deployment';
import { driftOf } from '../../lib/probe/drift';
import { allPairs, type PacketQuestion, packetTraffic } from '../../lib/probe/packet-question';
import type { StationOpener } from '../../lib/probe/place';
import { probe, refuseTooMany } from '../../lib/probe/prober';
import { readSynth } from '../../lib/readers/synth';
import { topologyOfDocument } from '../../lib/readers/topology-of-documents';
import { writtenDockerNetworks } from '../../lib/readers/docker/written-networks';
import { block, on, option, publishes } from '../readers/docker/docker-under-test';

const document = readSynth(
  JSON.stringify({
    terraform: { required_providers: { docker: { source: 'kreuzwerker/docker' } } },
    resource: {
      docker_network: {
        front: { name: 'front', ...block(1) },
        back: { name: 'back', ...block(2, { internal: true, ...option('enable_icc', 'true') }) },
      },
      docker_container: {
        web: { name: 'web', image: 'nginx', ...on('front'), ...publishes(8080, { ip: '127.0.0.1' }) },
        api: { name: 'api', image: 'nginx', ...on('front', 'back') },
        db: { name: 'db', image: 'nginx', ...on('back') },
        side: { name: 'side', image: 'nginx', network_mode: 'container:${docker_container.db.id}' },
        lonely: { name: 'lonely', image: 'nginx', network_mode: 'none' },
      },
    },
  }),
);
const topology = topologyOfDocument(document, undefined, {
  docker: { version: '28.5.2', ipForwardBefore: false, hostAddresses: ['192.168.0.5'] },
  listens: { host: [] },
});

const running = (
  name: string,
  networks: Readonly<Record<string, string>>,
  mode = 'bridge',
): DeployedContainer => ({
  id: `id-${name}`,
  name,
  running: true,
  pid: 1,
  mode,
  networks: new Map(Object.entries(networks).map(([network, ipv4]) => [network, { ipv4, ipv6: undefined }])),
  ports: [],
});
const asWritten = [
  running('web', { front: '172.30.1.2' }),
  running('api', { front: '172.30.1.3', back: '172.30.2.3' }),
  running('db', { back: '172.30.2.2' }),
  running('side', {}, 'container:id-db'),
  running('lonely', {}, 'none'),
];

function deployed(
  containers: readonly DeployedContainer[] = asWritten,
  more: Partial<Deployment> = {},
): Deployment {
  const network = (name: string, third: number, internal: boolean) =>
    [
      name,
      {
        id: name,
        name,
        driver: 'bridge',
        internal,
        options: new Map([['com.docker.network.bridge.enable_icc', 'true']]),
        blocks: [{ subnet: `172.30.${third}.0/24`, gateway: `172.30.${third}.1` }],
        members: containers.filter(({ networks }) => networks.has(name)).map((one) => one.name),
      },
    ] as const;
  return {
    host: 'unix:///fake',
    engine: {
      version: '28.5.2',
      platform: 'linux',
      firewallBackend: 'iptables',
      defaultBridge: { block: undefined, icc: true },
      brNetfilter: undefined,
    },
    containers: new Map(containers.map((one) => [one.name, one])),
    networks: new Map([network('front', 1, false), network('back', 2, true)]),
    ...more,
  };
}

/** Packets between places as a table says; whoever answers says who it is. Silence for the rest. */
class Wire implements StationOpener {
  readonly opened: string[] = [];
  readonly closed: string[] = [];
  readonly dialled: string[] = [];
  private readonly says: Readonly<Record<string, DialReply['is'] | 'web' | 'api' | 'db' | 'silent once'>>;
  private greeting = '';

  constructor(says: Wire['says']) {
    this.says = says;
  }

  open({ name }: { readonly name: string }): ReturnType<StationOpener['open']> {
    this.opened.push(name);
    return Promise.resolve({
      listen: ({ says }) => {
        this.greeting = says.replace(/\S+$/, '');
        return Promise.resolve({ is: 'listening' as const });
      },
      look: () => Promise.reject(new Error('nobody looks here')),
      dial: ({ address, port }) => {
        const key = `${name} ${address}:${port}`;
        const before = this.dialled.includes(key);
        this.dialled.push(key);
        const said = this.says[key] ?? 'timed out';
        if (said === 'silent once') return Promise.resolve({ is: before ? 'answered' : 'timed out' });
        const someone = said === 'web' || said === 'api' || said === 'db';
        return Promise.resolve(someone ? { is: 'answered', line: `${this.greeting}${said}` } : { is: said });
      },
      close: () => {
        this.closed.push(name);
        return Promise.resolve();
      },
    });
  }
}

const ask = (from: string, to: string, on: string, via?: string): PacketQuestion => ({
  from: from.startsWith('host') ? from : `docker_container.${from}`,
  to: to.startsWith('host') ? to : `docker_container.${to}`,
  on: packetTraffic(Traffic.parse(on)),
  ...(via !== undefined && { via }),
});

/** Verdict, packet, agreement and note of one question. */
async function together(wire: Wire, question: PacketQuestion, deployment = deployed()): Promise<string> {
  const [row] = await probe(topology, deployment, wire, [question]);
  const { verdict, delivery, agreement, note } = row!;
  return [verdict.kind, delivery.is, agreement, ...(note === undefined ? [] : [note])].join(', ');
}

describe('one question', () => {
  test.each([
    [
      'answered where it is reachable',
      ask('web', 'api', 'tcp/80'),
      { 'web 172.30.1.3:80': 'api' },
      'reachable, answered, agrees',
    ],
    ['silent where it is blocked', ask('web', 'db', 'tcp/80'), {}, 'blocked, timed out, agrees'],
    [
      'answered where it is blocked',
      ask('web', 'db', 'tcp/80'),
      { 'web 172.30.2.2:80': 'db' },
      'blocked, answered, disagrees',
    ],
    ['silent where it is reachable', ask('web', 'api', 'tcp/80'), {}, 'reachable, timed out, disagrees'],
    [
      'refused by a container: it was delivered',
      ask('web', 'api', 'tcp/80'),
      { 'web 172.30.1.3:80': 'refused' },
      'reachable, refused, agrees, delivered, and refused: nothing listens there',
    ],
    [
      'answered by somebody else',
      ask('web', 'api', 'tcp/80'),
      { 'web 172.30.1.3:80': 'db' },
      'reachable, answered, disagrees, db answers instead',
    ],
    [
      'of a container on another one’s network, by the address of that one',
      ask('api', 'side', 'tcp/80'),
      { 'api 172.30.2.2:80': 'db' },
      'reachable, answered, agrees',
    ],
    [
      'to whom nothing leads',
      ask('api', 'lonely', 'tcp/80'),
      {},
      'blocked, nothing to dial, agrees, it has no address there',
    ],
    [
      'by one network of two',
      ask('web', 'api', 'tcp/80', 'docker_network.back'),
      { 'web 172.30.1.3:80': 'api' },
      'blocked, timed out, agrees',
    ],
    [
      'by the loopback of the host',
      ask('host-loopback', 'host:8080', 'tcp/8080'),
      { 'host 127.0.0.1:8080': 'web' },
      'reachable, answered, agrees',
    ],
    [
      'refused by the host: it was not delivered',
      ask('api', 'host:8080', 'tcp/8080'),
      { 'api 172.30.1.1:8080': 'refused' },
      'blocked, refused, agrees',
    ],
  ] as const)('%s', async (_, question, says, expected) => {
    expect(await together(new Wire(says), question)).toBe(expected);
  });

  test('asks once more before it contradicts a verdict', async () => {
    const wire = new Wire({ 'web 172.30.1.3:80': 'silent once' });
    expect(await together(wire, ask('web', 'api', 'tcp/80'))).toBe('reachable, answered, agrees');
    expect(wire.dialled.filter((one) => one === 'web 172.30.1.3:80')).toHaveLength(2);
  });

  test('cannot be told of a container that does not run, or is not there', async () => {
    const stopped = deployed([...asWritten.slice(0, 2), { ...asWritten[2]!, running: false }]);
    expect(await together(new Wire({}), ask('api', 'db', 'tcp/80'), stopped)).toBe(
      'reachable, nothing to dial, cannot tell, db does not run (docker start db)',
    );
    expect(await together(new Wire({}), ask('lonely', 'web', 'tcp/80'), stopped)).toBe(
      'blocked, nothing to dial, cannot tell, lonely is not on this engine',
    );
  });

  test('leaves nothing open, even when a place cannot be opened', async () => {
    const wire = new Wire({});
    await together(wire, ask('web', 'db', 'tcp/80'));
    expect(wire.closed.sort()).toEqual(['db', 'web']);
    const broken: StationOpener = { open: () => Promise.reject(new Error('no such namespace')) };
    await expect(probe(topology, deployed(), broken, [ask('web', 'db', 'tcp/80')])).rejects.toThrow(
      'no such namespace',
    );
  });

  test('is one packet’s: a range or everything is refused', () => {
    expect(packetTraffic(Traffic.parse('udp/53'))).toEqual({ protocol: 'udp', port: 53 });
    expect(packetTraffic(Traffic.parse('icmp'))).toEqual({ protocol: 'icmp', port: 0 });
    for (const text of ['tcp/80-81', 'tcp', 'all', 'tcp/80, udp/80']) {
      expect(() => packetTraffic(Traffic.parse(text))).toThrow('is more than one packet can ask');
    }
  });
});

describe('all pairs', () => {
  const questions = allPairs(topology, { free: 47_808 });
  const texts = questions.map(({ from, to, on: { protocol, port } }) => `${from} ${to} ${protocol}/${port}`);

  test('are containers and the host, each with every container and every published port', () => {
    expect(texts).toContain('docker_container.web docker_container.db tcp/47808');
    expect(texts).toContain('docker_container.api docker_container.web tcp/80');
    expect(texts).toContain('docker_container.db host:8080 tcp/8080');
    expect(texts).toContain('host-loopback host:8080 tcp/8080');
    expect(texts).not.toContain('docker_container.web docker_container.web tcp/80');
    expect(new Set(texts).size).toBe(texts.length);
    expect(questions).toHaveLength(7 * 4 + 2 + 7 - 1 + 7);
  });

  test('are bounded', () => {
    expect(() => refuseTooMany(questions, 3, { questions: 10, places: 64 })).toThrow(
      'are more than --max-questions 10',
    );
    expect(() => refuseTooMany(questions, 65, { questions: 5000, places: 64 })).toThrow(
      'are more than --max-containers 64',
    );
    expect(() => refuseTooMany(questions, 64, { questions: 5000, places: 64 })).not.toThrow();
  });
});

describe('drift', () => {
  const networks = writtenDockerNetworks(document);
  const texts = (deployment: Deployment): readonly string[] =>
    driftOf(topology, deployment, networks).map(({ kind, text }) => `${kind}: ${text}`);

  test('is none of what was written', () => {
    expect(texts(deployed())).toEqual([]);
  });

  test('S15: names a container that joined a network at runtime, and one that left', () => {
    const joined = running('web', { front: '172.30.1.2', back: '172.30.2.9' });
    const left = running('api', { front: '172.30.1.3' });
    expect(texts(deployed([joined, left, ...asWritten.slice(2)]))).toEqual([
      'joined-network: web has joined back, which is not written: docker network disconnect back web',
      'left-network: api is not on back, where it is written to be: docker network connect back api',
    ]);
  });

  test('names what is missing, stopped, or a stranger', () => {
    const stopped = { ...asWritten[2]!, running: false };
    const one = deployed([...asWritten.slice(0, 2), stopped, ...asWritten.slice(3, 4)]);
    const front = { ...one.networks.get('front')!, members: ['web', 'api', 'guest'] };
    expect(texts({ ...one, networks: new Map([...one.networks, ['front', front]]) })).toEqual([
      'container-stopped: db does not run',
      'container-missing: lonely is not on this engine',
      'stranger-on-network: guest stands on front and is in none of the inputs',
    ]);
  });

  test('names a network with other options or another block, and one that is gone', () => {
    const one = deployed();
    const back = {
      ...one.networks.get('back')!,
      internal: false,
      options: new Map([['com.docker.network.bridge.enable_icc', 'false']]),
      blocks: [{ subnet: '10.9.0.0/24', gateway: undefined }],
    };
    expect(texts({ ...one, networks: new Map([['back', back]]) })).toEqual([
      'network-missing: front is not on this engine',
      'network-differs: back: it is not internal, and internal is written',
      'network-differs: back: com.docker.network.bridge.enable_icc is false, and true is written',
      'network-differs: back: its block is 10.9.0.0/24, and 172.30.2.0/24 is written',
    ]);
  });
});

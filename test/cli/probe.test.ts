import { mainLater } from '../../lib/cli/main';
import { plainPaint } from '../../lib/report/terminal-style';
import { FakeEngine } from '../probe/fake-engine';
import { block, on } from '../readers/docker/docker-under-test';
import { CommandLine } from './command-line';

/** Addresses of this machine's loopback stand for those of containers: helper agents really dial them. */
const lab = {
  terraform: { required_providers: { docker: { source: 'kreuzwerker/docker' } } },
  resource: {
    docker_network: { front: { name: 'front', ...block(1) }, back: { name: 'back', ...block(2) } },
    docker_container: {
      web: { name: 'web', image: 'nginx', ...on('front') },
      peer: { name: 'peer', image: 'nginx', ...on('front') },
      db: { name: 'db', image: 'nginx', ...on('back') },
    },
  },
};

describe('netproof probe', () => {
  const line = new CommandLine();
  let engine: FakeEngine;
  let input: string;
  const before = process.env['DOCKER_HOST'];

  beforeAll(async () => {
    engine = await new FakeEngine().start();
    engine.networks = {
      front: { subnet: '172.30.1.0/24', gateway: '172.30.1.1' },
      back: { subnet: '172.30.2.0/24', gateway: '172.30.2.1' },
    };
    input = line.write('cdk.tf.json', lab);
  });
  beforeEach(() => {
    process.env['DOCKER_HOST'] = engine.host;
    engine.images = ['node:test'];
    engine.containers = {
      web: { networks: { front: '127.0.9.2' } },
      peer: { networks: { front: '127.0.9.3' } },
      db: { networks: { back: '255.255.255.255' } },
    };
  });
  afterAll(async () => {
    if (before === undefined) delete process.env['DOCKER_HOST'];
    else process.env['DOCKER_HOST'] = before;
    await engine.stop();
    line.remove();
  });

  async function run(
    ...args: readonly string[]
  ): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
    let [out, err] = ['', ''];
    const code = await mainLater(['probe', ...args], {
      out: (text) => (out += text),
      err: (text) => (err += text),
      paint: plainPaint,
    });
    const plain = (text: string): string =>
      text.replaceAll(engine.host, 'ENGINE').replaceAll(line.folder, 'IN');
    return { code, out: plain(out), err: plain(err) };
  }
  const helped = ['--helper', 'node:test'];
  const question = (from: string, to: string): readonly string[] => [
    '--from',
    from,
    '--to',
    to,
    '--on',
    'tcp/47811',
  ];

  test('prints verdict and packet side by side, and exits 0 when they agree', async () => {
    const { code, out } = await run(input, ...question('web', 'peer'), ...helped);
    expect(out.replace(/tcp\/\d+@[\d.]+|"tcp[^\]]*/g, '...')).toContain(
      `reachable   docker_container.web can open tcp/47811 on docker_container.peer
  packet       answered at 127.0.9.3:47811 by peer
  together     agrees

1 question: 1 agree, 0 disagree, 0 cannot be told
  asked        Docker Engine 28.5.2 at ENGINE
  assumes      Docker Engine 28.5.2
`,
    );
    expect(code).toBe(0);
  });

  test('exits 1 when a packet contradicts its verdict, and names the drift', async () => {
    engine.containers = {
      ...engine.containers,
      web: { networks: { front: '127.0.9.2', back: '127.0.9.4' } },
      db: { networks: { back: '127.0.9.5' } },
    };
    const { code, out } = await run(input, ...question('web', 'db'), '--json', ...helped);
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      format: 1,
      status: 'disagrees',
      rows: [
        {
          from: 'docker_container.web',
          to: 'docker_container.db',
          on: 'tcp/47811',
          verdict: 'blocked',
          packet: { outcome: 'answered', dialled: '127.0.9.5:47811', by: 'db', delivered: true },
          agreement: 'disagrees',
        },
      ],
      drift: [{ kind: 'joined-network', subject: 'docker_container.web' }],
    });
  });

  test('asks all pairs, and shows only what does not agree', async () => {
    const pairs = [input, '--matrix', '--from', 'web', '--to', 'peer', '--also', 'udp', ...helped];
    const { code, out } = await run(...pairs);
    expect(out).toContain('2 questions: 2 agree, 0 disagree, 0 cannot be told');
    expect(out).not.toContain('FROM');
    expect(code).toBe(0);
    expect((await run(...pairs, '--all')).out).toMatch(/FROM +TO +ON +VIA +VERDICT +PACKET/);
  });

  test('says of a container that does not run that nothing can be told, and that it has drifted', async () => {
    engine.containers = { ...engine.containers, peer: { running: false } };
    const { code, out } = await run(input, ...question('web', 'peer'), ...helped);
    expect(out).toContain('together     cannot tell: peer does not run (docker start peer)');
    expect(out).toContain('  peer does not run\n');
    expect(code).toBe(1);
  });

  test.each([
    ['no INPUT', [], 'netproof probe needs an INPUT'],
    ['no question', ['IN'], 'it needs --from and --to and --on, or --matrix'],
    [
      'a question too many',
      ['IN', '--matrix', '--via', 'front'],
      '--matrix asks for all pairs: leave out --via',
    ],
    [
      'more than a packet',
      ['IN', '--from', 'web', '--to', 'db', '--on', 'tcp'],
      'tcp is more than one packet can ask',
    ],
    ['a network', ['IN', '--from', 'web', '--to', 'front', '--on', 'tcp/80'], 'front is a network'],
    ['a name of nobody', ['IN', '--from', 'wbe', '--to', 'db', '--on', 'tcp/80'], 'nothing is called "wbe"'],
    ['another protocol', ['IN', '--matrix', '--also', 'sctp'], '--also sctp means nothing'],
    ['no number', ['IN', '--matrix', '--timeout', 'soon'], '--timeout soon is no whole number above 0'],
    ['too much', ['IN', '--matrix', '--max-questions', '1'], 'questions are more than --max-questions 1'],
  ])('exits 2 for %s', async (_, args, message) => {
    const { code, out, err } = await run(...helped, ...args.map((one) => (one === 'IN' ? input : one)));
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(message);
  });

  test('exits 2 where there is no engine, no image, nothing deployed, or nothing to deploy', async () => {
    engine.images = [];
    expect((await run(input, ...question('web', 'db'), ...helped)).err).toBe(
      'the engine does not have the image node:test: docker pull node:test.\n',
    );
    engine.containers = {};
    expect((await run(input, ...question('web', 'db'), ...helped)).err).toBe(
      'none of the 3 containers of the input is on the engine at ENGINE (web, peer, db). Deploy it first, or name another engine with DOCKER_HOST.\n',
    );
    const vpc = line.write('vpc.tf.json', { resource: { aws_vpc: { main: { cidr_block: '10.0.0.0/16' } } } });
    expect((await run(vpc, '--matrix')).err).toContain(
      'the input has no docker_container whose name is known',
    );
    process.env['DOCKER_HOST'] = 'unix:///nowhere.sock';
    const { code, err } = await run(input, ...question('web', 'db'), ...helped);
    expect([code, err]).toEqual([
      2,
      'no Docker Engine answers at unix:///nowhere.sock (ENOENT). Is it running? DOCKER_HOST names another.\n',
    ]);
  });

  test('asks for root where it would enter namespaces without', async () => {
    const own = jest.spyOn(process, 'getuid').mockReturnValue(1000);
    try {
      const { code, err } = await run(input, ...question('web', 'db'));
      expect(code).toBe(2);
      expect(err).toContain('opening the network namespaces of containers needs root on Linux');
    } finally {
      own.mockRestore();
    }
  });
});

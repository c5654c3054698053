import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findDaemon, readFlags } from '../../lib/probe/daemon';
import { readDeployment } from '../../lib/probe/deployment';
import { dockerApi } from '../../lib/probe/docker-api';
import { engineProfile } from '../../lib/probe/engine-profile';
import { Frames } from '../../lib/probe/helper-station';
import { FakeEngine } from './fake-engine';

describe('what an engine says', () => {
  let engine: FakeEngine;
  beforeAll(async () => {
    engine = await new FakeEngine().start();
    engine.version = '20.10.24+dfsg1';
    engine.networks = {
      bridge: {
        // As some engines tell of it: without its gateway.
        subnet: '172.18.0.0/16',
        options: { 'com.docker.network.bridge.enable_icc': 'false' },
      },
      back: { internal: true, subnet: '172.30.2.0/24', gateway: '172.30.2.1', strangers: ['other'] },
    };
    engine.containers = {
      web: {
        networks: { back: '172.30.2.2' },
        ports: { '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '8080' }], '90/tcp': null },
      },
      idle: { running: false },
    };
  });
  afterAll(() => engine.stop());

  test('is read by name: what runs, where, and what is bound', async () => {
    const { containers, networks } = await readDeployment(dockerApi({ DOCKER_HOST: engine.host }), [
      'web',
      'idle',
      'gone',
    ]);
    expect([...containers.keys()]).toEqual(['web', 'idle']);
    expect(containers.get('web')).toMatchObject({
      running: true,
      ports: [{ protocol: 'tcp', address: '127.0.0.1', hostPort: 8080, containerPort: 80 }],
    });
    expect(containers.get('web')!.networks.get('back')).toEqual({ ipv4: '172.30.2.2', ipv6: undefined });
    expect(containers.get('idle')!.running).toBe(false);
    expect(networks.get('back')).toMatchObject({ internal: true, members: ['other', 'web'] });
  });

  test('becomes the assumptions under which verdicts are made', async () => {
    const deployment = await readDeployment(dockerApi({ DOCKER_HOST: engine.host }), ['web']);
    const flags = {
      userlandProxy: false,
      iptables: undefined,
      icc: undefined,
      allowDirectRouting: undefined,
      firewallBackend: undefined,
    };
    const daemon = { pid: 1, namespace: '/proc/1/ns/net', processes: '/proc', flags };
    const host = {
      addresses: ['127.0.0.1', '192.168.0.5', '172.18.0.1', '172.30.2.1', '::1'],
      listeners: [
        { protocol: 'tcp', address: '0.0.0.0', port: 22 },
        { protocol: 'tcp', address: '127.0.0.1', port: 631 },
        { protocol: 'tcp', address: '127.0.0.1', port: 8080 },
      ] as const,
    };
    expect(engineProfile(deployment, daemon, host)).toEqual({
      docker: {
        version: '20.10.24',
        userlandProxy: false,
        icc: false,
        defaultBridgeSubnet: '172.18.0.0/16',
        hostAddresses: ['192.168.0.5'],
      },
      listens: { host: ['tcp/22', 'tcp/631@127.0.0.1'] },
    });
    expect(engineProfile(deployment, undefined, undefined)).toEqual({
      docker: { version: '20.10.24', icc: false, defaultBridgeSubnet: '172.18.0.0/16' },
    });
  });
});

describe('an engine that cannot be asked', () => {
  test.each([
    [
      'nobody listens',
      { DOCKER_HOST: 'unix:///nowhere/docker.sock' },
      'no Docker Engine answers at unix:///nowhere/docker.sock (ENOENT). Is it running? DOCKER_HOST names another.',
    ],
    [
      'nobody listens there',
      { DOCKER_HOST: 'tcp://127.0.0.1:9' },
      'no Docker Engine answers at tcp://127.0.0.1:9 (ECONNREFUSED). Is it running? DOCKER_HOST names another.',
    ],
  ])('says so when %s', async (_, env, message) => {
    await expect(readDeployment(dockerApi(env), [])).rejects.toThrow(message);
  });

  test('is refused by its address when it is behind ssh', () => {
    expect(() => dockerApi({ DOCKER_HOST: 'ssh://lab' })).toThrow(
      '"ssh://lab", which netproof probe cannot ask',
    );
  });

  test('is no engine when it states no version', async () => {
    const engine = await new FakeEngine().start();
    engine.version = '';
    try {
      const asked = readDeployment(dockerApi({ DOCKER_HOST: engine.host }), []);
      await expect(asked).rejects.toThrow('is no Docker Engine: it states no version');
    } finally {
      await engine.stop();
    }
  });
});

describe('a daemon of this machine', () => {
  let proc: string;
  beforeAll(() => {
    proc = mkdtempSync(join(tmpdir(), 'netproof-proc-'));
    const start = (pid: number, ...line: readonly string[]): void => {
      mkdirSync(join(proc, String(pid), 'root', 'etc', 'docker'), { recursive: true });
      writeFileSync(join(proc, String(pid), 'cmdline'), `${line.join('\0')}\0`);
    };
    start(10, '/usr/bin/bash');
    start(20, '/usr/bin/dockerd', '-H', 'fd://', '--containerd=/run/containerd.sock');
    start(
      30,
      'dockerd',
      '--host=unix:///tmp/lab.sock',
      '--userland-proxy=false',
      '--icc=false',
      '--iptables',
    );
    writeFileSync(
      join(proc, '20', 'root', 'etc', 'docker', 'daemon.json'),
      '{ "userland-proxy": false, "icc": true }',
    );
  });
  afterAll(() => rmSync(proc, { recursive: true, force: true }));

  test('is found by its socket, with flags of its command line', () => {
    expect(findDaemon('/tmp/lab.sock', proc)).toMatchObject({
      pid: 30,
      namespace: join(proc, '30', 'ns', 'net'),
      flags: { userlandProxy: false, icc: false, iptables: true, allowDirectRouting: undefined },
    });
  });

  test('is found at the usual socket when systemd hands it over, with flags of its file', () => {
    expect(findDaemon('/run/docker.sock', proc)).toMatchObject({
      pid: 20,
      flags: { userlandProxy: false, icc: true },
    });
  });

  test('is not found by a socket that is nobody’s', () => {
    expect(findDaemon('/tmp/other.sock', proc)).toBeUndefined();
  });

  test('takes the last of a flag, and the command line before the file', () => {
    const file = (): string => '{ "userland-proxy": false, "firewall-backend": "nftables" }';
    const line = ['dockerd', '--userland-proxy=false', '--userland-proxy', '--allow-direct-routing=true'];
    expect(readFlags(line, file)).toMatchObject({
      userlandProxy: true,
      allowDirectRouting: true,
      firewallBackend: 'nftables',
      iptables: undefined,
    });
    expect(readFlags(['dockerd'], () => 'no JSON').userlandProxy).toBeUndefined();
  });
});

test('frames of an attached container are put together again, however they are cut', () => {
  const frame = (stream: number, text: string): Buffer => {
    const head = Buffer.alloc(8);
    head[0] = stream;
    head.writeUInt32BE(Buffer.byteLength(text), 4);
    return Buffer.concat([head, Buffer.from(text)]);
  };
  const whole = Buffer.concat([frame(1, 'one\n'), frame(2, 'wrong'), frame(1, 'two\n')]);
  const frames = new Frames();
  const got = [...whole].flatMap((_, at) => frames.take(whole.subarray(at, at + 1)));
  expect(got).toEqual([
    { stderr: false, text: 'one\n' },
    { stderr: true, text: 'wrong' },
    { stderr: false, text: 'two\n' },
  ]);
});

import { Traffic } from '../../lib/addressing/traffic';
import { topologyOfSynth } from '../../lib/inputs/topology-of-text';
import { explain } from '../../lib/reachability/explain';
import { resolve } from '../../lib/reachability/name-resolution';
import { reach } from '../../lib/reachability/solver';
import type { Topology } from '../../lib/topology/topology';
import { everyRule } from '../readers/docker/every-rule';
import { configurations, terraformOf } from '../readers/docker/riddle';
import { run } from './machine/command';
import type { DockerRelease } from './machine/docker-release';
import { type DockerSite, openDockerSite } from './machine/docker-site';
import type { ImageSet } from './machine/image-set';
import { liveMachine, type Piece } from './machine/live-machine';
import { type NameServer, openNameServer } from './machine/name-server';
import { inNamespace, labAddresses, type Namespace } from './machine/network-lab';
import { liveSuite, type SuiteOptions } from './machine/suite';
import { WrittenNetworks } from './machine/written-network';

const { docker, newerDocker, images } = liveMachine();

/** The address of db on the network that web is not on. */
const backend = '172.30.2.30';

/** Who asks, what the name db comes to, and the address that was tried beside it. */
const seen = [
  ['textbook', 'web', 'nothing', backend],
  ['foreign-alias', 'web', '172.30.1.20', backend],
  ['foreign-hostname', 'web', '172.30.1.40', backend],
  ['extra-host', 'web', '172.17.0.1', backend],
  ['own-hostname', 'web', '172.30.1.10', backend],
  ['search-domain', 'web', labAddresses.neighbour, backend],
  ['shared-network', 'web', '172.30.3.30', backend],
  ['stale-address', 'web', '172.30.3.31', '172.30.3.30'],
] as const;

/** Questions in whose explanations every kind of rule is shown that the engine can have. */
const asked = [
  ['web', 'db', 'tcp/80'],
  ['web', 'o1', 'tcp/80'],
  ['web', 'n1', 'tcp/80'],
  ['web', 'alone', 'tcp/80'],
  ['alone', 'web', 'tcp/80'],
  ['q1', 'q2', 'tcp/80'],
  ['web', 'r1', 'tcp/81'],
  ['web', 'internet', 'tcp/443'],
  ['dflt', 'internet', 'tcp/443'],
  ['lan', 'host:8080', 'tcp/8080'],
  ['lan', 'host:9090', 'tcp/9090'],
  ['db', 'host:8080', 'tcp/8080'],
  ['alone', 'host:8080', 'tcp/8080'],
  ['p1', 'host:8080', 'tcp/8080'],
] as const;

function suite(options: SuiteOptions, release: Piece<DockerRelease>, set: Piece<ImageSet>): void {
  liveSuite(options, [release, set] as const, ([engine, imageSet], ran) => {
    let site: DockerSite;
    let names: NameServer;
    let networks: WrittenNetworks;

    beforeAll(async () => {
      ran(`Docker Engine ${engine.version}`);
      site = await openDockerSite(engine, imageSet);
      names = await openNameServer(site.neighbour, { 'db.lab.example': labAddresses.neighbour });
      const image = imageSet.env['NETPROOF_IMAGE_GUEST'] ?? 'busybox';
      networks = new WrittenNetworks(site.engine, image, labAddresses.neighbour);
    });

    afterAll(async () => {
      names?.close();
      await site?.close();
    });

    /** What ping says it asks, and whether that answers; undefined when the name comes to nothing. */
    async function ping(
      from: string,
      target: string,
    ): Promise<{ address: string; answers: boolean } | undefined> {
      const once = `ping -c 1 -W 1 ${target} 2>&1; echo`;
      const said = await site.engine.docker('exec', from, 'sh', '-c', once);
      const address = /^PING \S+ \(([\d.]+)\)/m.exec(said)?.[1];
      return address === undefined ? undefined : { address, answers: said.includes(' 0% packet loss') };
    }

    test.each(seen)(
      'S14, %s: from %s the name db comes to %s, and %s is silent',
      async (name, from, found, tried) => {
        await networks.bringTo(configurations[name]!);
        const byName = await ping(from, 'db');
        expect(byName).toEqual(found === 'nothing' ? undefined : { address: found, answers: true });
        expect(await ping(from, tried)).toEqual({ address: tried, answers: false });
        const topology = topologyOf(name);
        const { kind, answers } = resolve(topology, from, 'db');
        // Who is asked outside of the input is nobody that we know.
        if (found === 'nothing' || name === 'search-domain') expect(kind).toBe('upstream');
        else expect(answers.map(({ address }) => String(address))).toEqual([found]);
        if (tried === backend) {
          const question = { from, to: 'db', on: Traffic.parse('icmp'), via: 'backend' };
          expect(reach(topology, question).kind).toBe('blocked');
        }
      },
    );

    test('S14, shared-namespace: from the network of api both answer', async () => {
      await networks.bringTo(configurations['shared-namespace']!);
      expect(await ping('probe', 'db')).toEqual({ address: backend, answers: true });
      expect(await ping('probe', backend)).toEqual({ address: backend, answers: true });
      const topology = topologyOf('shared-namespace');
      expect(resolve(topology, 'probe', 'db').answers).toMatchObject([{ owner: 'docker_container.db' }]);
      expect(reach(topology, { from: 'probe', to: 'db', on: Traffic.parse('icmp') }).kind).toBe('reachable');
    });

    test('S19: every rule that explanations show is written on the engine so', async () => {
      await networks.bringTo(everyRule);
      const places = await Promise.all(
        Object.keys(everyRule.networks).map(async (name) => {
          const id = (await site.engine.docker('network', 'inspect', '--format', '{{.Id}}', name)).trim();
          return [`br-<${name}>`, `br-${id.slice(0, 12)}`] as const;
        }),
      );
      const known = [...places, ['<address of dflt>', await site.addressOf('dflt', 'bridge')] as const];
      const version = engine.version.split('+')[0]!;
      const rules = rulesShown(version, known);
      expect(rules.length).toBeGreaterThan(8);
      const written = (
        await Promise.all(['raw', 'filter', 'nat'].map((table) => rulesOf(site.host, table, engine.env)))
      ).flat();
      const missing = (shown: readonly string[]): readonly string[] =>
        shown.filter((rule) => !written.includes(rule));
      expect(missing(rules)).toEqual([]);
      // What another engine is said to write is not all here.
      const other = version.startsWith('28') ? '20.10' : '28.5';
      expect(missing(rulesShown(other, known))).not.toEqual([]);
    });
  });
}

/** Rules in all explanations of what is asked, on an engine, with what only it knows put in. */
function rulesShown(
  version: string,
  known: readonly (readonly [name: string, text: string])[],
): readonly string[] {
  const docker = { version, ipForwardBefore: false };
  const topology = topologyOfSynth(terraformOf(everyRule), { docker });
  const shown = asked.flatMap(([from, to, on]) =>
    explain(topology, { from, to, on: Traffic.parse(on) })
      .split('\n')
      .flatMap((line) => /^[ |?]* (-t \w+ .*?)(?: {3,}.*)?$/.exec(line)?.[1] ?? []),
  );
  return [...new Set(shown)].map((rule) =>
    known.reduce((text, [name, value]) => text.replaceAll(name, value), rule),
  );
}

/** The rules of a table as explanations write them. */
async function rulesOf(
  host: Namespace,
  table: string,
  env: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  const [program, ...args] = [...inNamespace(host), 'iptables', '-t', table, '-S'];
  const lines = (await run(program, args, { env })).split('\n');
  return lines.map((line) => `-t ${table} ${line.replace(/^-A /, '').trim()}`);
}

function topologyOf(name: string): Topology {
  return topologyOfSynth(terraformOf(configurations[name]!));
}

suite({ name: 'name-and-address' }, docker, images);
suite({ name: 'name-and-address on a newer engine', required: false }, newerDocker, images);

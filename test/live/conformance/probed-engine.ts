import { Traffic } from '../../../lib/addressing/traffic';
import { findDaemon } from '../../../lib/probe/daemon';
import { type Deployment, readDeployment } from '../../../lib/probe/deployment';
import { type DockerApi, dockerApi } from '../../../lib/probe/docker-api';
import { engineProfile } from '../../../lib/probe/engine-profile';
import { namespaceStation } from '../../../lib/probe/namespace-station';
import { allPairs, hostsOf, type PacketQuestion } from '../../../lib/probe/packet-question';
import { namespaceOpener } from '../../../lib/probe/place';
import { probe, type ProbeRow } from '../../../lib/probe/prober';
import { readSynth } from '../../../lib/readers/synth';
import { topologyOfDocument } from '../../../lib/readers/topology-of-documents';
import type { Topology } from '../../../lib/topology/topology';
import { type DockerEngine, startDockerEngine } from '../machine/docker-engine';
import type { DockerRelease } from '../machine/docker-release';
import { addAddress, inside, labAddresses, type NetworkLab, openNetworkLab } from '../machine/network-lab';
import { macvlanRouter } from './fixture';
import type { IdleImage } from './idle-image';

/** How an engine is started, and what it is assumed to be besides what it tells of itself. */
export interface EngineSetting {
  readonly name: string;
  readonly flags: readonly string[];
  /** Whether IP forwarding was on before the daemon started. @default false */
  readonly forwardsBefore?: boolean;
}

/** An engine in a lab of its own, on which Terraform JSON is deployed and all pairs are probed. */
export interface ProbedEngine {
  readonly api: DockerApi;
  readonly engine: DockerEngine;
  /** What a Terraform JSON that is deployed means on this engine, and what packets say. */
  readonly ask: (terraform: string, options?: AskOptions) => Promise<Asked>;
  readonly close: () => Promise<void>;
}

export interface AskOptions {
  /** Services of the host and what lies outside too. @default true */
  readonly outside?: boolean;
}

export interface Asked {
  readonly topology: Topology;
  readonly deployment: Deployment;
  readonly rows: readonly ProbeRow[];
}

/** What listens on the host while questions are asked: on all addresses, on loopback, on one gateway. */
const services = [
  { protocol: 'tcp', port: 9001, address: '127.0.0.1' },
  { protocol: 'tcp', port: 9002, address: '172.30.2.1' },
] as const;

/** Starts an engine with these settings; three to eight seconds. */
export async function openProbedEngine(
  release: DockerRelease,
  { flags, forwardsBefore = false }: EngineSetting,
  image: IdleImage,
): Promise<ProbedEngine> {
  const lab: NetworkLab = await openNetworkLab();
  let engine: DockerEngine | undefined;
  const close = async (): Promise<void> => {
    await engine?.kill();
    await lab.close();
  };
  try {
    // Machines without a ping of their own have busybox's.
    process.env['PATH'] = `${process.env['PATH']}:${image.programs}`;
    await addAddress(lab.neighbour, macvlanRouter);
    // The Internet knows no way back to private addresses.
    await inside(
      lab.neighbour,
      'ip',
      'rule',
      'add',
      'from',
      labAddresses.outside,
      'to',
      '172.16.0.0/12',
      'blackhole',
    );
    if (forwardsBefore) await inside(lab.host, 'sh', '-c', 'echo 1 > /proc/sys/net/ipv4/ip_forward');
    engine = await startDockerEngine(release, lab.host, flags);
    await engine.importImage(image.file, image.name, image.changes);
  } catch (error) {
    await close();
    throw error;
  }
  const api = dockerApi({ DOCKER_HOST: engine.host });
  const neighbour = lab.neighbour.path;
  const ask = async (terraform: string, { outside = true }: AskOptions = {}): Promise<Asked> => {
    const deployment = await readDeployment(api, containersOf(terraform));
    const daemon = findDaemon(api.host.slice('unix://'.length));
    if (daemon === undefined) throw new Error(`no daemon found at ${api.host}`);
    const host = namespaceStation('host', daemon.namespace, 60_000);
    const seen = await host.look().finally(() => host.close());
    const { docker, listens } = engineProfile(deployment, daemon, seen);
    const own = outside
      ? services.map(({ protocol, port, address }) => `${protocol}/${port}@${address}`)
      : [];
    const topology = topologyOfDocument(readSynth(terraform, { stack: 'conformance' }), undefined, {
      docker: {
        ...docker,
        ipForwardBefore: forwardsBefore,
        lan: { routesToContainers: true, address: labAddresses.neighbour },
      },
      listens: { host: [...(listens?.host ?? []), ...own] },
    });
    const questions = [
      ...allPairs(topology, { free: 47_808, also: ['udp', 'icmp'], eachAddress: true, zones: ['lan'] }),
      ...(outside ? hostAndOutside(topology) : []),
    ];
    const rows = await probe(topology, deployment, namespaceOpener(daemon), questions, {
      patienceMs: 400,
      limitSeconds: 400,
      parallel: 64,
      namespaces: new Map([['lan', neighbour]]),
      listeners: outside ? services.map((one) => ({ ...one, party: 'host' })) : [],
    });
    return { topology, deployment, rows };
  };
  return { api, engine, ask, close };
}

function containersOf(terraform: string): readonly string[] {
  const { resource } = JSON.parse(terraform) as { readonly resource: { readonly docker_container: object } };
  return Object.keys(resource.docker_container);
}

/** Whether containers reach services of the host, the LAN and what lies behind it. */
function hostAndOutside(topology: Topology): readonly PacketQuestion[] {
  const containers = [...topology.endpoints.values()].filter(({ type }) => type === 'docker_container');
  const [host] = hostsOf(topology);
  const segments = topology.endpoints.get(host!)!.interfaces.map(({ segment }) => segment);
  const tcp = (port: number): PacketQuestion['on'] => ({ protocol: 'tcp', port });
  const own = (from: string): readonly string[] =>
    (topology.endpoints.get(from)?.interfaces ?? []).map(({ segment }) => segment);
  const ofHost = (from: string, onHost: boolean): readonly PacketQuestion[] =>
    segments
      .filter((segment) => onHost || segment !== 'host loopback')
      .filter((segment, at) => at < 4 || segment.startsWith('host ') || own(from).includes(segment))
      .flatMap((via) => [9000, 9001, 9002, 9009].map((port) => ({ from, to: host!, on: tcp(port), via })));
  // Ports of a routed network are published without any port of the host: no published port leads to them.
  const routed = (from: string): readonly PacketQuestion[] =>
    ['docker_container.rt', 'docker_container.rtpub']
      .filter((to) => to !== from)
      .map((to) => ({ from, to, on: tcp(80), ...(from === 'lan' && { via: 'docker_network.routed' }) }));
  return [
    ...routed('lan'),
    ...routed('host'),
    ...containers.flatMap(({ id: from, stack }) => [
      ...routed(from),
      ...ofHost(from, stack === 'host'),
      { from, to: 'lan', on: tcp(80) },
      { from, to: labAddresses.outside, on: tcp(80) },
      { from, to: 'lan', on: { protocol: 'icmp', port: 0 } as const },
    ]),
    ...ofHost('host', true),
    ...[9000, 9001, 9009].map((port) => ({ from: 'lan', to: host!, on: tcp(port), via: 'host addresses' })),
  ];
}

/** Traffic as a text, for lists of what went wrong. */
export function textOfRow({ question, verdict, delivery, agreement, note }: ProbeRow): string {
  const { from, to, on, via } = question;
  const asked = on.protocol === 'icmp' ? Traffic.parse('icmp').toString() : `${on.protocol}/${on.port}`;
  const where = via === undefined ? '' : ` via ${via}`;
  return `${from} to ${to} on ${asked}${where}: ${verdict.kind}, and ${delivery.is} at ${delivery.dialled ?? '-'}${delivery.by === undefined ? '' : ` by ${delivery.by}`} (${agreement}${note === undefined ? '' : `, ${note}`})`;
}

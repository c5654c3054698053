import { NetproofError } from '../addressing/netproof-error';
import { Traffic } from '../addressing/traffic';
import { readTopology } from '../inputs/topology-input';
import { findDaemon } from '../probe/daemon';
import { type Deployment, readDeployment } from '../probe/deployment';
import { dockerApi } from '../probe/docker-api';
import { driftOf, type WrittenNetwork } from '../probe/drift';
import { engineProfile, type HostView } from '../probe/engine-profile';
import { helperOpener } from '../probe/helper-station';
import { allPairs, hostsOf, isContainer, type PacketQuestion, packetTraffic } from '../probe/packet-question';
import { namespaceOpener, type StationOpener } from '../probe/place';
import { probe as sendAll, refuseTooMany } from '../probe/prober';
import { documentOfTopology } from '../readers/document-of-topology';
import { writtenDockerNetworks } from '../readers/docker/written-networks';
import { printableJson } from '../report/printable';
import { probeJson, type ProbeReport, probeStatus, probeText } from '../report/probe-table';
import { lookup } from '../topology/lookup';
import type { Topology } from '../topology/topology';
import type { Command, Invocation, Option } from './command';
import { textOf, topologyOptions, topologyOptionsOf } from './input-options';
import { questionOptions } from './question';

/** A port that hardly anybody listens on: what reaches it reaches whatever listens there. */
const freePort = 47_808;

const limits = { patience: 500, time: 120, questions: 5000, containers: 64 } as const;

/** `netproof probe INPUT...`: the same questions as real packets, on the engine where INPUT runs. */
export const probe: Command = {
  description: `Asks on a running Docker Engine what reach and matrix answer from the Terraform, with real connections out of
the containers' own network namespaces, and prints verdict and packet side by side. With --from, --to and --on one question;
with --matrix all pairs. Where nothing listens a small responder answers while the probe runs. Nothing is needed in the
containers: namespaces are entered as root on Linux, or with --helper by a container that shares the network of each.

The engine's version and flags are read from it and taken as assumptions; --assume says otherwise. What runs and is not what
was written is told as drift: a container that joined a network later, another address, a network with other options.

Exit code 0: all agree. 1: a packet contradicts its verdict, or something has drifted. 2: something cannot be told.`,
  options: {
    ...questionOptions,
    matrix: { type: 'boolean', help: 'ask for all pairs' },
    also: { type: 'string', value: 'PROTOCOLS', help: 'with --matrix, beside TCP: udp, icmp or udp,icmp' },
    all: { type: 'boolean', help: 'with --matrix, print what agrees too' },
    helper: {
      type: 'string',
      value: 'IMAGE',
      help: 'open namespaces by a container of this image, which has Node',
    },
    timeout: limit(
      'MS',
      `without an answer for so long, twice, a packet is dropped (default: ${limits.patience})`,
    ),
    'time-limit': limit('SECONDS', `send nothing more after it (default: ${limits.time})`),
    'max-questions': limit('N', `refuse to ask more (default: ${limits.questions})`),
    'max-containers': limit('N', `refuse to enter more (default: ${limits.containers})`),
    ...topologyOptions,
    json: { type: 'boolean', help: 'print JSON' },
  },
  async run(invocation, { out, err, paint, progress }) {
    const { values } = invocation;
    const single = refuseMixture(invocation);
    const options = topologyOptionsOf(invocation);
    const bounds = boundsOf(values);
    const ask = (topology: Topology): readonly PacketQuestion[] => {
      const questions = single ? [questionOf(topology, invocation)] : matrixOf(topology, invocation);
      const containers = [...topology.endpoints.values()].filter(isContainer).length;
      refuseTooMany(questions, single ? 2 : containers, bounds);
      return questions;
    };
    // Which containers there are, and what is asked, is told by the input, whatever the engine.
    const unobserved = readTopology(invocation.operands, options);
    const api = dockerApi(process.env);
    const names = [...unobserved.endpoints.values()].filter(isContainer).flatMap((one) => one.names);
    if (names.length === 0) {
      throw new NetproofError(
        'NothingToProbe',
        'the input has no docker_container whose name is known: netproof probe asks containers that run on a Docker Engine.',
      );
    }
    if (hostsOf(unobserved).length > 2) {
      throw new NetproofError(
        'SeveralHosts',
        `the input has several Docker hosts (${hostsOf(unobserved).join(', ')}), and one engine is asked. Take the stack that runs there with --stack.`,
      );
    }
    ask(unobserved);
    const deployment = await readDeployment(api, names);
    if (deployment.containers.size === 0) {
      throw new NetproofError(
        'NotDeployed',
        `none of the ${names.length} containers of the input is on the engine at ${api.host} (${names.slice(0, 3).join(', ')}${names.length > 3 ? ', ...' : ''}). Deploy it first, or name another engine with DOCKER_HOST.`,
      );
    }
    const daemon = api.host.startsWith('unix://') ? findDaemon(api.host.slice('unix://'.length)) : undefined;
    const image = textOf(values, 'helper');
    const opener = image === undefined ? namespaceOpener(daemon) : helperOpener(api, image);
    const host = await lookAtHost(opener);
    const topology = readTopology(invocation.operands, {
      ...options,
      observed: engineProfile(deployment, daemon, host),
    });
    const rows = await sendAll(topology, deployment, opener, ask(topology), {
      ...bounds,
      ...(progress !== undefined && { progress: (done, of) => progress(bar(done, of)) }),
    });
    progress?.('');
    const report: ProbeReport = {
      topology,
      engine: `Docker Engine ${deployment.engine.version} at ${api.host}`,
      rows,
      drift: driftOf(topology, deployment, writtenNetworks(topology)),
      notes: notesOf(deployment, daemon !== undefined),
    };
    if (values['json'] === true) out(`${printableJson(probeJson(report))}\n`);
    else out(`${probeText(report, paint, values['all'] === true)}\n`);
    if (single && rows.some(({ agreement }) => agreement === 'cannot tell') && values['json'] !== true) {
      err('netproof probe cannot tell: see the line "together".\n');
    }
    return { agrees: 0, disagrees: 1, unknown: 2 }[probeStatus(report)];
  },
};

function boundsOf(values: Invocation['values']) {
  return {
    patienceMs: numberOf(values, 'timeout', limits.patience),
    limitSeconds: numberOf(values, 'time-limit', limits.time),
    questions: numberOf(values, 'max-questions', limits.questions),
    places: numberOf(values, 'max-containers', limits.containers),
  };
}

function limit(value: string, help: string): Option {
  return { type: 'string', value, help };
}

/** Whether it is one question. Throws for none, and for one together with all. */
function refuseMixture({ values, operands }: Invocation): boolean {
  if (operands.length === 0) {
    throw new NetproofError(
      'NoInput',
      'netproof probe needs an INPUT: npx netproof probe cdktf.out --matrix.',
    );
  }
  const asked = ['from', 'to', 'on', 'via'].filter((name) => values[name] !== undefined);
  if (values['matrix'] === true) {
    const extra = asked.filter((name) => name !== 'on' && name !== 'from' && name !== 'to');
    if (extra.length > 0)
      throw new NetproofError('ExtraOption', `--matrix asks for all pairs: leave out --${extra[0]}.`);
    return false;
  }
  const missing = ['from', 'to', 'on'].filter((name) => values[name] === undefined);
  if (missing.length > 0) {
    throw new NetproofError(
      'MissingOption',
      `netproof probe asks one question or all: it needs ${missing.map((name) => `--${name}`).join(' and ')}, or --matrix.`,
    );
  }
  return true;
}

function questionOf(topology: Topology, { values }: Invocation): PacketQuestion {
  const [from, to, on] = ['from', 'to', 'on'].map((name) => textOf(values, name)!) as [
    string,
    string,
    string,
  ];
  const via = textOf(values, 'via');
  return {
    from: idOf(topology, from),
    to: idOf(topology, to),
    on: packetTraffic(Traffic.parse(on)),
    ...(via !== undefined && { via }),
  };
}

function matrixOf(topology: Topology, { values }: Invocation): readonly PacketQuestion[] {
  const on = textOf(values, 'on');
  const also = (textOf(values, 'also') ?? '').split(',').filter((one) => one !== '');
  const wrong = also.filter((one) => one !== 'udp' && one !== 'icmp');
  if (wrong.length > 0) {
    throw new NetproofError('InvalidOption', `--also ${wrong[0]} means nothing. There are udp and icmp.`);
  }
  const [from, to] = ['from', 'to'].map((name) => {
    const given = textOf(values, name);
    return given === undefined ? undefined : idOf(topology, given);
  });
  return allPairs(topology, {
    free: freePort,
    also: also as readonly ('udp' | 'icmp')[],
    ...(on !== undefined && { on: packetTraffic(Traffic.parse(on)) }),
  }).filter((one) => (from === undefined || one.from === from) && (to === undefined || one.to === to));
}

/** The id of what a person names; a port of the host keeps its port. */
function idOf(topology: Topology, name: string): string {
  const [, host, port] = /^([^:]+(?::[^:]+)?):(\d{1,5})$/.exec(name) ?? [];
  if (host !== undefined && port !== undefined && !host.includes('/'))
    return `${idOf(topology, host)}:${port}`;
  const party = lookup(topology, name);
  if (party.kind === 'endpoint') return party.endpoint.id;
  if (party.kind === 'zone') return party.zone.id;
  throw new NetproofError(
    'InvalidQuestion',
    `${name} is a network: packets go from container to container. Name one of those.`,
  );
}

async function lookAtHost(opener: StationOpener): Promise<HostView | undefined> {
  const station = await opener.open({ name: 'host', container: undefined, namespace: undefined }, 30_000);
  try {
    return await station.look();
  } finally {
    await station.close();
  }
}

function writtenNetworks(topology: Topology): readonly WrittenNetwork[] {
  const document = documentOfTopology(topology);
  return document === undefined ? [] : writtenDockerNetworks(document);
}

function notesOf({ engine }: Deployment, seesDaemon: boolean): readonly string[] {
  if (seesDaemon || engine.platform === 'desktop') return [];
  return [
    'the flags of the daemon cannot be read from here; they count as they come unless --assume says otherwise',
  ];
}

function numberOf(values: Invocation['values'], name: string, otherwise: number): number {
  const text = textOf(values, name);
  if (text === undefined) return otherwise;
  const number = Number(text);
  if (/^\d+$/.test(text) && number > 0 && number <= 10_000_000) return number;
  throw new NetproofError('InvalidOption', `--${name} ${text} is no whole number above 0.`);
}

function bar(done: number, of: number): string {
  const width = 30;
  const full = Math.floor((done / Math.max(1, of)) * width);
  return `probing [${'#'.repeat(full)}${' '.repeat(width - full)}] ${done} of ${of}`;
}

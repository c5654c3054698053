import { Traffic } from '../../../lib/addressing/traffic';
import { reach } from '../../../lib/reachability/solver';
import { topologyOfDocument } from '../../../lib/readers/topology-of-documents';
import { readSynth } from '../../../lib/readers/synth';
import type { Topology } from '../../../lib/topology/topology';
import { fixture } from './fixture';
import * as measured from './measured';

const versions = ['20.10.24', '26.1.5', '28.5.2', '29.7.2', '29.7.2'];

const tables: readonly (readonly [name: string, rows: readonly measured.Row[], flags: object])[] = [
  ['between containers', measured.betweenContainers, {}],
  ['published ports', measured.publishedPorts, {}],
  ['the host and outside', measured.hostAndOutside, {}],
  ['userland-proxy off', measured.withoutProxy, { userlandProxy: false }],
  ['allow-direct-routing', measured.withDirectRouting, { allowDirectRouting: true }],
  ['iptables off', measured.withoutFilters, { iptables: false }],
  ['IP forwarding on before', measured.withForwardingBefore, { ipForwardBefore: true }],
];

const document = readSynth(fixture(), { stack: 'measured' });

/** The fixture under one engine with all of its settings: nothing is left open. */
function onEngine(index: number, flags: object): Topology {
  return topologyOfDocument(document, undefined, {
    docker: {
      version: versions[index],
      ipForwardBefore: false,
      ...(index === 4 && { firewallBackend: 'nftables' }),
      hostAddresses: ['192.168.213.1'],
      lan: { routesToContainers: true },
      ...flags,
    },
    listens: { host: ['tcp/9000', 'tcp/9001@127.0.0.1', 'tcp/9002@172.30.2.1'] },
  });
}

describe.each(measured.engines.map((engine, index) => [engine, index] as const))(
  'Docker Engine %s',
  (_, index) => {
    for (const [name, rows, flags] of tables) {
      const cells = rows.filter(([, , , , , outcomes]) => outcomes[index] !== '-');
      if (cells.length === 0) continue;
      describe(name, () => {
        let topology: Topology;
        beforeAll(() => {
          topology = onEngine(index, flags);
        });
        test.each(cells)('%s: %s to %s on %s', (_title, from, to, on, via, outcomes) => {
          const question = { from, to, on: Traffic.parse(on), ...(via !== undefined && { via }) };
          expect(reach(topology, question).kind).toBe(outcomes[index] === 'ok' ? 'reachable' : 'blocked');
        });
      });
    }
  },
);

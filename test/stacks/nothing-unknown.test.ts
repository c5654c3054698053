import { Traffic } from '../../lib/addressing/traffic';
import { topologyOfStack } from '../../lib/proof/topology-of-stack';
import { reach } from '../../lib/reachability/solver';
import type { Party } from '../../lib/topology/lookup';
import type { Topology } from '../../lib/topology/topology';
import { shippedDockerStacks } from './shipped';

const all = Traffic.parse('all');

/** All that is unknown about a shipped stack as long as nobody assumes anything: to whom, and which key settles it. */
const listed = [
  // No Terraform says what listens on a Docker host beside what its containers publish.
  'host: listens.host',
  'host-loopback: listens.host',
  // Nor what the computer of a browser reaches beside the machine.
  'internet: browser',
];

/** The bridged forms are the plain ones with a part more. */
const stacks = shippedDockerStacks.filter(
  ([name]) => !shippedDockerStacks.some(([other]) => other === `${name}.bridged`),
);

const idOf = (party: Party): string => {
  if (party.kind === 'endpoint') return party.endpoint.id;
  return party.kind === 'segment' ? party.segment.id : party.zone.id;
};

function unknownsOf(topology: Topology): readonly string[] {
  const parties: readonly Party[] = [
    ...[...topology.endpoints.values()].map((endpoint): Party => ({ kind: 'endpoint', endpoint })),
    ...[...topology.zones.values()].map((zone): Party => ({ kind: 'zone', zone })),
  ];
  const found = parties.flatMap((from) =>
    parties.flatMap((to) => {
      if (from.kind === 'zone' && to.kind === 'zone') return [];
      const { kind, unknowns, anyWay } = reach(topology, { from, to, on: all });
      const doubts =
        kind === 'unknown' ? unknowns : anyWay.passes.equals(anyWay.mayPass) ? [] : anyWay.unknowns;
      return doubts.map(({ key }) => `${idOf(to)}: ${key}`);
    }),
  );
  return [...new Set(found)];
}

test.each(stacks)(
  '%s: who reaches whom, by any way, is known on every engine but for what is listed',
  (_, stack) => {
    const found = unknownsOf(topologyOfStack(stack()));
    expect(found.filter((one) => !listed.includes(one))).toEqual([]);
    expect(found).toContain(listed[0]);
  },
);

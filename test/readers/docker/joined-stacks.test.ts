import { Testing } from 'cdktf';
import { NetproofError } from '../../../lib/addressing/netproof-error';
import { Traffic } from '../../../lib/addressing/traffic';
import { evaluatePolicy } from '../../../lib/policy/evaluation';
import { readPolicy } from '../../../lib/policy/policy-reader';
import type { Policy } from '../../../lib/policy/policy';
import { reach } from '../../../lib/reachability/solver';
import { joinDocuments } from '../../../lib/readers/joined-documents';
import { readSynth } from '../../../lib/readers/synth';
import { topologyOfDocument } from '../../../lib/readers/topology-of-documents';
import type { TerraformDocument } from '../../../lib/readers/terraform-document';
import type { Topology } from '../../../lib/topology/topology';
import { dockerThreeTier, hostOnlyLab, networkModes, vmwareLab } from '../../stacks/shipped';

interface Lab {
  readonly block: string;
  readonly provider?: object;
  readonly port?: number;
}

/** A network of a block, and two containers on it: the first is published where a port is given. */
const lab = (stack: string, { block, provider = {}, port }: Lab): TerraformDocument =>
  readSynth(
    JSON.stringify({
      terraform: { required_providers: { docker: { source: 'kreuzwerker/docker' } } },
      provider: { docker: [provider] },
      resource: {
        docker_network: { n: { name: `${stack}-net`, ipam_config: [{ subnet: block }] } },
        docker_container: Object.fromEntries(
          ['one', 'two'].map((name) => [
            name,
            {
              name: `${stack}-${name}`,
              image: 'i',
              networks_advanced: [{ name: '${docker_network.n.id}' }],
              ...(name === 'one' && port !== undefined && { ports: [{ internal: 80, external: port }] }),
            },
          ]),
        ),
      },
    }),
    { stack },
  );

const joined = (...documents: readonly TerraformDocument[]): Topology =>
  topologyOfDocument(joinDocuments(documents));

const ask = (topology: Topology, from: string, to: string, on = 'tcp/80') =>
  reach(topology, { from, to, on: Traffic.parse(on) });

function refusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (NetproofError.is(error)) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'none';
}

describe('stacks with the same provider', () => {
  const topology = joined(
    lab('a', { block: '10.1.0.0/24' }),
    lab('b', { block: '10.2.0.0/24', port: 8080 }),
    lab('c', { block: '10.3.0.0/24' }),
  );

  test('are on one host', () => {
    const hosts = [...topology.endpoints.values()].filter(({ type }) => type === 'host').map(({ id }) => id);
    expect(hosts).toEqual(['host', 'host-loopback']);
    expect(['a-one', 'b-one', 'c-one'].map((to) => ask(topology, 'host', to).kind)).toEqual([
      'reachable',
      'reachable',
      'reachable',
    ]);
  });

  test('reach each other by published ports alone', () => {
    expect(ask(topology, 'a-one', 'b-one').kind).toBe('blocked');
    expect(ask(topology, 'a-one', 'b-one').anyWay.passes.isEmpty()).toBe(false);
    expect(ask(topology, 'a-one', 'c-one').anyWay.mayPass.isEmpty()).toBe(true);
  });

  test('a stack in front of the host means that it is the one of that stack', () => {
    expect(ask(topology, 'b:host-loopback', 'b-one').kind).toBe('reachable');
    expect(refusal(() => ask(topology, 'd:host', 'b-one'))).toContain('UnknownEndpoint');
  });
});

describe('stacks with the same provider whose blocks overlap', () => {
  const topology = joined(
    lab('a', { block: '10.1.0.0/24', port: 8080 }),
    lab('b', { block: '10.1.0.0/16', port: 8080 }),
    lab('c', { block: '10.3.0.0/24' }),
    lab('d', { block: '10.4.0.0/24', port: 8081 }),
  );

  test('have a host each, and the others share one', () => {
    expect(ask(topology, 'a:host', 'a-one').kind).toBe('reachable');
    expect(ask(topology, 'b:host', 'a-one').kind).toBe('blocked');
    expect(ask(topology, 'd:host', 'c-one').kind).toBe('reachable');
    expect(ask(topology, 'c-one', 'd-one').anyWay.passes.isEmpty()).toBe(false);
    expect(ask(topology, 'c-one', 'a-one').anyWay.mayPass.isEmpty()).toBe(true);
  });

  test('the answers say that these are taken to be deployed one at a time, and those of others do not', () => {
    const said = ({ premises }: Topology) => (premises ?? []).map(({ text }) => text);
    expect(said(topology)[1]).toBe(
      'a, b are deployed one at a time, because blocks of theirs overlap: ' +
        'a:docker_network.n has 10.1.0.0/24, b:docker_network.n 10.1.0.0/16',
    );
    expect(said(joined(lab('a', { block: '10.1.0.0/24' }), lab('c', { block: '10.3.0.0/24' })))).toHaveLength(
      1,
    );
  });

  test('host is that of the stack of the other party', () => {
    expect(ask(topology, 'host', 'a:docker_container.one').kind).toBe('reachable');
    expect(ask(topology, 'host-loopback', 'b-one').kind).toBe('reachable');
    expect(ask(topology, 'host', 'segment:d-net').kind).toBe('reachable');
    expect(ask(topology, 'a-two', 'host:8080', 'tcp/8080').kind).toBe('reachable');
  });

  test('host with nobody beside it is an error that lists them', () => {
    expect(refusal(() => ask(topology, 'host', 'internet', 'tcp/443'))).toBe(
      'AmbiguousName: "host" is the name of 3 endpoints: a:host, b:host, c:host. Use one of these.',
    );
  });
});

test('a stack that joins a network of another is on its host, also where a third overlaps', () => {
  const joiner = readSynth(
    JSON.stringify({
      terraform: { required_providers: { docker: { source: 'kreuzwerker/docker' } } },
      provider: { docker: [{}] },
      resource: {
        docker_container: {
          guest: { name: 'guest', image: 'i', networks_advanced: [{ name: 'a-net' }] },
        },
      },
    }),
    { stack: 'j' },
  );
  const topology = joined(lab('a', { block: '10.1.0.0/24' }), lab('b', { block: '10.1.0.0/24' }), joiner);
  expect(ask(topology, 'guest', 'a-one').kind).toBe('reachable');
  expect(ask(topology, 'host', 'guest').kind).toBe('reachable');
  expect(ask(topology, 'guest', 'b-one').kind).toBe('blocked');
});

test('stacks whose providers name different engines are on different hosts, and may have equal blocks', () => {
  const [one, other] = ['ssh://a@one', 'ssh://a@other'].map((host) => ({
    block: '10.1.0.0/24',
    provider: { host },
  }));
  const topology = joined(lab('a', one!), lab('b', other!));
  expect(ask(topology, 'host', 'a-one').kind).toBe('reachable');
  expect(ask(topology, 'a:host', 'b-one').kind).toBe('blocked');
  expect(topology.premises).toHaveLength(1);
});

test('several aliases are several hosts, and plain host is an error that lists them', () => {
  const topology = topologyOfDocument(
    readSynth(
      JSON.stringify({
        terraform: { required_providers: { docker: { source: 'kreuzwerker/docker' } } },
        provider: { docker: [{}, { alias: 'lab', host: 'ssh://lab' }] },
        resource: {
          docker_container: {
            here: { name: 'here', image: 'i' },
            there: { name: 'there', image: 'i', provider: 'docker.lab' },
          },
        },
      }),
    ),
  );
  expect(ask(topology, 'host.lab', 'there').kind).toBe('reachable');
  expect(ask(topology, 'host.default', 'there').kind).toBe('blocked');
  expect(refusal(() => ask(topology, 'host', 'there'))).toBe(
    'AmbiguousName: "host" is the name of 2 endpoints: host.default, host.lab. Use one of these.',
  );
  const policy = (from: string): Policy => ({ version: 1, allow: [{ from, to: 'there', on: 'tcp/80' }] });
  const judged = (from: string) =>
    evaluatePolicy(readPolicy(policy(from)), topology, { today: '2026-11-21' }).status;
  expect(judged('host.lab')).toBe('pass');
  expect(refusal(() => judged('host'))).toContain(
    '"host" is the name of 2 machines: host.default, host.lab.',
  );
});

test('a policy finds the host of its stack among all shipped stacks', () => {
  const stacks = [dockerThreeTier(), hostOnlyLab(), networkModes(), vmwareLab()];
  const topology = joined(
    ...stacks.map((stack) => readSynth(Testing.synth(stack), { stack: stack.node.id })),
  );
  const policy: Policy = {
    version: 1,
    allow: [{ from: 'clients', to: 'nginx', on: 'tcp/80' }],
    deny: [{ from: 'clients', to: 'postgres', on: 'tcp/5432' }],
    networks: { 'docker-three-tier': { clients: 'host-loopback' } },
  };
  expect(evaluatePolicy(readPolicy(policy), topology, { today: '2026-11-21' }).status).toBe('pass');
});

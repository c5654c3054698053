import type { NetproofError } from '../../lib/addressing/netproof-error';
import { lint } from '../../lib/lint/lint';
import { lintRules } from '../../lib/lint/rules';
import type { LintWaiver } from '../../lib/lint/waiver';
import { brandTopology } from '../../lib/topology/topology';
import { topologyOfPlan } from '../../lib';
import { TopologyBuilder } from '../../lib/topology/topology-builder';
import { found, lintOf, lintOfStacks, one, today } from './lint-of';

const id = 'docker-privileged';
const recorded = (...waivers: readonly object[]): object => ({
  privileged: true,
  '//': { netproof: { waivers } },
});

function statusWith(...waivers: readonly LintWaiver[]): string {
  return lintOf(one({ privileged: true }), { waivers }).status;
}

describe('a waiver', () => {
  test('lets a rule be broken, and its reason stays', () => {
    const result = lintOf(one(recorded({ rule: id, reason: 'it mounts discs', until: '2026-12-31' })));
    expect(result.status).toBe('pass');
    expect(found(result, id)).toEqual(['waived web is privileged']);
    const { findings } = result.rules.find(({ rule }) => rule.id === id)!;
    expect(findings[0]!.waiver).toEqual({
      rule: id,
      reason: 'it mounts discs',
      until: '2026-12-31',
      place: 'docker_container.web',
      resource: 'docker_container.web',
    });
  });

  test('of another rule lets nothing pass', () => {
    expect(lintOf(one(recorded({ rule: 'docker-host-network', reason: 'x' }))).status).toBe('fail');
  });

  test('that is recorded on one resource is for that alone', () => {
    const both = one({ privileged: true });
    const containers = both['docker_container']!;
    const other = { ...containers['web'], name: 'other', ...recorded({ rule: id, reason: 'x' }) };
    const result = lintOf({ ...both, docker_container: { ...containers, other } });
    expect(found(result, id)).toEqual(['fail web is privileged', 'waived other is privileged']);
  });

  test('is found in each of several stacks', () => {
    const result = lintOfStacks({ a: one(recorded({ rule: id, reason: 'x' })), b: {} });
    expect(found(result, id)).toEqual(['waived web is privileged']);
  });

  test('of a list is for the address or path that it names, or for all', () => {
    const reason = 'x';
    expect(statusWith({ rule: id, reason })).toBe('pass');
    expect(statusWith({ rule: id, reason, on: 'docker_container.web' })).toBe('pass');
    expect(statusWith({ rule: id, reason, on: 'docker_*' })).toBe('pass');
    expect(statusWith({ rule: id, reason, on: 'docker_container.we' })).toBe('fail');
    expect(statusWith({ rule: id, reason, on: 'docker.container.web' })).toBe('fail');
  });

  test('of a list that nothing needs is told', () => {
    const { idleWaivers } = lintOf(one({}), { waivers: [{ rule: id, reason: 'x' }] });
    expect(idleWaivers.map(({ rule, place }) => `${rule} ${place}`)).toEqual([`${id} waivers[0]`]);
  });

  test('holds on its last day, and is an error from the next', () => {
    const resources = one(recorded({ rule: id, reason: 'x', until: today }));
    expect(lintOf(resources).status).toBe('pass');
    expect(() => lintOf(resources, { today: '2026-11-22' })).toThrow(
      'docker_container.web: the waiver of docker-privileged ended on 2026-11-21, and today is 2026-11-22.',
    );
  });

  test('is the reason for which a port is published, too', () => {
    const more = {
      ports: [{ internal: 80, external: 8080 }],
      '//': { netproof: { publishReason: 'for the LAN' } },
    };
    const result = lintOf(one(more));
    expect(result.status).toBe('pass');
    expect(found(result, 'docker-published-everywhere')).toHaveLength(1);
  });
});

test('waivers that cannot be used are one error, with every problem', () => {
  const waivers = [
    'docker-privileged',
    { rule: 'docker-privilegd', reason: 'x' },
    { rule: id },
    { rule: id, reason: ' ' },
    { rule: id, reason: 'x', on: 3 },
    { rule: id, reason: 'x', until: '2026-02-30' },
    { rule: id, reason: 'x', resource: 'docker_container.web' },
  ];
  let error: NetproofError | undefined;
  try {
    lintOf(one({}), { waivers });
  } catch (thrown) {
    error = thrown as NetproofError;
  }
  expect(error?.code).toBe('InvalidWaivers');
  expect(error?.problems).toMatchInlineSnapshot(`
   [
     "waivers[0]: a waiver is an object: { rule: docker-host-network, reason: ... }.",
     "waivers[1]: no rule is called "docker-privilegd". Did you mean "docker-privileged" or "docker-new-privileges"?",
     "waivers[2]: the waiver of docker-privileged gives no reason. Say why it may be broken here.",
     "waivers[3]: the waiver of docker-privileged gives no reason. Say why it may be broken here.",
     "waivers[4]: the waiver of docker-privileged is "on" a Terraform address or construct path: docker_container.agent.",
     "waivers[5]: the waiver of docker-privileged ends on no day: "2026-02-30". Write it as 2027-01-31.",
     "waivers[6]: a waiver has rule, on, reason and until, and no "resource".",
   ]
  `);
  expect(() => lintOf(one({}), { waivers: 'x' })).toThrow('waivers: waivers are a list');
});

describe('severity', () => {
  test('of a note fails nothing unless it is asked for', () => {
    const resources = one({ security_opts: undefined });
    expect(lintOf(resources).status).toBe('pass');
    expect(lintOf(resources, { failOn: 'note' }).status).toBe('fail');
  });

  test('of a warning fails unless only errors count', () => {
    const resources = one({ memory: undefined });
    expect(lintOf(resources).status).toBe('fail');
    expect(lintOf(resources, { failOn: 'error' }).status).toBe('pass');
  });
});

test('rules that are not asked say nothing', () => {
  const { rules, status } = lintOf(one({ privileged: true }), { only: ['docker-host-network'] });
  expect(rules.map(({ rule }) => rule.id)).toEqual(['docker-host-network']);
  expect(status).toBe('pass');
});

test('a topology that was not read from Terraform is refused', () => {
  const topology = brandTopology({ ...new TopologyBuilder().build() });
  expect(() => lint(topology, { today })).toThrow('was not read from Terraform');
});

test('ids of rules are unique, and begin with their provider', () => {
  const ids = lintRules.map((rule) => rule.id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.filter((one) => !/^(?:docker|aws)(?:-[a-z]+)+$/.test(one))).toEqual([]);
});

test('a plan has the waivers of the synth that is joined on, and none of its own', () => {
  const written = { resource: one(recorded({ rule: id, reason: 'it mounts discs' })) };
  const container = { ...(written.resource['docker_container']!['web'] as object), '//': undefined };
  const plan = {
    format_version: '1.2',
    terraform_version: '1.13.0',
    planned_values: {
      root_module: {
        resources: [
          {
            address: 'docker_container.web',
            mode: 'managed',
            type: 'docker_container',
            name: 'web',
            provider_name: 'kreuzwerker/docker',
            values: { ...container, networks_advanced: [{ name: 'front' }] },
          },
        ],
      },
    },
    configuration: {
      root_module: {
        resources: [
          {
            address: 'docker_container.web',
            mode: 'managed',
            type: 'docker_container',
            name: 'web',
            expressions: { privileged: { constant_value: true } },
          },
        ],
      },
    },
  };
  const text = JSON.stringify(plan);
  const synth = JSON.stringify(written);
  const status = (net: ReturnType<typeof topologyOfPlan>): readonly string[] =>
    found(lint(net, { today }), id);
  expect(status(topologyOfPlan(text, { synth }))).toEqual(['waived web is privileged']);
  expect(status(topologyOfPlan(text))).toEqual(['fail web is privileged']);
});

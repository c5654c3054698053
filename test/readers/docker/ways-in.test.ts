import { Traffic } from '../../../lib/addressing/traffic';
import { explanation } from '../../../lib/reachability/explanation';
import { reach } from '../../../lib/reachability/solver';
import { topologyOfSynth } from '../../../lib/inputs/topology-of-text';
import type { GivenSettings } from '../../../lib/readers/docker/docker-assumptions';
import { monitoringLab } from '../../stacks/shipped';

type Synth = object;

const learning = monitoringLab({ NETPROOF_VM_NAME: 'rocky' }).toTerraform() as Synth;
const bridged = monitoringLab({
  NETPROOF_VM_NAME: 'rocky',
  NETPROOF_MONITORING_PROFILE: 'near-production',
}).toTerraform() as Synth;

const grafana = 'monitoring-lab-grafana';

function ask(synth: Synth, from: string, to: string, on: string, settings: GivenSettings = {}) {
  const topology = topologyOfSynth(synth, settings);
  const question = { from, to, on: Traffic.parse(on) };
  const verdict = reach(topology, question);
  return { verdict, kind: verdict.kind, text: explanation(topology, question, verdict) };
}

/** The same Terraform after a change of its text. */
const changed = (synth: Synth, change: (text: string) => string): Synth =>
  JSON.parse(change(JSON.stringify(synth))) as Synth;

describe('S23, the double forward: a browser, the hypervisor, the machine, the container', () => {
  test('reaches what is forwarded, hop by hop', () => {
    const { kind, text } = ask(learning, 'browser', grafana, 'tcp/3000');
    expect(kind).toBe('reachable');
    const at = [
      'browser ',
      'hypervisor ',
      '10.0.2.2 at',
      '10.0.2.15 at host',
      '10.210.3.1 at host',
      'docker_container.grafana_F78CD69A  ',
    ];
    const places = at.map((word) => text.indexOf(word));
    expect(places).not.toContain(-1);
    expect(places).toEqual([...places].sort((a, b) => a - b));
  });

  test('reaches nothing else of it, and nobody of its LAN reaches the forward of the loopback', () => {
    expect(ask(learning, 'browser', grafana, 'tcp/3001').kind).toBe('blocked');
    expect(ask(learning, 'lan', grafana, 'tcp/3000').kind).toBe('blocked');
    expect(ask(learning, 'lan', grafana, 'tcp/3000').verdict.anyWay.mayPass.isEmpty()).toBe(true);
  });

  test('a forward that listens on all addresses lets the LAN in, too', () => {
    const open = changed(learning, (text) =>
      text.replaceAll('"at":{"address":"127.0.0.1"', '"at":{"address":"0.0.0.0"'),
    );
    expect(ask(open, 'lan', grafana, 'tcp/3000').kind).toBe('reachable');
    expect(ask(open, 'browser', grafana, 'tcp/3000').kind).toBe('reachable');
    expect(ask(open, 'lan', grafana, 'tcp/3001').kind).toBe('blocked');
  });

  test('S25 Docker publishing on 127.0.0.1 of the machine breaks it', () => {
    const loopback = changed(learning, (text) => text.replaceAll('"ip":"0.0.0.0"', '"ip":"127.0.0.1"'));
    expect(ask(loopback, 'browser', grafana, 'tcp/3000').kind).toBe('blocked');
    expect(ask(loopback, 'host-loopback', grafana, 'tcp/3000').kind).toBe('reachable');
  });

  test('S25 a forward to another port of the machine breaks it', () => {
    const other = changed(learning, (text) =>
      text.replaceAll('"to":{"address":"10.0.2.15","port":3000}', '"to":{"address":"10.0.2.15","port":3001}'),
    );
    expect(ask(other, 'browser', grafana, 'tcp/3000').kind).toBe('blocked');
    expect(ask(other, 'browser', 'monitoring-lab-prometheus', 'tcp/9090').kind).toBe('reachable');
  });
});

describe('S24, bridged: a browser on the LAN, the machine, the container', () => {
  test('reaches what is published, as the LAN does, and nothing else', () => {
    expect(ask(bridged, 'browser', grafana, 'tcp/3000').kind).toBe('reachable');
    expect(ask(bridged, 'lan', grafana, 'tcp/3000').kind).toBe('reachable');
    expect(ask(bridged, 'browser', 'monitoring-lab-prometheus', 'tcp/9090').kind).toBe('blocked');
    expect(ask(bridged, 'browser', 'rocky:3000', 'tcp/3000').kind).toBe('reachable');
  });
});

describe.each([
  ['double forward', learning, '10.0.2.2'],
  ['bridged', bridged, '192.168.1.0/24'],
] as const)('S25 %s: a firewall of the machine', (_, synth, source) => {
  const walled = (hostFirewall: object) =>
    ask(synth, 'browser', grafana, 'tcp/3000', { docker: { hostFirewall } }).kind;

  test('stops it in FORWARD, and not in INPUT', () => {
    expect(walled({ input: [{ action: 'drop' }] })).toBe('reachable');
    expect(walled({ forward: [{ action: 'drop', dialled: 'tcp/3000' }] })).toBe('blocked');
    expect(walled({ forward: [{ action: 'drop', dialled: 'tcp/3000', from: source }] })).toBe('blocked');
    expect(walled({ forward: [{ action: 'drop', dialled: 'tcp/3000', from: '203.0.113.0/24' }] })).toBe(
      'reachable',
    );
  });
});

test('ways that cannot be told make answers unknown, never blocked', () => {
  const format = changed(learning, (text) => text.replace('"hops":{"format":1', '"hops":{"format":2'));
  expect(ask(format, 'lan', grafana, 'tcp/3001').verdict.anyWay.unknowns.map(({ key }) => key)).toContain(
    '//.netproof.hops',
  );
  const token = changed(learning, (text) => text.replaceAll('"port":3000', '"port":"${var.port}"'));
  expect(
    ask(token, 'lan', grafana, 'tcp/3000')
      .verdict.anyWay.unknowns.map(({ key }) => key)
      .join(),
  ).toContain('//.netproof.hops.ways[0]');
});

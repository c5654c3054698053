import { Traffic } from '../../../lib/addressing/traffic';
import { topologyOfSynth } from '../../../lib/inputs/topology-of-text';
import { explain } from '../../../lib/reachability/explain';
import type { Topology } from '../../../lib/topology/topology';
import { everyRule } from './every-rule';
import { terraformOf } from './riddle';

const written = terraformOf(everyRule);

type Body = Readonly<Record<string, unknown>>;

const topologies = new Map<string, Topology>();

/** The explanation on an engine, or on all of them: lines without the columns before them. */
function told(settings: Body, from: string, to: string, on: string): readonly string[] {
  const key = JSON.stringify(settings);
  let topology = topologies.get(key);
  if (topology === undefined) {
    topology = topologyOfSynth(written, { docker: settings });
    topologies.set(key, topology);
  }
  return explain(topology, { from, to, on: Traffic.parse(on) })
    .split('\n')
    .map((line) => line.trim());
}

const version = (text: string, more: Body = {}): Body => ({ version: text, ipForwardBefore: false, ...more });
const nftables = version('29', { firewallBackend: 'nftables' });

test.each<[string, Body, string, string, string, string]>([
  [
    'other bridges',
    version('20.10'),
    'web',
    'db',
    'tcp/80',
    '-t filter DOCKER-ISOLATION-STAGE-2 -o br-<be> -j DROP',
  ],
  [
    'other bridges',
    version('28.1'),
    'web',
    'db',
    'tcp/80',
    '-t filter DOCKER-ISOLATION-STAGE-2 -o br-<be> -j DROP',
  ],
  [
    'other bridges',
    version('28.5.2'),
    'web',
    'db',
    'tcp/80',
    '-t raw PREROUTING -d 172.30.2.30/32 ! -i br-<be> -j DROP',
  ],
  [
    'other bridges',
    version('29'),
    'web',
    'db',
    'tcp/80',
    '-t raw PREROUTING -d 172.30.2.30/32 ! -i br-<be> -j DROP',
  ],
  [
    'other bridges, direct routing allowed',
    version('29', { allowDirectRouting: true }),
    'web',
    'db',
    'tcp/80',
    '-t filter DOCKER ! -i br-<be> -o br-<be> -j DROP',
  ],
  [
    'other bridges',
    nftables,
    'web',
    'db',
    'tcp/80',
    'ip docker-bridges raw-PREROUTING: ip daddr 172.30.2.30 iifname != "br-<be>" drop',
  ],
  [
    'an unprotected bridge',
    version('28.5.2'),
    'web',
    'o1',
    'tcp/80',
    '-t filter DOCKER-ISOLATION-STAGE-2 -o br-<open> -j DROP',
  ],
  [
    'a bridge with a name of its own',
    version('28.5.2'),
    'web',
    'n1',
    'tcp/80',
    '-t raw PREROUTING -d 172.30.8.10/32 ! -i brLAB -j DROP',
  ],
  [
    'into an internal bridge',
    version('20.10'),
    'web',
    'alone',
    'tcp/80',
    '-t filter DOCKER-ISOLATION-STAGE-1 ! -s 172.30.3.0/24 -o br-<inside> -j DROP',
  ],
  [
    'into an internal bridge',
    version('29'),
    'web',
    'alone',
    'tcp/80',
    '-t filter DOCKER-INTERNAL ! -s 172.30.3.0/24 -o br-<inside> -j DROP',
  ],
  [
    'into an internal bridge',
    nftables,
    'web',
    'alone',
    'tcp/80',
    'ip docker-bridges filter-forward-in__br-<inside>: iifname != "br-<inside>" drop',
  ],
  [
    'out of an internal bridge',
    version('20.10'),
    'alone',
    'web',
    'tcp/80',
    '-t filter DOCKER-ISOLATION-STAGE-1 ! -d 172.30.3.0/24 -i br-<inside> -j DROP',
  ],
  ['out of an internal bridge', version('28.5.2'), 'alone', 'web', 'tcp/80', 'no default route'],
  [
    'peers without icc',
    version('20.10'),
    'q1',
    'q2',
    'tcp/80',
    '-t filter FORWARD -i br-<quiet> -o br-<quiet> -j DROP',
  ],
  [
    'peers without icc',
    version('28.5.2'),
    'q1',
    'q2',
    'tcp/80',
    '-t filter DOCKER-FORWARD -i br-<quiet> -o br-<quiet> -j DROP',
  ],
  [
    'peers without icc',
    nftables,
    'q1',
    'q2',
    'tcp/80',
    'ip docker-bridges filter-forward-in__br-<quiet>: iifname "br-<quiet>" drop',
  ],
  [
    'an unpublished port of a routed bridge',
    version('28.5.2'),
    'web',
    'r1',
    'tcp/81',
    '-t filter DOCKER ! -i br-<routed> -o br-<routed> -j DROP',
  ],
  [
    'an unpublished port, routed to',
    version('20.10', { lan: { routesToContainers: true } }),
    'lan',
    'web',
    'tcp/81',
    '-t filter -P FORWARD DROP',
  ],
  [
    'an unpublished port, routed to',
    version('28.5.2', { lan: { routesToContainers: true }, hostAddresses: ['192.168.0.10'] }),
    'lan',
    'n1',
    'tcp/80',
    '-t raw PREROUTING -d 172.30.8.10/32 ! -i brLAB -j DROP',
  ],
  [
    'a published port from an internal bridge',
    version('20.10'),
    'alone',
    'host:8080',
    'tcp/8080',
    '-t filter DOCKER-ISOLATION-STAGE-1 ! -d 172.30.3.0/24 -i br-<inside> -j DROP',
  ],
  [
    'a published port from a bridge without masquerading',
    version('20.10'),
    'p1',
    'host:8080',
    'tcp/8080',
    '-t filter DOCKER-ISOLATION-STAGE-2 -o br-<fe> -j DROP',
  ],
  [
    'a published port without the proxy',
    version('28.5.2', { userlandProxy: false }),
    'db',
    'host:8080',
    'tcp/8080',
    '-t filter DOCKER-ISOLATION-STAGE-2 -o br-<fe> -j DROP',
  ],
])('%s (%j): %s to %s on %s is stopped by what is seen there', (_, settings, from, to, traffic, rule) => {
  const lines = told(settings, from, to, traffic);
  expect(lines[0]).toMatch(/^blocked/);
  expect(lines).toContain(rule);
});

test.each<[string, Body, string, string, string, string]>([
  [
    'masquerading',
    version('20.10'),
    'web',
    'internet',
    'tcp/443',
    '-t nat POSTROUTING -s 172.30.1.0/24 ! -o br-<fe> -j MASQUERADE',
  ],
  [
    'masquerading, default bridge',
    version('28.5.2'),
    'dflt',
    'internet',
    'tcp/443',
    '-t nat POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE',
  ],
  [
    'masquerading',
    nftables,
    'web',
    'internet',
    'tcp/443',
    'ip docker-bridges nat-postrouting-out__br-<fe>: oifname != "br-<fe>" ip saddr 172.30.1.0/24 masquerade',
  ],
  [
    'a translated port',
    version('20.10'),
    'lan',
    'host:8080',
    'tcp/8080',
    '-t nat DOCKER ! -i br-<fe> -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.30.1.10:80',
  ],
  [
    'what becomes of it',
    version('20.10'),
    'lan',
    'host:8080',
    'tcp/8080',
    'any address of the host, port 8080, becomes 172.30.1.10, port 80; in replies back again',
  ],
  [
    'an address that apply tells',
    version('20.10'),
    'lan',
    'host:9090',
    'tcp/9090',
    '-t nat DOCKER ! -i docker0 -p tcp -m tcp --dport 9090 -j DNAT --to-destination <address of dflt>:80',
  ],
  [
    'a translated port',
    nftables,
    'lan',
    'host:8080',
    'tcp/8080',
    'ip docker-bridges nat-prerouting-and-output: iifname != "br-<fe>" tcp dport 8080 dnat to 172.30.1.10:80',
  ],
  ['a proxied port', version('28.5.2'), 'db', 'host:8080', 'tcp/8080', '-t nat DOCKER -i br-<be> -j RETURN'],
  [
    'a proxied port',
    version('28.5.2'),
    'db',
    'host:8080',
    'tcp/8080',
    'docker-proxy listens at 0.0.0.0:8080 and dials 172.30.1.10:80',
  ],
  [
    'loopback',
    version('28.5.2'),
    'host-loopback',
    'host-loopback:8081',
    'tcp/8081',
    'docker-proxy listens at 127.0.0.1:8081 and dials 172.30.2.30:80',
  ],
  [
    'one bridge',
    version('28.5.2'),
    'web',
    'web2',
    'tcp/80',
    'bridge br-<fe> hands frames on by its MAC table',
  ],
])('%s (%j): %s reaches %s on %s by what is seen there', (_, settings, from, to, traffic, rule) => {
  const lines = told(settings, from, to, traffic);
  expect(lines[0]).toMatch(/^(reachable|partial)/);
  expect(lines).toContain(rule);
});

test('without a version, each form is shown with the versions that have it, and looked up with its own command', () => {
  const lines = told({}, 'web', 'db', 'tcp/80');
  expect(lines).toContain('20.10 to 28.1: -t filter DOCKER-ISOLATION-STAGE-2 -o br-<be> -j DROP');
  expect(lines).toContain('28.2 to 29: -t raw PREROUTING -d 172.30.2.30/32 ! -i br-<be> -j DROP');
  expect(lines).toContain('look with   iptables -t raw -S PREROUTING');
  expect(lines).toContain('look with   docker network inspect be');
  expect(lines).toContain('look with   docker exec web ip route');
});

test('between peers of one bridge the bridge is shown, and no rule', () => {
  const lines = told(version('28.5.2'), 'web', 'web2', 'tcp/80');
  expect(lines).toContain('look with   bridge fdb show br br-<fe>');
  expect(lines.join('\n')).not.toMatch(/-t \w+ /);
  expect(lines.join('\n')).toMatch(/no rule of iptables chooses where a bridge sends a frame/);
});

test('a rule that is about others is not shown, and an engine without rules shows none', () => {
  const lines = told(version('28.5.2'), 'lan', 'host:8080', 'tcp/8080');
  expect(lines.join('\n')).not.toMatch(/RETURN|docker-proxy|STAGE/);
  const none = told(version('28.5.2', { iptables: false }), 'web', 'db', 'tcp/80');
  expect(none.join('\n')).not.toMatch(/-t (raw|filter|nat) /);
});

test('a bridge is called by the id that a state tells, and docker0 is the default one', () => {
  const id = 'f'.repeat(12) + '0'.repeat(52);
  const { networks, containers } = everyRule;
  const known = { containers, networks: { ...networks, be: { ...networks.be, id } } };
  const text = explain(topologyOfSynth(terraformOf(known)), {
    from: 'web',
    to: 'db',
    on: Traffic.parse('tcp/80'),
  });
  expect(text).toContain('-o br-ffffffffffff -j DROP');
  expect(text).not.toContain('br-<be>');
});

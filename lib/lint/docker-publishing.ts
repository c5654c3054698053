import { isUnknown } from '../readers/attributes';
import { publishedBy } from '../readers/docker/docker-container';
import { allTraffic, Traffic } from '../addressing/traffic';
import { solverOf } from '../reachability/solver';
import type { PassingTraffic } from '../reachability/verdict';
import { lookupEndpoint } from '../topology/lookup';
import type { Unknown } from '../topology/value';
import { cisDocker, type LintRule, type Observation } from './rule';
import { type LintedContainer, type LintSubject, networkKey } from './subject';

/** Rules about ports of the host that lead to containers. */
export const publishingRules: readonly LintRule[] = [
  {
    id: 'docker-published-everywhere',
    severity: 'warning',
    title: 'Ports are published on one address of the host',
    why: 'A port published on 0.0.0.0 or :: answers on every address the host has: to its LAN, past most host firewalls, and to every container of its other bridges.',
    fix: 'Set ip = "127.0.0.1" in the ports block, or the one address of the host that its clients dial.',
    cis: cisDocker('5.14'),
    *check({ containers }) {
      for (const container of containers) yield* publishedEverywhere(container);
    },
  },
  {
    id: 'docker-tier-bypassed',
    severity: 'error',
    title: 'No published port leads past the networks that keep containers apart',
    why: 'A port of the host is a way between networks: a container of another bridge dials the host and arrives at a container that shares no network with it.',
    fix: 'Do not publish the port, or publish it on 127.0.0.1, which no container can dial.',
    check: tiersBypassed,
  },
  {
    id: 'docker-low-host-port',
    severity: 'note',
    title: 'Host ports below 1024 are left to the host',
    why: 'Services that a machine trusts listen there, and a container that takes one of their ports stands in for them.',
    fix: 'Publish on a port from 1024 up, and let a proxy of the host listen on the low one.',
    cis: cisDocker('5.8'),
    *check({ containers }) {
      for (const container of containers) {
        for (const item of container.resource.blocks('ports').items) {
          const external = item.number('external');
          if (typeof external === 'number' && external > 0 && external < 1024) {
            const { attribute } = item.origin();
            yield container.breaks(`is published on port ${external} of the host`, attribute);
          }
        }
      }
    },
  },
  {
    id: 'docker-publish-without-effect',
    severity: 'warning',
    title: 'Published ports are bound',
    why: 'Docker binds nothing for a container that has only internal or macvlan networks, none, or the network of the host or of another container, and says so nowhere. Terraform then plans to replace the container for ever.',
    fix: 'Remove the ports block, or attach the container to a bridge that is not internal.',
    *check({ containers }) {
      for (const container of containers) {
        if (!container.resource.has('ports')) continue;
        const why = boundNowhere(container);
        if (why !== undefined) {
          yield container.breaks(`publishes ports, which Docker does not bind: ${why}`, 'ports');
        }
      }
    },
  },
];

function* publishedEverywhere(container: LintedContainer): Iterable<Observation> {
  const { resource } = container;
  const ports = publishedBy(resource);
  if (isUnknown(ports)) {
    yield container.doubt('perhaps publishes ports on every address of the host', 'ports', ports);
    return;
  }
  if (boundNowhere(container) !== undefined) return;
  for (const { at, traffic, dialled, unknown, origin } of ports) {
    if (at !== '0.0.0.0' && at !== '::') continue;
    const item = resource.blocks('ports').items.find((one) => one.origin().attribute === origin.attribute);
    const ip = item?.scalar('ip');
    const doubts = isUnknown(ip)
      ? [ip]
      : origin.attribute === 'publish_all_ports' && unknown !== undefined && isUnknown(unknown)
        ? [unknown]
        : [];
    const what =
      item === undefined ? 'all ports of its image' : `${dialled.toString()} for its ${traffic.toString()}`;
    const claim = `publishes ${what} on every address of the host`;
    const settled = doubts.length === 0 || origin.attribute === 'publish_all_ports';
    yield settled
      ? container.breaks(claim, origin.attribute)
      : container.doubt(`perhaps ${claim}`, origin.attribute, ...doubts);
  }
}

/** Why the engine binds no port of it; undefined when it does, or when that cannot be told. */
function boundNowhere(container: LintedContainer): string | undefined {
  const { stack, networks } = container;
  if (stack.kind === 'host') return 'it has the network of the host';
  if (stack.kind === 'none') return 'it has no network';
  if (stack.kind === 'container') return 'it has the network of another container';
  if (stack.kind === 'unknown' || networks.length === 0) return undefined;
  const useless = networks.every((network) => {
    if (network.kind !== 'resource') return false;
    return network.resource.flag('internal') === true || network.resource.scalar('driver') === 'macvlan';
  });
  return useless ? 'all its networks are internal or macvlan' : undefined;
}

/** Who arrives at a published container although no network is shared: asked of the solver, once per set of networks. */
function* tiersBypassed({ containers, topology }: LintSubject): Iterable<Observation> {
  const solver = solverOf(topology);
  for (const target of containers) {
    const own = keysOf(target);
    if (!target.resource.has('ports') || own === undefined) continue;
    const [sure, unsure]: [string[], string[]] = [[], []];
    const unknowns: Unknown[] = [];
    const answers = new Map<string, PassingTraffic & { readonly unknowns: readonly Unknown[] }>();
    for (const source of containers) {
      const keys = keysOf(source);
      if (source === target || keys === undefined || keys.some((key) => own.includes(key))) continue;
      if (source.resource.alias !== target.resource.alias || keys.length === 0) continue;
      const key = [...keys].sort().join('\n');
      let answer = answers.get(key);
      if (answer === undefined) {
        const party = ({ resource }: LintedContainer) =>
          ({ kind: 'endpoint', endpoint: lookupEndpoint(topology, resource.id) }) as const;
        const { otherWays } = solver.ask({ from: party(source), to: party(target), on: allTraffic() });
        const published = otherWays.filter(({ kind }) => kind === 'relay' || kind === 'published-port');
        answer = {
          passes: Traffic.from(published.map((way) => way.passes)),
          mayPass: Traffic.from(published.map((way) => way.mayPass)),
          unknowns: published.flatMap((way) => way.unknowns),
        };
        answers.set(key, answer);
      }
      if (!answer.passes.isEmpty()) sure.push(source.name);
      else if (!answer.mayPass.isEmpty()) {
        unsure.push(source.name);
        unknowns.push(...answer.unknowns);
      }
    }
    const claim = (names: readonly string[]): string =>
      `is reached by its published port from ${listed(names)}, with which it shares no network`;
    if (sure.length > 0) yield target.breaks(claim(sure), 'ports');
    else if (unsure.length > 0) yield target.doubt(`perhaps ${claim(unsure)}`, 'ports', ...unknowns);
  }
}

/** Keys of the networks of a container; undefined when they cannot be told. */
function keysOf(container: LintedContainer): readonly string[] | undefined {
  if (container.stack.kind !== 'networks') return undefined;
  const keys = container.networks.map(networkKey);
  return keys.every((key) => key !== undefined) ? keys : undefined;
}

function listed(names: readonly string[]): string {
  if (names.length <= 3) return names.join(', ');
  return `${names.slice(0, 2).join(', ')} and ${names.length - 2} more`;
}

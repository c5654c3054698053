import { Cidr } from '../addressing/cidr';
import { NetproofError } from '../addressing/netproof-error';
import { isUnknown } from '../readers/attributes';
import type { DockerResource } from '../readers/docker/docker-resource';
import { cisDocker, type LintRule, type Observation } from './rule';
import { type LintSubject, nameOf, networkName } from './subject';

/** Rules about the networks that containers stand on. */
export const networkRules: readonly LintRule[] = [
  {
    id: 'docker-default-bridge',
    severity: 'warning',
    title: 'Containers stand on networks of their own, not on the default bridge',
    why: 'Whatever names no network lands on the default bridge, where every container reaches every port of every other, and names do not resolve.',
    fix: 'Name a docker_network in networks_advanced; the provider then takes the container off the default bridge.',
    cis: cisDocker('5.30'),
    *check({ containers }) {
      for (const container of containers) {
        const onIt = container.networks.some(
          (network) => network.kind !== 'unknown' && networkName(network) === 'bridge',
        );
        if (onIt) yield container.breaks('stands on the default bridge', 'network_mode');
        else if (container.unsure !== undefined) {
          yield container.doubt('perhaps stands on the default bridge', 'network_mode', container.unsure);
        }
      }
    },
  },
  {
    id: 'docker-host-network',
    severity: 'error',
    title: 'Containers have a network of their own',
    why: 'With the network of the host a container listens on all its addresses, reaches what listens on its loopback, and no network of Docker holds it apart from anything.',
    fix: 'Attach it to a docker_network and publish the ports that are needed, on 127.0.0.1 where that will do.',
    cis: cisDocker('5.10'),
    *check({ containers }) {
      for (const container of containers) {
        if (container.stack.kind === 'host') {
          yield container.breaks('has the network of the host', 'network_mode');
        } else if (container.stack.kind === 'unknown' && container.resource.has('network_mode')) {
          const { unknown } = container.stack;
          yield container.doubt('perhaps has the network of the host', 'network_mode', unknown);
        }
      }
    },
  },
  {
    id: 'docker-forwards-between-networks',
    severity: 'warning',
    title: 'Containers on several networks do not forward between them',
    why: 'Docker turns forwarding on in every container, so one that stands on two networks is a router between them for whoever may set a route.',
    fix: 'Set sysctls = { "net.ipv4.ip_forward" = "0" } on it.',
    *check({ containers }) {
      for (const container of containers) {
        if (container.networks.length < 2) continue;
        const sysctls = container.resource.written('sysctls');
        const forwards = sysctls.kind === 'object' ? sysctls.entries.get('net.ipv4.ip_forward') : undefined;
        const stated = forwards?.kind === 'known' ? String(forwards.value) : undefined;
        if (stated === '0') continue;
        const claim = `stands on ${container.networks.map(networkName).join(' and ')} and forwards between them`;
        const doubt = isUnknown(sysctls) ? sysctls : isUnknown(forwards) ? forwards : undefined;
        if (doubt !== undefined) yield container.doubt(`perhaps ${claim}`, 'sysctls', doubt);
        else yield container.breaks(claim, 'sysctls');
      }
    },
  },
  {
    id: 'docker-open-gateway-mode',
    severity: 'warning',
    title: 'No network lets other machines past its published ports',
    why: 'With the gateway mode nat-unprotected every port of every container on the network is open to whoever routes to it, from Docker Engine 28 on.',
    fix: 'Leave the option gateway_mode_ipv4 out, or set it to nat, routed or isolated.',
    *check({ estate }) {
      for (const network of estate.of('docker_network')) {
        const options = network.written('options');
        if (options.kind !== 'object') continue;
        for (const family of ['ipv4', 'ipv6']) {
          const mode = options.entries.get(`com.docker.network.bridge.gateway_mode_${family}`);
          if (mode?.kind === 'known' && String(mode.value).toLowerCase() === 'nat-unprotected') {
            yield {
              claim: `${nameOf(network)} has the gateway mode nat-unprotected`,
              origin: network.origin('options'),
            };
          }
        }
      }
    },
  },
  {
    id: 'docker-overlapping-blocks',
    severity: 'error',
    title: 'Stacks of one host have blocks of their own',
    why: 'Docker refuses a network whose block overlaps that of another one, so two such stacks are never deployed side by side.',
    fix: 'Move the block of one of the two.',
    check: overlaps,
  },
];

function* overlaps({ estate }: LintSubject): Iterable<Observation> {
  const seen: { readonly network: DockerResource; readonly block: Cidr }[] = [];
  // By address, so that the same one of two is named whatever the order of the INPUTs: a waiver stands on it.
  const networks = [...estate.of('docker_network')].sort((a, b) => (a.id < b.id ? -1 : 1));
  for (const network of networks) {
    for (const block of blocksOf(network)) {
      const other = seen.find(
        (one) =>
          one.network.alias === network.alias &&
          one.network.stack !== network.stack &&
          one.block.overlaps(block),
      );
      if (other !== undefined) {
        const theirs = `that of ${nameOf(other.network)} in ${other.network.stack}, ${String(other.block)}`;
        yield {
          claim: `the block of ${nameOf(network)}, ${String(block)}, overlaps ${theirs}`,
          origin: network.origin('ipam_config'),
        };
      }
      seen.push({ network, block });
    }
  }
}

function blocksOf(network: DockerResource): readonly Cidr[] {
  return network.blocks('ipam_config').items.flatMap((item) => {
    const text = item.label('subnet');
    try {
      return text === undefined ? [] : [Cidr.containing(text)];
    } catch (error) {
      if (!NetproofError.is(error)) throw error;
      return [];
    }
  });
}

import { AddressSet } from '../../addressing/address-set';
import type { Sight } from '../../topology/sight';
import { apartRule, internalOutRule, peersRule } from './bridge-rules';
import { loopbacks } from './docker-address';
import type { DockerNetwork } from './docker-network';
import type { HostFrame } from './host-frame';
import type { Door } from './published-door';
import { joinedSights, sightOf, type WrittenRule } from './written-rule';

/**
 * What is seen of a published port: a translation towards the container, or the engine's proxy for those whose packets are
 * not translated; and of those who are translated and then dropped, what drops them.
 */
export function doorSight(host: HostFrame, door: Door): Sight {
  const known = host.doorSights.get(door);
  if (known !== undefined) return known;
  const made = sightOfDoor(host, door);
  host.doorSights.set(door, made);
  return made;
}

function sightOfDoor(host: HostFrame, door: Door): Sight {
  const { assumed, engine } = host;
  const proxied = engine.proxies ? host.bridges.filter(returns) : [];
  const proxySources = AddressSet.of(...loopbacks, ...proxied.flatMap((network) => network.blocks));
  const translated = AddressSet.everything(4).subtract(engine.proxies ? proxySources : AddressSet.empty);
  const dropped = host.bridges.flatMap((network) => drops(host, door, network));
  const dnat: WrittenRule = {
    ...dnatRule(host, door),
    from: translated,
    note: 'the translation is permanent: it stays as long as the container runs, whether anybody asks or not',
  };
  return joinedSights(
    sightOf(assumed, dnat),
    { shown: [{ text: becomesText(door), from: translated }], look: [] },
    ...(engine.proxies ? [proxySight(host, door, proxied)] : []),
    sightOf(assumed, ...dropped),
  );
}

/** The addresses before and after. */
function becomesText(door: Door): string {
  const dialled = /\/(\d+)$/.exec(door.port.dialled.toString())?.[1] ?? '<port>';
  const at = door.bound?.toString() ?? 'any address of the host';
  return `${at}, port ${dialled}, becomes ${containerAddress(door)}, port ${containerPort(door)}; in replies back again`;
}

/** Bridges whose packets skip the translation of published ports while the proxy runs. */
function returns({ internal, masquerade }: DockerNetwork): boolean {
  return !internal && masquerade;
}

function dnatRule(host: HostFrame, door: Door): WrittenRule {
  const { port, bound, network } = door;
  const { bridge } = network;
  const [, protocol = 'tcp', dialled = '<port>'] = /^(\w+)\/(\d+)$/.exec(port.dialled.toString()) ?? [];
  const at = bound === undefined ? '' : `-d ${bound.toString()}/32 `;
  const past = host.engine.proxies ? `! -i ${bridge} ` : '';
  const to = `${containerAddress(door)}:${containerPort(door)}`;
  const daddr = bound === undefined ? '' : `ip daddr ${bound.toString()} `;
  return {
    iptables: [
      {
        since: '20.10',
        text: `-t nat DOCKER ${at}${past}-p ${protocol} -m ${protocol} --dport ${dialled} -j DNAT --to-destination ${to}`,
      },
    ],
    nftables: {
      chain: 'nat-prerouting-and-output',
      text: `${past === '' ? '' : `iifname != "${bridge}" `}${daddr}${protocol} dport ${dialled} dnat to ${to}`,
    },
    look: ['docker port ' + containerName(door)],
  };
}

/** The process that answers at the host and opens a connection of its own to the container. */
function proxySight(host: HostFrame, door: Door, networks: readonly DockerNetwork[]): Sight {
  const { port } = door;
  const dialled = /\/(\d+)$/.exec(port.dialled.toString())?.[1] ?? '<port>';
  const text = `docker-proxy listens at ${port.at}:${dialled} and dials ${containerAddress(door)}:${containerPort(door)}`;
  const look = [`ss -ltnp 'sport = :${dialled}'`];
  const skipped = networks.map((network) =>
    sightOf(host.assumed, {
      iptables: [{ since: '20.10', text: `-t nat DOCKER -i ${network.bridge} -j RETURN` }],
      from: AddressSet.of(...network.blocks),
      look: [],
    }),
  );
  const from = AddressSet.of(...loopbacks, ...networks.flatMap(({ blocks }) => blocks));
  return joinedSights(...skipped, { shown: [{ text, from, look }], look: [] });
}

/** What drops those of a bridge who do not get through the door. */
function drops(host: HostFrame, door: Door, network: DockerNetwork): readonly WrittenRule[] {
  const { engine } = host;
  const from = AddressSet.of(...network.blocks).subtract(host.own);
  if (network.internal) return engine.internalReachesPublished ? [] : [{ ...internalOutRule(network), from }];
  if (network === door.network) {
    const apart = !engine.proxies && !network.icc && engine.filtersBridged;
    return apart ? [{ ...peersRule(network), from }] : [];
  }
  if (engine.proxies && network.masquerade) return [];
  const second = `-t filter DOCKER-ISOLATION-STAGE-2 -o ${door.network.bridge} -j DROP`;
  // From 28.2 on it is the reply that is dropped, unless the client is translated.
  const reply = network.masquerade
    ? undefined
    : apartRule(host, network).iptables.at(-1)?.text?.replace('{destination}', '{source}');
  return [
    {
      iptables: [
        { since: '20.10', text: second },
        { since: '29.0', text: reply },
      ],
      from,
      look: [],
    },
  ];
}

function containerAddress({ container, network }: Door): string {
  const known = container.attachments
    .find((one) => one.network === network)
    ?.addresses.find(({ family }) => family === 4);
  return known?.toString() ?? `<address of ${containerName({ container })}>`;
}

function containerName({ container: { resource } }: Pick<Door, 'container'>): string {
  return resource.label('name') ?? resource.id;
}

function containerPort({ port }: Door): string {
  return /\/(\d+)$/.exec(port.traffic.toString())?.[1] ?? '<port>';
}

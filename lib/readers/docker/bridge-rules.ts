import type { Sight } from '../../topology/sight';
import type { DockerNetwork } from './docker-network';
import type { HostFrame } from './host-frame';
import type { WrittenRule } from './written-rule';

// What an engine writes about one bridge, for people: nothing of it decides a verdict.

/** What keeps packets of other bridges, and with direct routing those of the LAN, out of a bridge. */
export function apartRule(host: HostFrame, network: DockerNetwork): WrittenRule {
  const { bridge, mode } = network;
  const second = `-t filter DOCKER-ISOLATION-STAGE-2 -o ${bridge} -j DROP`;
  const outer = `-t filter DOCKER ! -i ${bridge} -o ${bridge} -j DROP`;
  const direct = mode === 'nat' && !host.assumed.allowDirectRouting;
  const raw = `-t raw PREROUTING -d {destination}/32 ! -i ${bridge} -j DROP`;
  return {
    iptables: direct
      ? [
          { since: '20.10', text: second },
          { since: '28.2', text: raw },
        ]
      : [
          { since: '20.10', text: second },
          { since: '29.0', text: outer },
        ],
    nftables: direct
      ? { chain: 'raw-PREROUTING', text: `ip daddr {destination} iifname != "${bridge}" drop` }
      : { chain: `filter-forward-in__${bridge}`, text: 'drop' },
    look: inspecting(network),
  };
}

/** What keeps everybody outside of a bridge from its unpublished ports, and from 28.0 to 28.1 from published ones too. */
export function outsideRule(host: HostFrame, network: DockerNetwork): WrittenRule {
  const { bridge } = network;
  const outer = `-t filter DOCKER ! -i ${bridge} -o ${bridge} -j DROP`;
  const [, since] = apartRule(host, network).iptables;
  return {
    iptables: [
      { since: '20.10', text: '-t filter -P FORWARD DROP' },
      { since: '28.0', text: outer },
      ...(since?.since === '28.2' ? [since] : []),
    ],
    nftables: apartRule(host, network).nftables,
    look: inspecting(network),
  };
}

/** What an internal bridge lets nothing out by. */
export function internalOutRule(network: DockerNetwork): WrittenRule {
  const { bridge, blocks } = network;
  const rule = `! -d ${blockText(blocks)} -i ${bridge} -j DROP`;
  return {
    iptables: internalEras(rule),
    nftables: { chain: `filter-forward-out__${bridge}`, text: `oifname != "${bridge}" drop` },
    look: inspecting(network),
  };
}

/** What an internal bridge lets nothing in by. */
export function internalInRule(network: DockerNetwork): WrittenRule {
  const { bridge, blocks } = network;
  const rule = `! -s ${blockText(blocks)} -o ${bridge} -j DROP`;
  return {
    iptables: internalEras(rule),
    nftables: { chain: `filter-forward-in__${bridge}`, text: `iifname != "${bridge}" drop` },
    look: inspecting(network),
  };
}

/** What keeps the containers of one bridge apart. */
export function peersRule(network: DockerNetwork): WrittenRule {
  const { bridge } = network;
  const rule = `-i ${bridge} -o ${bridge} -j DROP`;
  return {
    iptables: [
      { since: '20.10', text: `-t filter FORWARD ${rule}` },
      { since: '28.0', text: `-t filter DOCKER-FORWARD ${rule}` },
    ],
    nftables: { chain: `filter-forward-in__${bridge}`, text: `iifname "${bridge}" drop` },
    look: inspecting(network),
  };
}

/** What gives packets that leave a bridge the address of the host. */
export function masqueradeRule(network: DockerNetwork): WrittenRule {
  const { bridge, blocks } = network;
  const block = blockText(blocks);
  return {
    iptables: [{ since: '20.10', text: `-t nat POSTROUTING -s ${block} ! -o ${bridge} -j MASQUERADE` }],
    nftables: {
      chain: `nat-postrouting-out__${bridge}`,
      text: `oifname != "${bridge}" ip saddr ${block} masquerade`,
    },
    look: ['conntrack -L', ...inspecting(network)],
    note: trackedNote,
  };
}

/** What a network itself looks like on its host. */
export function networkSight(host: HostFrame, network: DockerNetwork): Sight {
  const { driver, bridge, parent, name, id } = network;
  const inspect = `docker network inspect ${name ?? `<${id}>`}`;
  switch (driver) {
    case 'bridge': {
      const note = 'no rule of iptables chooses where a bridge sends a frame: rules filter and translate';
      const text = `bridge ${bridge} hands frames on by its MAC table`;
      const look = [inspect, `bridge fdb show br ${bridge}`];
      return { shown: [{ text, look, ...(host.engine.filters && { note }) }], look: [] };
    }
    case 'macvlan': {
      const text = `macvlan interfaces of ${parent ?? 'their parent'} see each other, and not the host's own`;
      return { shown: [{ text, look: [inspect, 'ip -d link show type macvlan'] }], look: [] };
    }
    case 'overlay':
      return {
        shown: [{ text: 'VXLAN carries frames between hosts by udp/4789', look: [inspect] }],
        look: [],
      };
  }
}

/** What tells the name of a bridge that only apply decides. */
function inspecting({ bridge, name }: DockerNetwork): readonly string[] {
  return bridge.includes('<') && name !== undefined ? [`docker network inspect ${name}`] : [];
}

/** Seconds of the kernel's own settings. @see https://docs.kernel.org/networking/nf_conntrack-sysctl.html */
const trackedNote =
  'an entry per flow holds protocol, addresses and ports before and after; by it replies are rewritten back, and it goes ' +
  'after 5 days (tcp), 30 to 120 seconds (udp) or 30 seconds (ping) of silence';

function internalEras(rule: string): WrittenRule['iptables'] {
  return [
    { since: '20.10', text: `-t filter DOCKER-ISOLATION-STAGE-1 ${rule}` },
    { since: '29.0', text: `-t filter DOCKER-INTERNAL ${rule}` },
  ];
}

/** The IPv4 block: rules of IPv6 have not been looked at. */
export function blockText(blocks: DockerNetwork['blocks']): string {
  return (blocks.find(({ family }) => family === 4) ?? blocks[0])?.toString() ?? '<its block>';
}

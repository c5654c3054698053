import { Address } from '../addressing/address';
import { Cidr } from '../addressing/cidr';
import { Traffic } from '../addressing/traffic';
import type { WayPlan } from './forward-hop';
import { isDeferred, problemOf } from './invalid-props';
import type { GuestMachine, PortForwardChainProps, WayIn } from './port-forward-chain';
import { type Binding, collide, socketText } from './published-port';

type Machine = Required<Omit<GuestMachine, 'hostInterface'>>;

/** What is wrong with a chain, each as one sentence that names the way and the hop at which a packet would stop. */
export function forwardProblems(
  { ways, machine: written }: PortForwardChainProps,
  machine: Machine,
  plans: readonly WayPlan[],
): readonly string[] {
  return [
    ...machineProblems(machine, written),
    ...(ways.length > 0
      ? []
      : ['has no way in: give at least one, for example { to: grafana, container: 3000 }.']),
    ...ways.flatMap((way, index) => {
      const plan = plans[index]!;
      return [...nameProblems(plan.name, way, plans.slice(0, index)), ...wayProblems(way, plan, machine)];
    }),
    ...hostClashes(plans),
    ...machineClashes(plans),
  ];
}

function machineProblems(machine: Machine, written: GuestMachine): readonly string[] {
  const problems: string[] = [];
  if (!isDeferred(machine.name) && !/^[^"'`$\\\s][^"'`$\\]*$/.test(machine.name)) {
    problems.push(
      `machine ${JSON.stringify(machine.name)}: not a name that can stand in a command line. ` +
        'Give the one that `VBoxManage list vms` shows, for example "rocky".',
    );
  }
  if (!Number.isInteger(machine.adapter) || machine.adapter < 1 || machine.adapter > 8) {
    problems.push(`machine adapter ${machine.adapter}: VirtualBox counts them from 1 to 8.`);
  }
  if (written.address === undefined && machine.network === 'bridged') {
    problems.push(
      'a bridged machine has an address of its own on the LAN, and none is given: for example 192.168.1.101.',
    );
    return problems;
  }
  return [
    ...problems,
    ...addressProblems('machine address', machine.address),
    ...natAddressProblems(machine),
  ];
}

function natAddressProblems({ network, address }: Machine): readonly string[] {
  const read = network === 'nat' ? readable(address) : undefined;
  if (read === undefined) return [];
  const block = Cidr.containing(`${read.toString()}/24`);
  const taken: Readonly<Record<number, string>> = {
    0: 'the network itself',
    2: 'the gateway of the NAT',
    3: 'the name server of the NAT',
    4: 'the file server of the NAT',
    255: 'the broadcast address',
  };
  const last = Number(read.toString().split('.')[3]);
  const what = taken[last];
  if (what === undefined) return [];
  return [`machine address ${address} is ${what}. Use another, for example ${block.at(15).toString()}.`];
}

function nameProblems(name: string, way: WayIn, earlier: readonly WayPlan[]): readonly string[] {
  if (name === '') {
    return ['a way to a service of the machine itself has no name: give it one, for example "web".'];
  }
  if (isDeferred(name)) return [];
  if (!/^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/.test(name)) {
    return [
      `way ${JSON.stringify(name)}: a name of letters, digits, "_", "." and "-", for example "grafana".`,
    ];
  }
  if (!earlier.some((other) => other.name === name)) return [];
  const second = `${name}-${way.host ?? way.machine ?? 2}`;
  return [
    `two ways are called ${JSON.stringify(name)}: give each a name of its own, for example "${second}".`,
  ];
}

function wayProblems(way: WayIn, plan: WayPlan, machine: Machine): readonly string[] {
  const at = (hop: string) => (problem: string) => `way ${JSON.stringify(plan.name)}, hop ${hop}: ${problem}`;
  return [
    ...hostProblems(way, plan, machine).map(at('host')),
    ...machinePortProblems(way, plan, machine).map(at('machine')),
    ...containerProblems(way, plan).map(at('container')),
  ];
}

function hostProblems(way: WayIn, { host, machine: guest }: WayPlan, machine: Machine): readonly string[] {
  if (host === undefined) {
    const given = (['host', 'hostAddress'] as const).filter((key) => way[key] !== undefined);
    if (given.length === 0) return [];
    return [
      `${given.join(' and ')} given, but the machine is bridged: it is dialled at ` +
        `${machine.address || 'its own address'}:${guest.port} and nothing is forwarded. Leave ${given.length > 1 ? 'them' : 'it'} out.`,
    ];
  }
  const readHost = readable(host.address);
  return [
    // A port that was not said is the machine's, which is judged there.
    ...(way.host === undefined ? [] : portProblems(host.port)),
    ...addressProblems('address', host.address),
    ...(readHost !== undefined && readable(machine.address)?.equals(readHost)
      ? [
          `address ${host.address} is the machine's. The forward listens on the host: 127.0.0.1, or 0.0.0.0 for its LAN.`,
        ]
      : []),
  ];
}

function machinePortProblems(
  way: WayIn,
  { machine: guest, published }: WayPlan,
  machine: Machine,
): readonly string[] {
  const problems: string[] = [];
  if (way.machine !== undefined) problems.push(...portProblems(guest.port));
  else if (way.to === undefined) {
    problems.push('no port: say at which port of the machine the service listens, for example machine: 80.');
  }
  if (published === undefined) return problems;
  if (!Object.is(published.container, way.container)) {
    problems.push(
      `port ${guest.port} of the machine already leads to port ${published.container} of ${way.to!.name}, not to ` +
        `${way.container}. Give this way another port of the machine.`,
    );
  }
  return [...problems, ...publishAddressProblems(published, machine)];
}

function publishAddressProblems({ address, host }: Binding, machine: Machine): readonly string[] {
  if (isDeferred(address) || isDeferred(machine.address)) return [];
  const unreadable = addressProblems('publishAddress', address);
  if (unreadable.length > 0) return unreadable;
  const arrives = readable(machine.address);
  if (address === '0.0.0.0' || arrives === undefined || arrives.equals(Address.parse(address))) return [];
  const loopback = Cidr.parse('127.0.0.0/8').contains(Address.parse(address));
  const because = loopback
    ? `Docker publishes ${address}:${host}, which only the machine itself can dial`
    : `Docker publishes ${address}:${host}, which is not where the packet arrives`;
  return [`${because}; it arrives at ${machine.address}. Publish on 0.0.0.0 or ${machine.address}.`];
}

function containerProblems(way: WayIn, { protocol, published }: WayPlan): readonly string[] {
  const { to, container } = way;
  if (to === undefined) {
    return container === undefined
      ? []
      : [
          `port ${container} of no container: name it by \`to\`, or say \`machine\` for a service of the machine.`,
        ];
  }
  if (container === undefined) {
    return [
      `no port: say which port of ${to.name} answers, for example container: ${firstPort(to.listens) ?? 3000}.`,
    ];
  }
  const wrong = portProblems(container);
  if (wrong.length > 0) return wrong;
  const already = published !== undefined && to.published.includes(published);
  return [
    ...listenProblems(to.name, to.listens, protocol, container),
    ...(already || published === undefined || portProblems(published.host).length > 0
      ? []
      : to.publishProblems([published])),
  ];
}

/** Where it was said what the container listens on, that must hold the port. */
function listenProblems(
  name: string,
  listens: readonly string[],
  protocol: 'tcp' | 'udp',
  port: number,
): readonly string[] {
  if (listens.length === 0 || isDeferred(port)) return [];
  const all = listens.map((text) => Traffic.parse(text)).reduce((a, b) => a.union(b));
  const holds = (asked: string) => all.contains(Traffic.parse(`${asked}/${port}`));
  if (holds(protocol)) return [];
  const other = protocol === 'tcp' ? 'udp' : 'tcp';
  return [
    holds(other)
      ? `${name} listens on ${other}/${port}, and this way carries ${protocol}. Say protocol: '${other}'.`
      : `${name} listens on ${listens.join(', ')}, not on ${protocol}/${port}: it would refuse.`,
  ];
}

/** Two forwards that want one socket of the host. */
function hostClashes(plans: readonly WayPlan[]): readonly string[] {
  const sockets = plans.flatMap(({ name, protocol, host }) =>
    host === undefined ? [] : [{ name, binding: { ...host, host: host.port, container: 0, protocol } }],
  );
  return pairs(sockets)
    .filter(([a, b]) => !isDeferred(a.binding.host) && collide(a.binding, b.binding))
    .map(
      ([a, b]) =>
        `ways ${JSON.stringify(a.name)} and ${JSON.stringify(b.name)}, hop host: both listen on ` +
        `${both(a.binding, b.binding)}. Give each a host port of its own.`,
    );
}

/** Two ways that reach one port of the machine and then part. */
function machineClashes(plans: readonly WayPlan[]): readonly string[] {
  return pairs(plans)
    .filter(
      ([a, b]) =>
        a.machine.port === b.machine.port &&
        a.machine.port !== 0 &&
        a.protocol === b.protocol &&
        (a.container !== b.container || a.published?.container !== b.published?.container),
    )
    .map(
      ([a, b]) =>
        `ways ${JSON.stringify(a.name)} and ${JSON.stringify(b.name)}, hop machine: both arrive at port ` +
        `${a.machine.port}/${a.protocol} of the machine, which leads to one place only. Give each a port of its own.`,
    );
}

function both(a: Binding, b: Binding): string {
  const [first, second] = [socketText(a), socketText(b)];
  return first === second ? first : `${first} and ${second}, which are one socket`;
}

function portProblems(port: number): readonly string[] {
  if (isDeferred(port) || (Number.isInteger(port) && port >= 1 && port <= 65535)) return [];
  return [`port ${port}: a port is a whole number from 1 to 65535, for example 8080.`];
}

function addressProblems(label: string, text: string): readonly string[] {
  if (isDeferred(text)) return [];
  const problem = problemOf(() => Address.parse(text));
  if (problem !== undefined) return [`${label}: ${problem}`];
  return Address.parse(text).family === 6
    ? [`${label} ${text} is IPv6, which a forward of VirtualBox does not take: for example 127.0.0.1.`]
    : [];
}

function readable(text: string): Address | undefined {
  return isDeferred(text) || problemOf(() => Address.parse(text)) !== undefined
    ? undefined
    : Address.parse(text);
}

function firstPort(listens: readonly string[]): string | undefined {
  return listens.map((text) => /^(?:tcp|udp)\/(\d+)$/.exec(text)?.[1]).find((port) => port !== undefined);
}

function pairs<T>(items: readonly T[]): readonly (readonly [T, T])[] {
  return items.flatMap((b, index) => items.slice(0, index).map((a) => [a, b] as const));
}

import { Annotations, TerraformStack } from 'cdktf';
import { Construct } from 'constructs';
import type { Container } from './container';
import { type ForwardedWay, hopsOf, hopsText, type WayPlan } from './forward-hop';
import { forwardProblems } from './forward-problems';
import { recordHops } from './hop-record';
import { type HypervisorCommands, hypervisorCommands, natNetwork } from './hypervisor-commands';
import { childPath, refuseInvalid, reservedIdProblems } from './invalid-props';
import type { Binding } from './published-port';

/** The virtual machine in which the Docker Engine of the stack runs. */
export interface GuestMachine {
  /** Its name in the hypervisor, as `VBoxManage list vms` shows it. */
  readonly name: string;
  /**
   * `nat`: behind the NAT of the hypervisor, entered by its forwards alone. `bridged`: a machine of the host's LAN, dialled
   * at its own address.
   * @default "nat"
   */
  readonly network?: 'nat' | 'bridged';
  /** IPv4 address of that adapter. @default - 10.0.2.15 behind NAT (10.0.3.15 on the second adapter); none when bridged */
  readonly address?: string;
  /** Number of the adapter, 1 to 8, as VirtualBox counts. @default 1 */
  readonly adapter?: number;
  /** Interface of the host that a bridged machine hangs on (`en0`), or QEMU's bridge (`br0`). @default - unsaid, and not printed */
  readonly hostInterface?: string;
}

/** One way in: the ports at which a packet changes hands. */
export interface WayIn {
  /** Name of the forward in the hypervisor, each once. @default - the name of the container */
  readonly name?: string;
  /** Container that answers. @default - a service of the machine itself */
  readonly to?: Container;
  /** Port in the container, 1 to 65535; goes with `to`. */
  readonly container?: number;
  /** Port of the machine. @default - the container's */
  readonly machine?: number;
  /** Port of the host; a bridged machine has none. @default - the machine's */
  readonly host?: number;
  /** Address of the host that listens: `127.0.0.1` for the host alone, `0.0.0.0` for its LAN too. @default "127.0.0.1" */
  readonly hostAddress?: string;
  /**
   * Address of the machine on which Docker publishes the port. It must be one at which the packet arrives: `0.0.0.0` or the
   * machine's own.
   * @default "0.0.0.0"
   */
  readonly publishAddress?: string;
  /** @default "tcp" */
  readonly protocol?: 'tcp' | 'udp';
}

export interface PortForwardChainProps {
  readonly machine: GuestMachine;
  /** At least one. */
  readonly ways: readonly WayIn[];
}

/**
 * The ways from a browser into containers that run in a virtual machine: port of the host, port of the machine, port of
 * the container. Docker's part is synthesized: each container publishes its port, unless it already does. The
 * hypervisor's part is printed, as lines of VirtualBox and QEMU, and written into the Terraform as `//.netproof.hops`,
 * because no provider carries it.
 *
 * What cannot work is refused, with the hop at which the packet would stop: Docker publishing on 127.0.0.1 of the machine,
 * two forwards on one socket, a container that does not listen there.
 */
export class PortForwardChain extends Construct {
  /** The machine, with everything said. */
  readonly machine: Required<Omit<GuestMachine, 'hostInterface'>>;
  /** Each way with its hops, in the order of the props. */
  readonly ways: readonly ForwardedWay[];
  /** What remains to be run by hand. */
  readonly commands: HypervisorCommands;

  constructor(scope: Construct, id: string, props: PortForwardChainProps) {
    const machine = machineOf(props.machine);
    const plans = props.ways.map((way) => planOf(way, machine));
    refuseInvalid(childPath(scope, id), [
      ...reservedIdProblems(scope, id),
      ...forwardProblems(props, machine, plans),
    ]);
    super(scope, id);
    this.machine = machine;
    this.ways = plans.map((plan) => ({ name: plan.name, protocol: plan.protocol, hops: hopsOf(plan) }));
    this.commands = hypervisorCommands({ ...machine, hostInterface: props.machine.hostInterface }, this.ways);
    for (const { to, published } of unpublished(props.ways, plans)) to.publish([published]);
    for (const { name, host } of plans) {
      if (host !== undefined && host.port < 1024) {
        Annotations.of(this).addWarning(
          `way ${JSON.stringify(name)}, hop host: port ${host.port} is below 1024, where many hosts let only root ` +
            `listen; VirtualBox and QEMU rarely run as root. A port from 1024 needs no such right, for example ` +
            `${8000 + host.port}.`,
        );
      }
    }
    recordHops(TerraformStack.of(this), {
      chain: this.node.path,
      machine: this.machine,
      ways: this.ways.map((way, index) => ({ ...way, container: props.ways[index]?.to?.container })),
    });
  }

  /** Where a browser goes, one URL per TCP way: `http://127.0.0.1:3000/`. */
  get urls(): Readonly<Record<string, string>> {
    return Object.fromEntries(
      this.ways.flatMap(({ name, protocol, hops }) => {
        const [dial] = hops;
        return protocol === 'tcp' && dial?.kind === 'dial'
          ? [[name, `http://${dial.address}:${dial.port}/`]]
          : [];
      }),
    );
  }

  /** One line per way: `grafana: 127.0.0.1:3000 -> 10.0.2.15:3000 -> grafana:3000`. */
  get text(): string {
    return this.ways.map((way) => `${way.name}: ${hopsText(way)}`).join('\n');
  }
}

type Machine = PortForwardChain['machine'];

function machineOf({ name, network = 'nat', adapter = 1, address }: GuestMachine): Machine {
  return {
    name,
    network,
    adapter,
    address: address ?? (network === 'nat' ? `${natNetwork(adapter)}.15` : ''),
  };
}

function planOf(way: WayIn, machine: Machine): WayPlan {
  const name = way.name ?? way.to?.name ?? '';
  const protocol = way.protocol ?? 'tcp';
  const port = way.machine ?? way.container ?? 0;
  const published: Binding | undefined =
    way.to === undefined || way.container === undefined
      ? undefined
      : { host: port, container: way.container, address: way.publishAddress ?? '0.0.0.0', protocol };
  return {
    name,
    protocol,
    host:
      machine.network === 'nat'
        ? { address: way.hostAddress ?? '127.0.0.1', port: way.host ?? port }
        : undefined,
    machine: { address: machine.address, port },
    gateway: machine.network === 'nat' ? machine.address.replace(/\d+$/, '2') : undefined,
    published: publishedAlready(way, port, protocol) ?? published,
    container: way.to?.name,
  };
}

/** The port that the container publishes by itself on that port of the machine. */
function publishedAlready({ to }: WayIn, port: number, protocol: string): Binding | undefined {
  return to?.published.find((binding) => binding.host === port && binding.protocol === protocol);
}

/** The ports that the containers do not publish yet, each once. */
function unpublished(
  ways: readonly WayIn[],
  plans: readonly WayPlan[],
): readonly { readonly to: Container; readonly published: Binding }[] {
  const missing = ways.flatMap((way, index) => {
    const { published, machine, protocol } = plans[index]!;
    if (way.to === undefined || published === undefined) return [];
    return publishedAlready(way, machine.port, protocol) === undefined ? [{ to: way.to, published }] : [];
  });
  return missing.filter(
    ({ to, published }, index) =>
      !missing
        .slice(0, index)
        .some(
          (earlier) =>
            earlier.to === to &&
            earlier.published.host === published.host &&
            earlier.published.protocol === published.protocol,
        ),
  );
}

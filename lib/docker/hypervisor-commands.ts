import type { ForwardedWay, ForwardHop } from './forward-hop';

/** What a person runs, because no Terraform provider does: each line as it is typed. */
export interface HypervisorCommands {
  /**
   * VirtualBox, while the machine is off.
   * @see https://docs.oracle.com/en/virtualization/virtualbox/7.1/user/networkingdetails.html
   */
  readonly virtualBox: readonly string[];
  /** VirtualBox, while the machine runs; kept when it is off again. */
  readonly virtualBoxRunning: readonly string[];
  /**
   * Arguments of `qemu-system-*`: the adapter with its forwards.
   * @see https://www.qemu.org/docs/master/system/invocation.html
   */
  readonly qemu: readonly string[];
}

/** The machine, as far as its adapter goes. */
export interface MachineAdapter {
  readonly name: string;
  readonly network: 'nat' | 'bridged';
  readonly address: string;
  readonly adapter: number;
  readonly hostInterface: string | undefined;
}

/** The lines for one machine and all its ways in. */
export function hypervisorCommands(
  machine: MachineAdapter,
  ways: readonly ForwardedWay[],
): HypervisorCommands {
  return machine.network === 'nat' ? natCommands(machine, ways) : bridgeCommands(machine);
}

/** The /24 in which the NAT of an adapter puts its machine: 10.0.2.0/24 for the first, 10.0.3.0/24 for the second. */
export function natNetwork(adapter: number): string {
  return `10.0.${adapter + 1}`;
}

function natCommands(machine: MachineAdapter, ways: readonly ForwardedWay[]): HypervisorCommands {
  const { name, adapter } = machine;
  const rules = ways.flatMap((way) =>
    way.hops.filter((hop) => hop.kind === 'forward').map((hop) => ({ name: way.name, way, hop })),
  );
  const rule = ({ name: of, way, hop }: (typeof rules)[number]) =>
    `"${of},${way.protocol},${hop.at.address},${hop.at.port},${hop.to.address},${hop.to.port}"`;
  const [a, b, c, last] = machine.address.split('.');
  const net = `${a}.${b}.${c}`;
  const network = net === natNetwork(adapter) ? '' : ` --nat-net${adapter} "${net}.0/24"`;
  const user = [
    'user',
    `id=net${adapter}`,
    ...(net === '10.0.2' ? [] : [`net=${net}.0/24`]),
    ...(last === '15' ? [] : [`dhcpstart=${machine.address}`]),
    ...rules.map(({ way, hop }) => `hostfwd=${way.protocol}:${forwardText(hop)}`),
  ];
  return {
    virtualBox: [
      `VBoxManage modifyvm "${name}" --nic${adapter} nat${network}`,
      ...rules.map((one) => `VBoxManage modifyvm "${name}" --nat-pf${adapter} ${rule(one)}`),
    ],
    virtualBoxRunning: rules.map((one) => `VBoxManage controlvm "${name}" natpf${adapter} ${rule(one)}`),
    qemu: [`-netdev ${user.join(',')}`, `-device virtio-net-pci,netdev=net${adapter}`],
  };
}

function bridgeCommands({ name, adapter, hostInterface }: MachineAdapter): HypervisorCommands {
  if (hostInterface === undefined) return { virtualBox: [], virtualBoxRunning: [], qemu: [] };
  return {
    virtualBox: [
      `VBoxManage modifyvm "${name}" --nic${adapter} bridged --bridge-adapter${adapter} "${hostInterface}"`,
    ],
    virtualBoxRunning: [`VBoxManage controlvm "${name}" nic${adapter} bridged "${hostInterface}"`],
    qemu: [
      `-netdev bridge,id=net${adapter},br=${hostInterface}`,
      `-device virtio-net-pci,netdev=net${adapter}`,
    ],
  };
}

function forwardText({ at, to }: ForwardHop): string {
  return `${at.address}:${at.port}-${to.address}:${to.port}`;
}

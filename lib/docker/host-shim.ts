/** The interface by which a host reaches the guests of a BridgedSegment. */
export interface HostShim {
  /** Address of the LAN that the host gets for it; nobody else may have it. */
  readonly address: string;
  /** Name of the interface, at most 15 characters. @default - the network's name, cut, and `-shim` */
  readonly interface?: string;
}

/** What whoever administers the Docker host runs, as root: Terraform cannot. */
export interface HostShimCommands {
  readonly interface: string;
  readonly address: string;
  /** In this order, after the network is there or before. Gone after a restart of the host. */
  readonly up: readonly string[];
  readonly down: readonly string[];
}

/** The interface name of a shim that has none. */
export function shimInterface(shim: HostShim, network: string): string {
  return shim.interface ?? `${network.slice(0, 10)}-shim`;
}

/**
 * The kernel passes nothing between an interface and the macvlan interfaces on it. So the host gets a macvlan interface
 * too, beside those of its guests, and routes to them through it.
 * @param to - where the guests are: blocks
 */
export function shimCommands(
  name: string,
  address: string,
  parent: string,
  to: readonly string[],
): HostShimCommands {
  return {
    interface: name,
    address,
    up: [
      `ip link add ${name} link ${parent} type macvlan mode bridge`,
      `ip address add ${address}/32 dev ${name}`,
      `ip link set ${name} up`,
      ...to.map((block) => `ip route add ${block} dev ${name}`),
    ],
    down: [`ip link delete ${name}`],
  };
}

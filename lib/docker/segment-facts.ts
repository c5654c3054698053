import type { Address } from '../addressing/address';
import type { Cidr } from '../addressing/cidr';

/**
 * What a network of a container is to Docker: a bridge of its own, a place on the LAN (`macvlan`), the bridge that
 * every engine has, the host's own network, none, or the network of another container (`shared`).
 */
export type SegmentKind = 'bridge' | 'macvlan' | 'default-bridge' | 'host' | 'none' | 'shared';

/** What a container needs to know of a network before it exists: its name, addresses and whether it has a way out. */
export interface SegmentFacts {
  readonly name: string;
  readonly kind: SegmentKind;
  /** Undefined when the block is a token, and where the network has none of its own. */
  readonly block?: Cidr;
  /** Undefined when the gateway is a token or follows from a block that is one. */
  readonly gateway?: Address;
  readonly internal: boolean;
  /** Addresses of the block that are somebody else's, with whose they are. */
  readonly reserved?: readonly Reservation[];
  /** Whether Docker may pick addresses by itself; not on a LAN, of whose other machines it knows nothing. */
  readonly picksAddresses: boolean;
}

/** An address that containers do not get. */
export interface Reservation {
  readonly address: Address;
  /** Whose it is, as the end of "is the address of": `the router`. */
  readonly of: string;
}

/** A network that a container can be attached to. */
export interface ContainerNetwork extends SegmentFacts {
  /** Id of the Docker network, where the container is one of several members. */
  readonly networkId?: string;
  /** Docker's `network_mode`, where the container has nothing else: `host`, `none`, `container:ID`. */
  readonly networkMode?: string;
  /** The container whose network it is, of kind `shared`. */
  readonly owner?: { readonly name: string; readonly listens: readonly string[] };
}

/** Why `address` cannot be given to the host or a container on `block`; `example` is one that could be. */
export function hostAddressProblems(
  label: string,
  address: Address,
  block: Cidr,
  example: Address,
): readonly string[] {
  if (!block.contains(address)) {
    return [
      `${label} ${address.toString()} lies outside the block ${block.toString()} ` +
        `(${block.first.toString()} to ${block.last.toString()}). Use one inside it, for example ${example.toString()}.`,
    ];
  }
  const reserved = address.equals(block.first)
    ? 'network'
    : address.equals(block.last)
      ? 'broadcast'
      : undefined;
  if (reserved === undefined) return [];
  return [
    `${label} ${address.toString()} is the ${reserved} address of ${block.toString()}. ` +
      `Use one in between, for example ${example.toString()}.`,
  ];
}

/** An address of the block that nobody has: not the gateway, not reserved, not one of `taken`. */
export function freeAddress({ block, gateway, reserved = [] }: SegmentFacts, taken: readonly Address[] = []) {
  if (block === undefined) return undefined;
  const others = [gateway, ...reserved.map(({ address }) => address), ...taken];
  // At most as many steps as there are others, and one more.
  for (let offset = 1; offset <= others.length + 1 && BigInt(offset) < block.size - 1n; offset += 1) {
    const address = block.at(offset);
    if (!others.some((other) => other?.equals(address))) return address;
  }
  return undefined;
}

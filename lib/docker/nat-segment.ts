import { Fn, type TerraformProvider } from 'cdktf';
import type { Construct } from 'constructs';
import { Address } from '../addressing/address';
import { Cidr } from '../addressing/cidr';
import type { Guest } from './guest';
import { isDeferred } from './invalid-props';
import type { NetworkNaming } from './network-name';
import { readable, Segment } from './segment';

export interface NatSegmentProps extends NetworkNaming {
  /** IPv4 block. @default "10.0.2.0/24", VirtualBox's own */
  readonly block?: string;
  /** Address of the host. @default - the second address of the block after its own, 10.0.2.2 */
  readonly gateway?: string;
  /**
   * Whether guests reach each other: true is the NAT network of VirtualBox, false its NAT, where every machine has a
   * network to itself.
   * @default false
   */
  readonly peers?: boolean;
  /**
   * Their `publish` are the forwards, on 127.0.0.1 unless they say otherwise. Without an address the first guest has
   * 10.0.2.15, the next one .16, and so on.
   * @default - none
   */
  readonly guests?: readonly Guest[];
  /** The Docker host, when the stack has several. @default - the stack's default Docker provider */
  readonly provider?: TerraformProvider;
}

/** Offset in the block of the first guest's address, as VirtualBox gives it. */
const firstGuest = 15;

/**
 * The NAT of a hypervisor, as a bridge: guests reach the outside by the host's address, and are reached from there by a
 * forward only. Two things differ from a hypervisor. All guests share one network, so without `peers` they have
 * addresses of their own and Docker drops what one sends to another. And the host reaches a guest at its address, not by
 * forwards alone.
 */
export class NatSegment extends Segment {
  constructor(scope: Construct, id: string, props: NatSegmentProps) {
    const block = props.block ?? '10.0.2.0/24';
    super(scope, id, {
      ...props,
      block,
      gateway: props.gateway ?? at(block, 2),
      peers: props.peers ?? false,
      guests: withAddresses(props.guests ?? [], block),
    });
  }
}

/** The address at an offset of a block; undefined when the block is not to be used. */
function at(block: string, offset: number): string | undefined {
  if (isDeferred(block)) return Fn.cidrhost(block, offset);
  const read = readable(block, (text) => Cidr.parse(text));
  return read === undefined || read.family === 6 || read.size <= BigInt(offset)
    ? undefined
    : read.at(offset).toString();
}

function withAddresses(guests: readonly Guest[], block: string): readonly Guest[] {
  const taken = new Set(guests.flatMap(({ address }) => canonical(address) ?? []));
  let offset = firstGuest;
  return guests.map((guest) => {
    if (guest.address !== undefined) return guest;
    while (taken.has(at(block, offset) ?? '')) offset += 1;
    const address = at(block, offset);
    offset += 1;
    return { ...guest, address };
  });
}

function canonical(address: string | undefined): string | undefined {
  return address === undefined ? undefined : readable(address, (text) => Address.parse(text))?.toString();
}

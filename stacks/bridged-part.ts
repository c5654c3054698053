import { Annotations, TerraformOutput, type TerraformStack } from 'cdktf';
import { Cidr } from '../lib/addressing/cidr';
import { BridgedSegment } from '../lib/docker/bridged-segment';
import type { Guest } from '../lib/docker/guest';
import type { Settings } from './settings';

/** The bridged part of a lab, which needs an interface of the Docker host that is on a LAN. */
export interface BridgedPart {
  readonly name: string;
  /** Block of the LAN, /24 or larger: the router has its address 1 unless said, the host's own interface 200. */
  readonly block: string;
  readonly gateway?: string;
  readonly guest: Omit<Guest, 'address'>;
  /** Offset of the guest's address in the block. */
  readonly offset: number;
}

/**
 * Adds the part, with the commands that let the host in as an output; without the setting for its interface it is left
 * out, and the stack says so in one line. An interface that this machine does not have is an error of the stack.
 * @param interfaces - names of the Docker host's interfaces; undefined when that may be another machine
 */
export function bridgedPart(
  stack: TerraformStack,
  part: BridgedPart,
  settings: Settings,
  interfaces: readonly string[] | undefined,
): BridgedSegment | undefined {
  const parent = settings.parentInterface;
  if (parent === undefined) {
    Annotations.of(stack).addInfo(
      `${part.name} is left out: NETPROOF_PARENT_INTERFACE names an interface of the Docker host on a LAN.`,
    );
    return undefined;
  }
  const block = Cidr.parse(part.block);
  const segment = new BridgedSegment(stack, 'bridged', {
    name: part.name,
    parent,
    block: part.block,
    gateway: part.gateway,
    guests: [{ ...part.guest, address: block.at(part.offset).toString() }],
    hostAccess: { address: block.at(200).toString(), interface: 'netproof-shim' },
  });
  if (interfaces !== undefined && !interfaces.includes(parent.replace(/\.\d+$/, ''))) {
    Annotations.of(segment).addError(
      `this machine has no interface ${JSON.stringify(parent)}. Set NETPROOF_PARENT_INTERFACE to one of ` +
        `${interfaces.join(', ')}.`,
    );
  }
  new TerraformOutput(stack, 'host-access', {
    description: 'Run as root on the Docker host, so that it reaches its bridged guests',
    value: segment.hostAccess!.up,
  });
  return segment;
}

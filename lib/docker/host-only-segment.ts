import type { TerraformProvider } from 'cdktf';
import type { Construct } from 'constructs';
import { type Attachment, Container, containerProblems, sharedNames, type Workload } from './container';
import { childPath, isDeferred, refuseInvalid, reservedIdProblems } from './invalid-props';
import { Segment, type SegmentFacts, segmentFacts, segmentProblems, type SegmentProps } from './segment';

/** A container of a host-only network, at an address that it keeps. */
export interface Guest extends Workload {
  /** For example `192.168.56.10`. */
  readonly address: string;
}

export interface HostOnlySegmentProps {
  /** Name of the Docker network. */
  readonly name: string;
  /** IPv4 block. @default "192.168.56.0/24", VirtualBox's own */
  readonly block?: string;
  /** Address of the host. @default - the first address of the block after its own, 192.168.56.1 */
  readonly gateway?: string;
  /** @default - none */
  readonly guests?: readonly Guest[];
  /** The Docker host, when the stack has several. @default - the stack's default Docker provider */
  readonly provider?: TerraformProvider;
}

/**
 * The host-only network of a hypervisor, as an internal bridge: host and guests reach each other, nobody reaches
 * anything else and nothing else reaches them. The host has the gateway's address, and guests reach every service of
 * the host that listens there or on all addresses.
 */
export class HostOnlySegment extends Segment {
  /** In the order of the props. */
  readonly guests: readonly Container[];

  constructor(scope: Construct, id: string, props: HostOnlySegmentProps) {
    const segmentProps: SegmentProps = {
      name: props.name,
      block: props.block ?? '192.168.56.0/24',
      gateway: props.gateway,
      internal: true,
      provider: props.provider,
    };
    const guests = props.guests ?? [];
    refuseInvalid(childPath(scope, id), [
      ...reservedIdProblems(scope, id),
      ...segmentProblems(segmentProps),
      ...guestProblems(segmentFacts(segmentProps), guests),
    ]);
    super(scope, id, segmentProps);
    this.guests = guests.map(
      ({ address, ...workload }) =>
        new Container(this, workload.name, {
          ...workload,
          attachments: [{ segment: this, address }],
          provider: props.provider,
        }),
    );
  }
}

function guestProblems(segment: SegmentFacts, guests: readonly Guest[]): readonly string[] {
  return guests.flatMap((guest, index) => {
    const attachment: Attachment<SegmentFacts> = { segment, address: guest.address };
    const earlier = guests.slice(0, index);
    return [
      ...(isDeferred(guest.name)
        ? ['the name of a guest is a token, and it is the id of its construct too: give a literal name.']
        : []),
      ...containerProblems({ ...guest, attachments: [attachment] }),
      ...earlier
        .filter((other) => other.address === guest.address)
        .map(
          (other) =>
            `guests ${other.name} and ${guest.name} both have the address ${guest.address}: give each its own.`,
        ),
      ...earlier.flatMap((other) =>
        sharedNames(other, guest).map(
          (name) => `two guests answer to the name ${JSON.stringify(name)}: give each a name of its own.`,
        ),
      ),
    ];
  });
}

import type { TerraformProvider } from 'cdktf';
import type { Construct } from 'constructs';
import { Container, containerProblems, sharedNames, type Workload } from './container';
import { isDeferred } from './invalid-props';
import { withHostPorts } from './port-convention';
import { bindings, collide, type PublishedPort, socketText } from './published-port';
import type { ContainerNetwork, SegmentFacts } from './segment-facts';

/** A container of one network, named with it. */
export interface Guest extends Workload {
  /** Address that it keeps, for example `192.168.56.10`. @default - the next free one when it starts */
  readonly address?: string;
  /** Ports of the host that lead to it. @default - none */
  readonly publish?: readonly PublishedPort[];
}

/**
 * The containers of the guests, as children of the network's construct that carry their names. One by one, each starts
 * when the one before it has.
 */
export function guestContainers(
  scope: Construct & ContainerNetwork,
  guests: readonly Guest[],
  provider: TerraformProvider | undefined,
  { oneByOne = false }: { readonly oneByOne?: boolean } = {},
): readonly Container[] {
  const made: Container[] = [];
  for (const { address, ...workload } of publishing(guests)) {
    const container = new Container(scope, workload.name, {
      ...workload,
      attachments: [{ segment: scope, address }],
      startAfter: oneByOne && made.length > 0 ? made.slice(-1) : undefined,
      provider,
    });
    made.push(container);
  }
  return made;
}

/** Everything that is wrong with the guests of one network, each as one sentence. */
export function guestProblems(segment: SegmentFacts, given: readonly Guest[]): readonly string[] {
  const guests = publishing(given);
  return guests.flatMap((guest, index) => {
    const earlier = guests.slice(0, index);
    return [
      ...(isDeferred(guest.name)
        ? ['the name of a guest is a token, and it is the id of its construct too: give a literal name.']
        : []),
      ...containerProblems({ ...guest, attachments: [{ segment, address: guest.address }] }),
      ...earlier
        .filter((other) => other.address !== undefined && other.address === guest.address)
        .map(
          (other) =>
            `guests ${other.name} and ${guest.name} both have the address ${guest.address!}: give each its own.`,
        ),
      ...earlier.flatMap((other) =>
        sharedNames(other, guest).map(
          (name) => `two guests answer to the name ${JSON.stringify(name)}: give each a name of its own.`,
        ),
      ),
      ...earlier.flatMap((other) => socketProblems(other, guest)),
    ];
  });
}

/** Host ports by convention are counted over all guests, so that two of them do not get the same one. */
function publishing(guests: readonly Guest[]): readonly Guest[] {
  const ports = withHostPorts(guests.map(({ publish = [] }) => publish));
  return guests.map((guest, index) =>
    guest.publish === undefined ? guest : { ...guest, publish: ports[index] },
  );
}

function socketProblems(a: Guest, b: Guest): readonly string[] {
  return bindings(b.publish ?? []).flatMap((port) =>
    bindings(a.publish ?? [])
      .filter((other) => collide(other, port))
      .map(
        (other) =>
          `guests ${a.name} and ${b.name} publish ${socketText(other)} and ${socketText(port)}, which are one socket ` +
          'of the host. Give each a host port of its own.',
      ),
  );
}

import { Address } from '../addressing/address';
import { Cidr } from '../addressing/cidr';
import type { BridgedSegmentProps } from './bridged-segment';
import { engineReleaseProblems } from './engine-release';
import { type HostShimCommands, shimCommands, shimInterface } from './host-shim';
import { isDeferred, problemOf } from './invalid-props';
import { networkNameOf, networkNameProblems } from './network-name';
import { blockProblems, gatewayProblems, readable, segmentFacts } from './segment';
import { hostAddressProblems, type Reservation, type SegmentFacts } from './segment-facts';

/** What a BridgedSegment is made of; what is wrong or a token is left out. */
export interface BridgedPlan extends SegmentFacts {
  readonly range?: Cidr;
  readonly reserved: readonly Reservation[];
  /** Reserved addresses by a name for each, as Docker takes them. */
  readonly auxiliaries: Readonly<Record<string, string>>;
  readonly hostAccess?: HostShimCommands;
}

export function bridgedPlan(props: BridgedSegmentProps): BridgedPlan {
  const facts = segmentFacts(props);
  const auxiliaries = {
    ...props.neighbours,
    ...(props.hostAccess && { 'host-shim': props.hostAccess.address }),
  };
  const range = props.range === undefined ? undefined : readable(props.range, (text) => Cidr.parse(text));
  return {
    ...facts,
    kind: 'macvlan',
    picksAddresses: props.range !== undefined,
    range,
    auxiliaries,
    reserved: Object.entries(auxiliaries).flatMap(([name, text]) => {
      const address = readable(text, (written) => Address.parse(written));
      const of = name === 'host-shim' ? "the address of the host's own interface" : `the address of ${name}`;
      return address === undefined ? [] : [{ address, of }];
    }),
    hostAccess: hostAccessOf(props, range),
  };
}

function hostAccessOf(
  { hostAccess, parent, guests = [], ...naming }: BridgedSegmentProps,
  range: Cidr | undefined,
): HostShimCommands | undefined {
  if (hostAccess === undefined) return undefined;
  const fixed = guests
    .flatMap(({ address }) =>
      address === undefined ? [] : (readable(address, (text) => Address.parse(text)) ?? []),
    )
    .filter((address) => range === undefined || !range.contains(address));
  const name = shimInterface(hostAccess, networkNameOf(naming));
  return shimCommands(name, hostAccess.address, parent, [
    ...(range === undefined ? [] : [range.toString()]),
    ...fixed.map((address) => `${address.toString()}/32`),
  ]);
}

/** Everything that is wrong with the props of a BridgedSegment, its guests aside. */
export function bridgedProblems(props: BridgedSegmentProps, plan: BridgedPlan): readonly string[] {
  const label = `network ${JSON.stringify(plan.name)}`;
  const problems = [
    ...parentProblems(props),
    ...blockProblems(props.block),
    ...gatewayProblems(props.gateway, plan.block),
    ...rangeProblems(props.range, plan),
    ...reservationProblems(plan),
    ...shimProblems(props, plan),
    ...(props.hostAccess !== undefined && props.neighbours?.['host-shim'] !== undefined
      ? ['a neighbour is called "host-shim", which is the name of the address of hostAccess. Rename it.']
      : []),
    ...engineReleaseProblems(props.oldestEngine),
  ];
  return [...networkNameProblems(props), ...problems.map((problem) => `${label}: ${problem}`)];
}

function parentProblems({ parent, interfaces }: BridgedSegmentProps): readonly string[] {
  if (isDeferred(parent)) return [];
  if (!isInterfaceName(parent)) {
    return [
      `parent ${JSON.stringify(parent)} is not an interface: a name of at most 15 characters without blanks and "/", ` +
        'for example "eth0".',
    ];
  }
  // Docker makes eth0.10 by itself where eth0 is there.
  const wanted = parent.replace(/\.\d+$/, '');
  if (interfaces === undefined || interfaces.includes(parent) || interfaces.includes(wanted)) return [];
  return [
    `the Docker host has no interface ${JSON.stringify(parent)} to be the parent. ` +
      `It has ${interfaces.join(', ') || 'none'}.`,
  ];
}

function rangeProblems(text: string | undefined, { block }: BridgedPlan): readonly string[] {
  if (text === undefined || isDeferred(text)) return [];
  const unreadable = problemOf(() => Cidr.parse(text));
  if (unreadable !== undefined) return [`range: ${unreadable}`];
  const range = Cidr.parse(text);
  if (block === undefined || block.contains(range)) return [];
  return [
    `range ${text} is not inside the block ${block.toString()}. Give a part of it, for example ` +
      `${Cidr.containing(`${block.last.toString()}/${Math.min(block.prefixLength + 4, 30)}`).toString()}.`,
  ];
}

function reservationProblems({ auxiliaries, block, gateway }: BridgedPlan): readonly string[] {
  const seen = new Map<string, string>();
  return Object.entries(auxiliaries).flatMap(([name, text]) => {
    if (isDeferred(text)) return [];
    const what = name === 'host-shim' ? 'hostAccess address' : `neighbour ${name}:`;
    const unreadable = problemOf(() => Address.parse(text));
    if (unreadable !== undefined) return [`${what} ${unreadable}`];
    const address = Address.parse(text);
    const other = gateway?.equals(address) ? 'the gateway' : seen.get(address.toString());
    seen.set(address.toString(), name === 'host-shim' ? 'the interface of hostAccess' : name);
    if (other !== undefined) return [`${what} ${text} is the address of ${other}: give each its own.`];
    return block === undefined ? [] : hostAddressProblems(what, address, block, block.at(2));
  });
}

function shimProblems(
  { hostAccess, guests = [], range, parent }: BridgedSegmentProps,
  plan: BridgedPlan,
): readonly string[] {
  if (hostAccess === undefined) return [];
  const name = shimInterface(hostAccess, plan.name);
  return [
    ...(isDeferred(name) || isInterfaceName(name)
      ? []
      : [
          `hostAccess interface ${JSON.stringify(name)}: a name of at most 15 characters without blanks and "/", for ` +
            'example "lan-shim".',
        ]),
    ...(name === parent ? [`hostAccess interface ${name} is the parent: it is one beside it.`] : []),
    ...(range === undefined && guests.every(({ address }) => address === undefined)
      ? [
          'hostAccess does not know where the guests are: the host has a route to the whole LAN already, and needs a ' +
            'narrower one. Give a range, or guests with addresses.',
        ]
      : []),
  ];
}

function isInterfaceName(name: string): boolean {
  return /^[^\s/]{1,15}$/.test(name) && name !== '.' && name !== '..';
}

import { NetproofError } from '../addressing/netproof-error';
import { Traffic } from '../addressing/traffic';
import { reach } from '../reachability/solver';
import { topologyOfDocument } from '../readers/topology-of-documents';
import type { TerraformDocument } from '../readers/terraform-document';
import type { Party } from '../topology/lookup';
import type { Topology } from '../topology/topology';

/** What the network alone guarantees of one subnet, whatever filters the machines in it carry. */
export interface Guarantee {
  /** Terraform address of the subnet. */
  readonly subnet: string;
  /** Not a single packet, replies or not, gets from it to a zone or another address space. */
  readonly noWayOut: boolean;
  /** No zone reaches it by any way. */
  readonly notFromOutside: boolean;
  /** Balancers by which alone zones reach it, by name; absent where they do not, or by another way too. */
  readonly onlyBy?: readonly string[];
  /** Other subnets that may reach it, and on what; absent where one of them may on every port. */
  readonly enteredFrom?: readonly { readonly from: string; readonly on: string }[];
}

/** What can be told of all subnets of a document, or why it cannot. */
export type Guarantees =
  | { readonly subnets: readonly Guarantee[]; readonly problem?: undefined }
  | { readonly subnets: readonly []; readonly problem: string };

/** Subnets of one document that are asked pair by pair; a larger estate is asked with a matrix. */
const mostSubnets = 48;

/**
 * What routes and filters on the edge of subnets guarantee, proven for any machine that could be placed there. What only
 * apply tells guarantees nothing.
 */
export function guaranteesOf(document: TerraformDocument): Guarantees {
  try {
    const topology = topologyOfDocument(document);
    const { size } = topology.segments;
    if (size > mostSubnets)
      return { subnets: [], problem: `${size} subnets are more than are asked pair by pair` };
    return { subnets: partiesIn(topology).segments.map((party) => guarantee(topology, party)) };
  } catch (error) {
    if (!NetproofError.is(error)) throw error;
    return { subnets: [], problem: error.message };
  }
}

const ports = Traffic.parse('tcp, udp');

type SegmentParty = Extract<Party, { kind: 'segment' }>;

function guarantee(topology: Topology, subnet: SegmentParty): Guarantee {
  const { segments, zones } = partiesIn(topology);
  const { id, domain } = subnet.segment;
  const ask = (from: Party, to: Party) => reach(topology, { from, to, on: Traffic.everything }).anyWay;
  const outside = [...zones, ...segments.filter(({ segment }) => segment.domain !== domain)];
  const entries = segments
    .filter(({ segment }) => segment.id !== id)
    .map((from) => ({ from: from.segment.id, on: ask(from, subnet).mayPass }));
  const verdicts = zones.map((from) => reach(topology, { from, to: subnet, on: Traffic.everything }));
  const ways = verdicts.flatMap(({ otherWays }) => otherWays.filter(({ mayPass }) => !mayPass.isEmpty()));
  const direct = verdicts.some(({ mayPass }) => !mayPass.isEmpty());
  const byRelays = !direct && ways.length > 0 && ways.every(({ kind }) => kind === 'relay');
  const limited = entries.every(({ on }) => !on.contains(ports));
  return {
    subnet: id,
    noWayOut: outside.every((to) => ask(subnet, to).firstPacket.mayPass.isEmpty()),
    notFromOutside: !direct && ways.length === 0,
    ...(byRelays && { onlyBy: [...new Set(ways.map(({ name }) => name))].sort() }),
    ...(limited && {
      enteredFrom: entries
        .filter(({ on }) => !on.isEmpty())
        .map(({ from, on }) => ({ from, on: on.toString() })),
    }),
  };
}

function partiesIn(topology: Topology): {
  readonly segments: readonly SegmentParty[];
  readonly zones: readonly Party[];
} {
  return {
    segments: [...topology.segments.values()].map((segment) => ({ kind: 'segment', segment })),
    zones: [...topology.zones.values()].map((zone) => ({ kind: 'zone', zone })),
  };
}

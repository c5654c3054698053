import type { AddressSet } from '../addressing/address-set';
import type { Traffic } from '../addressing/traffic';
import type { Rule } from '../topology/filter';
import type { Origin } from '../topology/origin';
import type { Sight } from '../topology/sight';
import type { Unknown } from '../topology/value';
import type { ReasonCode, Symptom } from './reason-code';

/** One way of a flow, walked hop by hop, there and back. */
export interface Trace {
  /** Ids of what it starts from and leads to: an interface, a segment, a zone. */
  readonly from: string;
  readonly to: string;
  /** The addresses that this trace stands for: where several are treated alike, all of them. */
  readonly source: AddressSet;
  readonly dialled: AddressSet;
  readonly forward: readonly Hop[];
  /** Empty when the first packet ends before it arrives. */
  readonly reply: readonly Hop[];
  /** Everything that stops something of what was asked, in the order of the way; not only the first. */
  readonly cuts: readonly Cut[];
  readonly passes: Traffic;
  readonly mayPass: Traffic;
  /** What is unknown and was taken to be one way here. */
  readonly assumed: readonly Unknown[];
}

/** Something that a packet meets on its way. */
export interface Hop {
  readonly kind: 'interface' | 'crossing' | 'route' | 'router' | 'zone';
  /** Of an interface or a crossing: whether the packet comes in by it or goes out. */
  readonly side: 'ingress' | 'egress' | undefined;
  readonly direction: 'forward' | 'reply';
  /** Id of the interface, segment, route table, router or zone. */
  readonly id: string;
  /** What a person calls it. */
  readonly name: string;
  readonly origin: Origin | undefined;
  readonly source: HopEnd;
  readonly destination: HopEnd;
  /** Set where a translation changes them: how they go on. */
  readonly becomes: { readonly source: HopEnd; readonly destination: HopEnd } | undefined;
  /** What is asked of packets here, in their own ports. */
  readonly traffic: Traffic;
  /** What of what was asked passes this hop, whatever the others do. */
  readonly passes: Traffic;
  readonly mayPass: Traffic;
  /** Filters that were asked, each with the rule that decided. */
  readonly filters: readonly FilterDecision[];
  /** The route that was followed, or the forwarding rules and translations that applied. */
  readonly decidedBy: readonly Origin[];
  /** How what decided looks on the machine that does it; filters have theirs in their rules. */
  readonly sights: readonly Sight[];
  /** Whether the way ends before, and this is what the packet would still meet. */
  readonly beyond: boolean;
}

export interface HopEnd {
  readonly addresses: AddressSet;
  /** Id of the interface, leg, segment or zone whose address it is. */
  readonly of: string;
}

export interface FilterDecision {
  readonly id: string;
  readonly name: string;
  readonly origin: Origin;
  /** Whether it lets through all, none or some of what it is asked, or whether that is unknown. */
  readonly lets: 'all' | 'some' | 'none' | 'unknown';
  /** The first rule that takes part of it, allowing or denying; undefined when none does. */
  readonly rule: Rule | undefined;
  /** When not all passes: the rule that comes nearest to allowing it. */
  readonly nearest: Rule | undefined;
}

/** What stops packets, or may stop them. */
export interface Cut {
  readonly reason: ReasonCode;
  readonly meaning: string;
  readonly symptom: Symptom;
  readonly direction: 'forward' | 'reply';
  /** Id of what stops them. */
  readonly subject: string;
  /** Place of the hop in `forward` or `reply`; of the last one when the way ends there; -1 before all of them. */
  readonly hop: number;
  /** What of what was asked it stops, for certain or perhaps. */
  readonly stops: Traffic;
  readonly certain: boolean;
  readonly unknowns: readonly Unknown[];
}

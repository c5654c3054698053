import type { AddressSet } from '../addressing/address-set';
import type { PortSet } from '../addressing/port-set';
import type { Traffic } from '../addressing/traffic';
import type { Unknown } from '../topology/value';
import type { Answering } from './answering';
import type { OtherWay } from './other-way';
import type { Trace } from './trace';

/**
 * - `reachable`: all of the asked traffic passes, everywhere and in every world.
 * - `blocked`: none of it passes, anywhere and in any world.
 * - `partial`: it is certain that some passes and some does not, by port or by address.
 * - `unknown`: what Terraform does not say yet decides.
 */
export type VerdictKind = 'reachable' | 'blocked' | 'partial' | 'unknown';

/** The answer to a question about the target's own addresses; `otherWays` are asked for separately. */
export interface Verdict {
  readonly kind: VerdictKind;
  readonly asked: Traffic;
  /** What passes in every world, replies included: the union over what exists side by side. */
  readonly passes: Traffic;
  /** What passes in some world. */
  readonly mayPass: Traffic;
  /** What arrives at all, replies or not, from some source port of the client. */
  readonly firstPacket: PassingTraffic;
  /** What would settle it, when it is unknown. */
  readonly unknowns: readonly Unknown[];
  /** Whether anybody answers there, as far as it was said what listens; no part of the verdict. */
  readonly answers: Answering;
  /** Set when only a part of the source ports that may be in use gets through. */
  readonly clientPorts: ClientPorts | undefined;
  /** What passes between which machines and addresses, where these exist side by side; one when all are alike. */
  readonly parts: readonly VerdictPart[];
  /**
   * Ways to the target other than dialling its own address: by public address, by published port, by relay.
   * Computed when first read.
   */
  readonly otherWays: readonly OtherWay[];
  /** What passes directly or by any other way: what a promise that something is not reachable is about. */
  readonly anyWay: AnyWay;
  /** Every way that was walked, hop by hop, the one that explains the verdict first. Walked again when called. */
  trace(): readonly Trace[];
}

export interface PassingTraffic {
  /** In every world. */
  readonly passes: Traffic;
  /** In some world. */
  readonly mayPass: Traffic;
}

export interface AnyWay extends PassingTraffic {
  readonly firstPacket: PassingTraffic;
  /** What would settle the difference between passes and mayPass. */
  readonly unknowns: readonly Unknown[];
}

export interface ClientPorts {
  readonly passes: PortSet;
  readonly of: PortSet;
}

export interface VerdictPart {
  readonly from: VerdictSide;
  readonly to: VerdictSide;
  readonly passes: Traffic;
  readonly mayPass: Traffic;
  readonly firstPacket: PassingTraffic;
}

/** A machine, segment or zone, and which of its addresses, where they are not treated alike. */
export interface VerdictSide {
  readonly id: string;
  readonly addresses: AddressSet | undefined;
}

import type { Traffic } from '../addressing/traffic';
import type { Origin } from '../topology/origin';
import type { Unknown } from '../topology/value';
import type { PassingTraffic, Verdict } from './verdict';

/** A way to a target other than dialling its own address. */
export interface OtherWay extends PassingTraffic {
  /**
   * - `public-address`: an address that a one-to-one translation shows of it.
   * - `published-port`: an address and port that a destination translation leads to it.
   * - `relay`: something that takes the flow and opens another to it.
   * - `not-modelled`: something that is not modelled and may pass flows on.
   */
  readonly kind: 'public-address' | 'published-port' | 'relay' | 'not-modelled';
  /** What a person calls the router, relay or thing that makes it. */
  readonly name: string;
  readonly origin: Origin;
  /** What the source dials; a port of it leads to a port of what passes. */
  readonly dial: string;
  readonly dialled: Traffic;
  /** Whose address the target sees: the source's own, or one of who stands between. */
  readonly sourceSeen: 'client' | 'other';
  /** Traffic that arrives, replies or not; of a relay what it can open itself. */
  readonly firstPacket: PassingTraffic;
  readonly unknowns: readonly Unknown[];
  /** The answers it is made of: of a relay to the relay and from there, otherwise one; none of what is not modelled. */
  readonly stretches: readonly Verdict[];
}

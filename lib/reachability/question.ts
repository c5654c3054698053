import type { Traffic } from '../addressing/traffic';
import type { Party } from '../topology/lookup';

/** Whether `from` reaches `to` on some traffic. */
export interface Question {
  /** A name, as in `lookup`, or the party itself. */
  readonly from: string | Party;
  readonly to: string | Party;
  /** Protocols and ports at the target; with a relay as `via`, at its listener. */
  readonly on: Traffic;
  /**
   * Narrows the question: the segment on whose address a target with several is dialled, one of its addresses, or
   * the relay through which it is asked.
   */
  readonly via?: string;
}

import type { AddressSet } from '../addressing/address-set';

/**
 * How a thing looks on the machine that does it, in that machine's own words: for people who want to see it there. It
 * decides nothing.
 */
export interface Sight {
  readonly shown: readonly Shown[];
  /** Commands that show it, whatever is shown of it; `{sender}` in one is the name of who sends the packet. */
  readonly look: readonly string[];
}

/** One thing as it is written there. */
export interface Shown {
  /** `{destination}` in it stands for the address that the packet is sent to, `{source}` for the one it comes from. */
  readonly text: string;
  /** Where a setting is open: under which of its values it is written so. @default - under any */
  readonly when?: string;
  /** It concerns packets from these addresses only. @default - from any */
  readonly from?: AddressSet;
  /** Commands that show this, as in a {@link Sight}. */
  readonly look?: readonly string[];
  /** What else is worth knowing of it, as a sentence without a full stop. */
  readonly note?: string;
}

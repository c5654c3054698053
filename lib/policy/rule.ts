/**
 * What should be true of a network, as plain data. Parties are names as `lookup` takes them, best whole construct paths;
 * traffic is text (`tcp/5432`). Constructs record such rules of themselves, and `prove` checks them.
 */
export type Rule =
  /** All of the traffic passes, there and back. */
  | { readonly kind: 'reaches'; readonly from: string; readonly to: string; readonly on: string }
  /** No packet of it, replies or not, gets out of its address space: to no zone and no other domain. */
  | { readonly kind: 'no-way-out'; readonly from: string }
  /**
   * Of all segments and zones only these reach it, on this traffic alone and by no way else. Machines in the same
   * segment are not asked about: nothing stands between them.
   */
  | { readonly kind: 'entered-only'; readonly to: string; readonly allow: readonly Entry[] }
  /**
   * No zone reaches it at its own or a public address. A relay that somebody put in front, a load balancer, is how those
   * inside are meant to be entered.
   */
  | { readonly kind: 'not-from-outside'; readonly to: string }
  /** A whole policy holds, under the terms that it has for a network; see `policy.ts` for what it may say. */
  | { readonly kind: 'policy'; readonly policy: object; readonly network: string };

export interface Entry {
  readonly from: string;
  readonly on: string;
}

const key = Symbol.for('netproof/rules');

/** Writes on a construct what its network guarantees, in place of what it guaranteed before. Nothing of it gets into the Terraform. */
export function recordRules(construct: object, rules: readonly Rule[]): void {
  Object.defineProperty(construct, key, { value: [...rules], configurable: true });
}

/** What is recorded on a construct, also by another copy of this package; nothing on most. */
export function recordedRules(construct: object): readonly Rule[] {
  return (construct as { readonly [key]?: readonly Rule[] })[key] ?? [];
}

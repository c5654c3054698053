import type { Traffic } from '../addressing/traffic';
import type { Party } from '../topology/lookup';
import type { Listener, Relay } from '../topology/relay';
import { publishedFor, shownOf } from './dial';
import { sideOf } from './inquiry';
import type { Network } from './network';
import type { OtherWay } from './other-way';
import type { Reached } from './matrix-target';
import type { Verdict } from './verdict';
import { Ways } from './ways';

/** A way to a target other than dialling its own address, and what passes by it. */
export interface MatrixWay extends Reached {
  readonly kind: Exclude<OtherWay['kind'], 'not-modelled'>;
  /** What a person calls the router or relay that makes it. */
  readonly name: string;
}

/** The relays that lead to a target. */
interface Leads {
  readonly listeners: readonly (readonly [relay: Relay, listener: Listener])[];
  /** Whether it also matters who it is that asks, and not only which listeners he reaches. */
  readonly byAsker: boolean;
}

/**
 * The other ways between parties. Most targets have none. Of those behind relays, whoever reaches the same listeners
 * reaches the same: what a relay opens itself has nothing to do with whom it opens it for. Ways by public addresses,
 * published ports and relays that show the client are asked for one by one.
 */
export class MatrixWays {
  private readonly network: Network;
  private readonly asked: Traffic;
  private readonly replies: boolean;
  private readonly leads = new Map<string, Leads>();
  private readonly fronts = new Map<string, string>();
  private readonly answers = new Map<string, readonly MatrixWay[]>();

  constructor(network: Network, asked: Traffic, replies: boolean) {
    this.network = network;
    this.asked = asked;
    this.replies = replies;
  }

  /** Ways by which something passes or may pass; `from` and `to` stand for all with these keys. */
  between(from: Party, fromKey: string, to: Party, toKey: string): readonly MatrixWay[] {
    const { listeners, byAsker } = this.leadsTo(to, toKey);
    if (listeners.length === 0 && !byAsker) return none;
    const reached = listeners.map(([relay, listener]) => this.front(from, fromKey, relay, listener)).join('');
    if (!byAsker && !/[^0]/.test(reached)) return none;
    const key = `${byAsker ? fromKey : reached}\n${toKey}`;
    let ways = this.answers.get(key);
    if (ways === undefined) {
      ways = waysOf(new Ways(this.network, from).natural(to, this.asked), this.replies);
      this.answers.set(key, ways);
    }
    return ways;
  }

  /** Whether `from` reaches a listener: 0 not at all, 1 perhaps or in part, 2 for certain. */
  private front(from: Party, fromKey: string, relay: Relay, listener: Listener): string {
    const key = `${fromKey}\n${relay.id}\n${relay.listeners.indexOf(listener)}`;
    let state = this.fronts.get(key);
    if (state === undefined) {
      const { passes, mayPass } = new Ways(this.network, from).front(relay, listener).anyWay;
      state = passes.contains(listener.traffic) ? '2' : mayPass.isEmpty() ? '0' : '1';
      this.fronts.set(key, state);
    }
    return state;
  }

  private leadsTo(to: Party, key: string): Leads {
    let leads = this.leads.get(key);
    if (leads === undefined) this.leads.set(key, (leads = this.findLeads(to)));
    return leads;
  }

  private findLeads(to: Party): Leads {
    const ends = sideOf(this.network, to).units.flatMap((unit) => unit.ends);
    const ways = new Ways(this.network, to);
    const listeners: [Relay, Listener][] = [];
    let byAsker = ends.some(
      (end) => shownOf(this.network, end).length + publishedFor(this.network, end).length > 0,
    );
    for (const relay of this.network.topology.relays.values()) {
      for (const listener of relay.listeners) {
        const targets = listener.targets.most.filter((target) => ways.leadsTo(target, to));
        if (targets.length === 0) continue;
        listeners.push([relay, listener]);
        byAsker ||= targets.some(({ sourceSeen }) => sourceSeen === 'client');
      }
    }
    return { listeners, byAsker };
  }
}

/** The ways of an answer by which something passes or may; with `replies` false, what arrives at all. */
export function waysOf({ otherWays }: Verdict, replies: boolean): readonly MatrixWay[] {
  const found = otherWays.flatMap((way): MatrixWay[] => {
    const { kind, name, firstPacket } = way;
    const { passes, mayPass } = replies ? way : firstPacket;
    return kind === 'not-modelled' || mayPass.isEmpty() ? [] : [{ kind, name, passes, mayPass }];
  });
  return merged(found);
}

const none: readonly MatrixWay[] = [];

/** One way for each who makes it, of several listeners and targets. */
function merged(ways: readonly MatrixWay[]): readonly MatrixWay[] {
  const found = new Map<string, MatrixWay>();
  for (const way of ways) {
    const key = `${way.kind} ${way.name}`;
    const known = found.get(key);
    const both = (one: 'passes' | 'mayPass'): Traffic =>
      known === undefined ? way[one] : known[one].union(way[one]);
    found.set(key, { ...way, passes: both('passes'), mayPass: both('mayPass') });
  }
  return [...found.values()];
}

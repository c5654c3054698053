import type { Verdict } from '../reachability/verdict';
import type { PacketOutcome } from './agent';
import type { DialPlan } from './dial-plan';

/** What became of the packets of one question: the best of all that were sent. */
export interface Delivery {
  readonly is: PacketOutcome | 'nothing to dial';
  /** `172.20.0.3:5432`: the address of the best answer. */
  readonly dialled: string | undefined;
  /** Who said so: a place, where a responder of ours answered; undefined where a service did. */
  readonly by: string | undefined;
  /** Whether it was a port of the host that was dialled. */
  readonly atHost: boolean;
}

export type Agreement = 'agrees' | 'disagrees' | 'cannot tell';

export interface Comparison {
  readonly agreement: Agreement;
  /** What the packet shows: that it came there and back, or not; undefined when that cannot be told. */
  readonly delivered: boolean | undefined;
  /** Why it cannot be told, or what else is worth saying. */
  readonly note: string | undefined;
}

const order: readonly Delivery['is'][] = [
  'answered',
  'closed',
  'refused',
  'unreachable',
  'timed out',
  'no ping here',
  'nothing to dial',
];

/** The delivery that says most: an answer, then a refusal, then silence. */
export function best(deliveries: readonly Delivery[]): Delivery {
  const [first] = [...deliveries].sort((a, b) => order.indexOf(a.is) - order.indexOf(b.is));
  return first ?? { is: 'nothing to dial', dialled: undefined, by: undefined, atHost: false };
}

/** Holds a verdict against a delivery. */
export function compare(verdict: Verdict, plan: DialPlan, delivery: Delivery): Comparison {
  const { delivered, note } = seen(plan, delivery);
  if (delivered === undefined) return { agreement: 'cannot tell', delivered, note };
  if (verdict.kind === 'unknown') {
    const [first] = verdict.unknowns;
    const why =
      first === undefined ? 'the verdict is unknown' : `the verdict is unknown: ${first.text} (${first.key})`;
    return { agreement: 'cannot tell', delivered, note: note ?? why };
  }
  if (verdict.kind === 'partial') {
    // Some of its addresses are reached and some not: which of them was dialled is not told by the verdict.
    return { agreement: 'cannot tell', delivered, note: 'the verdict holds for some addresses only' };
  }
  const agrees = (verdict.kind === 'reachable') === delivered;
  return { agreement: agrees ? 'agrees' : 'disagrees', delivered, note };
}

function seen(plan: DialPlan, { is, by, atHost }: Delivery): Pick<Comparison, 'delivered' | 'note'> {
  if (plan.cannot !== undefined) return { delivered: undefined, note: plan.cannot };
  switch (is) {
    case 'answered':
      if (by === undefined || plan.accepts.includes(by)) return { delivered: true, note: undefined };
      return { delivered: false, note: `${by} answers instead` };
    case 'closed':
      // Open and shut at once: a proxy that finds nobody listening, or a service that says nothing.
      return { delivered: true, note: 'closed as soon as it was open' };
    case 'refused':
      // A host refuses what nobody publishes; a container refuses what has come to it.
      return atHost
        ? { delivered: false, note: undefined }
        : { delivered: true, note: 'delivered, and refused: nothing listens there' };
    case 'timed out':
      if (plan.silenceIsNothing === true)
        return { delivered: undefined, note: 'nobody answers by UDP there' };
      return { delivered: false, note: undefined };
    case 'unreachable':
      return { delivered: false, note: undefined };
    case 'nothing to dial':
      return { delivered: false, note: 'it has no address there' };
    case 'no ping here':
      return { delivered: undefined, note: 'there is no ping program on this machine' };
  }
}

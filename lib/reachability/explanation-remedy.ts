import { exactly } from '../topology/bounds';
import type { Filter, Rule } from '../topology/filter';
import type { Topology } from '../topology/topology';
import { changedAlike } from '../topology/topology';
import { endText, listed, placeText, ruleText, trafficText } from './explanation-rule';
import { subjectName } from './explanation-way';
import type { Question } from './question';
import { reach } from './solver';
import type { Cut, Hop, Trace } from './trace';
import type { Verdict } from './verdict';

/** Rules that are taken away one by one to see whether that closes a way. */
const mostRulesTried = 12;

/** How often what is open now is asked for what still stops it. */
const mostRounds = 4;

/** What would open a blocked question: sentences, and whether the solver found it open once that was done. */
export interface Opening {
  readonly steps: readonly string[];
  readonly tried: boolean;
}

/** What would let the asked traffic pass, tried on a copy of the topology as far as rules can do it. */
export function openingOf(topology: Topology, question: Question, verdict: Verdict): Opening | undefined {
  const steps: string[] = [];
  let copy = topology;
  let answer = verdict;
  for (let round = 0; round < mostRounds; round++) {
    const trace = answer.trace()[0];
    const cuts = trace?.cuts.filter(({ certain }) => certain) ?? [];
    if (trace === undefined || cuts.length === 0) return undefined;
    for (const cut of cuts) {
      const step = remedy(copy, trace, cut);
      if (step === undefined) return undefined;
      if (!steps.includes(step.text)) steps.push(step.text);
      if (step.done === undefined) return { steps, tried: false };
      copy = step.done;
    }
    answer = reach(copy, question);
    if (answer.kind === 'reachable') return { steps, tried: true };
    if (answer.kind !== 'blocked') return undefined;
  }
  return undefined;
}

/** Rules each of which, taken away, closes the question altogether; found by taking them away. */
export function closingRules(topology: Topology, question: Question, verdict: Verdict): readonly string[] {
  const found: string[] = [];
  const seen = new Set<Rule>();
  for (const trace of verdict.trace()) {
    for (const hop of [...trace.forward, ...trace.reply]) {
      for (const { id, name, rule } of hop.filters) {
        if (rule === undefined || rule.action === 'deny' || seen.has(rule)) continue;
        if (seen.size === mostRulesTried) return found;
        seen.add(rule);
        const side = hop.side!;
        const without = withFilter(topology, id, (filter) => ({
          ...filter,
          [side]: filter[side].filter((one) => one !== rule),
        }));
        if (!reach(without, question).anyWay.mayPass.isEmpty()) continue;
        found.push(`taking away from ${name}: ${ruleText(topology, rule, side)}   ${placeText(rule.origin)}`);
      }
    }
  }
  return found;
}

interface Remedy {
  readonly text: string;
  /** The topology with it done; absent when only its author can do it. */
  readonly done?: Topology;
}

function remedy(topology: Topology, trace: Trace, cut: Cut): Remedy | undefined {
  const hop = (cut.direction === 'forward' ? trace.forward : trace.reply)[cut.hop];
  const name = subjectName(topology, cut.subject);
  const destination = hop === undefined ? name : endText(topology, hop.destination);
  switch (cut.reason) {
    case 'egress-filter':
    case 'ingress-filter':
    case 'crossing-egress':
    case 'crossing-ingress':
    case 'client-ports':
      return hop === undefined ? undefined : ruleThatAllows(topology, hop, cut);
    case 'no-route':
      return { text: `a route to ${destination} in ${name}` };
    case 'route-drops':
      return { text: `a route to ${destination} in ${name} that leads somewhere` };
    case 'untranslated': {
      // From outside it is the target that cannot be dialled; on the way out it is the source that cannot show itself.
      return topology.zones.has(trace.from)
        ? { text: `a public address for ${subjectName(topology, trace.to)} at ${name}` }
        : {
            text: `a public address for ${subjectName(topology, trace.from)} at ${name}, or a way out that translates`,
          };
    }
    case 'router-no-route':
      return { text: `a way from ${name} to ${destination}` };
    case 'router-drops':
      return { text: `leave by ${name} to forward it` };
    case 'not-forwarding':
      return { text: `${name} forwarding what is not addressed to it` };
    case 'no-entry':
      return { text: `a router that leads from outside to ${trace.to}, with a public address there` };
    case 'asymmetric':
      return { text: 'a route of the reply by the router that the first packet came by' };
    default:
      return undefined;
  }
}

function ruleThatAllows(topology: Topology, hop: Hop, cut: Cut): Remedy | undefined {
  const [decision] = hop.filters;
  if (decision === undefined) return undefined;
  const side = hop.side!;
  const end = side === 'ingress' ? hop.source : hop.destination;
  const traffic = hop.direction === 'reply' ? hop.traffic : cut.stops;
  const denied =
    hop.filters.length === 1 && decision.rule?.action === 'deny' ? decision.rule.number : undefined;
  const before = denied === undefined ? '' : `, before rule ${denied}`;
  const names = listed(hop.filters.map(({ name }) => name)).replaceAll(', ', ' or ');
  const word = side === 'ingress' ? 'from' : 'to';
  const rule: Rule = {
    action: 'allow',
    traffic: exactly(traffic),
    remote: { addresses: exactly(end.addresses), members: exactly([]) },
    origin: decision.origin,
  };
  return {
    text: `${side} rule in ${names} that allows ${trafficText(traffic)} ${word} ${endText(topology, end)}${before}`,
    done: withFilter(topology, decision.id, (filter) => ({ ...filter, [side]: [rule, ...filter[side]] })),
  };
}

function withFilter(topology: Topology, id: string, change: (filter: Filter) => Filter): Topology {
  return changedAlike(topology, (one) => {
    const filters = new Map(one.filters);
    const filter = filters.get(id);
    if (filter !== undefined) filters.set(id, change(filter));
    return { ...one, filters };
  });
}

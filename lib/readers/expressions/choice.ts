import { Beyond, Fault } from './fault';
import { missing, type Term } from './term';
import { identity } from './type';

/** Most options that a choice may have before it is simply unknown. */
export const mostOptions = 64;

/** One of the terms; equal ones count once, and a single one is just itself. `key` says what would settle it. */
export function choiceOf(terms: readonly Term[], key: string): Term {
  const options = terms.flatMap((term) => (term.kind === 'one-of' ? term.options : [term]));
  const distinct = [...new Map(options.map((option) => [identity(option), option])).values()];
  const [first, ...others] = distinct;
  if (first === undefined) throw new Fault('there is nothing to choose from');
  if (others.length === 0) return first;
  if (distinct.length > mostOptions) return missing(key);
  return { kind: 'one-of', options: distinct, key };
}

/**
 * Does something once for every option of the terms that are choices, and gives the choice of what comes out. An
 * option that Terraform refuses cannot be the one.
 */
export function forEachOption(terms: readonly Term[], action: (terms: readonly Term[]) => Term): Term {
  const place = terms.findIndex((term) => term.kind === 'one-of');
  const choice = terms[place];
  if (choice?.kind !== 'one-of') return action(terms);
  const outcomes: Term[] = [];
  let refusal: Fault | undefined;
  for (const option of choice.options) {
    try {
      outcomes.push(forEachOption(terms.with(place, option), action));
    } catch (error) {
      if (error instanceof Beyond) outcomes.push(missing(error.key));
      else if (error instanceof Fault) refusal = error;
      else throw error;
    }
  }
  if (outcomes.length === 0) throw refusal ?? new Fault('no option is possible');
  return choiceOf(outcomes, choice.key);
}

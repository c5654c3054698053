import type { Topology } from '../topology/topology';
import { explanation } from './explanation';
import type { Question } from './question';
import { reach } from './solver';

/**
 * The answer to a question as text for people: the verdict, the way hop by hop with what stops packets, and what would open
 * or close it. See docs/explain.md for how to read it.
 */
export function explain(topology: Topology, question: Question): string {
  return explanation(topology, question, reach(topology, question));
}

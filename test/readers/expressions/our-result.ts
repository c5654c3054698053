import { evaluate } from '../../../lib/readers/expressions/evaluate';
import { Beyond, Fault } from '../../../lib/readers/expressions/fault';
import { jsonText } from '../../../lib/readers/expressions/functions/json-text';
import { parseExpression } from '../../../lib/readers/expressions/parser';
import { tuple } from '../../../lib/readers/expressions/term';
import { noScope } from './no-scope';

/** What our evaluator makes of an expression, in the words of `terraformResults`, or `unknown`. */
export function ourResult(expression: string): string {
  try {
    return jsonText(tuple([evaluate(parseExpression(expression), noScope)]));
  } catch (error) {
    if (error instanceof Fault) return 'ERROR';
    if (error instanceof Beyond) return 'unknown';
    throw error;
  }
}

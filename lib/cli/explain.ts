import { explanation } from '../reachability/explanation';
import { reach } from '../reachability/solver';
import { printableJson, printableLines } from '../report/printable';
import { explanationJson } from '../report/verdict-json';
import type { Command } from './command';
import { topologyOptions } from './input-options';
import { questionOf, questionOptions, topologyOf } from './question';

/** `netproof explain INPUT... --from A --to B --on tcp/5432`: the verdict and why. */
export const explain: Command = {
  description: `Says whether A can open the traffic on B, and why: hop by hop, there and back, with the rule, route or
translation that decides at each, and where it is written. "|" marks what stops packets, "?" what may. Below: the symptom,
what would open or close it, what is unknown, and other ways to B.`,
  options: {
    ...questionOptions,
    ...topologyOptions,
    json: { type: 'boolean', help: 'print JSON, the text in it' },
  },
  run(invocation, { out }) {
    const question = questionOf(invocation, 'explain');
    const topology = topologyOf(invocation, 'explain');
    const verdict = reach(topology, question);
    const text = explanation(topology, question, verdict);
    if (invocation.values['json'] === true) {
      out(`${printableJson(explanationJson(topology, question, verdict, text))}\n`);
    } else {
      out(`${printableLines(text)}\n`);
    }
    return 0;
  },
};

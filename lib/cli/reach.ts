import { NetproofError } from '../addressing/netproof-error';
import { readQueries, type ReadQuery } from '../inputs/queries';
import { answersText, headline } from '../reachability/explanation';
import type { Verdict } from '../reachability/verdict';
import { reach as ask } from '../reachability/solver';
import { printableJson, printableLines } from '../report/printable';
import { answerJson, verdictJson } from '../report/verdict-json';
import type { Topology } from '../topology/topology';
import type { Unknown } from '../topology/value';
import type { Command } from './command';
import { textOf, topologyOptions, topologyOptionsOf } from './input-options';
import { questionOf, questionOptions, topologyOf } from './question';

/** `netproof reach INPUT... --from A --to B --on tcp/5432`: whether one party reaches another. */
export const reach: Command = {
  description: `Says whether A can open the traffic on B, from the written Terraform alone: reachable, blocked, partial or
unknown. Replies have to come back. What only apply tells is unknown, and the answer names the key that would settle it.
netproof explain says why.

With --queries FILE it answers a list, [{ "id", "from", "to", "via"?, "on" }], and prints a list in the same order. A question
that cannot be asked is { "id", "error" } there, and the exit code 2.`,
  options: {
    ...questionOptions,
    queries: { type: 'string', value: 'FILE', help: 'answer a list of questions, with --json' },
    ...topologyOptions,
    json: { type: 'boolean', help: 'print JSON' },
  },
  run(invocation, { out }) {
    const { values } = invocation;
    const queries = textOf(values, 'queries');
    if (queries !== undefined) {
      const single = Object.keys(questionOptions).find((name) => values[name] !== undefined);
      if (single !== undefined) {
        throw new NetproofError('ExtraOption', `--queries brings its own questions: leave out --${single}.`);
      }
      if (values['json'] !== true) {
        throw new NetproofError('MissingOption', 'the answers to --queries are printed as JSON: add --json.');
      }
      topologyOptionsOf(invocation, { '--queries': queries });
      return answerAll(topologyOf(invocation, 'reach'), readQueries(queries), out);
    }
    const question = questionOf(invocation, 'reach');
    const topology = topologyOf(invocation, 'reach');
    const verdict = ask(topology, question);
    if (values['json'] === true) out(`${printableJson(verdictJson(topology, question, verdict))}\n`);
    else {
      const notes = [
        ...verdict.unknowns.map((one) => `settles it   ${settledBy(topology, one)}`),
        ...answersNote(verdict),
        ...[...topology.usedValues].map((key) => `assumes      the value given for ${key}`),
        ...(topology.premises ?? []).map(({ text }) => `assumes      ${text}`),
      ];
      out(
        `${printableLines([headline(question, verdict), ...notes.map((note) => `  ${note}`)].join('\n'))}\n`,
      );
    }
    return 0;
  },
};

/** Only where somebody said what listens. */
function answersNote(verdict: Verdict): readonly string[] {
  const text = answersText(verdict);
  return text === undefined ? [] : [`answers      ${text}`];
}

/** The key to state; of a setting that the input leaves open also the answer under each of its values. */
function settledBy({ variants }: Topology, { key, text }: Unknown): string {
  return variants?.settings.some((setting) => setting.key === key) === true ? `${key}   (${text})` : key;
}

/** One answer per line, so that a long list can be read while it is written and compared by line. */
function answerAll(topology: Topology, queries: readonly ReadQuery[], out: (text: string) => void): number {
  let code = 0;
  const answers = queries.map((read) => {
    if (!('query' in read)) {
      code = 2;
      return { id: read.id, error: read.error.message };
    }
    const { query, on } = read;
    try {
      const { from, to, via } = query;
      const verdict = ask(topology, { from, to, on, ...(via !== undefined && { via }) });
      return { ...query, ...answerJson(topology, verdict) };
    } catch (error) {
      if (!NetproofError.is(error)) throw error;
      code = 2;
      return { id: query.id, error: error.message };
    }
  });
  out(`${printableJson(answers)}\n`);
  return code;
}

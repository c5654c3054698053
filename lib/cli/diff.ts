import { NetproofError } from '../addressing/netproof-error';
import { difference } from '../reachability/difference';
import { readTopologies } from '../inputs/topology-input';
import { differenceJson, differenceMarkdown, differenceText } from '../report/difference-text';
import { printableJson } from '../report/printable';
import type { Command } from './command';
import { textOf, topologyOptions, topologyOptionsOf } from './input-options';

const formats = ['text', 'markdown', 'json'];
const gates = ['opens', 'closes', 'any'];

/** `netproof diff BEFORE AFTER`: what a change opens and closes, and why. */
export const diff: Command = {
  description: `Says who reaches whom after a change who did not before, and who no longer does, with the rule, route or address
that makes the difference: each was undone in turn, and the question asked again. What the Internet takes part in comes first.
"OPENS?" may be open: what is unknown afterwards decides. Endpoints are compared by their Terraform addresses.
--synth is that of AFTER.`,
  options: {
    'fail-on': {
      type: 'string',
      value: 'WHAT',
      help: 'opens, closes or any: exit 1 when the change does that',
    },
    format: { type: 'string', value: 'FORMAT', help: 'text, markdown or json (default: text)' },
    ...topologyOptions,
    json: { type: 'boolean', help: 'print JSON' },
  },
  run(invocation, { out, paint }) {
    const { operands, values } = invocation;
    const [before, after] = operands;
    if (before === undefined || after === undefined || operands.length > 2) {
      throw new NetproofError(
        'NoInput',
        `netproof diff compares two INPUTs, ${operands.length} given: npx netproof diff main.json pr.json.`,
      );
    }
    const format = values['json'] === true ? 'json' : (oneOf(values, 'format', formats) ?? 'text');
    const gate = oneOf(values, 'fail-on', gates);
    const [was, is] = readTopologies([[before], [after]], topologyOptionsOf(invocation));
    const found = difference(was!, is!);
    const text =
      format === 'json'
        ? printableJson(differenceJson(found))
        : format === 'markdown'
          ? differenceMarkdown(found)
          : differenceText(found, paint);
    out(`${text}\n`);
    // What is not modelled may open anything: an alarm takes what is unknown as open.
    const opens = found.opens > 0 || found.doubts.some(({ change }) => change === 'new');
    const fails = (gate !== 'closes' && opens) || (gate !== 'opens' && found.closes > 0);
    return gate !== undefined && fails ? 1 : 0;
  },
};

function oneOf(
  values: Readonly<Record<string, string | boolean | undefined>>,
  name: string,
  known: readonly string[],
): string | undefined {
  const value = textOf(values, name);
  if (value === undefined || known.includes(value)) return value;
  throw new NetproofError(
    'InvalidOption',
    `--${name} ${value} means nothing. There are ${known.join(', ')}.`,
  );
}

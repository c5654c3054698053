import { parseArgs } from 'node:util';
import { check } from './check';
import { type Comparison, measure, type Outcome } from './comparison';
import { compile } from './compiled';
import { growth } from './growth';
import { imports } from './import';
import { growthTable, machine, outcomeTable } from './report';
import { reach } from './reach';
import { synth } from './synth';

// npm run bench [-- NAME... --check --json --growth --large]: measures the budgets of docs/architecture.md. NAME picks by group.
// --check exits 1 when a figure is over its limit in two measurements; one alone may be the machine's fault.
const groups: Readonly<Record<string, readonly Comparison[]>> = { synth, import: imports, reach, check };

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    check: { type: 'boolean' },
    json: { type: 'boolean' },
    growth: { type: 'boolean' },
    large: { type: 'boolean' },
  },
});
const unknown = positionals.filter((name) => groups[name] === undefined);
if (unknown.length > 0) {
  process.stderr.write(
    `There is no benchmark ${unknown.join(', ')}. There are ${Object.keys(groups).join(', ')}.\n`,
  );
  process.exit(2);
}

compile();
const chosen = positionals.length === 0 ? Object.values(groups) : positionals.map((name) => groups[name]!);
const outcomes = chosen.flat().map((comparison) => {
  const outcome = measure(comparison);
  return values.check && !outcome.holds ? better(outcome, measure(comparison)) : outcome;
});
const sizes = [100, 1000, 10_000, ...(values.large ? [100_000] : [])];
const grown = values.growth || values.large ? growth(sizes) : [];

if (values.json) {
  process.stdout.write(
    `${JSON.stringify({ format: 1, machine: machine(), outcomes, growth: grown }, null, 2)}\n`,
  );
} else {
  const { node, processors } = machine();
  if (grown.length > 0) process.stdout.write(`${growthTable(grown)}\n\n`);
  process.stdout.write(`${outcomeTable(outcomes)}\n\nNode ${node}, ${processors}\n`);
}
const broken = outcomes.filter(({ holds }) => !holds);
if (values.check && broken.length > 0) {
  process.stderr.write(`${broken.map(({ name }) => `over its limit twice: ${name}`).join('\n')}\n`);
  process.exitCode = 1;
}

function better(first: Outcome, second: Outcome): Outcome {
  return second.figure.median < first.figure.median ? second : first;
}

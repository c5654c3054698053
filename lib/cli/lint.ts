import { NetproofError } from '../addressing/netproof-error';
import { didYouMean } from '../inputs/did-you-mean';
import { readPolicyFile } from '../inputs/policy-file';
import { readTopology } from '../inputs/topology-input';
import { lint as lintOf, type LintOptions, type LintResult } from '../lint/lint';
import { severities, type Severity } from '../lint/rule';
import { lintRules } from '../lint/rules';
import { lintReport } from '../report/findings-report';
import { lintJson, lintText } from '../report/lint-text';
import type { Topology } from '../topology/topology';
import type { Command, Invocation } from './command';
import { dayOf, todayOption } from './day';
import { textOf, topologyOptions, topologyOptionsOf } from './input-options';
import { writeJudgement } from './judgement';

/** `netproof lint INPUT...`: rules with ids, about one topology and its Terraform. */
export const lint: Command = {
  description: `Asks rules about Docker stacks, and a few about VPCs: what is published too widely, what weakens the networks, what a
container may do to its host. docs/lint.md lists them. A waiver lets one be broken for a reason that stays in the report: it
stands in the Terraform, on the resource, or in a file. Exit code 0: all rules hold, or are waived. 1: one is broken. 2: none
is, and one cannot be told; or the waivers or the input are wrong.`,
  options: {
    waivers: {
      type: 'string',
      value: 'FILE',
      help: 'waivers, YAML or JSON: waivers: [{ rule, on, reason, until }]',
    },
    rule: { type: 'string', value: 'IDS', help: 'only these rules, joined by commas' },
    'fail-on': {
      type: 'string',
      value: 'SEVERITY',
      help: 'the mildest severity that fails: error, warning or note (default: warning)',
    },
    format: {
      type: 'string',
      value: 'FORMAT',
      help: 'pretty, json, markdown, junit, sarif or html (default: pretty)',
    },
    today: todayOption,
    ...topologyOptions,
    json: { type: 'boolean', help: 'print JSON' },
  },
  run: (invocation, output) =>
    writeJudgement(invocation, output, () => {
      const { result, topology } = linted(invocation);
      return {
        status: result.status,
        topology,
        text: () => lintText(result, output.paint),
        json: () => lintJson(result),
        report: () => lintReport(result),
      };
    }),
};

function linted(invocation: Invocation): { readonly result: LintResult; readonly topology: Topology } {
  const { operands, values } = invocation;
  if (operands.length === 0) {
    throw new NetproofError('NoInput', 'netproof lint needs an INPUT: npx netproof lint cdktf.out.');
  }
  const file = textOf(values, 'waivers');
  const only = rulesOf(values);
  const failOn = severityOf(values);
  const today = dayOf(values);
  const waivers = file === undefined ? {} : waiversIn(file);
  const options = topologyOptionsOf(invocation, file === undefined ? {} : { '--waivers': file });
  const topology = readTopology(operands, options);
  const result = lintOf(topology, { ...waivers, today, failOn, ...(only !== undefined && { only }) });
  return { result, topology };
}

/** A list, or an object that holds one as `waivers`. */
function waiversIn(file: string): Pick<LintOptions, 'waivers' | 'place'> {
  const { value, place } = readPolicyFile(file);
  const held = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!held) return { waivers: value ?? [], place };
  const unknown = Object.keys(value).find((key) => key !== 'waivers');
  if (unknown !== undefined) {
    throw new NetproofError(
      'InvalidWaivers',
      `${place([unknown])}: a file of waivers holds the list "waivers", and no ${JSON.stringify(unknown)}.`,
    );
  }
  return {
    waivers: (value as { readonly waivers?: unknown }).waivers ?? [],
    place: (path) => place(['waivers', ...path]),
  };
}

function rulesOf(values: Invocation['values']): readonly string[] | undefined {
  const given = textOf(values, 'rule')
    ?.split(',')
    .map((id) => id.trim());
  const known = lintRules.map(({ id }) => id);
  const wrong = given?.find((id) => !known.includes(id));
  if (wrong === undefined) return given;
  const guess = didYouMean(wrong, known) || ' See docs/lint.md.';
  throw new NetproofError('InvalidOption', `no rule is called ${JSON.stringify(wrong)}.${guess}`);
}

function severityOf(values: Invocation['values']): Severity {
  const given = textOf(values, 'fail-on') ?? 'warning';
  const found = severities.find((one) => one === given);
  if (found !== undefined) return found;
  throw new NetproofError(
    'InvalidOption',
    `--fail-on ${given} means nothing. There are ${severities.join(', ')}.`,
  );
}

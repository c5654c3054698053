import { NetproofError } from '../addressing/netproof-error';
import { readPolicyFile } from '../inputs/policy-file';
import { evaluatePolicy, type PolicyResult } from '../policy/evaluation';
import { readPolicy } from '../policy/policy-reader';
import { policyJson, policyText } from '../report/policy-table';
import { printableJson, printableLines } from '../report/printable';
import type { Command, Invocation } from './command';
import { textOf, topologyOptions } from './input-options';
import { topologyOf } from './question';

const formats = ['pretty', 'json'];

/** `netproof check INPUT... --policy policy.yaml`: whether a policy holds. */
export const check: Command = {
  description: `Judges every rule of a policy in every network of it that the INPUT holds: pass, fail or unknown, and for what does not
hold the path, hop by hop. docs/policy.md is the reference of the language. Exit code 0: all rules hold, or are waived. 1: a
rule is broken. 2: none is, and one cannot be told; or the policy or the input is wrong.`,
  options: {
    policy: { type: 'string', value: 'FILE', help: 'the policy, YAML or JSON' },
    network: {
      type: 'string',
      value: 'NAME',
      help: 'which network of the policy INPUT is (default: by the names of stacks)',
    },
    format: { type: 'string', value: 'FORMAT', help: 'pretty or json (default: pretty)' },
    today: {
      type: 'string',
      value: 'DAY',
      help: 'judge waivers as on this day: 2027-01-31 (default: today, UTC)',
    },
    ...topologyOptions,
    json: { type: 'boolean', help: 'print JSON' },
  },
  run(invocation, { out, err, paint }) {
    const format = formatOf(invocation);
    let result: PolicyResult;
    try {
      result = judge(invocation);
    } catch (error) {
      if (format !== 'json' || !NetproofError.is(error)) throw error;
      const { code, message, problems } = error;
      out(`${printableJson({ format: 1, status: 'invalid', error: { code, message, problems } })}\n`);
      err(`${printableLines(message)}\n`);
      return 2;
    }
    out(`${format === 'json' ? printableJson(policyJson(result)) : policyText(result, paint)}\n`);
    return { pass: 0, fail: 1, unknown: 2 }[result.status];
  },
};

function judge(invocation: Invocation): PolicyResult {
  const { values, operands } = invocation;
  const file = textOf(values, 'policy');
  if (file === undefined) {
    throw new NetproofError(
      'MissingOption',
      'netproof check needs --policy: npx netproof check cdktf.out --policy policies/shop.yaml.',
    );
  }
  if (file === '-' && operands.includes('-')) {
    throw new NetproofError(
      'InputTwice',
      'standard input cannot be INPUT and --policy at once. Give one as a file.',
    );
  }
  const { value, place } = readPolicyFile(file);
  const policy = readPolicy(value, place);
  const network = textOf(values, 'network');
  return evaluatePolicy(policy, topologyOf(invocation, 'check'), {
    today: dayOf(values),
    ...(network !== undefined && { network }),
  });
}

function formatOf({ values }: Invocation): string {
  if (values['json'] === true) return 'json';
  const format = textOf(values, 'format') ?? 'pretty';
  if (formats.includes(format)) return format;
  throw new NetproofError(
    'InvalidOption',
    `--format ${format} means nothing. There are ${formats.join(', ')}.`,
  );
}

function dayOf(values: Invocation['values']): string {
  const day = textOf(values, 'today');
  if (day === undefined) return new Date().toISOString().slice(0, 10);
  const read = new Date(`${day}T00:00:00Z`);
  if (/^\d{4}-\d{2}-\d{2}$/.test(day) && !Number.isNaN(read.getTime()) && read.toISOString().startsWith(day))
    return day;
  throw new NetproofError('InvalidOption', `--today ${day} is no day. Write it as 2027-01-31.`);
}

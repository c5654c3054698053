import { NetproofError } from '../addressing/netproof-error';
import { readPolicyFile } from '../inputs/policy-file';
import { evaluatePolicy, type PolicyResult } from '../policy/evaluation';
import { readPolicy } from '../policy/policy-reader';
import { policyJson, policyText } from '../report/policy-table';
import { policyReport } from '../report/findings-report';
import type { Topology } from '../topology/topology';
import type { Command, Invocation } from './command';
import { textOf, topologyOptions } from './input-options';
import { dayOf, todayOption } from './day';
import { topologyOf } from './question';
import { writeJudgement } from './judgement';

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
      const { result, topology } = judge(invocation);
      return {
        status: result.status,
        topology,
        text: () => policyText(result, output.paint),
        json: () => policyJson(result),
        report: () => policyReport(result, topology),
      };
    }),
};

interface Judged {
  readonly result: PolicyResult;
  readonly topology: Topology;
}

function judge(invocation: Invocation): Judged {
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
  const topology = topologyOf(invocation, 'check');
  const today = dayOf(values);
  const result = evaluatePolicy(policy, topology, { today, ...(network !== undefined && { network }) });
  return { result, topology };
}

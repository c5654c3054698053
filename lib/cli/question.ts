import { NetproofError } from '../addressing/netproof-error';
import { Traffic } from '../addressing/traffic';
import { readTopology } from '../inputs/topology-input';
import type { Question } from '../reachability/question';
import type { NamedTopology } from '../topology/subject';
import type { Invocation, Option } from './command';
import { textOf, topologyOptionsOf } from './input-options';

/** Options of every command that answers one question. */
export const questionOptions: Readonly<Record<string, Option>> = {
  from: { type: 'string', value: 'A', help: 'who asks: an address, construct path, name, or internet' },
  to: { type: 'string', value: 'B', help: 'who is asked' },
  on: { type: 'string', value: 'TRAFFIC', help: 'tcp/5432, udp/53, tcp/8000-8100, icmp, tcp, all' },
  via: { type: 'string', value: 'V', help: 'the network, address or balancer by which B is dialled' },
};

const examples: Readonly<Record<string, string>> = {
  check: '--policy policies/shop.yaml',
  resolve: '--from A --name db',
};

export function topologyOf({ operands, values }: Invocation, command: string): NamedTopology {
  if (operands.length === 0) {
    throw new NetproofError(
      'NoInput',
      `netproof ${command} needs an INPUT: npx netproof ${command} cdktf.out ${examples[command] ?? '--from A --to B --on tcp/443'}.`,
    );
  }
  return readTopology(operands, topologyOptionsOf({ operands, values }));
}

export function questionOf({ values }: Invocation, command: string): Question {
  const missing = ['from', 'to', 'on'].filter((name) => textOf(values, name) === undefined);
  if (missing.length > 0) {
    throw new NetproofError(
      'MissingOption',
      `netproof ${command} needs ${missing.map((name) => `--${name}`).join(' and ')}: --from A --to B --on tcp/443.`,
    );
  }
  const via = textOf(values, 'via');
  return {
    from: textOf(values, 'from')!,
    to: textOf(values, 'to')!,
    on: Traffic.parse(textOf(values, 'on')!),
    ...(via !== undefined && { via }),
  };
}

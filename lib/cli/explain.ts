import { NetproofError } from '../addressing/netproof-error';
import { Traffic } from '../addressing/traffic';
import { readAssumptions } from '../inputs/assumptions';
import { readDockerAssumptions } from '../readers/docker/docker-assumptions';
import { explanation } from '../reachability/explanation';
import { reach } from '../reachability/solver';
import { checkList } from '../report/check-list';
import { checkListJson, checkListText } from '../report/check-list-text';
import { printableJson, printableLines } from '../report/printable';
import { explanationJson } from '../report/verdict-json';
import type { Command, Invocation } from './command';
import { textOf, topologyOptions, topologyOptionsOf } from './input-options';
import { questionOf, questionOptions, topologyOf } from './question';

/** `netproof explain INPUT... --from A --to B --on tcp/5432`: the verdict and why. */
export const explain: Command = {
  description: `Says whether A can open the traffic on B, and why: hop by hop, there and back, with the rule, route or
translation that decides at each, and where it is written. "|" marks what stops packets, "?" what may. Below: the symptom,
what would open or close it, what is unknown, and other ways to B.

With --check it walks the twelve things to look at, in their order, between a browser or a container and a container: each is
answered from the configuration, or says the command that asks the machine. --on may be left out where one port is meant.`,
  options: {
    check: { type: 'boolean', help: 'the ordered check list in place of the hops' },
    dial: {
      type: 'string',
      value: 'NAME',
      help: 'with --check: the name or address that A dials (default: B)',
    },
    ...questionOptions,
    ...topologyOptions,
    json: { type: 'boolean', help: 'print JSON, the text in it' },
  },
  run(invocation, { out }) {
    if (invocation.values['check'] === true) return check(invocation, out);
    if (textOf(invocation.values, 'dial') !== undefined) {
      throw new NetproofError('ExtraOption', '--dial goes with --check: a verdict is about addresses.');
    }
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

function check(invocation: Invocation, out: (text: string) => void): number {
  const { values } = invocation;
  const missing = ['from', 'to'].filter((name) => textOf(values, name) === undefined);
  if (missing.length > 0) {
    const options = missing.map((name) => `--${name}`).join(' and ');
    throw new NetproofError(
      'MissingOption',
      `netproof explain --check needs ${options}: --check --from browser --to grafana.`,
    );
  }
  if (textOf(values, 'via') !== undefined) {
    throw new NetproofError('ExtraOption', '--check finds the way itself: leave out --via, or say --dial.');
  }
  const topology = topologyOf(invocation, 'explain');
  const { assume } = topologyOptionsOf(invocation);
  const on = textOf(values, 'on');
  const list = checkList(topology, {
    from: textOf(values, 'from')!,
    to: textOf(values, 'to')!,
    on: on === undefined ? undefined : Traffic.parse(on),
    dial: textOf(values, 'dial'),
    hostFirewall:
      assume === undefined ? undefined : readDockerAssumptions(readAssumptions(assume)).hostFirewall,
  });
  const json = values['json'] === true;
  out(
    `${json ? printableJson(checkListJson(topology, list)) : printableLines(checkListText(topology, list))}\n`,
  );
  return 0;
}

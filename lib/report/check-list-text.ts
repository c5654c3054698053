import { withoutConcealed, dataWithoutConcealed } from '../topology/concealed';
import type { Topology } from '../topology/topology';
import type { CheckItem, CheckList } from './check-list';
import { wordFor } from './check-list-way-in';

const marks: Readonly<Record<CheckItem['answer'], string>> = {
  yes: 'ok ',
  no: 'NO ',
  ask: ' ? ',
  'not here': ' - ',
};

/** The list for people: what is seen first, then the items in their order, `NO` where the configuration says what is wrong. */
export function checkListText(topology: Topology, list: CheckList): string {
  const { from, to, on, verdict, sees, because, items, assumptions } = list;
  const head = [`${verdict}   ${from} to ${to} on ${on}`, `sees   ${wordFor(sees)}: ${because}`];
  const lines = items.flatMap((one, index) => [
    ...(items[index - 1]?.part === one.part ? [] : ['', one.part]),
    `${String(one.number).padStart(4)} ${marks[one.answer]} ${one.question}`,
    `         ${one.says}`,
    ...one.commands.flatMap(({ where, command, expect }) => [
      `         ${where}$ ${command}`,
      `           ${expect}`,
    ]),
  ]);
  const count = (answer: CheckItem['answer']): number => items.filter((one) => one.answer === answer).length;
  const sum = `${count('yes')} ok, ${count('no')} wrong, ${count('ask')} to ask, ${count('not here')} not on this way`;
  const rest = ['', sum, ...assumptions.map((text) => `assumes   ${text}`)];
  return withoutConcealed(topology, [...head, ...lines, ...rest].join('\n'));
}

/** The list as `--json` prints it. */
export function checkListJson(topology: Topology, list: CheckList): object {
  return dataWithoutConcealed(topology, { format: 1, ...list });
}

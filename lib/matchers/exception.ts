import type { Traffic } from '../addressing/traffic';
import type { SubjectFlow } from '../policy/subject-rules';
import type { Subject } from '../topology/subject';
import { described, misuse, sameTopology, subjectOf, trafficOf } from './argument';

/** One party and some traffic, as matchers take them in lists. */
export interface Exception extends SubjectFlow {
  readonly name: string;
}

/** What lists of `{ from, on }` or `{ to, on }` say. Throws for whatever else is in the options. */
export function exceptionsOf(
  options: unknown,
  field: string,
  side: 'from' | 'to',
  subject: Subject,
  call: string,
): readonly Exception[] {
  if (!isRecord(options))
    throw misuse(call, `the options are ${described(options)}. Write { ${field}: [...] }.`);
  const other = Object.keys(options).find((name) => name !== field);
  if (other !== undefined)
    throw misuse(call, `there is no option ${JSON.stringify(other)}. There is ${field}.`);
  const list = options[field] ?? [];
  if (!Array.isArray(list))
    throw misuse(call, `${JSON.stringify(field)} is a list, and not ${described(list)}.`);
  return list.map((item: unknown, index): Exception => {
    const where = `${field}[${index}]`;
    if (!isRecord(item))
      throw misuse(
        call,
        `${where} is ${described(item)}. Write { ${side}: net.endpoint("..."), on: tcp(443) }.`,
      );
    const extra = Object.keys(item).find((name) => name !== side && name !== 'on');
    if (extra !== undefined)
      throw misuse(call, `${where} has no field ${JSON.stringify(extra)}. There are ${side} and on.`);
    const party = subjectOf(item[side], call, `${where}.${side}`);
    sameTopology(subject, party, call);
    return { party: party.party, on: trafficOf(item['on'], call), name: party.name };
  });
}

export function exceptionText(
  { name, on }: { readonly name: string; readonly on: Traffic },
  side: 'from' | 'to',
): string {
  return `{ ${side}: ${name}, on: ${on.toString()} }`;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

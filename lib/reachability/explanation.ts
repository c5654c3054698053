import { withoutConcealed } from '../topology/concealed';
import type { Topology } from '../topology/topology';
import type { Traffic } from '../addressing/traffic';
import { endText, placeText, trafficText } from './explanation-rule';
import { closingRules, openingOf } from './explanation-remedy';
import { namesTold } from './explanation-name';
import { sightFacts } from './explanation-sight';
import { wayRows, type WayRow } from './explanation-way';
import { answerable } from './flow-space';
import type { OtherWay } from './other-way';
import type { Question } from './question';
import { type ReasonCode, reasonOf } from './reason-code';
import type { Trace } from './trace';
import type { Verdict } from './verdict';

/** Ways that are shown hop by hop; of more it says how many there are. */
const mostWays = 2;

/**
 * A verdict for people, as plain text without a newline at its end: the answer first, then the way hop by hop with `|`
 * where packets are stopped for certain and `?` where perhaps, and below what a person sees who tries it, what would
 * open or close it, what is unknown, and the other ways. Names in it come from the input: make them printable before
 * a terminal sees them.
 */
export function explanation(topology: Topology, question: Question, verdict: Verdict): string {
  const traces = verdict.trace();
  const shown = traces.length === 0 ? [] : chosen(topology, traces, verdict, question);
  const around =
    verdict.kind === 'blocked' ? verdict.otherWays.find(({ passes }) => !passes.isEmpty()) : undefined;
  const told = [...shown, ...(around?.stretches ?? []).flatMap((stretch) => stretch.trace().slice(0, 1))];
  const ways = told.map((trace) => wayRows(topology, trace));
  const columns = widthsOf(ways.flat());
  const blocks = ways.map((rows) => rows.map((row) => lineOf(row, columns)).join('\n'));
  const { notes, looks } = sightFacts(topology, told);
  const facts = [
    ...factsOf(topology, question, verdict, traces, shown),
    ...namesTold(topology, question).map((text): Fact => ['by name', text]),
    ...notes.map((note): Fact => ['note', note]),
    ...looks.map((look): Fact => ['look with', look]),
  ];
  const width = Math.max(0, ...facts.map(([label]) => label.length));
  const closing = facts.map(([label, text]) => `  ${label.padEnd(width)}   ${text}`).join('\n');
  const parts = [headline(question, verdict), ...blocks, closing].filter((part) => part !== '');
  return withoutConcealed(topology, parts.join('\n\n'));
}

/** The first line: the verdict and what it is about. */
export function headline(question: Question, verdict: Verdict): string {
  return `${verdict.kind}   ${sentence(question, verdict)}`;
}

function sentence(question: Question, verdict: Verdict): string {
  const { kind, asked, passes, unknowns } = verdict;
  const [from, to] = [nameOf(question.from), nameOf(question.to)];
  const via = question.via === undefined ? '' : ` via ${question.via}`;
  const act = (traffic: Traffic): string => {
    const text = trafficText(traffic);
    if (text === 'icmp') return `ping ${to}${via}`;
    return `open ${text} on ${to}${via}`;
  };
  const open = kind === 'blocked' ? verdict.anyWay : undefined;
  const anotherWay =
    open === undefined || open.mayPass.isEmpty()
      ? ''
      : `: not by its own address, but ${open.passes.isEmpty() ? 'perhaps ' : ''}by another way`;
  switch (kind) {
    case 'reachable':
      return `${from} can ${act(asked)}`;
    case 'blocked':
      return `${from} cannot ${act(asked)}${anotherWay}`;
    case 'partial':
      return asked.equals(passes)
        ? `${from} can ${act(asked)} between some of their addresses only`
        : `${from} can ${act(passes)}, and not the rest of ${trafficText(asked)}`;
    case 'unknown': {
      const keys = unknowns.map(({ key }) => key);
      const why =
        keys.length === 0
          ? ''
          : `: ${keys.length === 1 ? keys[0]! : `${keys.length} things are`} ${keys.length === 1 ? 'is ' : ''}not known`;
      return `cannot tell whether ${from} can ${act(asked)}${why}`;
    }
  }
}

/** What a person calls a party of a question. */
export function nameOf(party: Question['from']): string {
  if (typeof party === 'string') return party;
  if (party.kind === 'endpoint') return party.endpoint.id;
  return party.kind === 'segment' ? party.segment.id : party.zone.id;
}

/** The way that explains most, and of a partial answer one that comes out otherwise beside it. */
function chosen(
  topology: Topology,
  traces: readonly Trace[],
  { kind }: Verdict,
  { via }: Question,
): readonly Trace[] {
  const [first] = traces;
  if (via !== undefined) return traces.slice(0, mostWays);
  if (kind !== 'partial') return inSuccession(topology, traces);
  const other = traces.find((trace) => !trace.passes.equals(first!.passes));
  return other === undefined ? [first!] : [first!, other];
}

/** The first walk, and those that go on where it ends: through relays, one after the other. */
function inSuccession(topology: Topology, traces: readonly Trace[]): readonly Trace[] {
  const owners = new Map(
    [...topology.endpoints.values()].flatMap(({ id, interfaces }) =>
      interfaces.map((one) => [one.id, id] as const),
    ),
  );
  const ownerOf = (end: string): string => owners.get(end) ?? end;
  const gap = traces.findIndex(
    (trace, index) => index > 0 && ownerOf(trace.from) !== ownerOf(traces[index - 1]!.to),
  );
  return gap < 0 ? traces : traces.slice(0, gap);
}

type Fact = readonly [label: string, text: string];

function factsOf(
  topology: Topology,
  question: Question,
  verdict: Verdict,
  traces: readonly Trace[],
  shown: readonly Trace[],
): readonly Fact[] {
  const [first] = shown;
  const certain = verdict.kind === 'blocked' ? (first?.cuts.filter((cut) => cut.certain) ?? []) : [];
  return [
    ...(traces.length === 0 ? [wholeReason(topology, verdict)] : []),
    ...reasons(certain.map(({ reason }) => reason)),
    ...arrival(verdict),
    ...clientPorts(verdict),
    ...(certain[0] === undefined ? [] : [['symptom', certain[0].symptom] as const]),
    ...remedies(topology, question, verdict),
    ...answers(verdict),
    ...parts(topology, verdict),
    ...verdict.unknowns.map(({ key, text }): Fact => [
      'settles it',
      key === text ? key : `${key}   (${text})`,
    ]),
    ...otherWays(verdict.otherWays),
    ...(traces.length > shown.length ? [['walked', moreWays(traces.length - shown.length)] as const] : []),
    ...[...topology.usedValues].map((key): Fact => ['assumes', `the value given for ${key}`]),
    ...(topology.premises ?? []).map(({ text }): Fact => ['assumes', text]),
  ];
}

function answers(verdict: Verdict): readonly Fact[] {
  const text = answersText(verdict);
  return text === undefined ? [] : [['answers', text]];
}

/** Whether anybody listens, where somebody said so and something may arrive. */
export function answersText({ answers: answering, firstPacket }: Verdict): string | undefined {
  if (answering === 'unsaid' || firstPacket.mayPass.isEmpty()) return undefined;
  return answering === 'yes'
    ? 'yes, something listens there'
    : 'no, nothing listens there: what arrives is refused';
}

const moreWays = (count: number): string =>
  count === 1
    ? '1 more way, by another address or choice'
    : `${count} more ways, by other addresses or choices`;

/** Without a single way to show, only one of these can be the reason. */
function wholeReason(topology: Topology, verdict: Verdict): Fact {
  const code: ReasonCode =
    verdict.kind === 'blocked'
      ? 'no-common-family'
      : topology.endpoints.size > 0 && verdict.unknowns.length > 0
        ? 'not-modelled'
        : 'too-many-worlds';
  return ['reason', `${code}: ${reasonOf(code).meaning}`];
}

function reasons(codes: readonly ReasonCode[]): readonly Fact[] {
  return [...new Set(codes)].map((code): Fact => ['reason', `${code}: ${reasonOf(code).meaning}`]);
}

function arrival({ kind, firstPacket }: Verdict): readonly Fact[] {
  if (kind !== 'blocked' || firstPacket.mayPass.isEmpty()) return [];
  const sure = !firstPacket.passes.isEmpty();
  const traffic = sure ? firstPacket.passes : firstPacket.mayPass;
  const does = sure ? 'does' : 'may';
  const text = answerable(traffic).isEmpty()
    ? `${trafficText(traffic)} ${does} arrive; nobody answers it`
    : `the first packet of ${trafficText(traffic)} ${does} arrive; its reply does not come back`;
  return [['arrives', text]];
}

function clientPorts({ clientPorts: ports }: Verdict): readonly Fact[] {
  if (ports === undefined) return [];
  const text = `passes only with source ports ${ports.passes.toString()} of ${ports.of.toString()}, so it fails now and then`;
  return [['ports', text]];
}

function remedies(topology: Topology, question: Question, verdict: Verdict): readonly Fact[] {
  if (verdict.kind === 'blocked') {
    const opening = openingOf(topology, question, verdict);
    if (opening === undefined) return [];
    const label = opening.tried ? 'opens it' : 'it takes';
    return opening.steps.map((step, index): Fact => [index === 0 ? label : 'and', step]);
  }
  if (verdict.kind !== 'reachable') return [];
  return closingRules(topology, question, verdict).map((rule, index): Fact => [
    index === 0 ? 'closes it' : 'or',
    rule,
  ]);
}

/** Of a partial answer, what passes where. */
function parts(topology: Topology, { kind, parts: all, asked }: Verdict): readonly Fact[] {
  if (kind !== 'partial') return [];
  const side = ({ id, addresses }: (typeof all)[number]['from']): string =>
    addresses === undefined ? id : `${id} ${endText(topology, { addresses, of: id })}`;
  const lines = all.map((part): Fact => {
    const text = part.passes.isEmpty()
      ? 'nothing passes'
      : part.passes.contains(asked)
        ? 'passes'
        : `${trafficText(part.passes)} passes`;
    return ['part', `${side(part.from)} -> ${side(part.to)}: ${text}`];
  });
  return lines.length <= 8 ? lines : [...lines.slice(0, 7), ['part', `${lines.length - 7} more`]];
}

function otherWays(ways: readonly OtherWay[]): readonly Fact[] {
  return ways
    .filter(({ mayPass }) => !mayPass.isEmpty())
    .map((way): Fact => {
      const traffic = trafficText(way.passes.isEmpty() ? way.mayPass : way.passes);
      const sure = way.passes.isEmpty() ? 'may open' : 'opens';
      return ['other way', `${otherWay(way)} ${sure} ${traffic}   ${placeText(way.origin)}`];
    });
}

function otherWay({ kind, name, dial, dialled }: OtherWay): string {
  switch (kind) {
    case 'public-address':
      return `its public address ${dial} at ${name}`;
    case 'published-port':
      return `${dialled.toString()} published by ${name}`;
    case 'relay':
      return `${name}, asked on ${dialled.toString()},`;
    case 'not-modelled':
      return `${dial}, which is not modelled,`;
  }
}

/** A longer cell pushes the rest of its own line aside, and not that of all others. */
const widestColumn = 60;

function widthsOf(rows: readonly WayRow[]): readonly number[] {
  const columns = Math.max(0, ...rows.map(({ cells }) => cells.length));
  return Array.from({ length: columns }, (_, column) =>
    Math.max(
      0,
      ...rows
        .map(({ cells }) => cells[column]?.length ?? 0)
        .filter((width) => column === 0 || width <= widestColumn),
    ),
  );
}

function lineOf({ mark, cells }: WayRow, widths: readonly number[]): string {
  const texts = cells.flatMap((text, column) =>
    widths[column] === 0 && text === '' ? [] : [text.padEnd(widths[column]!)],
  );
  return `${mark} ${texts.join('   ')}`.trimEnd();
}

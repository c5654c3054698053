import { ownerText, resolutionHeadline } from '../reachability/explanation-name';
import { placeText } from '../reachability/explanation-rule';
import type { NamedAddress, Namesake, Resolution } from '../reachability/name-resolution';
import { dataWithoutConcealed, withoutConcealed } from '../topology/concealed';
import type { Topology } from '../topology/topology';

/**
 * What a name means, for people, as plain text without a newline at its end: the answer first, then the addresses with who
 * has them and what says so, and below what would settle it and who else carries the name.
 */
export function resolutionText(topology: Topology, resolution: Resolution): string {
  const rows = resolution.answers.map((answer) => [
    addressText(answer),
    ownerText(answer),
    answer.segment === undefined ? '' : `on ${topology.segments.get(answer.segment)?.name ?? answer.segment}`,
    `${answer.what} in ${tableName(topology, answer.table)}`,
    placeText(answer.origin),
  ]);
  const width = (column: number): number => Math.max(0, ...rows.map((row) => row[column]!.length));
  const table = rows.map((row) =>
    `  ${row.flatMap((cell, column) => (width(column) === 0 ? [] : [cell.padEnd(width(column))])).join('   ')}`.trimEnd(),
  );
  const facts = factsOf(topology, resolution);
  const label = Math.max(0, ...facts.map(([name]) => name.length));
  const closing = facts.map(([name, text]) => `  ${name.padEnd(label)}   ${text}`);
  const blocks = [[headline(resolution)], table, closing].filter((lines) => lines.length > 0);
  return withoutConcealed(topology, blocks.map((lines) => lines.join('\n')).join('\n\n'));
}

/** The same as data, as `--json` prints it. */
export function resolutionJson(topology: Topology, resolution: Resolution) {
  const { from, name, kind, answers, beyond, unknowns, elsewhere } = resolution;
  return dataWithoutConcealed(topology, {
    format: 1,
    from,
    name,
    answer: kind,
    addresses: answers.map((one) => ({
      owner: one.owner ?? null,
      ...(one.perhaps.length > 0 && { perhaps: one.perhaps }),
      address: one.address?.toString() ?? null,
      ...(one.unknown !== undefined && { key: one.unknown.key }),
      segment: one.segment ?? null,
      what: one.what,
      table: one.table,
      origin: one.origin,
    })),
    ...(beyond !== '' && { beyond }),
    unknowns: unknowns.map(({ key, text }) => ({ key, text })),
    elsewhere: elsewhere.map(({ owner, table, what, asked, origin }) => ({
      owner,
      table,
      what,
      asked,
      origin,
    })),
    assumptions: [...topology.usedValues, ...(topology.premises ?? []).map(({ text }) => text)],
  });
}

function headline(resolution: Resolution): string {
  return `${resolution.kind}   ${resolutionHeadline(resolution)}`;
}

function factsOf(topology: Topology, resolution: Resolution): readonly (readonly [string, string])[] {
  const { kind, answers, beyond, unknowns, elsewhere } = resolution;
  const several = [4, 6].some((family) => {
    const texts = answers.filter(({ address }) => (address?.family ?? 4) === family).map(addressText);
    return new Set(texts).size > 1;
  });
  return [
    ...(kind === 'upstream' ? [['asked next', beyond] as const] : []),
    ...(kind === 'not-found' ? [['reason', beyond] as const] : []),
    ...(kind !== 'unknown' && several
      ? [['of these', 'it takes any, and not always the same'] as const]
      : []),
    ...unknowns.map(({ key, text }) => ['settles it', key === text ? key : `${key}   (${text})`] as const),
    ...elsewhere.map((one) => ['also called so', namesakeText(topology, one)] as const),
    ...[...topology.usedValues].map((key) => ['assumes', `the value given for ${key}`] as const),
    ...(topology.premises ?? []).map(({ text }) => ['assumes', text] as const),
  ];
}

/** Who else has the name, and why that one is not the answer. */
export function namesakeText(topology: Topology, { owner, table, what, asked, origin }: Namesake): string {
  const why = asked ? 'asked after what answers' : 'not asked';
  return `${owner}, ${what} in ${tableName(topology, table)}, ${why}   ${placeText(origin)}`;
}

function tableName(topology: Topology, id: string): string {
  return topology.nameTables.get(id)?.name ?? id;
}

function addressText({ address, unknown }: NamedAddress): string {
  return address?.toString() ?? `assigned at apply (${unknown?.key ?? ''})`;
}

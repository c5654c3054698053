import type { Guarantee, Guarantees } from './verdict-guarantees';

/**
 * One line per subnet of which something is guaranteed: `db-a   no way out; entered from private-a on tcp/5432 alone`.
 * `labelOf` says what a person calls a subnet.
 */
export function guaranteeRows(
  { subnets, problem }: Guarantees,
  labelOf: (subnet: string) => string,
): readonly (readonly [string, string])[] {
  if (problem !== undefined) return [['', `not told: ${problem.split('\n')[0]!}`]];
  return subnets.flatMap(({ subnet, noWayOut, notFromOutside, onlyBy, enteredFrom }): [string, string][] => {
    const facts = [
      noWayOut ? 'no way out' : '',
      enteredFrom !== undefined && notFromOutside
        ? entryText(enteredFrom, labelOf)
        : notFromOutside
          ? 'not entered from outside'
          : onlyBy !== undefined
            ? `entered from outside by ${onlyBy.join(', ')} alone`
            : '',
    ].filter((fact) => fact !== '');
    return facts.length === 0 ? [] : [[labelOf(subnet), facts.join('; ')]];
  });
}

function entryText(
  entries: NonNullable<Guarantee['enteredFrom']>,
  labelOf: (subnet: string) => string,
): string {
  if (entries.length === 0) return 'entered from nowhere';
  const byTraffic = new Map<string, string[]>();
  for (const { from, on } of entries) byTraffic.set(on, [...(byTraffic.get(on) ?? []), labelOf(from)]);
  const pieces = [...byTraffic].map(([on, from]) => `${from.join(', ')} on ${on}`);
  return `entered from ${pieces.join(' and from ')} alone`;
}

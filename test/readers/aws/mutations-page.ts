import { facts, factTests } from './facts';
import type { Mutation } from './mutations';

/** A mutation that was found, and the test that found it. */
export type RedTest = Pick<Mutation, 'fact' | 'undoes' | 'file'> & { readonly title: string };

/** docs/mutations.md: the facts with their tests, and what was found when a fact is taken out of the code. */
export function mutationsPage(reds: readonly RedTest[]): string {
  return `# Facts about AWS, their tests, and what happens without them

The reader of AWS holds to ${facts.length} facts about interfaces, security groups, network ACLs, routes, gateways and what
Terraform tells. Each has a test that begins from Terraform JSON, as synthesized and as a plan, with what is let through
beside what is not. And each was taken out of the code, one at a time, to see that its test turns red:
${reds.length} mutations, all found. Made by \`npx ts-node test/readers/aws/run-mutations.ts\`; \`npm test\` holds the page, the
mutations and the code in step.

## Facts

${table(
  ['fact', 'claim', 'tests'],
  facts.map((fact) => {
    const own = factTests().filter((one) => one.fact === fact);
    const files = [...new Set(own.map(({ file }) => `[${nameOf(file)}](../${file})`))];
    return [fact, own.map(({ claim }) => claim).join('; '), files.join(', ')];
  }),
)}

## Mutations

${table(
  ['fact', 'taken out', 'in', 'test that turned red'],
  reds.map(({ fact, undoes, file, title }) => [fact, undoes, `\`${file}\``, title]),
)}
`;
}

/** What the second table of the page says: fact, what was taken out, file and test. */
export function mutationsIn(page: string): RedTest[] {
  const [, after = ''] = page.split('\n## Mutations\n');
  return [...after.matchAll(/^\| [AV]\d+ +\|.*$/gm)].map(([line]) => {
    const [, fact, undoes, file, title] = line
      .split(/(?<!\\)\|/)
      .map((cell) => cell.trim().replaceAll('\\|', '|'));
    return { fact: fact!, undoes: undoes!, file: file!.replaceAll('`', ''), title: title! };
  });
}

const nameOf = (file: string): string => file.replace(/^.*\/|\.test\.ts$/g, '');

/** A table as Prettier writes it: columns as wide as their widest cell. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [head, ...rows].map((row) => row.map((cell) => cell.replaceAll('|', '\\|')));
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)));
  const line = (row: readonly string[], fill: string) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column]!, fill)).join(' | ')} |`;
  const [first, ...body] = cells.map((row) => line(row, ' '));
  return [
    first,
    line(
      head.map(() => ''),
      '-',
    ),
    ...body,
  ].join('\n');
}

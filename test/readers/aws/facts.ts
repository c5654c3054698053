import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const range = (letter: string, from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => `${letter}${from + index}`);

/**
 * Facts about AWS and about Terraform's values that the reader of AWS holds to, by number: A1 to A14 are about
 * interfaces and security groups, A15 to A20 network ACLs, A21 to A30 routing, A31 to A41 gateways, A49 to A55 services,
 * A57 to A60 and V1 to V5 what Terraform tells. Each has a test whose title begins with its number.
 */
export const facts: readonly string[] = [
  ...range('A', 1, 41),
  ...range('A', 49, 55),
  ...range('A', 57, 60),
  ...range('V', 1, 5),
];

/** A test, or a group of them, whose title begins with the number of a fact. */
export interface FactTest {
  readonly fact: string;
  /** What the title claims, without the number. */
  readonly claim: string;
  /** Path from the root of the package. */
  readonly file: string;
  /** The source of the test, up to the next one on its level. */
  readonly source: string;
}

const folder = 'test/readers/aws';
const root = join(__dirname, '../../..');

/** The named tests of all facts, in the order of the files. */
export function factTests(): readonly FactTest[] {
  return readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.test.ts'))
    .flatMap((name) => testsIn(`${folder}/${name}`, readFileSync(join(root, folder, name), 'utf8')));
}

const title = /^( *)(?:describe|test)\((['"`])([AV]\d+): (.+)\2/gm;

function testsIn(file: string, text: string): FactTest[] {
  return [...text.matchAll(title)].map(({ index, 1: indent, 3: fact, 4: claim }) => {
    const rest = text.slice(index + 1);
    const end = rest.search(new RegExp(`^${indent}(?:describe|test)\\b`, 'm'));
    return { fact: fact!, claim: claim!, file, source: end < 0 ? rest : rest.slice(0, end) };
  });
}

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const words =
  /aws|amazon|docker|security.?group|\bvpc\b|nat.?gateway|\becs\b|\brds\b|\balb\b|\bnlb\b|azure|gcp/i;

/** The code without its comments: names and texts, which a reader of any provider must be able to share. */
function codeOf(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '');
}

function filesOf(room: string): readonly string[] {
  const folder = join(__dirname, '../../lib', room);
  return readdirSync(folder)
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name));
}

test.each(['topology', 'reachability'])('no name and no text of lib/%s is a provider’s', (room) => {
  const files = filesOf(room);
  expect(files.length).toBeGreaterThan(10);
  const found = files.flatMap((file) =>
    codeOf(readFileSync(file, 'utf8'))
      .split('\n')
      .filter((line) => words.test(line))
      .map((line) => `${file}: ${line.trim()}`),
  );
  expect(found).toEqual([]);
});

test.each([
  ["const name = 'security group web';", true],
  ['readonly natGateway: string;', true],
  ['/** A security group is a filter. */ const filter = 1;', false],
  ["const name = 'filter of web';", false],
])('%s is caught: %s', (line, caught) => expect(words.test(codeOf(line))).toBe(caught));

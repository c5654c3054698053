import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';

const root = path.join(__dirname, '..', '..', '..');

/** What the page of conformance was measured with, besides the model itself. */
const measured = ['test/readers/docker/fixture.ts', 'test/live/conformance/fixture.ts'];

/**
 * A hash of the Docker model: every file of its reader and whatever those load from the reader's own side, without
 * comments and spaces, and the networks and containers that were measured.
 */
export function modelStamp(): string {
  const folder = path.join(root, 'lib/readers/docker');
  const own = fs.readdirSync(folder).filter((name) => name.endsWith('.ts'));
  const files = closure(own.map((name) => path.join('lib/readers/docker', name)));
  const hash = createHash('sha256');
  for (const file of [...files, ...measured].sort()) hash.update(`${file}\n${codeOf(file)}\n`);
  return hash.digest('hex').slice(0, 16);
}

/** Files that are loaded from `lib/readers` and `lib/topology`; imports of types alone load nothing. */
function closure(files: readonly string[]): readonly string[] {
  const found = new Set(files);
  for (const file of found) {
    for (const [, specifier = ''] of codeOf(file).matchAll(
      /(?:import|export)(?! ?type\b)[^;]*?from ?['"](\.[^'"]+)['"]/g,
    )) {
      const target = `${path.join(path.dirname(file), specifier)}.ts`;
      if (/^lib\/(readers|topology)\//.test(target)) found.add(target);
    }
  }
  return [...found];
}

function codeOf(file: string): string {
  return fs
    .readFileSync(path.join(root, file), 'utf8')
    .replace(/\/\*[^]*?\*\/|^\s*\/\/.*$/gm, '')
    .replace(/\s+/g, ' ');
}

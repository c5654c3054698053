import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ignored, modelled, notModelled } from '../../../lib/readers/docker/coverage';

const lists = { modelled, unknown: notModelled, ignored };

/** Resource types that the provider's bindings declare. */
function declaredTypes(): readonly string[] {
  const folder = join(dirname(require.resolve('@cdktf/provider-docker/package.json')), 'lib');
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('data-') && entry.name !== 'provider')
    .flatMap((entry) => {
      const text = readFileSync(join(folder, entry.name, 'index.js'), 'utf8');
      return /tfResourceType = "(docker_\w+)"/.exec(text)?.[1] ?? [];
    });
}

test('every resource type of the provider is in exactly one list', () => {
  const declared = declaredTypes();
  expect(declared.length).toBeGreaterThan(8);
  const listed = Object.values(lists).flatMap((list) => Object.keys(list));
  expect(listed.sort()).toEqual([...declared].sort());
});

test('the page lists every type with what is written in the code', () => {
  const page = readFileSync(join(__dirname, '../../../docs/supported-docker.md'), 'utf8');
  const rows = [...page.matchAll(/^\| `(docker_\w+)` +\| (\w+): (.*?) +\|$/gm)].map(
    ([, type, list, what]) => [type, list, what],
  );
  const written = Object.entries(lists).flatMap(([list, types]) =>
    Object.entries(types).map(([type, what]) => [type, list, what]),
  );
  expect(rows.sort()).toEqual(written.sort());
});

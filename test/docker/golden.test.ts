import { createRequire } from 'node:module';
import { shippedDockerStacks } from '../stacks/shipped';
import { expectGolden } from './synthesized';

const { version } = createRequire(__filename)('cdktf/package.json') as { version: string };

describe.each(shippedDockerStacks)('%s', (name, make) => {
  const document = make().toTerraform() as Document;

  test('is synthesized as written down', () => {
    const text = JSON.stringify(sorted(withoutPlace(document)), undefined, 2);
    expectGolden(`${name}.json`, `${text.replaceAll(`"${version}"`, '"<cdktf>"')}\n`);
  });

  test('keeps its logical ids: another id is another resource, and the old one is destroyed', () => {
    const ids = Object.entries(document.resource).flatMap(([type, resources]) =>
      Object.keys(resources).map((id) => `${type}.${id}`),
    );
    expectGolden(`${name}.ids.txt`, `${ids.sort().join('\n')}\n`);
  });
});

interface Document {
  readonly resource: Readonly<Record<string, object>>;
  readonly terraform: { readonly backend: unknown };
}

/** The state file lies where the app is run, which is no business of a golden file. */
function withoutPlace(document: Document): Document {
  return { ...document, terraform: { ...document.terraform, backend: '<where the app is run>' } };
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}

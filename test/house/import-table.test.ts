import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { rooms, violationsIn } from './import-table';
import { moduleUses } from './module-specifiers';
import { repositoryFiles, root, textOf } from './repository';

const forms: Readonly<Record<string, (specifier: string) => string>> = {
  import: (specifier) => `import { x } from '${specifier}';\nvoid x;`,
  'import for its effect': (specifier) => `import '${specifier}';`,
  'import type': (specifier) => `import type { X } from '${specifier}';\nexport type Y = X;`,
  'import = require': (specifier) => `import x = require('${specifier}');\nvoid x;`,
  'export from': (specifier) => `export { x } from '${specifier}';`,
  require: (specifier) => `const { x } = require('${specifier}');\nvoid x;`,
  'require.resolve': (specifier) => `void require.resolve('${specifier}');`,
  'import()': (specifier) => `export const x = import('${specifier}');`,
  'import() of a type': (specifier) => `export type X = import('${specifier}').X;`,
};

const homes = Object.keys(rooms);
const fileIn = (room: string): string =>
  room === 'policy/rule' || room === 'index' ? room : `${room}/planted`;
const packages = {
  cdktf: 'cdktf',
  constructs: 'constructs',
  '@cdktf/provider-aws': '@cdktf/provider-aws/lib/vpc',
  '@cdktf/provider-docker': '@cdktf/provider-docker/lib/network',
  'the whole AWS provider': '@cdktf/provider-aws',
  'the whole Docker provider': '@cdktf/provider-docker/lib',
  yaml: 'yaml',
  netproof: 'netproof/aws',
};

test('no file of lib/ imports what the table forbids', () => {
  const files = repositoryFiles(/^lib\/.*\.ts$/);
  expect(files).toContain('lib/index.ts');
  expect(files.flatMap((file) => violationsIn(file, textOf(file)))).toEqual([]);
});

test('every room of lib/ is in the table', () => {
  const entries = readdirSync(join(root, 'lib'), { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  );
  const found = entries
    .map(({ name }) => name)
    .filter((name) => readdirSync(join(root, 'lib', name)).length > 0);
  expect(found.filter((name) => rooms[name] === undefined)).toEqual([]);
});

describe.each(homes)('a violation planted in %s', (home) => {
  const allowed = rooms[home]!.from;
  const otherRooms = homes.filter((room) => room !== home);

  test.each(Object.keys(forms))('by %s is caught for every forbidden room, and no permitted one', (form) => {
    const caught = otherRooms.filter((room) => {
      const specifier = home === 'index' ? `./${fileIn(room)}` : `../${fileIn(room)}`;
      return violationsIn(`lib/${fileIn(home)}.ts`, forms[form]!(specifier)).length === 1;
    });
    expect(caught).toEqual(otherRooms.filter((room) => !allowed.includes(room)));
  });

  test('is caught for every package that it has no business with', () => {
    const uncaught = Object.entries(packages).filter(([, specifier]) =>
      Object.values(forms).some(
        (form) => violationsIn(`lib/${fileIn(home)}.ts`, form(specifier)).length === 0,
      ),
    );
    const own: Record<string, string[]> = {
      aws: ['cdktf', 'constructs', '@cdktf/provider-aws'],
      inputs: ['yaml'],
      docker: ['cdktf', 'constructs', '@cdktf/provider-docker'],
    };
    expect(uncaught.map(([name]) => name)).toEqual(own[home] ?? []);
  });
});

test('an import out of lib/ is caught', () => {
  expect(violationsIn('lib/cli/planted.ts', "import '../../stacks/main';")).toHaveLength(1);
  expect(violationsIn('lib/topology/planted.ts', "import '../addressing/../docker/segment';")).toHaveLength(
    1,
  );
});

test('a computed specifier is caught, and a specifier in a string or a comment is not one', () => {
  expect(violationsIn('lib/topology/planted.ts', 'require(process.argv[2]);')).toHaveLength(1);
  expect(
    violationsIn('lib/topology/planted.ts', `// import 'cdktf';\nconst x = "require('cdktf')";`),
  ).toEqual([]);
});

test('engine rooms do no input or output of their own, save those at the rim', () => {
  const pure = homes.filter((home) => violationsIn(`lib/${fileIn(home)}.ts`, "import 'node:fs';").length > 0);
  expect(pure).toEqual([
    'addressing',
    'topology',
    'readers',
    'reachability',
    'policy/rule',
    'policy',
    'lint',
    'index',
  ]);
});

describe('a whole provider package', () => {
  const whole = /^@(cdktf|cdktn)\/provider-[^/]+(\/(index|lib|lib\/index)(\.js)?)?$/;
  const wholeImports = (file: string, text: string): string[] =>
    moduleUses(text, file)
      .filter(({ specifier }) => specifier !== undefined && whole.test(specifier))
      .map(({ line }) => `${file}:${line}`);

  test('is imported nowhere', () => {
    const files = repositoryFiles(/\.(ts|js|mjs|cjs)$/);
    const blocks = repositoryFiles(/\.md$/).flatMap((file) =>
      [...textOf(file).matchAll(/^```(?:ts|js)\b.*\n([^]*?)^```/gm)].map(
        ([, code]) => [file, code!] as const,
      ),
    );
    const found = [...files.map((file) => [file, textOf(file)] as const), ...blocks];
    expect(found.flatMap(([file, text]) => wholeImports(file, text))).toEqual([]);
  });

  test.each(['@cdktf/provider-aws', '@cdktf/provider-docker/lib', '@cdktf/provider-aws/lib/index.js'])(
    'is caught when %s is imported',
    (specifier) =>
      expect(wholeImports('planted.ts', `import { Vpc } from '${specifier}';`)).toEqual(['planted.ts:1']),
  );

  test('is not a single class of it', () => {
    expect(wholeImports('planted.ts', "import { Vpc } from '@cdktf/provider-aws/lib/vpc';")).toEqual([]);
  });
});

import { join } from 'node:path';
import ts from 'typescript';

const root = join(__dirname, '../..');

/** A test as a user writes it; each line marked `wrong` must be an error, and no other. */
const body = `
import { named } from '${root}/lib/topology/subject';
import { tcp, Traffic } from '${root}/lib/addressing/traffic';

declare const net: ReturnType<typeof named>;
const web = net.endpoint('web');
const db = net.endpoint('db');
expect(web).toReach(db, tcp(5432));
expect(web).not.toReach(db, 'tcp/5432');
expect(web).toReach(db, Traffic.parse('all'));
expect(web).toReach(db); // wrong
expect(web).toReach(db, 5432); // wrong
expect(web).toReach('db', tcp(5432)); // wrong
expect(web).toReach(net, tcp(5432)); // wrong
expect(web).toReach(db, tcp(5432), 'more'); // wrong
expect(web).toReech(db, tcp(5432)); // wrong
expect(web).toReachOnly([{ to: db, on: tcp(5432) }]);
expect(web).toReachOnly(db); // wrong
expect(web).toReachOnly([{ from: db, on: tcp(5432) }]); // wrong
expect(web).toResolve('db', db);
expect(web).not.toResolve('db', db);
expect(web).toResolve('db'); // wrong
expect(web).toResolve(db, 'db'); // wrong
expect(db).toBeIsolated();
expect(db).not.toBeIsolated({ except: [{ from: web, on: 'tcp/5432' }] });
expect(db).toBeIsolated([web]); // wrong
expect(net).toSatisfyPolicy({ version: 1, groups: { db: 'db' }, closed: true }, { network: 'shop' });
expect(net).toSatisfyPolicy({ version: 2 }); // wrong
expect(net).toSatisfyPolicy('shop.yaml'); // wrong
expect(net).not.toKeepAddressesIn(net);
expect(net).toKeepAddressesIn(web); // wrong
`;

const doors = {
  'netproof/jest with @types/jest': { door: 'jest', expect: '', types: ['node', 'jest'] },
  'netproof/jest-globals with @jest/globals': {
    door: 'jest-globals',
    expect: `import { expect } from '@jest/globals';\n`,
    types: ['node'],
  },
} as const;

/** Lines with errors, from 1, of a file that exists only here; strictly, and with the declarations of libraries checked. */
function wrongLines(text: string, types: readonly string[]): readonly number[] {
  const file = join(root, 'test/matchers/user.ts');
  const options: ts.CompilerOptions = {
    module: ts.ModuleKind.Node16,
    moduleResolution: ts.ModuleResolutionKind.Node16,
    target: ts.ScriptTarget.ES2022,
    lib: ['lib.es2023.d.ts'],
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: [...types],
  };
  const host = ts.createCompilerHost(options);
  const given = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
  const program = ts.createProgram([file], options, {
    ...host,
    getSourceFile: (name, ...more) => (name === file ? given : host.getSourceFile(name, ...more)),
    fileExists: (name) => name === file || host.fileExists(name),
    readFile: (name) => (name === file ? text : host.readFile(name)),
  });
  const found = ts.getPreEmitDiagnostics(program);
  return found.map(({ file: where, start }) =>
    where === given ? given.getLineAndCharacterOfPosition(start ?? 0).line + 1 : -1,
  );
}

test.each(Object.entries(doors))(
  '%s types the matchers: what is right compiles, and each mistake does not',
  (_, { door, expect: imported, types }) => {
    const text = `import '${root}/lib/matchers/${door}';\n${imported}${body}`;
    const wrong = text.split('\n').flatMap((line, index) => (line.endsWith('// wrong') ? [index + 1] : []));
    expect(wrong).toHaveLength(14);
    expect([...new Set(wrongLines(text, types))]).toEqual(wrong);
  },
  60_000,
);

test('without a door there is no matcher', () => {
  const text = `${body}`;
  const lines = text.split('\n').flatMap((line, index) => (/\.to[A-Z]/.test(line) ? [index + 1] : []));
  expect([...new Set(wrongLines(text, ['node', 'jest']))]).toEqual(lines);
}, 60_000);

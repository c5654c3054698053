import { existsSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import packageJson from '../../package.json';
import { root } from './repository';

/** Doors with code behind them: `.` to `lib/index.ts`, `./aws` to `lib/aws/index.ts`. */
const doors = Object.entries(packageJson.exports).flatMap(([door, target]) =>
  typeof target === 'string'
    ? []
    : [[door, target.default.replace('./dist/', 'lib/').replace(/\.js$/, '.ts')] as const],
);

const options = ts.parseJsonConfigFileContent(
  ts.readConfigFile(join(root, 'tsconfig.json'), (path) => ts.sys.readFile(path)).config,
  ts.sys,
  root,
).options;
const program = ts.createProgram(
  doors.map(([, file]) => join(root, file)),
  { ...options, noEmit: true },
);
const checker = program.getTypeChecker();

/** `class Cidr`, `function tcp`, `interface PortRange`: each exported name with its kind, by name. */
function publicNames(file: string): string[] {
  const source = program.getSourceFile(join(root, file))!;
  return checker
    .getExportsOfModule(checker.getSymbolAtLocation(source)!)
    .map((symbol) => `${isTypeOnly(symbol) ? 'type of ' : ''}${kindOf(resolved(symbol))} ${symbol.name}`)
    .sort();
}

const resolved = (symbol: ts.Symbol): ts.Symbol =>
  symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;

/** A class that is exported by `export { type X }` can be named, and not constructed. */
const isTypeOnly = (symbol: ts.Symbol): boolean =>
  Boolean(resolved(symbol).flags & ts.SymbolFlags.Value) &&
  (symbol.declarations ?? []).some(
    (entry) => ts.isExportSpecifier(entry) && ts.isTypeOnlyExportDeclaration(entry),
  );

function kindOf({ flags }: ts.Symbol): string {
  if (flags & ts.SymbolFlags.Class) return 'class';
  if (flags & ts.SymbolFlags.Function) return 'function';
  if (flags & ts.SymbolFlags.Interface) return 'interface';
  if (flags & ts.SymbolFlags.TypeAlias) return 'type';
  if (flags & ts.SymbolFlags.Variable) return 'const';
  return 'unexpected';
}

test('the package has doors with code behind them', () => {
  expect(doors.map(([door]) => door)).toEqual(expect.arrayContaining(['.', './aws', './docker']));
});

// A change here is a change for users: it needs a line in CHANGELOG.md, and a removal a major version.
test.each(doors)('%s exports exactly these names', (_, file) => {
  expect(publicNames(file)).toMatchSnapshot();
});

test.each(doors)(
  '%s loads with exactly the classes, functions and values that its types promise',
  (_, file) => {
    const loaded = jest.requireActual<Record<string, unknown>>(join(root, file));
    const values = publicNames(file).filter((name) => !/^(interface|type) /.test(name));
    expect(Object.keys(loaded).sort()).toEqual(values.map((name) => name.split(' ')[1]).sort());
  },
);

test('every door but the root is found by resolutions that do not know "exports"', () => {
  const legacy = packageJson.typesVersions['*'] as Readonly<Record<string, string[]>>;
  const types = Object.entries(packageJson.exports).flatMap(([door, target]) =>
    typeof target === 'string' || door === '.' ? [] : [[door.slice(2), [target.types]]],
  );
  expect(legacy).toEqual(Object.fromEntries(types));
});

test.each(doors)('%s has a source file', (_, file) => expect(existsSync(join(root, file))).toBe(true));

import { posix } from 'node:path';
import { moduleUses } from './module-specifiers';

/**
 * Which room of lib/ may import from which: the table of docs/architecture.md, as data. A room may always
 * import from itself. `policy/rule` is the one file that constructs share with the engine: the rule as data.
 */
export const rooms: Readonly<Record<string, Room>> = {
  addressing: { from: [] },
  topology: { from: ['addressing'] },
  readers: { from: ['addressing', 'topology'] },
  reachability: { from: ['addressing', 'topology'] },
  'policy/rule': { from: ['addressing'] },
  policy: { from: ['addressing', 'topology', 'reachability', 'policy/rule'] },
  lint: { from: ['addressing', 'topology', 'readers', 'reachability'] },
  inputs: { from: ['addressing', 'topology', 'readers'], node: true, packages: [/^yaml$/] },
  probe: { from: ['addressing', 'topology', 'reachability'], node: true },
  report: { from: engine(), node: true },
  aws: {
    from: ['addressing', 'policy/rule'],
    node: true,
    packages: [/^cdktf$/, /^constructs$/, /^@cdktf\/provider-aws\/lib\/./],
  },
  docker: {
    from: ['addressing', 'policy/rule'],
    node: true,
    packages: [/^cdktf$/, /^constructs$/, /^@cdktf\/provider-docker\/lib\/./],
  },
  proof: { from: [...engine(), 'report'], node: true },
  matchers: {
    from: [...engine(), 'report', 'proof'],
    node: true,
    packages: [/^@jest\/globals$/, /^expect$/],
  },
  cli: { from: [...engine(), 'report'], node: true },
  // lib/index.ts, the door `netproof`: addressing and engine, no CDK code.
  index: { from: [...engine(), 'report', 'proof'] },
};

export interface Room {
  readonly from: readonly string[];
  /** Packages beside those of Node; none unless stated. */
  readonly packages?: readonly RegExp[];
  /** Whether it may use Node's own modules: input and output stay at the rim. */
  readonly node?: boolean;
}

export interface Violation {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

/** Imports of one file that the table forbids. `file` is relative to the repository: `lib/topology/zone.ts`. */
export function violationsIn(file: string, text: string): Violation[] {
  const home = roomOf(file);
  const room = rooms[home];
  if (room === undefined) {
    return [{ file, line: 1, message: `lib/${home} is not in the table: test/house/import-table.ts` }];
  }
  return moduleUses(text, file).flatMap(({ specifier, line }) => {
    const problem = specifier === undefined ? 'a computed specifier cannot be checked' : problemOf(specifier);
    return problem === undefined ? [] : [{ file, line, message: `${home}: ${problem}` }];
  });

  function problemOf(specifier: string): string | undefined {
    if (!specifier.startsWith('.')) return packageProblem(specifier, room!);
    const target = posix.join(posix.dirname(file), specifier);
    if (target === 'package.json') return home === 'cli' ? undefined : 'only cli reads package.json';
    if (!target.startsWith('lib/')) return `${specifier} leads out of lib`;
    const wanted = roomOf(target);
    return wanted === home || room!.from.includes(wanted)
      ? undefined
      : `may not import from ${wanted} (${specifier})`;
  }
}

function packageProblem(specifier: string, { packages = [], node = false }: Room): string | undefined {
  if (specifier.startsWith('node:')) return node ? undefined : `may not use ${specifier}`;
  return packages.some((allowed) => allowed.test(specifier)) ? undefined : `may not import ${specifier}`;
}

function roomOf(file: string): string {
  const [, first = '', second] = file.replace(/\.ts$/, '').split('/');
  return first === 'policy' && second === 'rule' ? 'policy/rule' : first;
}

function engine(): string[] {
  return [
    'addressing',
    'topology',
    'readers',
    'reachability',
    'policy/rule',
    'policy',
    'lint',
    'inputs',
    'probe',
  ];
}

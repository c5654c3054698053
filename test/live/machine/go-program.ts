import * as fs from 'node:fs';
import * as path from 'node:path';
import { cached } from './cache';
import { onPath, run } from './command';
import { Unavailable } from './unavailable';

/** A program built from a Go module that is not in this checkout. */
export interface GoProgram {
  /** Name and version of what comes out; the cache key. */
  readonly key: string;
  /** Path of the module as its own go.mod states it. */
  readonly module: string;
  /** Version asked of the module proxy; with `from`, the version of that module. */
  readonly version: string;
  /** Where the module is published, when that is not the path that its go.mod states. */
  readonly from?: string;
  /** Replacements that the module's own go.mod asks for: Go ignores them in a dependency, so they are repeated. */
  readonly replace?: readonly string[];
  readonly package: string;
  readonly output: string;
  /** Settings of string variables, as `-X` takes them. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Whether a part of it is written in C, which then takes a C compiler. @default false */
  readonly cgo?: boolean;
}

/** Folder that holds the built program. Two to four minutes on two cores when it is not cached. */
export async function builtGoProgram(program: GoProgram): Promise<string> {
  if ((await onPath('go')) === undefined)
    throw new Unavailable(`go is missing, needed to build ${program.key}`);
  return cached(program.key, async (folder) => {
    const scratch = `${folder}.module`;
    fs.mkdirSync(scratch, { recursive: true });
    try {
      fs.writeFileSync(path.join(scratch, 'go.mod'), moduleFile(program));
      const variables = Object.entries(program.variables ?? {}).map(([name, value]) => `-X ${name}=${value}`);
      const flags = [
        '-mod=mod',
        '-trimpath',
        '-buildvcs=false',
        '-ldflags',
        ['-s', '-w', ...variables].join(' '),
      ];
      await run('go', ['build', ...flags, '-o', path.join(folder, program.output), program.package], {
        cwd: scratch,
        env: { CGO_ENABLED: program.cgo === true ? '1' : '0', GOWORK: 'off' },
        timeoutSeconds: 1200,
      });
    } finally {
      fs.rmSync(scratch, { recursive: true, force: true });
    }
  });
}

function moduleFile({ module, version, from, replace = [] }: GoProgram): string {
  const lines = ['module netproof.invalid/scratch', '', 'go 1.24.0', ''];
  lines.push(`require ${module} ${from === undefined ? version : 'v0.0.0'}`);
  if (from !== undefined) lines.push(`replace ${module} => ${from} ${version}`);
  for (const replacement of replace) lines.push(`replace ${replacement}`);
  return `${lines.join('\n')}\n`;
}

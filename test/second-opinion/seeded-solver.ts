import { transformSync } from '@swc/core';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import type { Reach } from './comparison';

/** A mistake in the text of a file of lib/reachability. */
export interface Mistake {
  /** File name. */
  readonly file: string;
  /** What is written there, exactly once, and what would be there instead. */
  readonly instead: readonly (readonly [right: string, wrong: string])[];
}

const room = resolve(__dirname, '../../lib/reachability');

/**
 * The solver as it would answer with a mistake in it: the files of its room are compiled from their text with the mistake,
 * and loaded beside the real ones. What it imports from other rooms is the real thing. Throws when the text is not there any
 * more: then the table of bugs is out of date.
 */
export function solverWith(mistake?: Mistake): Reach {
  const loaded = new Map<string, { exports: unknown }>();
  const load = (path: string): unknown => {
    const known = loaded.get(path);
    if (known !== undefined) return known.exports;
    const module = { exports: {} };
    loaded.set(path, module);
    const run = mistake?.file === relative(room, path) ? compiled(mistaken(path, mistake)) : original(path);
    run(module, module.exports, (name) => {
      const file = `${resolve(dirname(path), name)}.ts`;
      // eslint-disable-next-line @typescript-eslint/no-require-imports -- the modules of other rooms, as jest has them
      return dirname(file) === room && existsSync(file) ? load(file) : require(file);
    });
    return module.exports;
  };
  const { reach } = load(join(room, 'solver.ts')) as { readonly reach: Reach };
  return reach;
}

type Run = (module: { exports: unknown }, exports: unknown, require: (name: string) => unknown) => void;

const originals = new Map<string, Run>();

function original(path: string): Run {
  let run = originals.get(path);
  if (run === undefined) originals.set(path, (run = compiled(readFileSync(path, 'utf8'))));
  return run;
}

function mistaken(path: string, { file, instead }: Mistake): string {
  return instead.reduce(
    (text, [right, wrong]) => {
      const places = text.split(right).length - 1;
      if (places !== 1) throw new Error(`${file} holds ${places} times, and not once: ${right}`);
      return text.replace(right, () => wrong);
    },
    readFileSync(path, 'utf8'),
  );
}

function compiled(text: string): Run {
  const { code } = transformSync(text, {
    module: { type: 'commonjs' },
    jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
  });
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- our own files, as jest itself runs them
  return new Function('module', 'exports', 'require', code) as Run;
}

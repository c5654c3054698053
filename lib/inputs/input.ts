import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { NetproofError } from '../addressing/netproof-error';
import { parseManifest, type Annotation } from './manifest';
import { didYouMean } from './did-you-mean';
import { readSourceText, shownFile, standardInput } from './source-text';

/** One root module of Terraform as text: a stack of a CDKTF folder, a folder of `*.tf.json`, or one file. */
export interface Input {
  /** Name of the stack, the folder or the file: what `--stack` picks and `stack:address` begins with. */
  readonly stack: string;
  readonly kind: 'cdktf' | 'folder' | 'file' | 'standard input';
  /** The files that make up the module; one, unless a folder holds several. */
  readonly files: readonly InputFile[];
  /** What constructs remarked at synth; only a CDKTF folder has them. */
  readonly annotations: readonly Annotation[];
}

export interface InputFile {
  /** As it can be named on a command line from here. */
  readonly file: string;
  readonly text: string;
}

/**
 * Finds what the INPUTs of a command line mean: a folder that CDKTF wrote (its manifest names the live
 * stacks; other folders in it are leftovers and not read), a `*.tf.json` or other JSON file, a folder of
 * `*.tf.json` files, or `-` for standard input. One stack named twice counts once.
 * `stack` keeps that stack only. Throws a `NetproofError` whose code begins with `Input`, or `UnknownStack`.
 */
export function readInputs(paths: readonly string[], options: { readonly stack?: string } = {}): Input[] {
  const found = new Map<string, () => Input>();
  const names: string[] = [];
  for (const path of paths) {
    for (const { key, stack, read } of locate(path)) {
      names.push(stack);
      if (options.stack === undefined || options.stack === stack) found.set(key, read);
    }
  }
  if (options.stack !== undefined && found.size === 0) throw unknownStack(options.stack, names);
  return [...found.values()].map((read) => read());
}

interface Located {
  /** Equal for two spellings of one place. */
  readonly key: string;
  readonly stack: string;
  readonly read: () => Input;
}

function locate(path: string): Located[] {
  if (path === standardInput) {
    const read = (): Input => single('stdin', 'standard input', path);
    return [{ key: path, stack: 'stdin', read }];
  }
  if (!existsSync(path)) throw missing(path);
  if (!statSync(path).isDirectory()) {
    if (basename(path) === 'manifest.json') return locateStacks(dirname(path));
    const stack = stackNameOf(path);
    return [{ key: resolve(path), stack, read: () => single(stack, 'file', path) }];
  }
  if (existsSync(join(path, 'manifest.json'))) return locateStacks(path);
  return [locateModule(path)];
}

function locateStacks(folder: string): Located[] {
  const manifest = join(folder, 'manifest.json');
  return parseManifest(readSourceText(manifest), manifest).map(({ name, file, annotations }) => {
    const path = join(folder, file);
    const read = (): Input => {
      if (!existsSync(path)) {
        throw new NetproofError(
          'InputNotFound',
          `${manifest} lists stack "${name}", but ${path} is not there. Synthesize again: npx cdktf synth.`,
        );
      }
      return { ...single(name, 'cdktf', path), annotations };
    };
    return { key: resolve(path), stack: name, read };
  });
}

/** A folder without manifest is one Terraform module: all of its `*.tf.json` files together. */
function locateModule(folder: string): Located {
  const entries = readdirSync(folder).sort();
  const files = entries.filter((entry) => entry.endsWith('.tf.json'));
  if (files.length === 0) throw nothingIn(folder, entries);
  const [one] = files;
  if (files.length === 1 && one !== undefined && !hasHcl(entries)) return locate(join(folder, one))[0]!;
  const unread = entries.filter((entry) => isHcl(entry) || /(^|_)override\.tf\.json$/.test(entry));
  if (unread.length > 0) {
    throw new NetproofError(
      'InputNotWhole',
      `${folder} also holds ${unread.join(', ')}, and Terraform would read that too. ` +
        'netproof reads JSON and merges no override files: ' +
        'name the *.tf.json files one by one if they stand for themselves.',
    );
  }
  const stack = basename(resolve(folder));
  const read = (): Input => ({
    stack,
    kind: 'folder',
    files: files.map((file) => ({ file: join(folder, file), text: readSourceText(join(folder, file)) })),
    annotations: [],
  });
  return { key: resolve(folder), stack, read };
}

function single(stack: string, kind: Input['kind'], file: string): Input {
  return { stack, kind, files: [{ file: shownFile(file), text: readSourceText(file) }], annotations: [] };
}

/** The folder's name for a cdk.tf.json, which is called the same in every stack; else the file's own. */
function stackNameOf(path: string): string {
  const file = basename(path);
  return file === 'cdk.tf.json' ? basename(dirname(resolve(path))) : file.replace(/(\.tf)?\.json$/, '');
}

const isHcl = (entry: string): boolean => /\.(tf|tofu)$/.test(entry);
const hasHcl = (entries: readonly string[]): boolean => entries.some(isHcl);

function missing(path: string): NetproofError {
  const nearby = existsSync(dirname(path)) ? readdirSync(dirname(path)) : [];
  const guess = didYouMean(basename(path), nearby);
  const way = basename(path) === 'cdktf.out' ? ' Synthesize first: npx cdktf synth.' : guess;
  return new NetproofError('InputNotFound', `There is no file or folder ${path}.${way}`);
}

function nothingIn(folder: string, entries: readonly string[]): NetproofError {
  const text = `${folder} has no manifest.json and no *.tf.json file, so it is not what CDKTF wrote.`;
  const inside = join(folder, 'cdktf.out');
  const above = dirname(resolve(folder));
  if (existsSync(join(inside, 'manifest.json'))) {
    return new NetproofError('InputNoManifest', `${text} Did you mean ${inside}?`);
  }
  if (existsSync(join(above, 'manifest.json'))) {
    return new NetproofError(
      'InputNoManifest',
      `${text} The folder above it has: did you mean ${join(folder, '..')}?`,
    );
  }
  if (hasHcl(entries)) {
    return new NetproofError(
      'InputIsHcl',
      `${folder} holds Terraform in HCL (${entries.filter(isHcl).join(', ')}); netproof reads JSON. ` +
        'With CDKTF, synthesize without --hcl.',
    );
  }
  return new NetproofError('InputNoManifest', `${text} Synthesize first: npx cdktf synth.`);
}

/** The error for a name of no stack. */
export function unknownStack(wanted: string, names: readonly string[]): NetproofError {
  const guess = didYouMean(wanted, names);
  const others = guess === '' ? ` There ${names.length === 1 ? 'is' : 'are'}: ${names.join(', ')}.` : guess;
  return new NetproofError('UnknownStack', `There is no stack "${wanted}" in the input.${others}`);
}

import { NetproofError } from '../addressing/netproof-error';

/** Longest YAML text that is read, in UTF-16 units: 4 Mi. What a person writes stays far below. */
export const longestYaml = 4 * 1024 * 1024;

/** Most times that aliases may be followed, all together: one that repeats itself grows without end. */
const mostAliases = 100;

/** A text and what to call it in errors. */
export interface YamlText {
  readonly text: string;
  readonly file: string;
}

/**
 * Reads YAML 1.2 (of which JSON is a part) as plain data: objects, arrays, texts, numbers, true, false, null. Throws one
 * `InvalidYaml` with line and column for a text that is none, a key that is given twice, aliases that multiply, tags, and
 * several documents in one.
 */
export function readYaml({ text, file }: YamlText): unknown {
  if (text.length > longestYaml) {
    throw invalid(file, `is longer than ${longestYaml / 1024 / 1024} MB, which is more than YAML is read of`);
  }
  /* eslint-disable-next-line @typescript-eslint/no-require-imports -- loads for a file that is YAML */
  const yaml = require('yaml') as typeof import('yaml');
  const lines = new yaml.LineCounter();
  const at = (offset: number | undefined): string => {
    const { line, col } = lines.linePos(offset ?? 0);
    return ` (line ${line}, column ${col})`;
  };
  let document;
  try {
    document = yaml.parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  } catch (error) {
    if (error instanceof RangeError) throw invalid(file, 'is nested too deep');
    throw error;
  }
  const [problem] = [...document.errors, ...document.warnings];
  if (problem !== undefined) {
    throw invalid(
      file,
      `is not YAML that is read: ${wording(problem.code, problem.message)}${at(problem.pos[0])}`,
    );
  }
  let firstAlias: number | undefined;
  let lostAlias: number | undefined;
  let badKey: number | undefined;
  yaml.visit(document, {
    Alias: (_key, node) => {
      firstAlias ??= node.range?.[0];
      if (node.resolve(document) === undefined) lostAlias ??= node.range?.[0];
    },
    Pair: (_key, { key }) => {
      if (!yaml.isScalar(key)) badKey ??= yaml.isNode(key) ? key.range?.[0] : 0;
    },
  });
  if (lostAlias !== undefined) throw invalid(file, `has an alias of nothing${at(lostAlias)}`);
  if (badKey !== undefined) throw invalid(file, `has a key that is no text${at(badKey)}`);
  try {
    return document.toJS({ maxAliasCount: mostAliases }) as unknown;
  } catch (error) {
    if (error instanceof ReferenceError) {
      throw invalid(file, `follows aliases more than ${mostAliases} times, the first${at(firstAlias)}`);
    }
    if (error instanceof RangeError) throw invalid(file, 'is nested too deep');
    throw error;
  }
}

function wording(code: string, message: string): string {
  switch (code) {
    case 'DUPLICATE_KEY':
      return 'a key is given twice';
    case 'MULTIPLE_DOCS':
      return 'it holds several documents';
    case 'TAG_RESOLVE_FAILED':
      return 'it has a tag, which means nothing here';
    default: {
      const [first = ''] = message.split('\n');
      return `${first.charAt(0).toLowerCase()}${first.slice(1)}`.replace(/[.:]$/, '');
    }
  }
}

function invalid(file: string, problem: string): NetproofError {
  return new NetproofError('InvalidYaml', `${file} ${problem}. Mend it there.`);
}

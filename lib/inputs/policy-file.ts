import type { Document } from 'yaml';
import { readSourceText, shownFile } from './source-text';
import { readYaml, type YamlText } from './yaml-text';

/** A policy file as plain values, and where each of them stands. */
export interface PolicySource {
  readonly value: unknown;
  /** `policies/shop.yaml:14:5`, for the steps to a part: `allow`, 0, `from`. */
  readonly place: (path: readonly (string | number)[]) => string;
}

/**
 * Reads a policy file, YAML or JSON, `-` for standard input. Throws the errors of `readYaml` and `readSourceText`. What the
 * values mean is left to the policy room.
 */
export function readPolicyFile(file: string): PolicySource {
  const source = { text: readSourceText(file).replace(/^\ufeff/, ''), file: shownFile(file) };
  return { value: readYaml(source), place: placesIn(source) };
}

/** Where parts of a YAML text begin, by the steps to them: a value in its place, a list or an object at its name. */
function placesIn({ text, file }: YamlText): PolicySource['place'] {
  /* eslint-disable-next-line @typescript-eslint/no-require-imports -- loads for a file that is YAML */
  const yaml = require('yaml') as typeof import('yaml');
  const lines = new yaml.LineCounter();
  const document = yaml.parseDocument(text, { lineCounter: lines, prettyErrors: false });
  return (path) => {
    const { line, col } = lines.linePos(offsetOf(yaml, document, path));
    return `${file}:${Math.max(1, line)}:${Math.max(1, col)}`;
  };
}

function offsetOf(
  { isAlias, isCollection, isMap, isScalar, isSeq }: typeof import('yaml'),
  document: Document,
  path: readonly (string | number)[],
): number {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const step of path) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
      if (pair === undefined) return offset;
      node = pair.value;
      const atName = isCollection(node) || isAlias(node) || startOf(node) === undefined;
      offset = startOf(atName ? pair.key : node) ?? offset;
    } else if (isSeq(node)) {
      node = node.items[Number(step)];
      offset = startOf(node) ?? offset;
    } else return offset;
  }
  return offset;
}

function startOf(node: unknown): number | undefined {
  const range = (node as { readonly range?: readonly number[] | null } | null | undefined)?.range;
  return range?.[0];
}

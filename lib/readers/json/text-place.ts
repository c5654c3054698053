/** A place in a text as editors show it: both numbers count from 1, the column in UTF-16 units. */
export interface TextPlace {
  readonly line: number;
  readonly column: number;
}

/** The place of an offset; lines end in `\n`, a `\r` before it belongs to the line. */
export function placeOf(text: string, offset: number): TextPlace {
  let line = 1;
  let start = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  for (let end = text.indexOf('\n'); end !== -1 && end < offset; end = text.indexOf('\n', end + 1)) {
    line++;
    start = end + 1;
  }
  return { line, column: Math.max(0, offset - start) + 1 };
}

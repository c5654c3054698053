import { printable } from './printable';
import type { Paint, Style } from './terminal-style';

/** One cell: a text of any origin, made printable before it is measured and painted. */
export interface Cell {
  readonly text: string;
  readonly style?: Style;
  readonly align?: 'left' | 'right';
}

/**
 * Rows in aligned columns, three spaces apart, without trailing space. A column that is empty in every row
 * takes no room. Width is counted in terminal columns: Korean, Chinese and Japanese letters take two.
 */
export function textTable(rows: readonly (readonly Cell[])[], paint: Paint, indent = ''): string[] {
  const texts = rows.map((row) => row.map((cell) => printable(cell.text)));
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(0, ...texts.map((row) => displayWidth(row[column] ?? ''))),
  );
  return rows.map((row, index) => {
    const last = texts[index]!.findLastIndex((text) => text !== '');
    const cells = row.slice(0, last + 1).flatMap((cell, column) => {
      const text = texts[index]![column]!;
      const width = widths[column]!;
      if (width === 0) return [];
      const gap = ' '.repeat(width - displayWidth(text));
      const painted = paint(cell.style ?? 'plain', text);
      if (cell.align === 'right') return [gap + painted];
      return [column === last ? painted : painted + gap];
    });
    return indent + cells.join('   ');
  });
}

/** Columns a printable text takes on a terminal. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) {
    if (!/\p{M}/u.test(character)) width += wide.test(character) ? 2 : 1;
  }
  return width;
}

// East Asian Wide and Fullwidth, and emoji.
// @see https://www.unicode.org/reports/tr11/
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1f300}-\u{1f64f}\u{1f680}-\u{1f6ff}\u{1f900}-\u{1f9ff}\u{20000}-\u{3fffd}]/u;

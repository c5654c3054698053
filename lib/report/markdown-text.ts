import { printable } from './printable';

/** Text of any origin inside Markdown, on one line: nothing in it is markup, a link, a mention or a cell's end. */
export function markdownText(text: string): string {
  return printable(text)
    .replace(/[\\`*_[\]|<>&~@#]/g, (character) => entities[character] ?? `\\${character}`)
    .replaceAll('://', '&#58;//');
}

// What stands for itself only as an entity: mentions and numbers of issues ring even behind a backslash.
const entities: Readonly<Record<string, string>> = {
  '<': '&lt;',
  '>': '&gt;',
  '&': '&amp;',
  '@': '&#64;',
  '#': '&#35;',
};

/** Lines of any origin as a block of code that nothing in them ends. */
export function markdownBlock(text: string): string {
  const fence = '`'.repeat(Math.max(3, longestTicks(text) + 1));
  return `${fence}text\n${text}\n${fence}`;
}

/** Text of any origin as code within a line, a table's cell too. */
export function markdownCode(text: string): string {
  const safe = printable(text).replaceAll('|', '\\|');
  const ticks = '`'.repeat(longestTicks(safe) + 1);
  const pad = safe.startsWith('`') || safe.endsWith('`') ? ' ' : '';
  return `${ticks}${pad}${safe}${pad}${ticks}`;
}

function longestTicks(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
}

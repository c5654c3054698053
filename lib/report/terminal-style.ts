/** How a piece of text stands out where colour is wanted, and is plain where not. */
export type Style = 'plain' | 'strong' | 'faint' | 'good' | 'warning' | 'bad';

export type Paint = (style: Style, text: string) => string;

/** Text as it is: for files, pipes and NO_COLOR. */
export const plainPaint: Paint = (_style, text) => text;

/** ANSI colours, for terminals. */
export const terminalPaint: Paint = (style, text) => {
  const [on, off] = codes[style];
  return on === 0 || text === '' ? text : `\u001b[${on}m${text}\u001b[${off}m`;
};

/**
 * Colour only where somebody sees it: a terminal, unless NO_COLOR is set to anything or TERM is `dumb`.
 * FORCE_COLOR (not empty, not 0) asks for it elsewhere.
 * @see https://no-color.org
 */
export function wantsColour(stream: { readonly isTTY?: boolean }, environment: NodeJS.ProcessEnv): boolean {
  if (environment['NO_COLOR']) return false;
  if (environment['FORCE_COLOR']) return environment['FORCE_COLOR'] !== '0';
  return stream.isTTY === true && environment['TERM'] !== 'dumb';
}

const codes: Record<Style, readonly [on: number, off: number]> = {
  plain: [0, 0],
  strong: [1, 22],
  faint: [2, 22],
  good: [32, 39],
  warning: [33, 39],
  bad: [31, 39],
};

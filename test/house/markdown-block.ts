/** A fenced block of a Markdown text. */
export interface MarkdownBlock {
  /** The first word after the fence: `ts`, `console`, `sh`. */
  readonly language: string;
  readonly code: string;
  /** Line of the fence, counted from 1. */
  readonly line: number;
}

export function markdownBlocks(text: string): MarkdownBlock[] {
  return [...text.matchAll(/^```([^\s`]*)[^\n]*\n([^]*?)^```$/gm)].map(({ 1: language, 2: code, index }) => ({
    language: language!,
    code: code!,
    line: text.slice(0, index).split('\n').length,
  }));
}

/** The commands of a `console` block, each with the output that the block shows for it. */
export function shownRuns(code: string): { readonly command: string; readonly output: string }[] {
  const runs = code.split(/^\$ /m).slice(1);
  return runs.map((run) => {
    const end = run.indexOf('\n');
    return { command: run.slice(0, end), output: run.slice(end + 1).trimEnd() };
  });
}

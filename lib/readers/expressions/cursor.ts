/** The text is no Terraform expression; `at` is the offset where that shows. */
export class SyntaxFault extends Error {
  readonly at: number;

  constructor(problem: string, at: number) {
    super(problem);
    this.at = at;
  }
}

/** A place in an expression that moves forward over blanks, words and symbols. */
export class Cursor {
  at = 0;
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  get ended(): boolean {
    return this.at >= this.text.length;
  }

  /** Passes blanks, line ends and comments; says whether a line ended. */
  blank(): boolean {
    blanks.lastIndex = this.at;
    const passed = blanks.exec(this.text)?.[0] ?? '';
    this.at += passed.length;
    return passed.includes('\n');
  }

  /** Whether the text goes on like this, right here. */
  sees(symbol: string): boolean {
    return this.text.startsWith(symbol, this.at);
  }

  /** Passes blanks and then the symbol, if it is next; else stays where it was. */
  skip(symbol: string): boolean {
    const start = this.at;
    this.blank();
    if (this.sees(symbol)) {
      this.at += symbol.length;
      return true;
    }
    this.at = start;
    return false;
  }

  expect(symbol: string): void {
    if (!this.skip(symbol)) throw this.unexpected(`"${symbol}"`);
  }

  /** Passes blanks and a word (`for`, `in`, a name), if one is next. */
  word(): string | undefined {
    const start = this.at;
    this.blank();
    const word = this.match(identifier);
    if (word === undefined) this.at = start;
    return word;
  }

  /** Passes blanks and exactly this word. */
  skipWord(wanted: string): boolean {
    const start = this.at;
    if (this.word() === wanted) return true;
    this.at = start;
    return false;
  }

  /** Passes what a sticky pattern matches right here. */
  match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }

  unexpected(wanted: string): SyntaxFault {
    this.blank();
    const found = this.ended ? 'the end' : JSON.stringify(this.text[this.at]);
    return new SyntaxFault(`${found} stands where ${wanted} should`, this.at);
  }
}

const blanks = /(?:[ \t\r\n]+|#[^\n]*|\/\/[^\n]*|\/\*[^]*?\*\/)*/y;

/** Terraform's names may hold dashes: `a-1` is a name, `a - 1` a difference. */
export const identifier = /[\p{ID_Start}_][\p{ID_Continue}-]*/uy;

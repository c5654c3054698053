/** Why a text is not JSON, and where; the reader that knows the file makes a sentence for people of it. */
export class JsonFault extends Error {
  /** Offset in the text, in UTF-16 units. */
  readonly at: number;
  readonly kind: 'truncated' | 'malformed' | 'too-deep' | 'too-large';

  constructor(kind: JsonFault['kind'], problem: string, at: number) {
    super(problem);
    this.kind = kind;
    this.at = at;
  }
}

import { JsonFault } from './json-fault';
import { JsonArray, JsonObject, type Json, type JsonMember } from './json-value';

/** How deep arrays and objects may stand in each other. Terraform itself stays below 20. */
export const deepestJson = 200;

/** How many values, members and items together, one text may hold: about 1 GB of memory once read. */
export const mostJsonValues = 10_000_000;

/**
 * Parses JSON text (RFC 8259) and keeps repeated members, with the place of everything that has one.
 * A byte order mark before the text is passed over. Throws a {@link JsonFault}.
 */
export function parseJson(text: string): Json {
  return new Parser(text).document();
}

class Parser {
  private at: number;
  private values = 0;
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
    this.at = text.charCodeAt(0) === byteOrderMark ? 1 : 0;
  }

  document(): Json {
    const value = this.value(0);
    this.space();
    if (this.at < this.text.length) throw this.unexpected('the end');
    return value;
  }

  private value(depth: number): Json {
    this.space();
    if (depth > deepestJson) {
      throw new JsonFault('too-deep', `arrays and objects stand more than ${deepestJson} deep`, this.at);
    }
    this.values++;
    if (this.values > mostJsonValues) {
      throw new JsonFault('too-large', `it holds more than ${mostJsonValues} values`, this.at);
    }
    switch (this.text.charCodeAt(this.at)) {
      case openBrace:
        return this.object(depth);
      case openBracket:
        return this.array(depth);
      case quote:
        return this.string();
      default:
        return this.scalar();
    }
  }

  private object(depth: number): JsonObject {
    const members: JsonMember[] = [];
    const start = this.at++;
    if (this.skip(closeBrace)) return new JsonObject(members, start);
    do {
      this.space();
      const at = this.at;
      if (this.text.charCodeAt(at) !== quote) throw this.unexpected('a name in double quotes');
      const name = this.string();
      if (!this.skip(colon)) throw this.unexpected('":"');
      members.push({ name, value: this.value(depth + 1), at });
    } while (this.skip(comma));
    if (!this.skip(closeBrace)) throw this.unexpected('"," or "}"');
    return new JsonObject(members, start);
  }

  private array(depth: number): JsonArray {
    const items: Json[] = [];
    const start = this.at++;
    if (this.skip(closeBracket)) return new JsonArray(items, start);
    do items.push(this.value(depth + 1));
    while (this.skip(comma));
    if (!this.skip(closeBracket)) throw this.unexpected('"," or "]"');
    return new JsonArray(items, start);
  }

  private string(): string {
    const { text } = this;
    const start = this.at + 1;
    for (let end = start; end < text.length; end++) {
      const code = text.charCodeAt(end);
      if (code === quote) {
        this.at = end + 1;
        return text.slice(start, end);
      }
      if (code === backslash) return this.escapedString();
      if (code < 0x20) {
        this.at = end;
        throw this.unexpected('the end of a string');
      }
    }
    this.at = text.length;
    throw this.unexpected('the end of a string');
  }

  /** A string with escapes, which the platform reads once it is known to be whole and valid. */
  private escapedString(): string {
    const { text } = this;
    for (let end = this.at + 1; end < text.length; end++) {
      const code = text.charCodeAt(end);
      if (code === quote) {
        const token = text.slice(this.at, end + 1);
        this.at = end + 1;
        return JSON.parse(token) as string;
      }
      if (code < 0x20) {
        this.at = end;
        throw this.unexpected('the end of a string');
      }
      if (code !== backslash) continue;
      escape.lastIndex = end;
      const length = escape.exec(text)?.[0].length;
      if (length === undefined) {
        // An escape that the text cuts short is truncation, not a wrong escape.
        this.at = /^\\(u[0-9a-fA-F]{0,3})?$/.test(text.slice(end, end + 6)) ? text.length : end;
        throw this.unexpected('the end of a string');
      }
      end += length - 1;
    }
    this.at = text.length;
    throw this.unexpected('the end of a string');
  }

  private scalar(): Json {
    scalarToken.lastIndex = this.at;
    const token = scalarToken.exec(this.text)?.[0];
    if (token === undefined) throw this.unexpected('a value');
    this.at += token.length;
    return JSON.parse(token) as null | boolean | number;
  }

  /** Passes white space and then the character, if it is next. */
  private skip(code: number): boolean {
    this.space();
    if (this.text.charCodeAt(this.at) !== code) return false;
    this.at++;
    return true;
  }

  private space(): void {
    for (;;) {
      const code = this.text.charCodeAt(this.at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
      this.at++;
    }
  }

  private unexpected(expected: string): JsonFault {
    const found = this.text[this.at];
    if (found === undefined || isCutWord(this.text, this.at)) {
      return new JsonFault('truncated', `the text ends where ${expected} should follow`, this.text.length);
    }
    return new JsonFault('malformed', `${JSON.stringify(found)} stands where ${expected} should`, this.at);
  }
}

const byteOrderMark = 0xfeff;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const quote = 0x22;
const backslash = 0x5c;
const colon = 0x3a;
const comma = 0x2c;

const escape = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const scalarToken = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.+-])/y;

/** Whether the text ends inside `true`, `false`, `null` or a number: cut short rather than wrong. */
function isCutWord(text: string, at: number): boolean {
  if (text.length - at > 24) return false;
  const rest = text.slice(at);
  return (
    ['true', 'false', 'null'].some((word) => word.startsWith(rest)) || /^-?[\d.]*([eE][+-]?)?$/.test(rest)
  );
}

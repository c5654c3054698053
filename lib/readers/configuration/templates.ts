import { SyntaxFault } from '../expressions/cursor';
import { parseTemplate } from '../expressions/parser';
import type { Expression } from '../expressions/syntax';

/** Parsed strings of one document; the same text is parsed once. */
export class Templates {
  private readonly parsed = new Map<string, Expression | SyntaxFault>();

  /** The expression of a string; undefined for plain text, the fault for what Terraform would not parse. */
  of(text: string): Expression | SyntaxFault | undefined {
    if (!text.includes('${') && !text.includes('%{')) return undefined;
    const known = this.parsed.get(text);
    if (known !== undefined) return known;
    const read = parsed(text);
    this.parsed.set(text, read);
    return read;
  }
}

function parsed(text: string): Expression | SyntaxFault {
  try {
    return parseTemplate(text);
  } catch (error) {
    if (error instanceof SyntaxFault) return error;
    throw error;
  }
}

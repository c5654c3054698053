/**
 * Text of any origin for XML, HTML or SVG, in an element or between quotes: what these languages mean something by is
 * escaped, and so is what XML 1.0 cannot hold or a reader could not see (controls, direction marks, lone surrogates),
 * which then stands as `\u{1b}`. Line ends and tabs stay.
 */
export function xmlText(text: string): string {
  return text
    .replace(hidden, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`)
    .replace(/[&<>"']/g, (character) => entities[character]!);
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

// As in `printable`, and the two code points at the end of each plane's first one that XML 1.0 does not take.
const hidden = /(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\ufffe\uffff]/gu;

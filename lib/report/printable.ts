/**
 * Text from a document, safe to print: control characters, invisible ones and those that turn the reading
 * direction stand as `\u{1b}`. A container may be called `\u001b[2Ja`; a terminal must not obey it.
 */
export function printable(text: string): string {
  return text.replace(hidden, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`);
}

/** The same for a text of several lines that we wrote ourselves around such names. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

/**
 * JSON to print on a terminal or into a file. JSON.stringify leaves C1 controls and direction marks as they
 * are; here they are `\u` escapes, which every JSON reader turns back.
 */
export function printableJson(value: unknown): string {
  return JSON.stringify(value, null, 2)
    .split('\n')
    .map((line) => line.replace(hidden, escapeUnits))
    .join('\n');
}

// Controls (Cc), formats such as direction marks and zero-width joiners (Cf), line and paragraph separators
// (Zl, Zp), unpaired surrogates (Cs) and private characters (Co).
const hidden = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}]/gu;

function escapeUnits(character: string): string {
  return [...character.split('')]
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}

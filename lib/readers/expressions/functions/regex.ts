import { Beyond } from '../fault';

/**
 * The regular expression, when it is of the kind that means the same to Go (which Terraform uses) and to JavaScript:
 * plain characters, classes, groups, alternatives and repetitions over plain ASCII text. Everything else is beyond us.
 * @see https://github.com/google/re2/wiki/Syntax
 */
export function portableRegex(pattern: string, text: string, flags: string): RegExp {
  if (!/^[\n\t -~]*$/.test(text) || !portable.test(pattern) || repeatedCapture.test(pattern))
    throw new Beyond();
  try {
    return new RegExp(pattern.replaceAll('(?P<', '(?<'), flags);
  } catch {
    throw new Beyond();
  }
}

const portable = new RegExp(
  '^(?:' +
    String.raw`[^\\[\](){}?*+|^$/\u0080-\uffff]` + // a plain character, the dot among them
    String.raw`|\\[dDwWnt.\\[\](){}?*+|^$/-]` + // \d, \w and quoted signs; \s and \b differ
    String.raw`|\[\^?(?:[^\\[\]\u0080-\uffff]|\\[dwnt.\\[\](){}?*+|^$/-])+\]` +
    String.raw`|\((?:\?:|\?P?<[A-Za-z]\w*>)?|\)` +
    String.raw`|[|^$/]` +
    String.raw`|(?:[*+?]|\{\d{1,3}(?:,\d{0,3})?\})\??` +
    ')*$',
);

/** What a repeated group captures differs: JavaScript forgets it on each round. */
const repeatedCapture = /\)(?:[*+?]|\{)/;

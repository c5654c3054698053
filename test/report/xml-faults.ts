/**
 * What keeps a text from being well-formed XML, as far as ours needs it: elements with attributes in quotes, text, the five
 * entities and numbered ones, comments, one root. Empty when it is well-formed.
 */
export function xmlFaults(text: string): readonly string[] {
  const faults: string[] = [];
  const open: string[] = [];
  let roots = 0;
  const token =
    /<!--(?:(?!--)[^])*-->|<\?xml [^?]*\?>|<\/([\w:.-]+)\s*>|<([\w:.-]+)((?:\s+[\w:.-]+=(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|[^<]+|</gu;
  if (/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.test(text))
    faults.push('a character that is none of XML');
  for (const [whole, closing, opening, attributes = '', empty] of text.matchAll(token)) {
    if (whole === '<') faults.push('a < that begins no element');
    else if (closing !== undefined) {
      if (open.pop() !== closing) faults.push(`</${closing}> closes what is not open`);
    } else if (opening !== undefined) {
      if (open.length === 0) roots++;
      if (empty !== '/') open.push(opening);
      const names = [...attributes.matchAll(/([\w:.-]+)=/g)].map(([, name]) => name);
      if (
        new Set(attributes.match(/[\w:.-]+(?==["'])/g)).size !==
        (attributes.match(/[\w:.-]+(?==["'])/g) ?? []).length
      )
        faults.push(`<${opening}> has an attribute twice: ${names.join(', ')}`);
      faults.push(...entityFaults(attributes));
    } else if (!whole.startsWith('<')) {
      if (open.length === 0 && whole.trim() !== '') faults.push('text outside the root');
      faults.push(...entityFaults(whole));
    }
  }
  if (open.length > 0) faults.push(`<${open.join('> <')}> is not closed`);
  if (roots !== 1) faults.push(`${roots} roots`);
  return faults;
}

function entityFaults(text: string): readonly string[] {
  return [...text.matchAll(/&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[\da-fA-F]+);)/g)].map(
    () => 'a & that begins no entity',
  );
}

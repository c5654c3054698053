import type { Known, Ref, Unknown } from '../../topology/value';
import { Fault } from './fault';
import { causeOf, isNull, scalar, type Term } from './term';
import { convert } from './type';

/** The text that pieces make together; unknown as soon as one of them is, with the pieces that it is made of. */
export function textOf(pieces: readonly Term[]): Term {
  const texts = pieces.map((piece) => {
    if (isNull(piece)) throw new Fault('null is no text');
    return convert(piece, 'string');
  });
  const causes = texts.map(causeOf).filter((cause) => cause !== undefined);
  if (causes.length === 0) {
    return scalar(
      texts
        .map((text) => String((text as Known).value))
        .join('')
        .normalize(),
    );
  }
  const key = causes.find((cause) => cause !== '') ?? '';
  const parts = partsOf(texts);
  const text: Unknown = { kind: 'unknown', key, text: '' };
  return parts === undefined ? text : { ...text, parts };
}

function partsOf(texts: readonly Term[]): (Known | Ref)[] | undefined {
  const parts: (Known | Ref)[] = [];
  for (const text of texts) {
    if (text.kind === 'known' || text.kind === 'ref') parts.push(text);
    else if (text.kind === 'unknown' && text.parts !== undefined) parts.push(...text.parts);
    else return undefined;
  }
  return joined(parts.filter((part) => !(part.kind === 'known' && part.value === '')));
}

/** Known pieces side by side are one. */
function joined(parts: readonly (Known | Ref)[]): (Known | Ref)[] {
  const together: (Known | Ref)[] = [];
  for (const part of parts) {
    const last = together.at(-1);
    if (part.kind === 'known' && last?.kind === 'known') {
      together[together.length - 1] = scalar(`${String(last.value)}${String(part.value)}`);
    } else {
      together.push(part);
    }
  }
  return together;
}

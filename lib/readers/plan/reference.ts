import { parseAddress } from '../terraform-address';

/** One reference of a plan: `module.m["k"].out`, `aws_subnet.a[0].id`, `var.x`, `each.value.id`. */
export type PlanReference =
  | {
      readonly kind: 'resource';
      /** `aws_subnet.a`, `data.aws_ami.b`: without module and index. */
      readonly resource: string;
      /** `[0]`, `["k"]`, or empty when the expression computes it or there is none. */
      readonly index: string;
      /** Path after it; empty when the expression goes on in a way that the plan does not tell. */
      readonly attribute: string;
    }
  | {
      readonly kind: 'module';
      readonly name: string;
      readonly index: string;
      readonly output: string;
      readonly path: string;
    }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'local'; readonly name: string }
  | { readonly kind: 'each value'; readonly path: string }
  /** `each.key`, `count.index`: which instance it is. */
  | { readonly kind: 'position' }
  | { readonly kind: 'other' };

/**
 * The references of an expression, each once for every time that it is written: a plan lists after each one what it
 * is a part of (`a.b[0].id`, `a.b[0]`, `a.b`), which says nothing more.
 */
export function planReferences(listed: readonly string[]): PlanReference[] {
  const written: string[] = [];
  let whole = '';
  let last = '';
  for (const reference of listed) {
    const part = reference.length < last.length && isPart(reference, whole);
    if (!part) {
      written.push(reference);
      whole = reference;
    }
    last = reference;
  }
  return written.map(planReference);
}

/** Whether `part` is what `whole` begins with, up to a name or an index. */
function isPart(part: string, whole: string): boolean {
  return whole.startsWith(part) && (whole[part.length] === '.' || whole[part.length] === '[');
}

export function planReference(text: string): PlanReference {
  const [root, name = ''] = text.split('.', 2);
  switch (root) {
    case 'var':
      return { kind: 'variable', name: bare(name) };
    case 'local':
      return { kind: 'local', name: bare(name) };
    case 'each':
      if (bare(name) === 'key') return { kind: 'position' };
      return { kind: 'each value', path: text.slice('each.value'.length).replace(/^\./, '') };
    case 'count':
      return { kind: 'position' };
    case 'path':
    case 'terraform':
    case 'self':
      return { kind: 'other' };
    default:
      return addressReference(text);
  }
}

function addressReference(text: string): PlanReference {
  const address = parseAddress(text);
  if (address === undefined) return { kind: 'other' };
  const index = /\[[^\]]*\]$/.exec(address.instance)?.[0] ?? '';
  const base = address.instance.slice(0, address.instance.length - index.length);
  if (text.startsWith('module.')) {
    const [, output = '', path = ''] = /^([^.[]*)\.?(.*)$/s.exec(address.attribute) ?? [];
    return { kind: 'module', name: base.slice('module.'.length), index, output, path };
  }
  return { kind: 'resource', resource: base, index, attribute: address.attribute };
}

const bare = (name: string): string => name.replace(/\[.*$/s, '');

import { Cidr } from '../addressing/cidr';
import { Address } from '../addressing/address';
import { NetproofError } from '../addressing/netproof-error';
import type { Topology } from './topology';

/** What stands for a value that Terraform holds sensitive. */
export const concealedText = '(sensitive)';

/** Kept beside the topology and not in it: whoever prints or copies a topology prints no secret. */
const patterns = new WeakMap<Topology, RegExp>();

/**
 * Remembers texts that Terraform holds sensitive and that decide verdicts: addresses, blocks, ids. Nothing that is
 * printed of the topology shows them, nor the first and last address of such a block.
 */
export function conceal(topology: Topology, texts: Iterable<string>): Topology {
  const pattern = patternOf(texts);
  if (pattern !== undefined) patterns.set(topology, pattern);
  return topology;
}

/** A text without those that Terraform holds sensitive, where there is no topology yet. */
export function withoutTexts(texts: Iterable<string>, text: string): string {
  const pattern = patternOf(texts);
  return pattern === undefined ? text : text.replace(pattern, concealedText);
}

function patternOf(texts: Iterable<string>): RegExp | undefined {
  const all = new Set([...texts].filter((text) => text.length > 2).flatMap(spellings));
  if (all.size === 0) return undefined;
  // The longest first: a block before the address that it begins with.
  const sorted = [...all].sort((a, b) => b.length - a.length);
  const any = sorted.map((text) => {
    const escaped = text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    // A colon behind an IPv6 address may be a part of it; behind any other text it is the sentence's, or a port's.
    return text.includes(':') ? `${escaped}(?!:[\\da-fA-F:])` : escaped;
  });
  return new RegExp(`(?<![\\w.:])(?:${any.join('|')})(?!\\w|\\.\\d)`, 'g');
}

/** A text about a topology without what is concealed in it. */
export function withoutConcealed(topology: Topology, text: string): string {
  const pattern = patterns.get(topology);
  return pattern === undefined ? text : text.replace(pattern, concealedText);
}

/** The same for data: every text in it, however deep. Anything with a `toJSON` is what that gives. */
export function dataWithoutConcealed<T>(topology: Topology, data: T): T {
  if (!patterns.has(topology)) return data;
  const text = JSON.stringify(data);
  const walk = (value: unknown): unknown => {
    if (typeof value === 'string') return withoutConcealed(topology, value);
    if (Array.isArray(value)) return value.map(walk);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, walk(inner)]));
  };
  return walk(JSON.parse(text)) as T;
}

/** The text, and where it is an address or block, every way in which we would write it. */
function spellings(text: string): readonly string[] {
  try {
    if (text.includes('/')) {
      const { first, last } = Cidr.containing(text);
      return [text, text.split('/')[0]!, String(Cidr.containing(text)), String(first), String(last)];
    }
    return [text, String(Address.parse(text))];
  } catch (error) {
    if (NetproofError.is(error)) return [text];
    throw error;
  }
}

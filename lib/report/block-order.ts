import { Cidr } from '../addressing/cidr';
import { NetproofError } from '../addressing/netproof-error';

/** The block that a provider makes of a text, or undefined where the text is none or not known before apply. */
export function blockOf(text: string | null | undefined): Cidr | undefined {
  try {
    return text === null || text === undefined ? undefined : Cidr.containing(text);
  } catch (error) {
    // A description shows a wrong block as it is written; saying that it is wrong is for lint and Terraform.
    if (NetproofError.is(error)) return undefined;
    throw error;
  }
}

/** In the order of their blocks; what has none stays behind, in the order it came. */
export function byBlock<T>(items: readonly T[], blockTextOf: (item: T) => string | null | undefined): T[] {
  const placed = items.map((item) => ({ item, block: blockOf(blockTextOf(item)) }));
  placed.sort(({ block: a }, { block: b }) => {
    if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
    return a.compare(b);
  });
  return placed.map(({ item }) => item);
}

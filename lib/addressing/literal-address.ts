import { Address } from './address';
import { NetproofError } from './netproof-error';

/** The address that a text is, or undefined for one that is none, such as a name. */
export function literalAddress(text: string): Address | undefined {
  try {
    return Address.parse(text);
  } catch (error) {
    if (NetproofError.is(error)) return undefined;
    throw error;
  }
}

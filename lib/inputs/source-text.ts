import { readFileSync } from 'node:fs';
import { NetproofError } from '../addressing/netproof-error';

/** Standard input on a command line. */
export const standardInput = '-';

/** A file for people: `-` is called by what it is. */
export const shownFile = (file: string): string => (file === standardInput ? 'standard input' : file);

/**
 * The UTF-8 text of a file, or of standard input for `-`. Throws `InputNotFound` or `InputUnreadable`, naming the file
 * as the user wrote it.
 */
export function readSourceText(file: string): string {
  try {
    return readFileSync(file === standardInput ? 0 : file, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT') {
      throw new NetproofError('InputNotFound', `There is no file ${shownFile(file)}.`);
    }
    throw new NetproofError(
      'InputUnreadable',
      `${shownFile(file)} cannot be read: ${code ?? String(error)}.`,
    );
  }
}

import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { NetproofError } from '../lib/addressing/netproof-error';

/** A password of 192 random bits in characters that need no escaping, neither in a URI nor in SQL. */
export function newPassword(): string {
  return randomBytes(24).toString('base64url');
}

/**
 * The content of a secret file, made by `make` when there is no such file: then readable by its owner alone, in a
 * folder that others cannot enter. A file that is there is never written again.
 */
export function secretFile(path: string, make: () => string): string {
  try {
    if (!existsSync(path)) {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      writeFileSync(path, make(), { mode: 0o600, flag: 'wx' });
    }
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new NetproofError(
      'UnreadableSecret',
      `The secret file ${path} can be neither read nor made (${(error as Error).message}). ` +
        'Give the file to your user, or name another folder by NETPROOF_SECRETS_DIR.',
    );
  }
}

import { NetproofError } from '../../addressing/netproof-error';
import type { TerraformDocument } from '../terraform-document';
import type { DockerAssumptions } from './docker-assumptions';
import { type EngineVersion, isBefore, readEngineVersion } from './engine-version';

/**
 * The assumptions, and the oldest engine that a construct of the document wrote down (`//.netproof.oldestEngine`): of
 * several the newest, because all of them are to run. A stated version counts before it. Throws InvalidTerraform for a
 * text that is no version.
 */
export function withOldestEngine(
  assumed: DockerAssumptions,
  { resources }: TerraformDocument,
): DockerAssumptions {
  if (assumed.version !== undefined) return assumed;
  let found: { readonly version: string; readonly by: string } | undefined;
  for (const { address, netproof } of resources) {
    const written = (netproof as { readonly oldestEngine?: unknown } | undefined)?.oldestEngine;
    if (written === undefined) continue;
    const version = typeof written === 'string' ? written : JSON.stringify(written);
    read(version, address);
    if (found === undefined || isBefore(read(found.version, address), version))
      found = { version, by: address };
  }
  return found === undefined ? assumed : { ...assumed, oldest: found };
}

function read(version: string, address: string): EngineVersion {
  try {
    return readEngineVersion(version);
  } catch (error) {
    if (!NetproofError.is(error)) throw error;
    throw new NetproofError(
      'InvalidTerraform',
      `${address}//.netproof.oldestEngine: ${error.message.replace(/^docker\.version: /, '')}`,
    );
  }
}

import { Construct } from 'constructs';
import type { ContainerNetwork } from './segment-facts';

/**
 * No network (`--network none`): a container there has a loopback interface of its own and nothing else. Nothing is
 * created for it.
 * @see https://docs.docker.com/engine/network/drivers/none/
 */
export class NoNetwork extends Construct implements ContainerNetwork {
  readonly kind = 'none';
  readonly name = 'none';
  readonly internal = true;
  readonly picksAddresses = true;
  readonly networkMode = 'none';
}

import { Construct } from 'constructs';
import type { ContainerNetwork } from './segment-facts';

/**
 * The network of the host itself (`--network host`): a container there has the host's addresses, its ports are ports of
 * the host, on every address and with the LAN, and a port that the host or another such container has is taken. It
 * reaches what the host reaches, services on 127.0.0.1 included. Nothing is created for it.
 * @see https://docs.docker.com/engine/network/drivers/host/
 */
export class HostNetwork extends Construct implements ContainerNetwork {
  readonly kind = 'host';
  readonly name = 'host';
  readonly internal = false;
  readonly picksAddresses = true;
  readonly networkMode = 'host';
}

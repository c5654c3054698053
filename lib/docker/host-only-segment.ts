import type { TerraformProvider } from 'cdktf';
import type { Construct } from 'constructs';
import type { Guest } from './guest';
import type { NetworkNaming } from './network-name';
import { Segment } from './segment';

export interface HostOnlySegmentProps extends NetworkNaming {
  /** IPv4 block. @default "192.168.56.0/24", VirtualBox's own */
  readonly block?: string;
  /** Address of the host. @default - the first address of the block after its own, 192.168.56.1 */
  readonly gateway?: string;
  /**
   * Whether host and guests reach each other. Without it only the guests do, as on an InternalSegment, and nobody has
   * the gateway's address.
   * @default true
   */
  readonly hostAccess?: boolean;
  /** @default - none */
  readonly guests?: readonly Guest[];
  /** The Docker host, when the stack has several. @default - the stack's default Docker provider */
  readonly provider?: TerraformProvider;
}

/**
 * The host-only network of a hypervisor, as an internal bridge: host and guests reach each other, nobody reaches
 * anything else and nothing else reaches them. The host has the gateway's address, and guests reach every service of
 * the host that listens there or on all addresses.
 */
export class HostOnlySegment extends Segment {
  constructor(scope: Construct, id: string, props: HostOnlySegmentProps) {
    super(scope, id, { ...props, block: props.block ?? '192.168.56.0/24', internal: true });
  }
}

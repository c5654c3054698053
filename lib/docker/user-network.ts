import type { TerraformProvider } from 'cdktf';
import type { Construct } from 'constructs';
import type { Guest } from './guest';
import type { NetworkNaming } from './network-name';
import { Segment } from './segment';

export interface UserNetworkProps extends NetworkNaming {
  /**
   * IPv4 block. The default is the one of the manuals and lies where Docker takes blocks by itself: a host on which
   * compose has made networks may have it already, and then another block is needed.
   * @default "172.20.0.0/16"
   */
  readonly block?: string;
  /** Address of the host. @default - the first address of the block after its own, 172.20.0.1 */
  readonly gateway?: string;
  /** Whether containers here reach each other by address. @default true */
  readonly peers?: boolean;
  /** @default - none */
  readonly guests?: readonly Guest[];
  /** The Docker host, when the stack has several. @default - the stack's default Docker provider */
  readonly provider?: TerraformProvider;
}

/**
 * A bridge of the user's own (`docker network create`): containers on it reach each other by address and by name, the
 * host reaches them, they reach the outside by the host's address, and another bridge neither way. A container may be
 * on several.
 */
export class UserNetwork extends Segment {
  constructor(scope: Construct, id: string, props: UserNetworkProps) {
    super(scope, id, { ...props, block: props.block ?? '172.20.0.0/16' });
  }
}

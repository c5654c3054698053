import type { TerraformProvider } from 'cdktf';
import type { Construct } from 'constructs';
import type { Guest } from './guest';
import type { NetworkNaming } from './network-name';
import { Segment } from './segment';

export interface InternalSegmentProps extends NetworkNaming {
  /** IPv4 block. @default "10.210.4.0/24", outside the pools from which Docker takes its own */
  readonly block?: string;
  /** @default - none */
  readonly guests?: readonly Guest[];
  /** The Docker host, when the stack has several. @default - the stack's default Docker provider */
  readonly provider?: TerraformProvider;
}

/**
 * The internal network of a hypervisor: guests reach each other and nobody else, the host included. Docker's own word
 * `internal` is less, it keeps the host on the network; here the host has no address on it.
 */
export class InternalSegment extends Segment {
  constructor(scope: Construct, id: string, props: InternalSegmentProps) {
    super(scope, id, {
      ...props,
      block: props.block ?? '10.210.4.0/24',
      internal: true,
      hostAccess: false,
    });
  }
}

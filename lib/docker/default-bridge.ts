import type { TerraformProvider } from 'cdktf';
import { Construct } from 'constructs';
import type { Cidr } from '../addressing/cidr';
import type { Address } from '../addressing/address';
import type { Container } from './container';
import { type Guest, guestContainers, guestProblems } from './guest';
import { childPath, refuseInvalid, reservedIdProblems } from './invalid-props';
import { blockProblems, gatewayProblems, segmentFacts } from './segment';
import type { ContainerNetwork, SegmentFacts } from './segment-facts';

export interface DefaultBridgeProps {
  /** Block that the engine gave it; a setting of the engine, of which Terraform knows nothing. @default "172.17.0.0/16" */
  readonly block?: string;
  /** Address of the host. @default - the first address of the block after its own, 172.17.0.1 */
  readonly gateway?: string;
  /**
   * They start one after the other, so that a bridge with nobody else on it gives them its addresses in this order:
   * 172.17.0.2, .3, .4.
   * @default - none
   */
  readonly guests?: readonly Guest[];
  /** The Docker host, when the stack has several. @default - the stack's default Docker provider */
  readonly provider?: TerraformProvider;
}

/**
 * The bridge that every engine has (`bridge`, interface docker0): containers reach each other by address and not by
 * name, have the addresses that they are given, and may be published. It is there already, so nothing is created for
 * it but its guests.
 * @see https://docs.docker.com/engine/network/drivers/bridge/#use-the-default-bridge-network
 */
export class DefaultBridge extends Construct implements ContainerNetwork {
  readonly kind = 'default-bridge';
  readonly name = 'bridge';
  readonly internal = false;
  readonly picksAddresses = true;
  readonly block?: Cidr;
  readonly gateway?: Address;
  /** In the order of the props. */
  readonly guests: readonly Container[];

  constructor(scope: Construct, id: string, props: DefaultBridgeProps = {}) {
    const block = props.block ?? '172.17.0.0/16';
    const facts: SegmentFacts = {
      ...segmentFacts({ name: 'bridge', block, gateway: props.gateway }),
      kind: 'default-bridge',
    };
    refuseInvalid(childPath(scope, id), [
      ...reservedIdProblems(scope, id),
      ...blockProblems(block).map((problem) => `the default bridge: ${problem}`),
      ...gatewayProblems(props.gateway, facts.block).map((problem) => `the default bridge: ${problem}`),
      ...guestProblems(facts, props.guests ?? []),
    ]);
    super(scope, id);
    this.block = facts.block;
    this.gateway = facts.gateway;
    this.guests = guestContainers(this, props.guests ?? [], props.provider, { oneByOne: true });
  }
}

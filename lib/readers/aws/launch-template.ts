import type { Bounds } from '../../topology/bounds';
import type { Unknown } from '../../topology/value';
import type { Attributes } from '../attributes';
import { type AwsResource, certainly } from './estate';
import type { Network } from './network';
import type { Vpc } from './vpc';

/** What a launch template, or the older launch configuration, says about the interface of what it launches. */
export class LaunchTemplate {
  private readonly network: Network;
  private readonly resource: AwsResource;
  /** The first of its network interfaces, if it has any. */
  private readonly interface: Attributes | undefined;

  constructor(network: Network, resource: AwsResource) {
    this.network = network;
    this.resource = resource;
    const interfaces = resource.blocks('network_interfaces').items;
    this.interface = interfaces.find((one) => one.number('device_index') === 0) ?? interfaces[0];
  }

  /** The template that an instance or a group names in this block, when it is certain and part of the input. */
  static named(network: Network, block: Attributes): LaunchTemplate | undefined {
    for (const attribute of ['id', 'launch_template_id', 'name', 'launch_template_name']) {
      const found = certainly(network.estate.named(block, attribute, types), ...types);
      if (found !== undefined) return new LaunchTemplate(network, found);
    }
    return undefined;
  }

  static of(network: Network, instance: Attributes): LaunchTemplate | undefined {
    const block = instance.block('launch_template');
    return block === undefined ? undefined : LaunchTemplate.named(network, block);
  }

  get associatesPublic(): boolean | Unknown | undefined {
    return (this.interface ?? this.resource).flag('associate_public_ip_address');
  }

  /** Where a subnet may be named, for what names none itself. */
  placeOf(otherwise: Attributes): Attributes {
    return this.interface?.has('subnet_id') === true ? this.interface : otherwise;
  }

  /** The attributes of the interface it makes. */
  get interfaceAttributes(): Attributes {
    return this.interface ?? this.resource;
  }

  groups(vpc: Vpc): Bounds<readonly string[]> {
    const { groups } = this.network;
    return this.interface?.has('security_groups') === true
      ? groups.worn(this.interface, ['security_groups'], vpc)
      : groups.worn(this.resource, ['vpc_security_group_ids', 'security_groups'], vpc);
  }
}

const types = ['aws_launch_template'] as const;

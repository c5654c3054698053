import type { Address } from '../../addressing/address';
import { AddressSet } from '../../addressing/address-set';
import { NetproofError } from '../../addressing/netproof-error';
import { type Bounds, between } from '../../topology/bounds';
import type { Origin } from '../../topology/origin';
import type { RelayTarget } from '../../topology/relay';
import type { Unknown, Value } from '../../topology/value';
import { type Attributes, isUnknown } from '../attributes';
import { type AwsResource, type Estate, idOf } from './estate';
import type { Network } from './network';
import type { Subnet } from './subnet';

export const targetGroupTypes = ['aws_lb_target_group', 'aws_alb_target_group'] as const;

/** Something that a target group sends to. */
export interface Target {
  readonly to: RelayTarget['to'];
  readonly port: number | undefined;
  /** Where it may be, to tell in which zone. */
  readonly subnets: readonly Subnet[];
  readonly origin: Origin;
}

/** Types that can stand where a target is named. */
const targetTypes = [
  'aws_instance',
  'aws_spot_instance_request',
  'aws_network_interface',
  'aws_lb',
  'aws_alb',
  'aws_lambda_function',
] as const;

/** What registers with target groups: attachments, auto scaling groups, ECS services. */
export class TargetGroups {
  private readonly network: Network;
  private readonly estate: Estate;
  /** By target group id. */
  private readonly certain = new Map<string, Target[]>();
  private readonly possible = new Map<string, { target: Target; unknowns: readonly Unknown[] }[]>();

  constructor(network: Network) {
    this.network = network;
    this.estate = network.estate;
    const { estate } = network;
    for (const attachment of estate.of('aws_lb_target_group_attachment', 'aws_alb_target_group_attachment')) {
      this.readAttachment(attachment);
    }
    for (const group of estate.of('aws_autoscaling_group')) {
      this.register(group, 'target_group_arns', this.endpoint(group, undefined), []);
      for (const source of group.blocks('traffic_source').items) {
        this.register(source, 'identifier', this.endpoint(group, undefined), []);
      }
    }
    for (const attachment of estate.of('aws_autoscaling_attachment')) {
      for (const attribute of ['lb_target_group_arn', 'alb_target_group_arn']) {
        this.registerGroup(attachment, attachment, attribute);
      }
    }
    for (const attachment of estate.of('aws_autoscaling_traffic_source_attachment')) {
      const source = attachment.block('traffic_source');
      if (source !== undefined) this.registerGroup(attachment, source, 'identifier');
    }
    for (const service of estate.of('aws_ecs_service')) {
      for (const block of service.blocks('load_balancer').items) {
        const port = block.number('container_port');
        const target = this.endpoint(service, isUnknown(port) ? undefined : port);
        this.register(block, 'target_group_arn', target, isUnknown(port) ? [port] : []);
      }
    }
  }

  /** What a target group sends to. */
  targets(group: AwsResource): Bounds<readonly Target[]> {
    const certain = this.certain.get(group.id) ?? [];
    const possible = this.possible.get(group.id) ?? [];
    const unknowns = possible.flatMap((one) => one.unknowns);
    return between(certain, [...certain, ...possible.map((one) => one.target)], unknowns);
  }

  private registerGroup(attachment: AwsResource, at: Attributes, attribute: string): void {
    const { options, unknowns } = this.estate.named(attachment, 'autoscaling_group_name', [
      'aws_autoscaling_group',
    ]);
    for (const option of options) {
      if (option.kind === 'resource') {
        this.register(at, attribute, this.endpoint(option.resource, undefined), unknowns);
      }
    }
  }

  private readAttachment(attachment: AwsResource): void {
    const written = attachment.number('port');
    const port = isUnknown(written) ? undefined : written;
    const causes = [
      ...(isUnknown(written) ? [written] : []),
      ...(attachment.existence === undefined ? [] : [attachment.existence]),
    ];
    const value = attachment.written('target_id');
    const address = this.addressIn(value);
    if (address !== undefined) {
      const to = { addresses: AddressSet.of(address) };
      const target = this.holder(address, port, attachment.origin()) ?? {
        to,
        port,
        subnets: [],
        origin: attachment.origin(),
      };
      this.register(attachment, 'target_group_arn', target, causes);
      return;
    }
    const { options, unknowns } = this.estate.things(value, targetTypes, attachment, 'target_id');
    for (const option of options) {
      const id = idOf(option);
      const known = option.kind === 'resource' && this.network.builder.has('endpoints', id);
      if (option.kind === 'resource' && option.resource.type === 'aws_lambda_function') continue;
      if (!known) {
        // Something that the input does not hold: it may be anything that the balancer can address.
        const to = { addresses: AddressSet.everything() };
        const target = { to, port, subnets: [], origin: attachment.origin() };
        const cause = attachment.unknownOf('target_id', value);
        this.register(attachment, 'target_group_arn', target, [...causes, cause]);
        continue;
      }
      const target = { ...this.endpoint(option.resource, port), origin: attachment.origin() };
      this.register(attachment, 'target_group_arn', target, [...causes, ...unknowns]);
    }
  }

  /** The address that a target is given by; undefined for an id or ARN, which a state and a plan of existing things tell. */
  private addressIn(value: Value): Address | undefined {
    try {
      return this.network.interfaces.literal(value);
    } catch (error) {
      if (!NetproofError.is(error)) throw error;
      return undefined;
    }
  }

  /** The endpoint that has a literal address for certain. */
  private holder(
    address: Parameters<AddressSet['contains']>[0],
    port: number | undefined,
    origin: Origin,
  ): Target | undefined {
    for (const one of this.network.interfaces.all()) {
      const has = one.addresses.some(
        ({ unknown, possible }) => unknown === undefined && possible.contains(address),
      );
      const endpoint = this.network.ownerOf(one.id);
      if (has && endpoint !== undefined) return { to: { endpoint }, port, subnets: [one.subnet], origin };
    }
    return undefined;
  }

  private endpoint(resource: AwsResource, port: number | undefined): Target {
    const endpoint = this.network.ownerOf(resource.id) ?? resource.id;
    return { to: { endpoint }, port, subnets: this.network.subnetsOf(endpoint), origin: resource.origin() };
  }

  private register(at: Attributes, attribute: string, target: Target, causes: readonly Unknown[]): void {
    const { each } = this.estate.namedAll(at, attribute, targetGroupTypes);
    for (const { options, unknowns } of each) {
      const all = [...causes, ...unknowns];
      for (const option of options) {
        const id = idOf(option);
        if (all.length === 0) this.certain.set(id, [...(this.certain.get(id) ?? []), target]);
        else this.possible.set(id, [...(this.possible.get(id) ?? []), { target, unknowns: all }]);
      }
    }
  }
}

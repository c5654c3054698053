import { exactly } from '../../topology/bounds';
import type { Attributes } from '../attributes';
import { type AwsResource, certainly } from './estate';
import type { NetworkInterface } from './interfaces';
import { LaunchTemplate } from './launch-template';
import { leftOut, type Network } from './network';

/**
 * Auto scaling groups: instances like the launch template (or launch configuration) says, some in each subnet. How
 * many there are is not looked at: what is asked must hold for one in every subnet.
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/asg-in-vpc.html
 */
export function addAutoscalingGroups(network: Network): void {
  for (const group of network.estate.of('aws_autoscaling_group')) {
    const template = templateOf(network, group);
    const placement = network.subnetsListed(group, 'vpc_zone_identifier');
    const place = template?.placeOf(group);
    const subnets =
      placement.subnets.length > 0 || place === undefined || place === group
        ? placement.subnets
        : network.subnets.at(place, 'subnet_id').options;
    const interfaces = subnets.map((subnet): NetworkInterface => ({
      id: `${group.id} in ${subnet.id}`,
      subnet,
      addresses: network.interfaces.addresses(
        template?.interfaceAttributes ?? group,
        { ipv4: [], ipv6Count: 'ipv6_address_count', key: 'private_ip' },
        subnet,
      ),
      filters: template?.groups(subnet.vpc) ?? exactly([]),
      forwards: false,
      mapped: template?.associatesPublic ?? subnet.mapsPublic,
      publicKey: group.key('public_ip'),
      inUse: true,
      origin: group.origin(),
    }));
    for (const one of interfaces) network.interfaces.add(one);
    network.addEndpoint(group, interfaces, {
      spread: 'replicas',
      notModelled: doubtOf(group, template, interfaces.length) ?? network.doubt(placement),
    });
  }
}

function doubtOf(group: AwsResource, template: LaunchTemplate | undefined, interfaces: number) {
  if (template === undefined) {
    return leftOut(group.key('launch_template'), 'a launch template that is not in this input');
  }
  const policy = group.block('mixed_instances_policy')?.block('launch_template');
  const others = policy?.blocks('override').items.some((one) => one.has('launch_template_specification'));
  if (others === true) {
    return leftOut(group.key('mixed_instances_policy'), 'instances of several launch templates');
  }
  if (interfaces > 0) return undefined;
  return leftOut(group.key('vpc_zone_identifier'), 'default subnets, which are not in this input');
}

function templateOf(network: Network, group: AwsResource): LaunchTemplate | undefined {
  const types = ['aws_launch_configuration'] as const;
  const configuration = certainly(network.estate.named(group, 'launch_configuration', types), ...types);
  if (configuration !== undefined) return new LaunchTemplate(network, configuration);
  const policy = group.block('mixed_instances_policy')?.block('launch_template');
  const places: (Attributes | undefined)[] = [
    group.block('launch_template'),
    policy?.block('launch_template_specification'),
  ];
  const place = places.find((one) => one !== undefined);
  return place === undefined ? undefined : LaunchTemplate.named(network, place);
}

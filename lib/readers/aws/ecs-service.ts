import type { NetworkInterface } from './interfaces';
import { leftOut, type Network } from './network';

/**
 * ECS services whose tasks have interfaces of their own (network mode awsvpc): some tasks in each subnet. How many
 * there are is not looked at. Tasks of other network modes share the interfaces of the instances they run on, which
 * the service does not name.
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-networking-awsvpc.html
 */
export function addEcsServices(network: Network): void {
  for (const service of network.estate.of('aws_ecs_service')) {
    const config = service.block('network_configuration');
    if (config === undefined) {
      network.addEndpoint(service, [], {
        notModelled: leftOut(service.key('network_configuration'), 'tasks on the interfaces of instances'),
      });
      continue;
    }
    const placement = network.subnetsListed(config, 'subnets');
    const interfaces = placement.subnets.map((subnet): NetworkInterface =>
      network.interfaces.add({
        id: `${service.id} in ${subnet.id}`,
        subnet,
        addresses: network.interfaces.addresses(config, { ipv4: [], key: 'private_ip' }, subnet),
        filters: network.groups.worn(config, ['security_groups'], subnet.vpc),
        forwards: false,
        mapped: config.flag('assign_public_ip') ?? false,
        publicKey: service.key('public_ip'),
        inUse: true,
        origin: service.origin(),
      }),
    );
    network.addEndpoint(service, interfaces, { spread: 'replicas', notModelled: network.doubt(placement) });
  }
}

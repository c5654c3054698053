import { translatorPorts } from '../../topology/client-ports';
import { isUnknown } from '../attributes';
import type { NetworkInterface } from './interfaces';
import type { Network } from './network';

/**
 * Functions with interfaces in a VPC. They open flows and take none, and never have a public address, whatever the
 * subnet says. A function without `vpc_config` stands in no network of the input.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
 */
export function addFunctions(network: Network): void {
  for (const resource of network.estate.of('aws_lambda_function')) {
    const config = resource.block('vpc_config');
    if (config === undefined) continue;
    const placement = network.subnetsListed(config, 'subnet_ids');
    if (placement.subnets.length === 0 && placement.unknowns.length === 0) continue;
    const ipv6 = config.flag('ipv6_allowed_for_dual_stack');
    const interfaces = placement.subnets.map((subnet): NetworkInterface => {
      const seen = { ...subnet, assignsIpv6: ipv6 ?? false };
      return network.interfaces.add({
        id: `${resource.id} in ${subnet.id}`,
        subnet,
        addresses: network.interfaces.addresses(config, { ipv4: [], key: 'private_ip' }, seen),
        filters: network.groups.worn(config, ['security_group_ids'], subnet.vpc),
        forwards: false,
        mapped: false,
        publicKey: resource.key('public_ip'),
        inUse: true,
        origin: resource.origin(),
      });
    });
    network.addEndpoint(resource, interfaces, {
      spread: 'replicas',
      accepts: false,
      clientPorts: translatorPorts,
      notModelled: placement.unknowns[0] ?? (isUnknown(ipv6) ? ipv6 : undefined),
    });
  }
}

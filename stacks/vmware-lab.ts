import { TerraformStack } from 'cdktf';
import { DockerProvider } from '@cdktf/provider-docker/lib/provider';
import type { Construct } from 'constructs';
import { Cidr } from '../lib/addressing/cidr';
import { HostOnlySegment } from '../lib/docker/host-only-segment';
import { NatSegment } from '../lib/docker/nat-segment';
import { waiveLint } from '../lib/docker/waive-lint';
import { bridgedPart } from './bridged-part';
import { type MachineInterface, refuseOverlap } from './machine-interfaces';
import { pageGuest } from './page-guest';
import type { Settings } from './settings';

/**
 * A VMware host with three virtual switches: vSwitch0 bridged to 192.168.10.0/24 with VM1 at .50, vSwitch1 host-only on
 * 172.16.10.0/24 with nobody yet, vSwitch2 NAT on 10.0.0.0/24 with VM2 at .10. Machines on one NAT switch of VMware
 * reach each other.
 */
export class VmwareLab extends TerraformStack {
  /**
   * @param interfaces - of this machine, whose blocks the stack's networks must not take
   * @param hostInterfaces - names of the Docker host's interfaces; undefined when that may be another machine
   */
  constructor(
    scope: Construct,
    id: string,
    settings: Settings,
    interfaces: readonly MachineInterface[] = [],
    hostInterfaces?: readonly string[],
  ) {
    super(scope, id);
    new DockerProvider(this, 'docker');
    if (settings.dockerProviderVersion !== undefined) {
      this.addOverride('terraform.required_providers.docker.version', settings.dockerProviderVersion);
    }
    const named = (name: string) => `${settings.namePrefix}${id}-${name}`;
    const machine = (name: string) =>
      pageGuest({ name: named(name), page: name, image: settings.guestImage, port: 80 });

    bridgedPart(
      this,
      { name: named('vswitch0'), block: settings.vmwareLanBlock, guest: machine('vm1'), offset: 50 },
      settings,
      hostInterfaces,
    );
    const hostOnly = new HostOnlySegment(this, 'vswitch1', {
      name: named('vswitch1'),
      block: settings.vmwareHostOnlyBlock,
    });
    const nat = new NatSegment(this, 'vswitch2', {
      name: named('vswitch2'),
      block: settings.vmwareNatBlock,
      peers: true,
      guests: [{ ...machine('vm2'), address: Cidr.parse(settings.vmwareNatBlock).at(10).toString() }],
    });
    waiveLint(nat.network, {
      rule: 'docker-overlapping-blocks',
      reason: 'It has the numbers of the manual, and so has network-modes: deploy one of the two at a time.',
    });
    refuseOverlap(hostOnly, interfaces, { env: 'NETPROOF_VMWARE_HOST_ONLY_BLOCK' });
    refuseOverlap(nat, interfaces, { env: 'NETPROOF_VMWARE_NAT_BLOCK' });
  }
}

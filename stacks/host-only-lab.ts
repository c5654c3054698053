import { TerraformStack } from 'cdktf';
import { DockerProvider } from '@cdktf/provider-docker/lib/provider';
import type { Construct } from 'constructs';
import { Cidr } from '../lib/addressing/cidr';
import { HostOnlySegment } from '../lib/docker/host-only-segment';
import { imageContracts } from '../lib/docker/image-contract';
import { type MachineInterface, refuseOverlap } from './machine-interfaces';
import { pageGuest } from './page-guest';
import type { Settings } from './settings';

const { port } = imageContracts.busybox;

/**
 * The host-only network of a hypervisor's manual, with its numbers: 192.168.56.0/24, the host at .1, two guests at
 * .10 and .11. Each guest serves a page with its name on port 8080.
 */
export class HostOnlyLab extends TerraformStack {
  readonly segment: HostOnlySegment;

  constructor(
    scope: Construct,
    id: string,
    settings: Settings,
    interfaces: readonly MachineInterface[] = [],
  ) {
    super(scope, id);
    new DockerProvider(this, 'docker');
    if (settings.dockerProviderVersion !== undefined) {
      this.addOverride('terraform.required_providers.docker.version', settings.dockerProviderVersion);
    }
    const name = `${settings.namePrefix}${id}`;
    const block = Cidr.parse(settings.hostOnlyBlock);
    this.segment = new HostOnlySegment(this, 'lab', {
      name,
      block: block.toString(),
      guests: [10, 11].map((offset, index) => ({
        ...pageGuest({
          name: `${name}-guest-${index + 1}`,
          page: `guest-${index + 1}`,
          aliases: [`guest-${index + 1}`],
          image: settings.guestImage,
          port,
        }),
        address: block.at(offset).toString(),
      })),
    });
    refuseOverlap(this.segment, interfaces, { env: 'NETPROOF_HOST_ONLY_BLOCK' });
  }
}

import { TerraformStack } from 'cdktf';
import { DockerProvider } from '@cdktf/provider-docker/lib/provider';
import type { Construct } from 'constructs';
import { Cidr } from '../lib/addressing/cidr';
import { Container } from '../lib/docker/container';
import { DefaultBridge } from '../lib/docker/default-bridge';
import { HostNetwork } from '../lib/docker/host-network';
import { HostOnlySegment } from '../lib/docker/host-only-segment';
import { InternalSegment } from '../lib/docker/internal-segment';
import { NatSegment } from '../lib/docker/nat-segment';
import { NoNetwork } from '../lib/docker/no-network';
import type { ContainerNetwork } from '../lib/docker/segment-facts';
import { SharedNetwork } from '../lib/docker/shared-network';
import { UserNetwork } from '../lib/docker/user-network';
import { waiveLint } from '../lib/docker/waive-lint';
import { bridgedPart } from './bridged-part';
import { type MachineInterface, refuseOverlap } from './machine-interfaces';
import { pageGuest } from './page-guest';
import type { Settings } from './settings';

/**
 * Every mode of the manuals side by side: those of a hypervisor (bridged, NAT, NAT network, host-only, internal) and
 * those of Docker (default bridge, host, none, a network of one's own, a second one, one that is shared), with their
 * numbers. Every guest serves a page with its name.
 */
export class NetworkModes extends TerraformStack {
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
    const guest = (page: string, port = 80) =>
      pageGuest({ name: named(page), page, image: settings.guestImage, port });
    /** As a guest, with the page's name as a name on its network too. */
    const member = (page: string, port = 80) => ({ ...guest(page, port), aliases: [page] });
    const on = (page: string, ...segments: readonly ContainerNetwork[]) =>
      new Container(this, page, {
        ...member(page),
        attachments: segments.map((segment) => ({ segment })),
      });

    bridgedPart(
      this,
      {
        name: named('bridged'),
        block: settings.lanBlock,
        gateway: settings.lanGateway,
        guest: guest('bridged'),
        offset: 50,
      },
      settings,
      hostInterfaces,
    );
    const nat = new NatSegment(this, 'nat', {
      name: named('nat'),
      block: settings.natBlock,
      guests: [
        { ...member('nat-1'), publish: [{ host: Number(settings.forwardPort), container: 80 }] },
        member('nat-2'),
      ],
    });
    const natNetwork = new NatSegment(this, 'nat-network', {
      name: named('nat-network'),
      block: settings.natNetworkBlock,
      peers: true,
      guests: [member('peer-1'), member('peer-2')],
    });
    const hostOnly = new HostOnlySegment(this, 'host-only', {
      name: named('host-only'),
      block: settings.hostOnlyBlock,
      guests: [{ ...member('host-only'), address: addressIn(settings.hostOnlyBlock, 10) }],
    });
    const internal = new InternalSegment(this, 'internal', {
      name: named('internal'),
      block: settings.internalBlock,
      guests: [10, 11].map((offset, index) => ({
        ...member(`internal-${index + 1}`),
        address: addressIn(settings.internalBlock, offset),
      })),
    });

    const shown = (mode: string) => `This stack shows every mode side by side, ${mode} among them.`;
    const defaultBridge = new DefaultBridge(this, 'default-bridge', {
      guests: [guest('nginx', 80), guest('mysql', 3306), guest('redis', 6379)],
    });
    waiveLint(defaultBridge, { rule: 'docker-default-bridge', reason: shown('the default bridge') });
    waiveLint(hostOnly.network, {
      rule: 'docker-overlapping-blocks',
      reason: 'It has the numbers of the manual, as host-only-lab has: deploy one of the two at a time.',
    });
    const host = new Container(this, 'host', {
      ...guest('host', Number(settings.hostModePort)),
      attachments: [{ segment: new HostNetwork(this, 'host-network') }],
    });
    waiveLint(host, { rule: 'docker-host-network', reason: shown('the network of the host') });
    new Container(this, 'none', {
      ...guest('none'),
      attachments: [{ segment: new NoNetwork(this, 'no-network') }],
    });
    const myapp = new UserNetwork(this, 'user-network', {
      project: `${settings.namePrefix}myapp`,
      block: settings.userBlock,
    });
    const second = new UserNetwork(this, 'second-bridge', {
      name: `${settings.namePrefix}second-bridge`,
      block: settings.secondBlock,
    });
    const web = on('web', myapp);
    on('db', myapp);
    on('batch', second);
    on('both', second, myapp);
    new Container(this, 'sidecar', {
      ...guest('sidecar', 8081),
      attachments: [{ segment: new SharedNetwork(this, 'web-network', { of: web }) }],
    });

    for (const [segment, env] of [
      [nat, 'NETPROOF_NAT_BLOCK'],
      [natNetwork, 'NETPROOF_NAT_NETWORK_BLOCK'],
      [hostOnly, 'NETPROOF_HOST_ONLY_BLOCK'],
      [internal, 'NETPROOF_INTERNAL_BLOCK'],
      [myapp, 'NETPROOF_USER_BLOCK'],
      [second, 'NETPROOF_SECOND_BLOCK'],
    ] as const)
      refuseOverlap(segment, interfaces, { env });
  }
}

function addressIn(block: string, offset: number): string {
  return Cidr.parse(block).at(offset).toString();
}

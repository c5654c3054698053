import { readSettings } from '../../stacks/settings';
import { type DeployedStack, deployStack, type DockerPieces } from './machine/deployed-stack';
import type { Deployment } from './machine/deployment';
import type { DockerSite } from './machine/docker-site';
import { inside, labAddresses, labPorts } from './machine/network-lab';
import { get } from './machine/packet';
import type { Planned } from './machine/packet-plan';
import { committedPackets, packetTable } from './machine/packet-table';
import { liveSuite, type SuiteOptions } from './machine/suite';

const stack = 'vmware-lab';
/** The LAN of vSwitch0 on the lab's one cable. */
const lan = { host: '192.168.10.100', neighbour: '192.168.10.20', router: '192.168.10.1' };
const vm1 = '192.168.10.50';
const vm2 = '10.0.0.10';
const guest = '172.16.10.2';

/** The stack vmware-lab, with its bridged switch, deployed for real and asked with real packets. */
export function vmwareLabSuite(options: SuiteOptions, pieces: DockerPieces): void {
  liveSuite(options, pieces, (found, ran) => {
    let deployed: DeployedStack;
    let site: DockerSite;
    let app: Deployment;
    let from: DeployedStack['from'];

    beforeAll(async () => {
      deployed = await deployStack(stack, lan, found, ran);
      ({ site, app, from } = deployed);
    });

    afterAll(() => deployed?.close());

    const expectAll = async (packets: readonly Planned[]) => expect(await deployed.send(packets)).toEqual([]);

    test('S6: VM1 on vSwitch0 is a machine of its LAN, and reached by its host once that has its way', async () => {
      await expectAll([
        { from: 'a LAN neighbour', to: 'vm1', at: vm1, port: 80, arrives: true },
        { from: 'vm1', to: 'a LAN neighbour', at: lan.neighbour, port: 80, arrives: true },
        { from: 'the host', to: 'vm1', at: vm1, port: 80, arrives: false },
      ]);
      await deployed.letHostIn();
      expect((await get(site.host, vm1, 80)).body).toBe('vm1\n');
      await deployed.keepHostOut();
    });

    test('S6: VM2 on vSwitch2 gets out by the host’s address, and nobody gets in but the host', async () => {
      await expectAll([
        { from: 'vm2', to: 'the outside', at: labAddresses.outside, port: 80, arrives: true },
        { from: 'the host', to: 'vm2', at: vm2, port: 80, arrives: true },
        { from: 'a LAN neighbour', to: 'vm2', at: vm2, port: 80, arrives: false },
        { from: 'vm2', to: 'vm1', at: vm1, port: 80, arrives: false },
        { from: 'vm1', to: 'vm2', at: vm2, port: 80, arrives: false },
      ]);
      const outside = await get(await from('vm2'), labAddresses.outside, labPorts.outside);
      expect(outside.body).toBe(`outside asked by ${labAddresses.host}`);
    });

    test('S6: a machine that is put on vSwitch1 has the host and nobody else', async () => {
      const image = site.env['NETPROOF_IMAGE_GUEST'] ?? readSettings().guestImage;
      const server = ['httpd', '-f', '-p', '80'];
      const where = ['--name', `${stack}-vm3`, '--network', `${stack}-vswitch1`, '--ip', guest];
      await site.engine.docker('run', '--detach', ...where, image, ...server);
      await expectAll([
        { from: 'the host', to: 'a machine on vswitch1', at: guest, port: 80, arrives: true },
        { from: 'vm3', to: 'the host', at: '172.16.10.1', port: labPorts.hostService, arrives: true },
        { from: 'vm3', to: 'the outside', at: labAddresses.outside, port: 80, arrives: false },
        { from: 'vm2', to: 'a machine on vswitch1', at: guest, port: 80, arrives: false },
        { from: 'a LAN neighbour', to: 'a machine on vswitch1', at: guest, port: 80, arrives: false },
      ]);
      await site.engine.docker('rm', '--force', `${stack}-vm3`);
    });

    test('S7: docker network inspect and bridge link show who is on a switch', async () => {
      const format = '{{range .Containers}}{{.Name}} {{.IPv4Address}}{{end}}';
      const members = await site.engine.docker('network', 'inspect', '--format', format, `${stack}-vswitch2`);
      expect(members.trim()).toBe(`${stack}-vm2 ${vm2}/24`);
      const id = await site.engine.docker('network', 'inspect', '--format', '{{.Id}}', `${stack}-vswitch2`);
      const cables = (await inside(site.host, 'bridge', 'link')).trim().split('\n');
      expect(cables.filter((line) => line.includes(`master br-${id.slice(0, 12)}`))).toHaveLength(1);
    });

    test('docs/packets.md has these packets', () => {
      const { engine, measured } = deployed;
      expect(packetTable(measured)).toBe(committedPackets(`vmware-lab on Docker Engine ${engine}`, measured));
    });

    test('a second plan is empty, and destroy leaves no container, network or volume', async () => {
      expect(await app.pendingChanges()).toBeUndefined();
      expect((await site.leftovers()).length).toBe(5);
      await app.destroy();
      expect(await site.leftovers()).toEqual([]);
    });
  });
}

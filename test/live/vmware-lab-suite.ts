import { readSettings } from '../../stacks/settings';
import { type Deployment, newDeployment, succeed } from './machine/deployment';
import type { DockerRelease } from './machine/docker-release';
import { type DockerSite, openDockerSite } from './machine/docker-site';
import type { ImageSet } from './machine/image-set';
import type { Piece, ProviderInPlace } from './machine/live-machine';
import { addAddress, inside, labAddresses, labPorts, type Namespace } from './machine/network-lab';
import { get } from './machine/packet';
import { type Planned, placesOf, sendAll } from './machine/packet-plan';
import { committedPackets, packetTable, type Sent } from './machine/packet-table';
import { liveSuite, type SuiteOptions } from './machine/suite';
import type { TerraformProgram } from './machine/terraform-program';

type Pieces = readonly [
  program: Piece<TerraformProgram>,
  provider: Piece<ProviderInPlace>,
  docker: Piece<DockerRelease>,
  images: Piece<ImageSet>,
];

const stack = 'vmware-lab';
/** The LAN of vSwitch0 on the lab's one cable. */
const lan = { host: '192.168.10.100', neighbour: '192.168.10.20', router: '192.168.10.1' };
const vm1 = '192.168.10.50';
const vm2 = '10.0.0.10';
const guest = '172.16.10.2';

/** The stack vmware-lab, with its bridged switch, deployed for real and asked with real packets. */
export function vmwareLabSuite(options: SuiteOptions, pieces: Pieces): void {
  liveSuite(options, pieces, ([program, provider, release, images], ran) => {
    let site: DockerSite;
    let app: Deployment;
    let from: (name: string) => Promise<Namespace>;
    const measured: Sent[] = [];
    const engine = release.version.split('.').slice(0, 2).join('.');

    beforeAll(async () => {
      ran(`Docker Engine ${release.version}`);
      ran(program.version);
      ran(`kreuzwerker/docker ${provider.version}`);
      ran(`${images.kind} images`);
      site = await openDockerSite(release, images);
      await addAddress(site.host, lan.host);
      await addAddress(site.neighbour, lan.neighbour);
      await addAddress(site.neighbour, lan.router);
      from = placesOf(site, `${stack}-`);
      app = newDeployment({
        stack,
        program: program.path,
        env: { ...provider.env, ...site.env, NETPROOF_PARENT_INTERFACE: 'lan0' },
      });
      await app.deploy();
    });

    afterAll(async () => {
      await app?.close();
      await site?.close();
    });

    async function expectAll(packets: readonly Planned[]): Promise<void> {
      const { sent, wrong } = await sendAll(packets, from);
      measured.push(...sent);
      expect(wrong).toEqual([]);
    }

    test('S6: VM1 on vSwitch0 is a machine of its LAN, and reached by its host once that has its way', async () => {
      await expectAll([
        { from: 'a LAN neighbour', to: 'vm1', at: vm1, port: 80, arrives: true },
        { from: 'vm1', to: 'a LAN neighbour', at: lan.neighbour, port: 80, arrives: true },
        { from: 'the host', to: 'vm1', at: vm1, port: 80, arrives: false },
      ]);
      const { stdout } = await succeed(app.terraform('output', '-json', 'host-access'));
      for (const command of JSON.parse(stdout) as readonly string[]) {
        await inside(site.host, 'sh', '-c', command);
      }
      expect((await get(site.host, vm1, 80)).body).toBe('vm1\n');
      await inside(site.host, 'ip', 'link', 'delete', 'netproof-shim');
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

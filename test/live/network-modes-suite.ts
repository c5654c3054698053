import { readSettings } from '../../stacks/settings';
import { type DeployedStack, deployStack, type DockerPieces } from './machine/deployed-stack';
import type { Deployment } from './machine/deployment';
import type { DockerSite } from './machine/docker-site';
import { inside, labAddresses, labPorts } from './machine/network-lab';
import { dial, get } from './machine/packet';
import type { Planned } from './machine/packet-plan';
import { committedPackets, packetTable } from './machine/packet-table';
import { liveSuite, type SuiteOptions } from './machine/suite';

const stack = 'network-modes';
/** The home LAN of the manuals, on the lab's one cable: host, another machine, router. */
const home = { host: '192.168.0.100', neighbour: '192.168.0.20', router: '192.168.0.1' };
const service = labPorts.hostService;

/** The stack network-modes, with its bridged part, deployed for real and asked with real packets. */
export function networkModesSuite(options: SuiteOptions, pieces: DockerPieces): void {
  liveSuite(options, pieces, (found, ran) => {
    let deployed: DeployedStack;
    let site: DockerSite;
    let app: Deployment;
    let from: DeployedStack['from'];
    let older: boolean;

    beforeAll(async () => {
      deployed = await deployStack(stack, home, found, ran);
      ({ site, app, from } = deployed);
      older = Number(deployed.engine.split('.')[0]) < 28;
    });

    afterAll(() => deployed?.close());

    const expectAll = async (packets: readonly Planned[]) => expect(await deployed.send(packets)).toEqual([]);

    test('bridged: a guest is a machine of the LAN; its host does not reach it, nor it its host', async () => {
      await expectAll([
        { from: 'a LAN neighbour', to: 'bridged', at: '192.168.0.50', port: 80, arrives: true },
        { from: 'bridged', to: 'a LAN neighbour', at: home.neighbour, port: 80, arrives: true },
        { from: 'bridged', to: 'the outside', at: labAddresses.outside, port: 80, arrives: true },
        { from: 'the host', to: 'bridged', at: '192.168.0.50', port: 80, arrives: false },
        { from: 'bridged', to: 'the host', at: home.host, port: service, arrives: false },
        { from: 'nat-1', to: 'bridged', at: '192.168.0.50', port: 80, arrives: false },
      ]);
    });

    test('NAT: out by the host’s address, in by the forward alone, guests apart', async () => {
      await expectAll([
        { from: 'nat-1', to: 'the outside', at: labAddresses.outside, port: 80, arrives: true },
        { from: 'nat-1', to: 'the host', at: '10.0.2.2', port: service, arrives: true },
        { from: 'the host', to: 'nat-1, by the forward', at: '127.0.0.1', port: 8080, arrives: true },
        { from: 'the host', to: 'nat-1', at: '10.0.2.15', port: 80, arrives: true },
        { from: 'a LAN neighbour', to: 'the forward', at: home.host, port: 8080, arrives: false },
        // Engines up to 27 let packets from a neighbour that knows the way through to published ports.
        { from: 'a LAN neighbour', to: 'nat-1, forwarded', at: '10.0.2.15', port: 80, arrives: older },
        { from: 'a LAN neighbour', to: 'nat-2, not forwarded', at: '10.0.2.16', port: 80, arrives: false },
        { from: 'nat-1', to: 'nat-2', at: '10.0.2.16', port: 80, arrives: false },
        { from: 'nat-2', to: 'nat-1', at: 'nat-1', port: 80, arrives: false },
      ]);
      const outside = await get(await from('nat-1'), labAddresses.outside, labPorts.outside);
      expect(outside.body).toBe(`outside asked by ${labAddresses.host}`);
      expect((await get(site.host, '127.0.0.1', 8080)).body).toBe('nat-1\n');
    });

    test('NAT network: guests reach each other, and no guest of the other', async () => {
      await expectAll([
        { from: 'peer-1', to: 'peer-2', at: '10.0.3.16', port: 80, arrives: true },
        { from: 'peer-1', to: 'peer-2', at: 'peer-2', port: 80, arrives: true },
        { from: 'peer-1', to: 'the outside', at: labAddresses.outside, port: 80, arrives: true },
        { from: 'peer-1', to: 'nat-1', at: '10.0.2.15', port: 80, arrives: false },
      ]);
    });

    test('host-only: host and guest, and nobody else', async () => {
      await expectAll([
        { from: 'the host', to: 'host-only', at: '192.168.56.10', port: 80, arrives: true },
        { from: 'host-only', to: 'the host', at: '192.168.56.1', port: service, arrives: true },
        { from: 'host-only', to: 'the outside', at: labAddresses.outside, port: 80, arrives: false },
        { from: 'host-only', to: 'a LAN neighbour', at: home.neighbour, port: 80, arrives: false },
        { from: 'a LAN neighbour', to: 'host-only', at: '192.168.56.10', port: 80, arrives: false },
      ]);
    });

    test('internal: guests reach each other, and not even the host reaches them', async () => {
      await expectAll([
        { from: 'internal-1', to: 'internal-2', at: '10.210.4.11', port: 80, arrives: true },
        { from: 'internal-1', to: 'internal-2', at: 'internal-2', port: 80, arrives: true },
        { from: 'the host', to: 'internal-1', at: '10.210.4.10', port: 80, arrives: false },
        { from: 'internal-1', to: 'the host', at: '10.210.4.1', port: service, arrives: false },
        { from: 'internal-2', to: 'the host', at: home.host, port: service, arrives: false },
        { from: 'internal-1', to: 'the outside', at: labAddresses.outside, port: 80, arrives: false },
        { from: 'a LAN neighbour', to: 'internal-1', at: '10.210.4.10', port: 80, arrives: false },
      ]);
    });

    test('default bridge: .2, .3 and .4 reach each other by address, and not by name', async () => {
      expect(await site.addressOf(`${stack}-nginx`, 'bridge')).toBe('172.17.0.2');
      expect(await site.addressOf(`${stack}-mysql`, 'bridge')).toBe('172.17.0.3');
      expect(await site.addressOf(`${stack}-redis`, 'bridge')).toBe('172.17.0.4');
      await expectAll([
        { from: 'nginx', to: 'mysql', at: '172.17.0.3', port: 3306, arrives: true },
        { from: 'nginx', to: 'redis', at: '172.17.0.4', port: 6379, arrives: true },
        { from: 'nginx', to: 'mysql', at: `${stack}-mysql`, port: 3306, arrives: false },
        { from: 'the host', to: 'nginx', at: '172.17.0.2', port: 80, arrives: true },
        { from: 'nginx', to: 'the outside', at: labAddresses.outside, port: 80, arrives: true },
        { from: 'a LAN neighbour', to: 'nginx', at: '172.17.0.2', port: 80, arrives: false },
      ]);
    });

    test('host and none: all that the host has, and nothing', async () => {
      await expectAll([
        { from: 'the host', to: 'the host container', at: '127.0.0.1', port: 8081, arrives: true },
        { from: 'a LAN neighbour', to: 'the host container', at: home.host, port: 8081, arrives: true },
        { from: 'host', to: 'nat-1, by the forward', at: '127.0.0.1', port: 8080, arrives: true },
        { from: 'host', to: 'a port nobody has', at: '127.0.0.1', port: 8089, arrives: false },
        { from: 'none', to: 'itself', at: '127.0.0.1', port: 80, arrives: true },
        { from: 'none', to: 'the host', at: home.host, port: service, arrives: false },
        { from: 'none', to: 'nginx', at: '172.17.0.2', port: 80, arrives: false },
      ]);
    });

    test('user networks: by name and address on one, not from one bridge to another, both from both', async () => {
      const address = async (page: string, network: string) => site.addressOf(`${stack}-${page}`, network);
      const [db, batch] = [await address('db', 'myapp-network'), await address('batch', 'second-bridge')];
      for (const [text, block] of [
        [db, '172.20.0.'],
        [batch, '10.0.0.'],
      ] as const)
        expect(text.startsWith(block)).toBe(true);
      // Docker picks these addresses in the order in which they start: names keep the table the same.
      await expectAll([
        { from: 'web', to: 'db', at: 'db', port: 80, arrives: true },
        { from: 'both', to: 'db', at: 'db', port: 80, arrives: true },
        { from: 'both', to: 'batch', at: 'batch', port: 80, arrives: true },
        { from: 'batch', to: 'db', at: 'db', port: 80, arrives: false },
        { from: 'web', to: 'the outside', at: labAddresses.outside, port: 80, arrives: true },
      ]);
      const byAddress = await Promise.all([
        dial(await from('web'), db, 80),
        dial(await from('web'), batch, 80),
        dial(await from('batch'), db, 80),
      ]);
      expect(byAddress).toEqual(['connected', 'timed out', 'timed out']);
    });

    test('shared: the same address, each is 127.0.0.1 to the other, and others reach both', async () => {
      await expectAll([
        { from: 'sidecar', to: 'web', at: '127.0.0.1', port: 80, arrives: true },
        { from: 'web', to: 'sidecar', at: '127.0.0.1', port: 8081, arrives: true },
        { from: 'db', to: 'sidecar, named after its owner', at: 'web', port: 8081, arrives: true },
        { from: 'db', to: 'sidecar', at: 'sidecar', port: 8081, arrives: false },
      ]);
      expect((await get(await from('sidecar'), '127.0.0.1', 80)).body).toBe('web\n');
      expect((await get(await from('db'), 'web', 8081)).body).toBe('sidecar\n');
    });

    test('on two networks the first by name gives the default route', async () => {
      const routes = await inside(await from('both'), 'ip', 'route');
      expect(routes).toContain('default via 172.20.0.1');
      expect(routes).toContain('10.0.0.0/24');
    });

    test('published ports are bound on that network, and so nowhere when it is the LAN', async () => {
      const portsOf = async (bridge: string, port: number) => {
        const name = `published-${port}`;
        const publish = ['--publish', `127.0.0.1:${port}:80`];
        await site.engine.docker(
          'create',
          '--name',
          name,
          '--network',
          bridge,
          ...publish,
          image,
          'sleep',
          '60',
        );
        const address = ['--ip', `192.168.0.${port - 8000}`];
        await site.engine.docker('network', 'connect', ...address, `${stack}-bridged`, name);
        await site.engine.docker('start', name);
        const bound = (await site.engine.docker('port', name)).trim();
        await site.engine.docker('rm', '--force', name);
        return bound;
      };
      const image = site.env['NETPROOF_IMAGE_GUEST'] ?? readSettings().guestImage;
      const [first, last] = await Promise.all([
        portsOf('myapp-network', 8091),
        portsOf('second-bridge', 8092),
      ]);
      expect(first).toBe('80/tcp -> 127.0.0.1:8091');
      expect(last).toBe('');
    });

    test('the commands of the stack let the host reach its bridged guest, and the guest its host', async () => {
      await deployed.letHostIn();
      await expectAll([
        { from: 'the host', to: 'bridged, once it has its way', at: '192.168.0.50', port: 80, arrives: true },
        {
          from: 'bridged',
          to: 'the host, once it has its way',
          at: '192.168.0.200',
          port: service,
          arrives: true,
        },
      ]);
      await deployed.keepHostOut();
      expect(await dial(site.host, '192.168.0.50', 80)).not.toBe('connected');
    });

    test('docs/packets.md has these packets', () => {
      const { engine, measured } = deployed;
      expect(packetTable(measured)).toBe(
        committedPackets(`network-modes on Docker Engine ${engine}`, measured),
      );
    });

    test('a second plan is empty, even after a container joined a network behind Terraform’s back', async () => {
      await site.engine.docker('network', 'connect', 'myapp-network', `${stack}-batch`);
      expect(await dial(await from('batch'), 'db', 80)).toBe('connected');
      expect(await app.pendingChanges()).toBeUndefined();
      await site.engine.docker('network', 'disconnect', 'myapp-network', `${stack}-batch`);
      expect(await dial(await from('batch'), 'db', 80)).toBe('name not found');
    });

    test('destroy leaves no container, network or volume', async () => {
      expect((await site.leftovers()).length).toBeGreaterThan(17);
      await app.destroy();
      expect(await site.leftovers()).toEqual([]);
    });
  });
}

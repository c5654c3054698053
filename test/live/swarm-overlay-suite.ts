import { readSettings } from '../../stacks/settings';
import type { DockerEngine } from './machine/docker-engine';
import type { DockerRelease } from './machine/docker-release';
import type { ImageSet } from './machine/image-set';
import type { Piece } from './machine/live-machine';
import { inside, labAddresses, type Namespace } from './machine/network-lab';
import { dial, get } from './machine/packet';
import { committedPackets, packetTable, type Sent } from './machine/packet-table';
import { liveSuite, type SuiteOptions } from './machine/suite';
import { openSwarm, type Swarm } from './machine/swarm';

const overlay = 'overlay-lab';
const [c1, c3] = ['192.168.1.10', '192.168.1.20'];

/** An overlay network of Docker's own across two hosts, by docker's own commands. */
export function swarmOverlaySuite(
  options: SuiteOptions,
  pieces: readonly [docker: Piece<DockerRelease>, images: Piece<ImageSet>],
): void {
  liveSuite(options, pieces, ([release, images], ran) => {
    let swarm: Swarm;
    const measured: Sent[] = [];
    const image = images.env['NETPROOF_IMAGE_GUEST'] ?? readSettings().guestImage;

    /** Starts a container whose page is its name. */
    async function page({ docker, namespaceOf }: DockerEngine, name: string, ...where: readonly string[]) {
      const serve = `mkdir -p /tmp/www && echo ${name} > /tmp/www/index.html && exec httpd -f -p 80 -h /tmp/www`;
      await docker('run', '--detach', '--name', name, ...where, image, 'sh', '-c', serve);
      return namespaceOf(name);
    }

    async function dialled(from: string, where: Namespace, to: string, at: string) {
      const outcome = await dial(where, at, 80);
      measured.push({ from, to, at, port: 80, outcome });
      return outcome;
    }

    beforeAll(async () => {
      ran(`Docker Engine ${release.version}`);
      ran(`${images.kind} images`);
      swarm = await openSwarm(release, images);
    });

    afterAll(() => swarm?.close());

    test('S29: on the default bridges of two hosts both are 172.17.0.2, and each reaches itself', async () => {
      const [first, second] = [
        await page(swarm.manager, 'first-alone'),
        await page(swarm.worker, 'second-alone'),
      ];
      expect((await get(first, '172.17.0.2', 80)).body).toBe('first-alone\n');
      expect((await get(second, '172.17.0.2', 80)).body).toBe('second-alone\n');
    });

    test('S1, S30: on an overlay containers of two hosts reach each other by address and by name', async () => {
      const { manager, worker } = swarm;
      const options = ['--driver', 'overlay', '--attachable', '--subnet', '192.168.1.0/24'];
      await manager.docker('network', 'create', ...options, overlay);
      const first = await page(manager, 'container-1', '--network', overlay, '--ip', c1);
      const third = await page(worker, 'container-3', '--network', overlay, '--ip', c3);
      expect(await dialled('container-1', first, 'container-3', c3)).toBe('connected');
      expect(await dialled('container-1', first, 'container-3', 'container-3')).toBe('connected');
      expect(await dialled('container-3', third, 'container-1', c1)).toBe('connected');
      expect((await get(first, c3, 80)).body).toBe('container-3\n');
      // Who is not on it: a container of either host, and the hosts themselves.
      const alone = await manager.namespaceOf('first-alone');
      expect(await dialled('a container beside it', alone, 'container-1', c1)).not.toBe('connected');
      expect(await dialled('a container beside it', alone, 'container-3', c3)).not.toBe('connected');
      expect(await dialled('the first host', swarm.lab.host, 'container-1', c1)).not.toBe('connected');
    });

    test('S30: a container on it has 1450 bytes a packet, and leaves for the cable by another interface', async () => {
      const first = await swarm.manager.namespaceOf('container-1');
      expect(await inside(first, 'ip', '-brief', 'address')).toMatch(/eth0\S*\s+UP\s+192\.168\.1\.10\/24/);
      expect(await inside(first, 'ip', 'link', 'show', 'eth0')).toContain('mtu 1450');
      expect(await inside(first, 'ip', 'route', 'get', labAddresses.outside)).toContain('dev eth1');
      const { docker } = swarm.manager;
      const others = await docker('network', 'inspect', '--format', '{{json .Peers}}', overlay);
      expect(others).toContain(labAddresses.neighbour);
    });

    test('docs/packets.md has these packets', () => {
      const engine = release.version.split('.').slice(0, 2).join('.');
      const heading = `overlay of Docker Swarm on Docker Engine ${engine}`;
      expect(packetTable(measured)).toBe(committedPackets(heading, measured));
    });

    test('nothing is left when containers and network are removed', async () => {
      const { manager, worker, leftovers } = swarm;
      expect(await leftovers()).toContain(`network ${overlay}`);
      await worker.docker('rm', '--force', 'container-3', 'second-alone');
      await manager.docker('rm', '--force', 'container-1', 'first-alone');
      await manager.docker('network', 'rm', overlay);
      expect(await settled(leftovers)).toEqual([]);
    });
  });
}

/** What is left once the other engine has heard that the network is gone: managers tell workers in their own time. */
async function settled(leftovers: () => Promise<readonly string[]>): Promise<readonly string[]> {
  const patience = Date.now() + 30_000;
  for (;;) {
    const left = await leftovers();
    if (left.length === 0 || Date.now() > patience) return left;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

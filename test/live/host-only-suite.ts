import { type Deployment, newDeployment } from './machine/deployment';
import type { DockerRelease } from './machine/docker-release';
import { type DockerSite, openDockerSite } from './machine/docker-site';
import type { ImageSet } from './machine/image-set';
import type { Piece, ProviderInPlace } from './machine/live-machine';
import { labAddresses, labPorts, type Namespace } from './machine/network-lab';
import { dial, get } from './machine/packet';
import { liveSuite, type SuiteOptions } from './machine/suite';
import type { TerraformProgram } from './machine/terraform-program';

/** Up to engine 24 an internal network has a default route into nowhere, later none at all. */
const nothingComesBack = /^(timed out|unreachable)$/;

type Pieces = readonly [
  program: Piece<TerraformProgram>,
  provider: Piece<ProviderInPlace>,
  docker: Piece<DockerRelease>,
  images: Piece<ImageSet>,
];

const stack = 'host-only-lab';
const gateway = '192.168.56.1';
const guests = ['192.168.56.10', '192.168.56.11'] as const;
const http = 8080;

/** The stack host-only-lab, deployed for real and asked with real packets. */
export function hostOnlySuite(options: SuiteOptions, pieces: Pieces): void {
  liveSuite(options, pieces, ([program, provider, release, images], ran) => {
    let site: DockerSite;
    let app: Deployment;
    let guest: Namespace;

    beforeAll(async () => {
      ran(`Docker Engine ${release.version}`);
      ran(program.version);
      ran(`kreuzwerker/docker ${provider.version}`);
      ran(`${images.kind} images`);
      site = await openDockerSite(release, images);
      app = newDeployment({ stack, program: program.path, env: { ...provider.env, ...site.env } });
      await app.deploy();
      guest = await site.engine.namespaceOf('host-only-lab-guest-1');
    });

    afterAll(async () => {
      await app?.close();
      await site?.close();
    });

    test('a guest reaches another by name and by address, and no port that is closed', async () => {
      expect(await get(guest, 'guest-2', http)).toMatchObject({ outcome: 'connected', body: 'guest-2\n' });
      expect(await get(guest, guests[1], http)).toMatchObject({ outcome: 'connected', body: 'guest-2\n' });
      expect(await dial(guest, guests[1], http + 1)).toBe('refused');
    });

    test('the host reaches each guest, and a guest the host by the gateway', async () => {
      expect((await get(site.host, guests[0], http)).body).toBe('guest-1\n');
      expect((await get(site.host, guests[1], http)).body).toBe('guest-2\n');
      expect((await get(guest, gateway, labPorts.hostService)).body).toBe(`host asked by ${guests[0]}`);
      expect(await dial(guest, gateway, labPorts.hostService + 1)).toBe('refused');
    });

    test('a guest does not reach the outside; the host does', async () => {
      expect(await dial(site.host, labAddresses.outside, labPorts.outside)).toBe('connected');
      expect(await dial(guest, labAddresses.outside, labPorts.outside)).toMatch(nothingComesBack);
      expect(await dial(guest, labAddresses.neighbour, labPorts.outside)).toMatch(nothingComesBack);
    });

    test('another machine on the LAN does not reach a guest; it reaches the host', async () => {
      expect(await dial(site.neighbour, labAddresses.host, labPorts.hostService)).toBe('connected');
      expect(await dial(site.neighbour, guests[0], http)).toBe('timed out');
    });

    test('a second plan is empty, and a plan after a guest is gone is not', async () => {
      expect(await app.pendingChanges()).toBeUndefined();
      await site.engine.docker('rm', '--force', 'host-only-lab-guest-2');
      expect(await app.pendingChanges()).toContain('docker_container.');
    });

    test('destroy leaves no container, network or volume', async () => {
      expect(await site.leftovers()).toEqual(['container host-only-lab-guest-1', 'network host-only-lab']);
      await app.destroy();
      expect(await site.leftovers()).toEqual([]);
    });
  });
}

import * as path from 'node:path';
import { type Deployment, latestPlan, newDeployment, succeed } from './machine/deployment';
import type { DockerRelease } from './machine/docker-release';
import { type DockerSite, openDockerSite } from './machine/docker-site';
import type { ImageSet } from './machine/image-set';
import type { Piece, ProviderInPlace } from './machine/live-machine';
import { labAddresses } from './machine/network-lab';
import { dial, get, resolve } from './machine/packet';
import { filesHolding, passwordsIn } from './machine/secret-search';
import { liveSuite, type SuiteOptions } from './machine/suite';
import type { TerraformProgram } from './machine/terraform-program';

interface ThreeTierOptions extends SuiteOptions {
  readonly form: 'hardened' | 'as-written';
}

/** Up to engine 24 an internal network has a default route into nowhere, later none at all. */
const nothingComesBack = /^(timed out|unreachable)$/;

type Pieces = readonly [
  program: Piece<TerraformProgram>,
  provider: Piece<ProviderInPlace>,
  docker: Piece<DockerRelease>,
  images: Piece<ImageSet>,
];

const stack = 'docker-three-tier';
const api = 3000;
const database = 5432;

/** The stack docker-three-tier, deployed for real and asked with real packets. */
export function threeTierSuite({ form, ...options }: ThreeTierOptions, pieces: Pieces): void {
  liveSuite(options, pieces, ([program, provider, release, images], ran) => {
    let site: DockerSite;
    let app: Deployment;
    const hardened = form === 'hardened';
    const port = hardened ? 8080 : 80;
    const namespaceOf = (container: string) => site.engine.namespaceOf(container);

    beforeAll(async () => {
      ran(`Docker Engine ${release.version}`);
      ran(program.version);
      ran(`kreuzwerker/docker ${provider.version}`);
      ran(`${images.kind} images`);
      site = await openDockerSite(release, images);
      app = newDeployment({
        stack,
        program: program.path,
        env: { ...provider.env, ...site.env, NETPROOF_FORM: form },
      });
      await app.deploy();
    });

    afterAll(async () => {
      await app?.close();
      await site?.close();
    });

    test('the page on the host shows a row of the database, and nothing but the page', async () => {
      const page = await get(site.host, '127.0.0.1', port);
      expect(page).toMatchObject({ outcome: 'connected', status: 200 });
      expect(page.body).toContain('Patch cable, 2 m');
      expect(page.body).not.toContain('Cable of this run');

      const change = "update api.item set name = 'Cable of this run' where id = 1";
      await site.engine.docker('exec', 'postgres', 'psql', '-U', 'postgres', '-d', 'shop', '-c', change);
      expect((await get(site.host, '127.0.0.1', port)).body).toContain('Cable of this run');
      expect(await get(site.host, '127.0.0.1', port, '/item')).toMatchObject({ status: 404 });
    });

    test('nginx reaches the api on the frontend, and not its address on the backend', async () => {
      const nginx = await namespaceOf('nginx');
      expect(await dial(nginx, 'api', api)).toBe('connected');
      expect(await dial(nginx, await site.addressOf('api', 'frontend-tier'), api)).toBe('connected');
      expect(await dial(nginx, await site.addressOf('api', 'backend-tier'), api)).toBe('timed out');
    });

    test('the api reaches postgres on 5432 by name and by address, and no other port', async () => {
      const source = await namespaceOf('api');
      expect(await dial(source, 'postgres', database)).toBe('connected');
      expect(await dial(source, await site.addressOf('postgres', 'backend-tier'), database)).toBe(
        'connected',
      );
      expect(await dial(source, 'postgres', database + 1)).toBe('refused');
    });

    test('nginx does not reach postgres, neither by name nor by address', async () => {
      const nginx = await namespaceOf('nginx');
      expect(await dial(nginx, 'postgres', database)).toBe('name not found');
      expect(await dial(nginx, await site.addressOf('postgres', 'backend-tier'), database)).toBe('timed out');
      expect(await dial(nginx, labAddresses.host, database)).toBe('refused');
    });

    test('postgres does not reach nginx, neither by name nor by address', async () => {
      const postgres = await namespaceOf('postgres');
      expect(await resolve(postgres, 'api')).toBe(await site.addressOf('api', 'backend-tier'));
      expect(await resolve(postgres, 'nginx')).toBeUndefined();
      expect(await dial(postgres, await site.addressOf('nginx', 'frontend-tier'), 80)).toMatch(
        nothingComesBack,
      );
    });

    if (hardened) {
      test('another machine on the LAN does not reach the published port; the host does', async () => {
        expect(await dial(site.host, '127.0.0.1', port)).toBe('connected');
        expect(await dial(site.neighbour, labAddresses.host, port)).toBe('refused');
      });

      test('postgres has no way out; nginx has', async () => {
        expect(await dial(await namespaceOf('nginx'), labAddresses.outside, 80)).toBe('connected');
        expect(await dial(await namespaceOf('postgres'), labAddresses.outside, 80)).toMatch(nothingComesBack);
      });
    } else {
      test('another machine on the LAN reaches the published port, and not the database', async () => {
        expect(await get(site.neighbour, labAddresses.host, port)).toMatchObject({
          outcome: 'connected',
          status: 200,
        });
        expect(await dial(site.neighbour, labAddresses.host, database)).toBe('refused');
      });

      test('postgres has a way out, as the plain bridges of the commands have', async () => {
        expect(await dial(await namespaceOf('postgres'), labAddresses.outside, 80)).toBe('connected');
        expect(await dial(await namespaceOf('postgres'), labAddresses.outside, 81)).toBe('refused');
      });
    }

    test('another machine that routes to the backend block does not reach postgres', async () => {
      const address = await site.addressOf('postgres', 'backend-tier');
      expect(await dial(site.host, address, database)).toBe('connected');
      expect(await dial(site.neighbour, address, database)).toBe('timed out');
    });

    test('a second plan is empty', async () => {
      expect(await app.pendingChanges()).toBeUndefined();
    });

    test('the passwords are in the containers and in nothing that Terraform or Docker tells', async () => {
      const passwords = passwordsIn(path.join(app.folder, '.secrets', stack));
      expect(passwords).toHaveLength(2);
      expect(passwords.every((password) => password.length >= 16)).toBe(true);
      const inContainer = await site.engine.docker(
        'exec',
        'postgres',
        'cat',
        '/run/secrets/postgres-password',
      );
      expect(passwords).toContain(inContainer.trim());

      const plan = (await succeed(app.terraform('show', '-json', latestPlan))).stdout;
      const state = JSON.stringify(app.deployed());
      const containers = (await site.engine.docker('ps', '--all', '--quiet')).trim().split('\n');
      const inspected = await site.engine.docker('inspect', ...containers);
      const logs = await Promise.all(containers.map((id) => site.engine.docker('logs', id)));
      const told = { plan, state, inspected, logs: logs.join('\n') };
      // What is searched does hold the path of each secret, so a password would be seen there too.
      for (const text of [plan, state, inspected]) expect(text).toContain('/run/secrets/postgres-password');
      for (const password of passwords) {
        expect(
          Object.entries(told)
            .filter(([, text]) => text.includes(password))
            .map(([name]) => name),
        ).toEqual([]);
        const files = filesHolding(app.folder, password).map((file) => path.relative(app.folder, file));
        expect(files.filter((file) => !file.startsWith('.secrets'))).toEqual([]);
      }
    });

    test('a plan after a container is gone names it', async () => {
      await site.engine.docker('rm', '--force', '--volumes', 'nginx');
      expect(await app.pendingChanges()).toContain('docker_container.shop_front');
    });

    test('destroy leaves no container, network or volume', async () => {
      expect(await site.leftovers()).toEqual(
        expect.arrayContaining(['container postgres', 'network frontend-tier', 'network backend-tier']),
      );
      await app.destroy();
      expect(await site.leftovers()).toEqual([]);
    });
  });
}

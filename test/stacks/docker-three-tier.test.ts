import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { imageContracts } from '../../lib/docker/image-contract';
import { DockerThreeTier } from '../../stacks/docker-three-tier';
import { resources } from '../docker/synthesized';
import { aProject, dockerThreeTier } from './shipped';

const containersOf = (env: Readonly<Record<string, string>> = {}) =>
  resources(dockerThreeTier(env), 'docker_container');

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());
}

describe('passwords', () => {
  const { app, settings, secrets } = aProject();
  new DockerThreeTier(app, 'docker-three-tier', settings);
  app.synth();
  const folder = join(secrets, 'docker-three-tier');
  const passwords = ['postgres-password', 'api-password'].map((name) =>
    readFileSync(join(folder, name), 'utf8'),
  );

  test('are made at synth, for their owner alone', () => {
    expect(new Set(passwords).size).toBe(2);
    for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
  });

  test('are nowhere in what is synthesized, and their paths are', () => {
    const texts = filesBelow(app.outdir).map((path) => readFileSync(path, 'utf8'));
    expect(texts.join()).toContain('../../../.secrets/docker-three-tier/api-password');
    for (const text of texts) for (const password of passwords) expect(text).not.toContain(password);
  });

  test('lead from the folder of the stack, where Terraform runs, to the files', () => {
    const stackFolder = join(app.outdir, 'stacks', 'docker-three-tier');
    const text = readFileSync(join(stackFolder, 'cdk.tf.json'), 'utf8');
    const sources = [...text.matchAll(/"source": "(\.\..*)"/g)].map(([, source]) =>
      join(stackFolder, source!),
    );
    expect(sources).toHaveLength(3);
    for (const source of sources) expect(readFileSync(source, 'utf8')).not.toBe('');
  });

  test('stay the same when it is synthesized again', () => {
    new DockerThreeTier(aProject().app, 'docker-three-tier', settings);
    expect(readFileSync(join(folder, 'api-password'), 'utf8')).toBe(passwords[1]);
  });

  test('are told to the application inside the address of the database, made from the same file', () => {
    const uri = readFileSync(join(folder, 'api-db-uri'), 'utf8');
    expect(uri).toBe(`postgresql://api:${passwords[1]}@postgres:5432/shop`);
  });

  test('that do not match are one clear error; one that is the user’s own is carried, escaped', () => {
    const again = () => new DockerThreeTier(aProject().app, 'docker-three-tier', settings);
    writeFileSync(join(folder, 'api-password'), 'p@ss word\n');
    expect(again).toThrow('api-db-uri does not carry the password in');
    rmSync(join(folder, 'api-db-uri'));
    expect(again).not.toThrow();
    expect(readFileSync(join(folder, 'api-db-uri'), 'utf8')).toContain(':p%40ss%20word@postgres');
  });
});

describe('the parts', () => {
  test('each has the image and the contract of its role, whatever the image is called', () => {
    const images = resources(
      dockerThreeTier({
        NETPROOF_IMAGE_NGINX: 'stand-in/web@sha256:0123',
        NETPROOF_IMAGE_POSTGRES: 'stand-in/db:1',
      }),
      'docker_image',
    );
    // All three are children called Image; their own paths tell them apart.
    expect(Object.keys(images)).toEqual(['Image']);
    const { front, api, db } = containersOf({ NETPROOF_IMAGE_NGINX: 'stand-in/web@sha256:0123' });
    expect(front!['capabilities']).toEqual({ add: [...imageContracts.nginx.capabilities], drop: ['ALL'] });
    expect(db!['capabilities']).toEqual({ add: [...imageContracts.postgres.capabilities], drop: ['ALL'] });
    expect(api!['capabilities']).toEqual({ drop: ['ALL'] });
    expect(api!['healthcheck']).toMatchObject({ test: ['CMD', 'postgrest', '--ready'] });
  });

  test('the application has its health check answered on its own loopback, by an address as the check wants', () => {
    const env = containersOf()['api']!['env'];
    expect(env).toEqual(
      expect.arrayContaining(['PGRST_ADMIN_SERVER_HOST=127.0.0.1', 'PGRST_ADMIN_SERVER_PORT=3001']),
    );
  });

  test('passwords are named by path in the environment, and never written there', () => {
    const { api, db } = containersOf();
    expect(api!['env']).toContain('PGRST_DB_URI=@/run/secrets/api-db-uri');
    expect(db!['env']).toContain('POSTGRES_PASSWORD_FILE=/run/secrets/postgres-password');
    for (const { env } of Object.values(containersOf())) {
      for (const variable of (env ?? []) as string[]) expect(variable).not.toMatch(/PASSWORD=|SECRET=/);
    }
  });

  test('nginx asks the application for HTML, and the database reads the password from its file', () => {
    const { front, db } = containersOf();
    const content = (container: unknown) => JSON.stringify((container as { upload: unknown }).upload);
    expect(content(front)).toContain('proxy_pass $api/rpc/page');
    expect(content(front)).toContain('Accept text/html');
    expect(content(db)).toContain('cat /run/secrets/api-password');
  });

  test('every part answers to its short name behind a prefix too', () => {
    const { api, db } = containersOf({ NETPROOF_NAME_PREFIX: 'test-' });
    expect(db).toMatchObject({
      name: 'test-postgres',
      networks_advanced: [{ aliases: ['postgres', 'test-postgres'] }],
    });
    expect(api).toMatchObject({ name: 'test-api' });
  });
});

describe('publishing', () => {
  test.each([
    [{}, 8080, '127.0.0.1'],
    [{ NETPROOF_HTTP_PORT: '8090', NETPROOF_PUBLISH_ADDRESS: '0.0.0.0' }, 8090, '0.0.0.0'],
    [{ NETPROOF_FORM: 'as-written' }, 80, '0.0.0.0'],
    [{ NETPROOF_FORM: 'as-written', NETPROOF_HTTP_PORT: '8080' }, 8080, '0.0.0.0'],
  ])('%j publishes port %d on %s, and the page is at an address that answers', (env, external, ip) => {
    const stack = dockerThreeTier(env);
    expect(resources(stack, 'docker_container')['front']!['ports']).toEqual([
      { internal: 80, external, ip, protocol: 'tcp' },
    ]);
    const { output } = stack.toTerraform() as { output: { page: { value: string } } };
    expect(output.page.value).toBe(`http://127.0.0.1:${external}/`);
  });

  test('neither the application nor the database is published', () => {
    for (const form of ['hardened', 'as-written']) {
      const { api, db } = containersOf({ NETPROOF_FORM: form });
      for (const container of [api, db]) expect(container).not.toHaveProperty('ports');
    }
  });
});

test('another version of the provider is asked for only when it is said', () => {
  const providers = (env: Readonly<Record<string, string>>) =>
    (dockerThreeTier(env).toTerraform() as { terraform: { required_providers: unknown } }).terraform
      .required_providers;
  expect(providers({ NETPROOF_DOCKER_PROVIDER_VERSION: '4.6.0' })).toMatchObject({
    docker: { source: 'kreuzwerker/docker', version: '4.6.0' },
  });
  expect(providers({})).toMatchObject({ docker: { source: 'kreuzwerker/docker', version: '3.6.2' } });
});

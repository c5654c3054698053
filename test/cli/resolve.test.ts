import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from '../../lib/cli/main';
import { plainPaint } from '../../lib/report/terminal-style';

const on = (network: string, more: object = {}): object => ({
  name: `\${docker_network.${network}.id}`,
  ...more,
});
const terraform = {
  terraform: { required_providers: { docker: { source: 'kreuzwerker/docker' } } },
  provider: { docker: [{}] },
  resource: {
    docker_network: {
      front: { name: 'frontend-tier', ipam_config: [{ subnet: '172.30.1.0/24', gateway: '172.30.1.1' }] },
      back: { name: 'backend-tier', ipam_config: [{ subnet: '172.30.2.0/24', gateway: '172.30.2.1' }] },
    },
    docker_container: {
      nginx: { name: 'nginx', image: 'nginx', networks_advanced: [on('front')] },
      api: { name: 'api', image: 'api', networks_advanced: [on('front'), on('back')] },
      postgres: {
        name: 'postgres',
        image: 'postgres',
        networks_advanced: [on('back', { aliases: ['db'], ipv4_address: '172.30.2.5' })],
      },
    },
  },
};

let folder: string;
let input: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'netproof-resolve-'));
  input = join(folder, 'tiers.tf.json');
  writeFileSync(input, JSON.stringify(terraform));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(...args: string[]): { readonly code: number; readonly out: string; readonly err: string } {
  let [out, err] = ['', ''];
  const code = main(args, { out: (text) => (out += text), err: (text) => (err += text), paint: plainPaint });
  return { code, out: out.replaceAll(folder, 'IN'), err: err.replaceAll(folder, 'IN') };
}

describe('netproof resolve', () => {
  test('says whose a name is, at which address and on which network', () => {
    const { code, out } = run('resolve', input, '--from', 'api', '--name', 'db');
    expect(code).toBe(0);
    expect(out).toMatchInlineSnapshot(`
     "found   db is docker_container.postgres to docker_container.api

       172.30.2.5   docker_container.postgres   on backend-tier   alias in names of backend-tier   docker_container.postgres networks_advanced[0].aliases

       assumes   Docker Engine 20.10 to 29, settings as they come
     "
    `);
  });

  test('says that a name goes outside, and who has it where it is not asked', () => {
    const { code, out } = run('resolve', input, '--from', 'nginx', '--name', 'postgres');
    expect(code).toBe(0);
    expect(out).toMatchInlineSnapshot(`
     "upstream   nobody whom docker_container.nginx can ask here is called postgres, so it asks outside

       asked next       the resolvers of the Docker host
       also called so   docker_container.postgres, container name in names of backend-tier, not asked   docker_container.postgres name
       assumes          Docker Engine 20.10 to 29, settings as they come
     "
    `);
  });

  test('prints the same as data, the key of an address that only apply tells in it', () => {
    const { code, out } = run('resolve', input, '--from', 'nginx', '--name', 'api', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual({
      format: 1,
      from: 'docker_container.nginx',
      name: 'api',
      answer: 'found',
      addresses: [
        {
          owner: 'docker_container.api',
          address: null,
          key: 'docker_container.api.network_data',
          segment: 'docker_network.front',
          what: 'container name',
          table: 'names of docker_network.front',
          origin: { address: 'docker_container.api', attribute: 'name' },
        },
      ],
      unknowns: [],
      elsewhere: [
        {
          owner: 'docker_container.api',
          table: 'names of docker_network.back',
          what: 'container name',
          asked: false,
          origin: { address: 'docker_container.api', attribute: 'name' },
        },
      ],
      assumptions: ['Docker Engine 20.10 to 29, settings as they come'],
    });
  });

  test.each([
    [['--from', 'nginxx', '--name', 'db'], 'nothing is called "nginxx". The nearest names are "nginx"'],
    [['--from', 'nginx'], 'netproof resolve needs --name'],
    [['--name', 'db'], 'netproof resolve needs --from'],
    [['--from', 'nginx', '--name', '10.0.0.1'], '"10.0.0.1" is an address, which nobody is asked for'],
    [['--from', 'internet', '--name', 'db'], 'nothing is called "internet"'],
  ])('%j is refused with exit code 2', (args, text) => {
    const { code, out, err } = run('resolve', input, ...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(text);
  });

  test('without INPUT says what to write', () => {
    const { code, err } = run('resolve', '--from', 'nginx', '--name', 'db');
    expect(code).toBe(2);
    expect(err).toContain('npx netproof resolve cdktf.out --from A --name db');
  });

  test('is in the help, with its options', () => {
    expect(run('--help').out).toContain('resolve');
    expect(run('resolve', '--help').out).toContain('--name NAME');
  });
});

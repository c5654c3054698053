import { mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TerraformVariable } from 'cdktf';
import { tcp, udp } from '../../lib/addressing/traffic';
import { Container, type ContainerProps } from '../../lib/docker/container';
import {
  aFile,
  aSegment,
  aStack,
  type Attributes,
  refusal,
  resource,
  resources,
  synthFailure,
} from './synthesized';

/** A container on one network that has a way out, and what Terraform reads of it. */
function made(props: Partial<ContainerProps>): Attributes {
  const stack = aStack();
  new Container(stack, 'web', { name: 'web', image: 'my/web:1', attachments: [aSegment(stack)], ...props });
  return resource(stack, 'docker_container');
}

/** The problems for which such a container is refused. */
function refused(props: Partial<ContainerProps>): readonly string[] {
  const stack = aStack();
  const attachments = [aSegment(stack)];
  return refusal(
    stack,
    () => new Container(stack, 'web', { name: 'web', image: 'my/web:1', attachments, ...props }),
  ).problems;
}

describe('what keeps the plan empty after apply', () => {
  test('networks are named by id, never by network_mode, and the container answers to its name on each', () => {
    const stack = aStack();
    const [front, back] = [aSegment(stack, 'front'), aSegment(stack, 'back', '10.9.2.0/24')];
    new Container(stack, 'api', {
      name: 'api',
      image: 'my/api',
      aliases: ['app'],
      attachments: [back, front],
    });
    const api = resource(stack, 'docker_container');
    expect(api).not.toHaveProperty('network_mode');
    expect(api['networks_advanced']).toEqual([
      {
        name: expect.stringMatching(/^\$\{docker_network\.back\w*\.id\}$/) as string,
        aliases: ['api', 'app'],
      },
      {
        name: expect.stringMatching(/^\$\{docker_network\.front\w*\.id\}$/) as string,
        aliases: ['api', 'app'],
      },
    ]);
  });

  test('ports are in the order in which the engine lists them, with address, host port and protocol', () => {
    const publish = [
      { host: 9443, container: 443 },
      { host: 8081, container: 80 },
      { host: 8080, container: 80, address: '0.0.0.0' },
      { host: 5353, container: 53, protocol: 'udp' as const },
    ];
    expect(made({ publish })['ports']).toEqual([
      { internal: 53, external: 5353, ip: '127.0.0.1', protocol: 'udp' },
      { internal: 80, external: 8080, ip: '0.0.0.0', protocol: 'tcp' },
      { internal: 80, external: 8081, ip: '127.0.0.1', protocol: 'tcp' },
      { internal: 443, external: 9443, ip: '127.0.0.1', protocol: 'tcp' },
    ]);
  });

  test('without published ports there is no ports argument', () => {
    expect(made({})).not.toHaveProperty('ports');
    expect(made({ publish: [] })).not.toHaveProperty('ports');
  });

  test('memory comes with its swap', () => {
    expect(made({ memory: 100 })).toMatchObject({ memory: 100, memory_swap: 100 });
    expect(made({})).toMatchObject({ memory: 256, memory_swap: 256 });
    expect(made({ memory: 'unlimited' })).not.toHaveProperty('memory');
    expect(made({ memory: 'unlimited' })).not.toHaveProperty('memory_swap');
  });

  test('the image is an id, and stays on the machine when the container goes', () => {
    const stack = aStack();
    new Container(stack, 'web', {
      name: 'web',
      image: 'nginx:1.30.5-alpine',
      attachments: [aSegment(stack)],
    });
    expect(resource(stack, 'docker_image')).toMatchObject({
      name: 'nginx:1.30.5-alpine',
      keep_locally: true,
    });
    expect(resource(stack, 'docker_container')['image']).toMatch(/^\$\{docker_image\.web\w*\.image_id\}$/);
  });

  test('capabilities begin with CAP_', () => {
    expect(made({ capabilities: ['CAP_NET_RAW', 'CAP_CHOWN'] })['capabilities']).toEqual({
      add: ['CAP_CHOWN', 'CAP_NET_RAW'],
      drop: ['ALL'],
    });
    expect(refused({ capabilities: ['net_raw' as 'CAP_NET_RAW'] })).toEqual([
      expect.stringContaining('"CAP_NET_RAW"'),
    ]);
  });

  test('durations of the health check are written as Go prints them', () => {
    expect(made({ healthCheck: { test: ['CMD', 'true'], interval: 90, timeout: 30 } })).toMatchObject({
      healthcheck: { test: ['CMD', 'true'], interval: '1m30s', timeout: '30s', retries: 20 },
      wait: true,
    });
  });
});

describe('hardened', () => {
  test('a container of an unknown image keeps no capability and gains no privilege', () => {
    expect(made({})).toMatchObject({
      capabilities: { drop: ['ALL'] },
      security_opts: ['no-new-privileges:true'],
      restart: 'on-failure',
      max_retry_count: 5,
    });
    expect(made({})).not.toHaveProperty('healthcheck');
    expect(made({})).not.toHaveProperty('wait');
  });

  test('a known image keeps the capabilities of its contract, a stand-in those of the one it is like', () => {
    const nginx = { add: ['CAP_CHOWN', 'CAP_NET_BIND_SERVICE', 'CAP_SETGID', 'CAP_SETUID'], drop: ['ALL'] };
    expect(made({ image: 'nginx:1.30.5-alpine' })['capabilities']).toEqual(nginx);
    expect(made({ image: 'stand-in:1', like: 'nginx' })['capabilities']).toEqual(nginx);
    expect(made({ image: 'stand-in:1' })['capabilities']).toEqual({ drop: ['ALL'] });
    expect(made({ image: 'nginx', capabilities: [] })['capabilities']).toEqual({ drop: ['ALL'] });
  });

  test('a container on two networks does not forward between them, and one on one network is left alone', () => {
    const stack = aStack();
    const attachments = [aSegment(stack), aSegment(stack, 'back', '10.9.2.0/24')];
    new Container(stack, 'api', { name: 'api', image: 'my/api', attachments });
    expect(resource(stack, 'docker_container')['sysctls']).toEqual({ 'net.ipv4.ip_forward': '0' });
    expect(made({})).not.toHaveProperty('sysctls');
  });

  test('a container that is not is docker run without flags, with what is given all the same', () => {
    const plain = made({ hardened: false, image: 'nginx' });
    for (const flag of ['capabilities', 'security_opts', 'sysctls', 'memory', 'memory_swap', 'restart']) {
      expect(plain).not.toHaveProperty(flag);
    }
    expect(made({ hardened: false, memory: 64, restart: 'always' })).toMatchObject({
      memory: 64,
      restart: 'always',
    });
  });

  test('restarts are counted only where the policy counts them', () => {
    expect(made({ restart: 'unless-stopped' })).toMatchObject({ restart: 'unless-stopped' });
    expect(made({ restart: 'unless-stopped' })).not.toHaveProperty('max_retry_count');
  });
});

describe('health', () => {
  test('a known image is waited for by its own check', () => {
    expect(made({ image: 'postgres:17.11-alpine' })).toMatchObject({
      healthcheck: { test: ['CMD', 'pg_isready', '-q', '-h', '127.0.0.1', '-p', '5432', '-U', 'postgres'] },
      wait: true,
      wait_timeout: 120,
    });
  });

  test('the check can be turned off', () => {
    const plain = made({ image: 'postgres:17.11-alpine', healthCheck: false });
    for (const argument of ['healthcheck', 'wait', 'wait_timeout'])
      expect(plain).not.toHaveProperty(argument);
  });

  test('one that Docker would not run is refused', () => {
    expect(refused({ healthCheck: { test: ['true'] } })).toEqual([
      expect.stringContaining('begins with "CMD"'),
    ]);
    expect(refused({ healthCheck: { test: ['CMD', 'true'], interval: 1.5, retries: 0 } })).toHaveLength(2);
  });

  test('a container starts after those that it needs', () => {
    const stack = aStack();
    const attachments = [aSegment(stack)];
    const db = new Container(stack, 'db', { name: 'db', image: 'postgres', attachments });
    new Container(stack, 'api', { name: 'api', image: 'my/api', attachments, startAfter: [db] });
    const { api, db: first } = resources(stack, 'docker_container');
    expect(api!['depends_on']).toEqual([expect.stringMatching(/^docker_container\.db_\w+$/)]);
    expect(first).not.toHaveProperty('depends_on');
  });
});

describe('files', () => {
  test('configuration is uploaded as it stands, template marks included', () => {
    expect(
      made({ uploads: [{ target: '/etc/a.conf', content: 'listen ${PORT}; %{x} $y' }] })['upload'],
    ).toEqual([{ file: '/etc/a.conf', content: 'listen $${PORT}; %%{x} $y', permissions: '0444' }]);
  });

  test('a text with a token is a template', () => {
    const stack = aStack();
    const port = new TerraformVariable(stack, 'port', { type: 'string' });
    new Container(stack, 'web', {
      name: 'web',
      image: 'my/web',
      attachments: [aSegment(stack)],
      uploads: [{ target: '/etc/a.conf', content: `listen ${port.stringValue};` }],
    });
    expect(resource(stack, 'docker_container')['upload']).toMatchObject([{ content: 'listen ${var.port};' }]);
  });

  test('a secret is a path from the folder in which Terraform runs, and its content appears nowhere', () => {
    const stack = aStack();
    const source = aFile('correct-horse');
    const container = new Container(stack, 'web', {
      name: 'web',
      image: 'my/web',
      attachments: [aSegment(stack)],
      secrets: [{ source, target: '/run/secrets/password' }],
    });
    expect(container.name).toBe('web');
    expect(resource(stack, 'docker_container')['upload']).toEqual([
      {
        file: '/run/secrets/password',
        source: expect.stringMatching(/^(\.\.\/)+.*\/secret$/) as string,
        permissions: '0444',
      },
    ]);
    expect(JSON.stringify(stack.toTerraform())).not.toContain('correct-horse');
  });

  test('a secret file that is missing, empty, a folder or unreadable is refused before anything is made', () => {
    const folder = mkdtempSync(join(tmpdir(), 'netproof-'));
    const secret = (source: string) => refused({ secrets: [{ source, target: '/run/secrets/password' }] });
    expect(secret(join(folder, 'none'))).toEqual([expect.stringContaining('does not exist')]);
    expect(secret(folder)).toEqual([expect.stringContaining('is not a file')]);
    expect(secret(aFile(''))).toEqual([expect.stringContaining('is empty')]);
    symlinkSync('loop', join(folder, 'loop'));
    expect(secret(join(folder, 'loop'))).toEqual([expect.stringContaining('cannot be read (ELOOP)')]);
    expect(made({ secrets: [{ source: aFile(), target: '/run/secrets/password' }] })).toHaveProperty(
      'upload',
    );
  });

  test('targets are absolute and distinct, permissions octal', () => {
    const file = { target: '/a', content: 'x' };
    expect(refused({ uploads: [file, file] })).toEqual([expect.stringContaining('two files to /a')]);
    expect(refused({ uploads: [{ ...file, target: 'a' }] })).toEqual([
      expect.stringContaining('begins with "/"'),
    ]);
    expect(refused({ uploads: [{ ...file, permissions: '444' }] })).toEqual([
      expect.stringContaining('"0444"'),
    ]);
    expect(made({ uploads: [file, { ...file, target: '/b', permissions: '0400' }] })['upload']).toHaveLength(
      2,
    );
  });

  test('a named volume is made and removed with the stack', () => {
    const stack = aStack();
    const volumes = [{ name: 'rows', path: '/var/lib/postgresql/data' }];
    new Container(stack, 'db', { name: 'db', image: 'postgres', attachments: [aSegment(stack)], volumes });
    expect(resource(stack, 'docker_volume')).toMatchObject({ name: 'rows' });
    expect(resource(stack, 'docker_container')['volumes']).toEqual([
      {
        volume_name: expect.stringMatching(/^\$\{docker_volume\.[\w-]+\.name\}$/) as string,
        container_path: '/var/lib/postgresql/data',
      },
    ]);
    expect(refused({ volumes: [{ name: 'rows', path: 'data' }] })).toEqual([
      expect.stringContaining('begins with'),
    ]);
  });
});

describe('names, addresses, ports and memory', () => {
  test.each(['a', '', '-web', 'my web', 'a/b'])('the name %j is refused', (name) => {
    expect(refused({ name })).toEqual([
      expect.stringContaining(`container ${JSON.stringify(name)}: the name`),
    ]);
  });

  test.each(['ab', 'web-1', 'Web_1.2'])('the name %j is taken', (name) => {
    expect(made({ name })).toMatchObject({ name });
  });

  test('an alias that cannot be resolved is refused, a short one is not', () => {
    expect(refused({ aliases: ['my db'] })).toEqual([expect.stringContaining('"my db"')]);
    expect(made({ aliases: ['d'] })['networks_advanced']).toMatchObject([{ aliases: ['d', 'web'] }]);
  });

  test.each([
    ['10.9.2.7', 'lies outside the block 10.9.1.0/24'],
    ['10.9.1.0', 'network address'],
    ['10.9.1.255', 'broadcast address'],
    ['10.9.1.1', 'is the gateway'],
    ['10.9.1.07', 'is not an address'],
  ])('the address %s on 10.9.1.0/24 is refused: %s', (address, because) => {
    const stack = aStack();
    const attachments = [{ ...aSegment(stack), address }];
    const { problems } = refusal(
      stack,
      () => new Container(stack, 'web', { name: 'web', image: 'i', attachments }),
    );
    expect(problems).toEqual([expect.stringContaining(because)]);
  });

  test('a free address of the block is taken', () => {
    const stack = aStack();
    const attachments = [{ ...aSegment(stack), address: '10.9.1.7' }];
    new Container(stack, 'web', { name: 'web', image: 'i', attachments });
    expect(resource(stack, 'docker_container')['networks_advanced']).toMatchObject([
      { ipv4_address: '10.9.1.7' },
    ]);
  });

  test.each([
    [{ host: 0, container: 80 }, 'host port 0'],
    [{ host: 8080, container: 65536 }, 'container port 65536'],
    [{ host: 80.5, container: 80 }, 'host port 80.5'],
    [{ host: 8080, container: 80, address: 'localhost' }, '"localhost"'],
  ])('publishing %j is refused', (port, because) => {
    expect(refused({ publish: [port] })).toEqual([expect.stringContaining(because)]);
  });

  test('two published ports on one socket of the host are refused, 0.0.0.0 being every address', () => {
    const on = (address: string, host = 8080, protocol: 'tcp' | 'udp' = 'tcp') => ({
      host,
      container: 80,
      address,
      protocol,
    });
    const clashes = [
      [on('127.0.0.1'), on('127.0.0.1')],
      [on('0.0.0.0'), on('127.0.0.1')],
      [on('127.0.0.1'), on('::')],
    ];
    const fits = [
      [on('127.0.0.1'), on('127.0.0.2')],
      [on('0.0.0.0'), on('0.0.0.0', 8081)],
      [on('0.0.0.0'), on('0.0.0.0', 8080, 'udp')],
      [on('0.0.0.0'), on('::1')],
    ];
    for (const publish of clashes)
      expect(refused({ publish })).toEqual([expect.stringContaining('one socket')]);
    for (const publish of fits) expect(made({ publish })['ports']).toHaveLength(2);
  });

  test('publishing from internal networks alone is refused: the engine would bind nothing', () => {
    const stack = aStack();
    const inside = aSegment(stack, 'inside', '10.9.2.0/24', true);
    const publish = [{ host: 8080, container: 80 }];
    const props = { name: 'web', image: 'i', publish };
    const make = () => new Container(stack, 'web', { ...props, attachments: [inside] });
    expect(refusal(stack, make).problems).toEqual([expect.stringContaining('inside is internal')]);
    new Container(stack, 'web', { ...props, attachments: [inside, aSegment(stack)] });
    expect(resource(stack, 'docker_container')).toHaveProperty('ports');
  });

  test('Docker takes no less than 6 MB of memory', () => {
    expect(refused({ memory: 5 })).toEqual([expect.stringContaining('from 6')]);
    expect(refused({ memory: 6.5 })).toHaveLength(1);
    expect(made({ memory: 6 })).toMatchObject({ memory: 6 });
  });

  test('an empty image, no network and a bad variable are refused together, each with the name of the container', () => {
    const problems = refused({ image: ' ', attachments: [], env: { 'A=B': '' } });
    expect(problems).toHaveLength(3);
    for (const problem of problems) expect(problem).toMatch(/^container "web": /);
  });
});

test('what Terraform does not say is written beside it: listeners, and why a port is published', () => {
  const comment = made({ listens: [tcp(80), udp(53)], publishReason: 'for the demo' })['//'] as {
    netproof?: unknown;
  };
  expect(comment.netproof).toEqual({ listens: ['tcp/80', 'udp/53'], publishReason: 'for the demo' });
  expect(made({})['//']).not.toHaveProperty('netproof');
});

test('tokens pass where only Terraform can know', () => {
  const stack = aStack();
  const variable = (name: string, type = 'string') => new TerraformVariable(stack, name, { type });
  const attachment = { ...aSegment(stack), address: variable('address').stringValue };
  new Container(stack, 'web', {
    name: variable('name').stringValue,
    image: variable('image').stringValue,
    attachments: [attachment],
    publish: [
      { host: variable('port', 'number').numberValue, container: 80, address: variable('host').stringValue },
    ],
    memory: variable('memory', 'number').numberValue,
  });
  expect(synthFailure(stack)).toBeUndefined();
  expect(resource(stack, 'docker_container')).toMatchObject({
    name: '${var.name}',
    ports: [{ external: '${var.port}', ip: '${var.host}' }],
    memory: '${var.memory}',
    memory_swap: '${var.memory}',
  });
});

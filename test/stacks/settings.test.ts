import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { NetproofError } from '../../lib/addressing/netproof-error';
import { readSettings, settingsTable } from '../../stacks/settings';

const none = () => undefined;

function refusal(
  env: Readonly<Record<string, string>>,
  context: Readonly<Record<string, unknown>> = {},
): NetproofError {
  try {
    readSettings((key) => context[key], env);
  } catch (error) {
    if (NetproofError.is(error) && error.code === 'InvalidSettings') return error;
  }
  throw new Error('not refused');
}

test('context comes before the environment, and that before the default', () => {
  const context = (key: string) => (key === 'region' ? 'eu-west-1' : undefined);
  expect(readSettings(context, { AWS_REGION: 'us-east-1' }).region).toBe('eu-west-1');
  expect(readSettings(none, { AWS_REGION: 'us-east-1' }).region).toBe('us-east-1');
  expect(readSettings(none, {}).region).toBe('eu-central-1');
});

test('an empty variable counts as not set', () => {
  expect(readSettings(none, { NETPROOF_HTTP_PORT: '', AWS_REGION: '' })).toMatchObject({
    region: 'eu-central-1',
  });
  expect(readSettings(none, { NETPROOF_HTTP_PORT: '' }).httpPort).toBeUndefined();
});

test('a number in the context is as good as its text', () => {
  expect(readSettings((key) => (key === 'httpPort' ? 8090 : undefined), {}).httpPort).toBe('8090');
});

test.each([
  ['AWS_REGION', 'Frankfurt', 'eu-west-1'],
  ['NETPROOF_VPC_BLOCK', '10.0.0.1/16', '10.1.0.0/16'],
  ['NETPROOF_CERTIFICATE_ARN', 'shop.example', 'arn:aws:acm:us-east-1:123456789012:certificate/0a1b2c3d'],
  ['NETPROOF_FORM', 'plain', 'as-written'],
  ['NETPROOF_HTTP_PORT', '0x50', '80'],
  ['NETPROOF_HTTP_PORT', '65536', '65535'],
  ['NETPROOF_PUBLISH_ADDRESS', 'localhost', '0.0.0.0'],
  ['NETPROOF_FRONTEND_BLOCK', '10.210.1.0', '10.211.1.0/24'],
  ['NETPROOF_BACKEND_BLOCK', '10.210.02.0/24', '10.211.2.0/24'],
  ['NETPROOF_HOST_ONLY_BLOCK', '192.168.56.0/29', '192.168.57.0/28'],
  ['NETPROOF_MONITORING_PROFILE', 'production', 'near-production'],
  ['NETPROOF_MONITORING_BLOCK', '10.210.3.0/30', '10.211.3.0/29'],
  ['NETPROOF_VM_NAME', 'my "vm"', 'Rocky Linux 9'],
  ['NETPROOF_VM_ADDRESS', '10.0.2', '10.0.2.16'],
  ['NETPROOF_PARENT_INTERFACE', 'the first', 'eth0.10'],
  ['NETPROOF_LAN_BLOCK', '192.168.0.0/25', '192.168.1.0/24'],
  ['NETPROOF_LAN_GATEWAY', 'router', '192.168.0.254'],
  ['NETPROOF_NAT_BLOCK', '10.0.2.0/28', '10.9.2.0/27'],
  ['NETPROOF_NAT_NETWORK_BLOCK', '10.0.3.1/24', '10.9.3.0/24'],
  ['NETPROOF_INTERNAL_BLOCK', '10.210.4.0/29', '10.210.5.0/28'],
  ['NETPROOF_USER_BLOCK', '172.20/16', '172.29.0.0/16'],
  ['NETPROOF_SECOND_BLOCK', '10.0.0.0/30', '10.0.0.0/29'],
  ['NETPROOF_FORWARD_PORT', '0', '8090'],
  ['NETPROOF_HOST_MODE_PORT', 'http', '8091'],
  ['NETPROOF_VMWARE_LAN_BLOCK', '192.168.10.0/26', '192.168.11.0/24'],
  ['NETPROOF_VMWARE_HOST_ONLY_BLOCK', '172.16.10.1/24', '172.16.11.0/24'],
  ['NETPROOF_VMWARE_NAT_BLOCK', '10.0.0.0/29', '10.0.1.0/28'],
  ['NETPROOF_NAME_PREFIX', '-x', 'x-'],
  ['NETPROOF_IMAGE_NGINX', 'my image', 'nginx@sha256:0123'],
  ['NETPROOF_IMAGE_POSTGREST', ' ', 'my/postgrest'],
  ['NETPROOF_IMAGE_POSTGRES', 'a b', 'postgres:16'],
  ['NETPROOF_IMAGE_PROMETHEUS', 'a b', 'prom/prometheus:v3'],
  ['NETPROOF_IMAGE_GRAFANA', 'a b', 'grafana/grafana:13'],
  ['NETPROOF_IMAGE_NODE_EXPORTER', 'a b', 'prom/node-exporter:v1'],
  ['NETPROOF_IMAGE_GUEST', 'a b', 'alpine'],
  ['NETPROOF_DOCKER_PROVIDER_VERSION', '>= 3', '4.6.0'],
  ['NETPROOF_AWS_PROVIDER_VERSION', 'latest', '5.100.0'],
])('%s=%s is refused by name, %s is taken', (name, bad, good) => {
  const { message } = refusal({ [name]: bad });
  expect(message).toContain(`${name}=${JSON.stringify(bad)}`);
  const { key } = settingsTable.find(({ env }) => env === name)!;
  expect(readSettings(none, { [name]: good })).toMatchObject({ [key]: good });
});

test('every setting that can be wrong has been tried above; the folder of secrets is any text', () => {
  expect(settingsTable.map(({ env }) => env)).toHaveLength(37);
  expect(readSettings(none, { NETPROOF_SECRETS_DIR: '/etc/x y' }).secretsDir).toBe('/etc/x y');
});

test('all bad values come in one error, each with where it came from', () => {
  const error = refusal({ NETPROOF_HTTP_PORT: 'http' }, { region: ['eu-west-1'], form: 'loose' });
  expect(error.problems).toEqual([
    expect.stringContaining('context region='),
    expect.stringContaining('context form="loose"'),
    expect.stringContaining('NETPROOF_HTTP_PORT="http"'),
  ]);
});

test('docs/settings.md has these settings in this order, with their defaults and meaning', () => {
  const documented = readFileSync(join(__dirname, '../../docs/settings.md'), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  expect(documented).toEqual(
    settingsTable.map(({ key, env, default: value, meaning }) => [
      `\`${key}\``,
      `\`${env}\``,
      value === undefined ? '' : value === '' ? 'none' : `\`${value}\``,
      meaning,
    ]),
  );
});

import { Address } from '../lib/addressing/address';
import { Cidr } from '../lib/addressing/cidr';
import { NetproofError } from '../lib/addressing/netproof-error';

/** What a user may set about the shipped stacks without changing code. `docs/settings.md` is made of the same rows. */
export interface Setting {
  /** Key in the context of CDKTF: `"context"` of cdktf.json. It wins over the environment variable. */
  readonly key: string;
  /** Environment variable; an empty one counts as not set. */
  readonly env: string;
  /** Value without either; undefined when it depends on others, which `meaning` then says. */
  readonly default?: string;
  readonly meaning: string;
  /** Why a value is wrong, as the end of a sentence about it, or undefined. */
  readonly fault: (value: string) => string | undefined;
}

const rows = {
  region: {
    env: 'AWS_REGION',
    default: 'eu-central-1',
    meaning: 'AWS region of aws-three-subnet-vpc and aws-shop',
    fault: matches(/^[a-z]{2}(-[a-z]+)+-\d+$/, 'is not a region; for example eu-central-1'),
  },
  vpcBlock: {
    env: 'NETPROOF_VPC_BLOCK',
    default: '10.0.0.0/16',
    meaning: 'Block of the VPC of aws-three-subnet-vpc and of aws-shop',
    fault: blockFault,
  },
  certificateArn: {
    env: 'NETPROOF_CERTIFICATE_ARN',
    meaning: 'Certificate of aws-shop: with it the balancer serves on 443 and redirects from 80',
    fault: matches(
      /^arn:aws[\w-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[\w-]+$/,
      'is no certificate; for example arn:aws:acm:eu-central-1:123456789012:certificate/0a1b2c3d',
    ),
  },
  form: {
    env: 'NETPROOF_FORM',
    default: 'hardened',
    meaning: 'Form of docker-three-tier: `hardened` or `as-written`',
    fault: matches(/^(hardened|as-written)$/, 'is neither "hardened" nor "as-written"'),
  },
  httpPort: {
    env: 'NETPROOF_HTTP_PORT',
    meaning: 'Host port of the page of docker-three-tier; 8080, or 80 in the form `as-written`',
    fault: portFault,
  },
  publishAddress: {
    env: 'NETPROOF_PUBLISH_ADDRESS',
    meaning: 'Host address of that port; 127.0.0.1, or 0.0.0.0 (the LAN too) in the form `as-written`',
    fault: addressFault,
  },
  frontendBlock: {
    env: 'NETPROOF_FRONTEND_BLOCK',
    default: '10.210.1.0/24',
    meaning: 'Block of frontend-tier in docker-three-tier',
    fault: blockFault,
  },
  backendBlock: {
    env: 'NETPROOF_BACKEND_BLOCK',
    default: '10.210.2.0/24',
    meaning: 'Block of backend-tier in docker-three-tier',
    fault: blockFault,
  },
  hostOnlyBlock: {
    env: 'NETPROOF_HOST_ONLY_BLOCK',
    default: '192.168.56.0/24',
    meaning:
      'Block of host-only-lab, and of the host-only part of network-modes: the host has its address 1, the guests 10 and 11; /28 or larger',
    fault: blockWith(11),
  },
  parentInterface: {
    env: 'NETPROOF_PARENT_INTERFACE',
    meaning:
      'Interface of the Docker host on a LAN, such as eth0: without it the bridged parts of network-modes and vmware-lab are left out',
    fault: matches(/^[^\s/]{1,15}$/, 'is not an interface; for example eth0'),
  },
  lanBlock: {
    env: 'NETPROOF_LAN_BLOCK',
    default: '192.168.0.0/24',
    meaning:
      'Block of that LAN in network-modes: the guest has its address 50, the host on it 200; /24 or larger',
    fault: blockWith(200),
  },
  lanGateway: {
    env: 'NETPROOF_LAN_GATEWAY',
    meaning: 'Router of that LAN; address 1 of the block',
    fault: addressFault,
  },
  natBlock: {
    env: 'NETPROOF_NAT_BLOCK',
    default: '10.0.2.0/24',
    meaning: 'Block of NAT in network-modes: the host has its address 2, the guests 15 and 16; /27 or larger',
    fault: blockWith(16),
  },
  natNetworkBlock: {
    env: 'NETPROOF_NAT_NETWORK_BLOCK',
    default: '10.0.3.0/24',
    meaning: 'Block of the NAT network in network-modes, with the same addresses in it; /27 or larger',
    fault: blockWith(16),
  },
  internalBlock: {
    env: 'NETPROOF_INTERNAL_BLOCK',
    default: '10.210.4.0/24',
    meaning: 'Block of the internal network in network-modes: the guests have 10 and 11; /28 or larger',
    fault: blockWith(11),
  },
  userBlock: {
    env: 'NETPROOF_USER_BLOCK',
    default: '172.20.0.0/16',
    meaning: 'Block of myapp-network in network-modes; /29 or larger',
    fault: blockWith(4),
  },
  secondBlock: {
    env: 'NETPROOF_SECOND_BLOCK',
    default: '10.0.0.0/24',
    meaning: 'Block of second-bridge in network-modes; /29 or larger',
    fault: blockWith(4),
  },
  forwardPort: {
    env: 'NETPROOF_FORWARD_PORT',
    default: '8080',
    meaning: 'Port of 127.0.0.1 that is forwarded to the first NAT guest of network-modes',
    fault: portFault,
  },
  hostModePort: {
    env: 'NETPROOF_HOST_MODE_PORT',
    default: '8081',
    meaning: 'Port of the host that the container on the network of the host takes in network-modes',
    fault: portFault,
  },
  vmwareLanBlock: {
    env: 'NETPROOF_VMWARE_LAN_BLOCK',
    default: '192.168.10.0/24',
    meaning: 'Block of vSwitch0 in vmware-lab: VM1 has its address 50, the host on it 200; /24 or larger',
    fault: blockWith(200),
  },
  vmwareHostOnlyBlock: {
    env: 'NETPROOF_VMWARE_HOST_ONLY_BLOCK',
    default: '172.16.10.0/24',
    meaning: 'Block of vSwitch1 in vmware-lab: the host has its address 1',
    fault: blockFault,
  },
  vmwareNatBlock: {
    env: 'NETPROOF_VMWARE_NAT_BLOCK',
    default: '10.0.0.0/24',
    meaning: 'Block of vSwitch2 in vmware-lab: the host has its address 2, VM2 10; /28 or larger',
    fault: blockWith(10),
  },
  monitoringProfile: {
    env: 'NETPROOF_MONITORING_PROFILE',
    default: 'learning',
    meaning:
      'Profile of monitoring-lab: `learning` (NAT and forwards) or `near-production` (bridged, firewall on)',
    fault: matches(/^(learning|near-production)$/, 'is neither "learning" nor "near-production"'),
  },
  monitoringBlock: {
    env: 'NETPROOF_MONITORING_BLOCK',
    default: '10.210.3.0/24',
    meaning: 'Block of the network in monitoring-lab; addresses 2, 3 and 4 are its services; /29 or larger',
    fault: (value) => blockFault(value) ?? (Cidr.parse(value).size < 8n ? 'has no address 4' : undefined),
  },
  vmName: {
    env: 'NETPROOF_VM_NAME',
    meaning:
      'Name of the virtual machine that runs Docker for monitoring-lab, as its hypervisor calls it; none',
    fault: matches(/^[^"'`$\\\s][^"'`$\\]*$/, 'cannot stand in a command line; for example rocky'),
  },
  vmAddress: {
    env: 'NETPROOF_VM_ADDRESS',
    meaning: 'Its address; 10.0.2.15 behind NAT (`learning`), 192.168.1.101 on the LAN (`near-production`)',
    fault: addressFault,
  },
  namePrefix: {
    env: 'NETPROOF_NAME_PREFIX',
    default: '',
    meaning:
      'Put before the name of every Docker network and container, so that a second copy fits on one host',
    fault: matches(/^([a-zA-Z0-9][a-zA-Z0-9_.-]*)?$/, 'cannot begin a name; for example "test-"'),
  },
  nginxImage: {
    env: 'NETPROOF_IMAGE_NGINX',
    // https://github.com/docker-library/docs/blob/master/nginx/README.md names the tag (commit 004549907ade).
    default: 'nginx:1.30.5-alpine',
    meaning: 'Web server of docker-three-tier; any image that works like nginx, a digest too',
    fault: imageFault,
  },
  postgrestImage: {
    env: 'NETPROOF_IMAGE_POSTGREST',
    // https://github.com/supabase/supabase/blob/master/docker/docker-compose.yml names the tag (commit 00069a4c6fe3).
    default: 'postgrest/postgrest:v14.5',
    meaning: 'Application of docker-three-tier and aws-shop; PostgREST 14 or later',
    fault: imageFault,
  },
  postgresImage: {
    env: 'NETPROOF_IMAGE_POSTGRES',
    // https://github.com/docker-library/docs/blob/master/postgres/README.md names the tag (commit 004549907ade).
    default: 'postgres:17.11-alpine',
    meaning: 'Database of docker-three-tier',
    fault: imageFault,
  },
  prometheusImage: {
    env: 'NETPROOF_IMAGE_PROMETHEUS',
    // https://github.com/open-telemetry/opentelemetry-demo/blob/main/.env names the version (commit 0010fc059403).
    default: 'prom/prometheus:v3.13.1',
    meaning: 'Prometheus of monitoring-lab',
    fault: imageFault,
  },
  grafanaImage: {
    env: 'NETPROOF_IMAGE_GRAFANA',
    // https://github.com/open-telemetry/opentelemetry-demo/blob/main/.env names the tag (commit 0010fc059403).
    default: 'grafana/grafana:13.1.0',
    meaning: 'Grafana of monitoring-lab',
    fault: imageFault,
  },
  nodeExporterImage: {
    env: 'NETPROOF_IMAGE_NODE_EXPORTER',
    // https://github.com/prometheus/node_exporter/blob/master/CHANGELOG.md names the version.
    default: 'prom/node-exporter:v1.9.1',
    meaning: 'Node exporter of monitoring-lab',
    fault: imageFault,
  },
  guestImage: {
    env: 'NETPROOF_IMAGE_GUEST',
    // https://github.com/docker-library/docs/blob/master/busybox/README.md names the tag.
    default: 'busybox:1.37.0',
    meaning:
      'Guests of host-only-lab, network-modes and vmware-lab; any image with the httpd and wget of busybox',
    fault: imageFault,
  },
  secretsDir: {
    env: 'NETPROOF_SECRETS_DIR',
    default: '.secrets',
    meaning: 'Folder in which synth makes the passwords that it does not find',
    fault: matches(/./, 'is empty'),
  },
  dockerProviderVersion: {
    env: 'NETPROOF_DOCKER_PROVIDER_VERSION',
    meaning: 'Version of the Terraform provider kreuzwerker/docker; the one of the installed bindings',
    fault: versionFault,
  },
  awsProviderVersion: {
    env: 'NETPROOF_AWS_PROVIDER_VERSION',
    meaning: 'Version of the Terraform provider hashicorp/aws; the one of the installed bindings',
    fault: versionFault,
  },
} satisfies Record<string, Omit<Setting, 'key'>>;

type Key = keyof typeof rows;
type Defaulted = { [K in Key]: (typeof rows)[K] extends { default: string } ? K : never }[Key];

/** The values in force: a text each, undefined where neither said nor defaulted. */
export type Settings = Readonly<Record<Defaulted, string>> &
  Readonly<Partial<Record<Exclude<Key, Defaulted>, string>>>;

/** Every setting, in the order of the documentation. */
export const settingsTable: readonly Setting[] = Object.entries(rows).map(([key, row]) => ({ key, ...row }));

/**
 * Reads all settings: context, then environment, then default. Throws one InvalidSettings error that names every bad
 * value and where it came from.
 */
export function readSettings(
  context: (key: string) => unknown = () => undefined,
  env: NodeJS.ProcessEnv = process.env,
): Settings {
  const problems: string[] = [];
  const values: Record<string, string> = {};
  for (const setting of settingsTable) {
    const { value, from } = valueOf(setting, context(setting.key), env);
    if (value === undefined) continue;
    const fault = setting.fault(value);
    if (fault !== undefined) problems.push(`${from}=${JSON.stringify(value)} ${fault}.`);
    values[setting.key] = value;
  }
  if (problems.length > 0) {
    throw new NetproofError(
      'InvalidSettings',
      `Bad settings (see docs/settings.md):\n${problems.join('\n')}`,
      problems,
    );
  }
  return values as unknown as Settings;
}

function valueOf(
  setting: Setting,
  context: unknown,
  env: NodeJS.ProcessEnv,
): { value?: string; from: string } {
  if (typeof context === 'string' || typeof context === 'number') {
    return { value: String(context), from: `context ${setting.key}` };
  }
  if (context !== undefined && context !== null) {
    return { value: JSON.stringify(context), from: `context ${setting.key}` };
  }
  return { value: env[setting.env] || setting.default, from: setting.env };
}

function matches(pattern: RegExp, otherwise: string): Setting['fault'] {
  return (value) => (pattern.test(value) ? undefined : otherwise);
}

function versionFault(value: string): string | undefined {
  return /^\d+\.\d+\.\d+([-+].+)?$/.test(value) ? undefined : 'is not a version; for example 3.6.2';
}

function imageFault(value: string): string | undefined {
  return /^\S+$/.test(value) ? undefined : 'is not an image; for example nginx:1.30.5-alpine';
}

function portFault(value: string): string | undefined {
  const port = Number(value);
  return /^\d+$/.test(value) && port >= 1 && port <= 65535
    ? undefined
    : 'is not a port; a whole number from 1 to 65535';
}

function blockFault(value: string): string | undefined {
  return faultOf(() => Cidr.parse(value));
}

/** A block that has an address at that offset for a container. */
function blockWith(offset: number): Setting['fault'] {
  return (value) =>
    blockFault(value) ??
    (Cidr.parse(value).size < BigInt(offset) + 2n ? `has no address ${offset}` : undefined);
}

function addressFault(value: string): string | undefined {
  return faultOf(() => Address.parse(value));
}

/** What a reader says of a value, in brackets: it names the value again, with the nearest one that is right. */
function faultOf(read: () => unknown): string | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    if (NetproofError.is(error)) return `is refused (${error.message.replace(/\.$/, '')})`;
    throw error;
  }
}

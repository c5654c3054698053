import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TerraformOutput, TerraformStack } from 'cdktf';
import { DockerProvider } from '@cdktf/provider-docker/lib/provider';
import type { Construct } from 'constructs';
import { NetproofError } from '../lib/addressing/netproof-error';
import { tcp } from '../lib/addressing/traffic';
import { imageContracts } from '../lib/docker/image-contract';
import { ThreeTierNetwork } from '../lib/docker/three-tier-network';
import { waiveLint } from '../lib/docker/waive-lint';
import { type MachineInterface, refuseOverlap } from './machine-interfaces';
import { newPassword, secretFile } from './secret-file';
import type { Settings } from './settings';

const { nginx, postgres, 'postgrest/postgrest': postgrest } = imageContracts;

/**
 * Web server, application and database on two networks, with real parts: nginx passes `/` to PostgREST, which calls
 * a function of PostgreSQL that makes the page from the rows of a table. Who sees the page has been through all three.
 */
export class DockerThreeTier extends TerraformStack {
  readonly network: ThreeTierNetwork;

  constructor(
    scope: Construct,
    id: string,
    settings: Settings,
    interfaces: readonly MachineInterface[] = [],
  ) {
    super(scope, id);
    new DockerProvider(this, 'docker');
    if (settings.dockerProviderVersion !== undefined) {
      this.addOverride('terraform.required_providers.docker.version', settings.dockerProviderVersion);
    }
    const asWritten = settings.form === 'as-written';
    const named = (name: string) => `${settings.namePrefix}${name}`;
    const httpPort = Number(settings.httpPort ?? (asWritten ? 80 : 8080));
    const secrets = databaseSecrets(join(settings.secretsDir, id));

    this.network = new ThreeTierNetwork(this, 'shop', {
      form: asWritten ? 'as-written' : 'hardened',
      publishAddress: settings.publishAddress,
      frontend: { name: named('frontend-tier'), block: settings.frontendBlock },
      backend: { name: named('backend-tier'), block: settings.backendBlock },
      front: {
        name: named('nginx'),
        aliases: ['nginx'],
        image: settings.nginxImage,
        like: 'nginx',
        listens: [tcp(80)],
        publish: [{ host: httpPort, container: 80 }],
        uploads: [{ target: nginx.files.server, content: uploaded('nginx.conf') }],
        // nginx itself and not the page: it is well while the application restarts.
        healthCheck: {
          test: [
            'CMD-SHELL',
            'curl -fs -o /dev/null http://127.0.0.1/alive || wget -q -O /dev/null http://127.0.0.1/alive',
          ],
        },
      },
      api: {
        name: named('api'),
        aliases: ['api'],
        image: settings.postgrestImage,
        like: 'postgrest/postgrest',
        listens: [tcp(3000)],
        // https://docs.postgrest.org/en/stable/references/configuration.html
        env: {
          ...postgrest.secrets,
          PGRST_DB_SCHEMAS: 'api',
          PGRST_DB_ANON_ROLE: 'visitor',
          PGRST_SERVER_PORT: '3000',
          // The health check needs an address here, and nobody else needs the admin port at all.
          PGRST_ADMIN_SERVER_HOST: '127.0.0.1',
          PGRST_ADMIN_SERVER_PORT: '3001',
        },
        secrets: [{ source: secrets.apiDbUri, target: '/run/secrets/api-db-uri' }],
      },
      db: {
        name: named('postgres'),
        aliases: ['postgres'],
        image: settings.postgresImage,
        like: 'postgres',
        listens: [tcp(5432)],
        env: { ...postgres.secrets, POSTGRES_DB: 'shop' },
        uploads: [
          { target: `${postgres.files.init}/10-first-table.sql`, content: uploaded('first-table.sql') },
        ],
        secrets: [
          { source: secrets.postgresPassword, target: '/run/secrets/postgres-password' },
          { source: secrets.apiPassword, target: '/run/secrets/api-password' },
        ],
      },
    });
    const { front, api, db } = this.network;
    if (asWritten) for (const container of [front, api, db]) waiveLint(container, ...asWrittenWaivers);
    refuseOverlap(this.network.frontend, interfaces, { env: 'NETPROOF_FRONTEND_BLOCK' });
    refuseOverlap(this.network.backend, interfaces, { env: 'NETPROOF_BACKEND_BLOCK' });

    const published = this.network.front.published[0]!;
    const dialled = published.address === '0.0.0.0' ? '127.0.0.1' : published.address;
    new TerraformOutput(this, 'page', { value: `http://${dialled}:${published.host}/` });
  }
}

/** The form as written has what the manual has, and nothing besides. */
const asWrittenWaivers = [
  'docker-published-everywhere',
  'docker-tier-bypassed',
  'docker-low-host-port',
  'docker-forwards-between-networks',
  'docker-capabilities-kept',
  'docker-new-privileges',
  'docker-no-memory-limit',
].map((rule) => ({
  rule,
  reason: 'This form is the manual as written; the hardened one, the default, mends it.',
}));

/**
 * Paths of the passwords, made when they are not there: one for the superuser, one for the application, and the
 * latter once more inside the address of the database, as PostgREST reads it.
 */
function databaseSecrets(folder: string) {
  const path = (name: string) => join(folder, name);
  const files = {
    postgresPassword: path('postgres-password'),
    apiPassword: path('api-password'),
    apiDbUri: path('api-db-uri'),
  };
  secretFile(files.postgresPassword, newPassword);
  const password = secretFile(files.apiPassword, newPassword).trim();
  const carried = encodeURIComponent(password);
  const uri = secretFile(files.apiDbUri, () => `postgresql://api:${carried}@postgres:5432/shop`);
  if (!uri.includes(`:${carried}@`)) {
    throw new NetproofError(
      'UnreadableSecret',
      `${files.apiDbUri} does not carry the password in ${files.apiPassword}. ` +
        'Delete it: it is made anew from that password.',
    );
  }
  return files;
}

function uploaded(name: string): string {
  return readFileSync(join(__dirname, 'docker-three-tier', name), 'utf8');
}

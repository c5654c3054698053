/** A Linux capability as the engine spells it when it answers; without the prefix every plan would see a change. */
export type Capability = `CAP_${string}`;

/**
 * What an image offers and needs: how it is run, as whom, with which capabilities, where it takes files and how it
 * says that it is well. An image that stands in for another keeps to its contract.
 */
export interface ImageContract {
  /** Repository on Docker Hub, short form: `nginx`, `postgrest/postgrest`. */
  readonly repository: string;
  /** User that the image sets: empty is root, else a name or uid. */
  readonly user: string;
  /** User whose processes do the work, once the container runs. */
  readonly worker: string;
  /** What the image runs, entry point and arguments together. */
  readonly entry: readonly string[];
  /** Whether there is a `/bin/sh`, so that a health check may be `CMD-SHELL` and a person may look around. */
  readonly shell: boolean;
  /** Port it listens on as the constructs and stacks run it, TCP. */
  readonly port: number;
  /** Capabilities that must be given back when all are dropped. */
  readonly capabilities: readonly Capability[];
  /** Memory that it works in with room to spare, in MB; nginx and PostgREST take some per processor. */
  readonly memory: number;
  /** The check that says the service on `port` answers; an image that runs whatever it is told has none. */
  readonly health?: (port: number) => readonly string[];
  /** Where configuration is uploaded to, by what it is for. */
  readonly files: Readonly<Record<string, string>>;
  /** How it is told the path of a secret, by environment variable; `@` before the path where the image wants one. */
  readonly secrets: Readonly<Record<string, string>>;
}

/**
 * The images that the constructs know, by repository. The capabilities are those of the entry points: nginx and
 * postgres begin as root, give their folders to the user that does the work, and become it.
 * @see https://github.com/nginx/docker-nginx (entry point, uid 101)
 * @see https://github.com/docker-library/postgres (entry point, POSTGRES_PASSWORD_FILE, initdb.d)
 * @see https://docs.postgrest.org/en/stable/references/cli.html (--ready)
 * @see https://github.com/prometheus/prometheus/blob/main/Dockerfile (nobody, /-/ready)
 * @see https://github.com/prometheus/node_exporter/blob/master/Dockerfile
 * @see https://github.com/grafana/grafana/blob/main/Dockerfile (uid 472, /run.sh, /api/health, __FILE)
 */
export const imageContracts = {
  nginx: {
    repository: 'nginx',
    user: '',
    worker: 'nginx',
    entry: ['/docker-entrypoint.sh', 'nginx', '-g', 'daemon off;'],
    shell: true,
    port: 80,
    capabilities: ['CAP_CHOWN', 'CAP_NET_BIND_SERVICE', 'CAP_SETGID', 'CAP_SETUID'],
    memory: 256,
    // Any answer will do, an error page too: the pages behind it are not nginx's health. curl is missing in the
    // slim images, wget in those on Debian.
    health: (port) => [
      'CMD-SHELL',
      `curl -s -o /dev/null http://127.0.0.1:${port}/ || wget -q -O /dev/null http://127.0.0.1:${port}/`,
    ],
    files: { server: '/etc/nginx/conf.d/default.conf' },
    secrets: {},
  },
  'postgrest/postgrest': {
    repository: 'postgrest/postgrest',
    user: '1000',
    worker: '1000',
    entry: ['/bin/postgrest'],
    shell: false,
    port: 3000,
    capabilities: [],
    memory: 512,
    // Asks the admin server, so PGRST_ADMIN_SERVER_PORT and a PGRST_ADMIN_SERVER_HOST that is an address must be set.
    health: () => ['CMD', 'postgrest', '--ready'],
    files: {},
    secrets: { PGRST_DB_URI: '@/run/secrets/api-db-uri' },
  },
  postgres: {
    repository: 'postgres',
    user: '',
    worker: 'postgres',
    entry: ['docker-entrypoint.sh', 'postgres'],
    shell: true,
    port: 5432,
    capabilities: ['CAP_CHOWN', 'CAP_DAC_OVERRIDE', 'CAP_FOWNER', 'CAP_SETGID', 'CAP_SETUID'],
    memory: 512,
    // By address: while the database is being made, a server without one answers on the socket alone.
    health: (port) => ['CMD', 'pg_isready', '-q', '-h', '127.0.0.1', '-p', String(port), '-U', 'postgres'],
    files: { init: '/docker-entrypoint-initdb.d' },
    secrets: { POSTGRES_PASSWORD_FILE: '/run/secrets/postgres-password' },
  },
  'prom/prometheus': {
    repository: 'prom/prometheus',
    user: 'nobody',
    worker: 'nobody',
    entry: [
      '/bin/prometheus',
      '--config.file=/etc/prometheus/prometheus.yml',
      '--storage.tsdb.path=/prometheus',
    ],
    shell: true,
    port: 9090,
    capabilities: [],
    memory: 512,
    health: (port) => ['CMD', 'wget', '-q', '-O', '/dev/null', `http://127.0.0.1:${port}/-/ready`],
    files: { configuration: '/etc/prometheus/prometheus.yml' },
    secrets: {},
  },
  'prom/node-exporter': {
    repository: 'prom/node-exporter',
    user: 'nobody',
    worker: 'nobody',
    entry: ['/bin/node_exporter'],
    shell: true,
    port: 9100,
    capabilities: [],
    memory: 128,
    health: (port) => ['CMD', 'wget', '-q', '-O', '/dev/null', `http://127.0.0.1:${port}/`],
    files: {},
    secrets: {},
  },
  'grafana/grafana': {
    repository: 'grafana/grafana',
    user: '472',
    worker: '472',
    entry: ['/run.sh'],
    shell: true,
    port: 3000,
    capabilities: [],
    memory: 512,
    health: (port) => ['CMD', 'wget', '-q', '-O', '/dev/null', `http://127.0.0.1:${port}/api/health`],
    files: { dataSource: '/etc/grafana/provisioning/datasources/prometheus.yml' },
    secrets: { GF_SECURITY_ADMIN_PASSWORD__FILE: '/run/secrets/grafana-admin-password' },
  },
  busybox: {
    repository: 'busybox',
    user: '',
    worker: 'root',
    entry: ['sh'],
    shell: true,
    port: 8080,
    capabilities: [],
    memory: 32,
    files: { www: '/www' },
    secrets: {},
  },
} as const satisfies Readonly<Record<string, ImageContract>>;

/** A name of the table: `nginx`, `postgres`, `grafana/grafana` ... */
export type KnownImage = keyof typeof imageContracts;

/** The contract of an image from the table, or undefined; `docker.io/library/nginx:1.30@sha256:...` is nginx. */
export function contractOf(image: string): ImageContract | undefined {
  const repository = image
    .replace(/@.*$/, '')
    .replace(/:[^:/]*$/, '')
    .replace(/^(index\.)?docker\.io\//, '')
    .replace(/^library\//, '');
  return isKnown(repository) ? imageContracts[repository] : undefined;
}

function isKnown(repository: string): repository is KnownImage {
  return Object.hasOwn(imageContracts, repository);
}

import type { DockerEngine } from './docker-engine';

/** Bodies of docker_network and docker_container by name, as far as they are asked here. */
export interface WrittenSetup {
  readonly networks?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly containers: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

interface Joined {
  readonly name: string;
  readonly ipv4_address: string;
  readonly aliases?: readonly string[];
}

interface Published {
  readonly internal: number;
  readonly external: number;
  readonly ip?: string;
}

/** Brings an engine from one setup to the next by the commands that a person would type: what is the same stays. */
export class WrittenNetworks {
  private readonly engine: DockerEngine;
  private readonly image: string;
  /** The name server of a container that names none. */
  private readonly server: string;
  private readonly networks = new Set<string>();
  private readonly running = new Map<string, string>();

  constructor(engine: DockerEngine, image: string, server: string) {
    this.engine = engine;
    this.image = image;
    this.server = server;
  }

  async bringTo({ networks = {}, containers }: WrittenSetup): Promise<void> {
    const wanted = new Map(Object.entries(containers).map(([name, body]) => [name, JSON.stringify(body)]));
    const over = [...this.running].filter(([name, body]) => wanted.get(name) !== body).map(([name]) => name);
    if (over.length > 0) await this.engine.docker('rm', '--force', ...over);
    for (const name of over) this.running.delete(name);
    const gone = [...this.networks].filter((name) => networks[name] === undefined);
    if (gone.length > 0) await this.engine.docker('network', 'rm', ...gone);
    for (const name of gone) this.networks.delete(name);
    for (const [name, body] of Object.entries(networks)) {
      if (this.networks.has(name)) continue;
      const [block] = body['ipam_config'] as readonly { readonly subnet: string; readonly gateway: string }[];
      const place = ['--subnet', block!.subnet, '--gateway', block!.gateway];
      const options = Object.entries((body['options'] as Readonly<Record<string, string>> | undefined) ?? {});
      await this.engine.docker(
        ...['network', 'create', ...place],
        ...options.flatMap(([key, value]) => ['--opt', `${key}=${value}`]),
        ...(body['internal'] === true ? ['--internal'] : []),
        name,
      );
      this.networks.add(name);
    }
    for (const [name, body] of wanted) {
      if (this.running.has(name)) continue;
      await this.run(name, containers[name]!);
      this.running.set(name, body);
    }
  }

  private async run(name: string, body: Readonly<Record<string, unknown>>): Promise<void> {
    const { docker } = this.engine;
    const mode = body['network_mode'];
    if (typeof mode === 'string') {
      const owner = /docker_container\.(\w+)\.id/.exec(mode)![1]!;
      await docker(
        'run',
        '--detach',
        '--name',
        name,
        '--network',
        `container:${owner}`,
        this.image,
        'sleep',
        '600',
      );
      return;
    }
    const [first, ...others] = (listOf(body['networks_advanced']) as readonly Joined[]).map((one) => ({
      ...one,
      name: /docker_network\.(\w+)\.id/.exec(one.name)![1]!,
    }));
    const flags = [
      ...(first === undefined ? [] : ['--network', first.name, '--ip', first.ipv4_address]),
      ...(first?.aliases ?? []).flatMap((alias) => ['--network-alias', alias]),
      ...listOf(body['ports']).flatMap((one) => {
        const { internal, external, ip = '0.0.0.0' } = one as Published;
        return ['--publish', `${ip}:${external}:${internal}`];
      }),
      ...(typeof body['hostname'] === 'string' ? ['--hostname', body['hostname']] : []),
      ...listOf(body['host']).flatMap((one) => {
        const { host, ip } = one as { readonly host: string; readonly ip: string };
        return ['--add-host', `${host}:${ip}`];
      }),
      ...listOf(body['dns_search']).flatMap((domain) => ['--dns-search', String(domain)]),
      ...(body['dns'] === undefined ? [this.server] : listOf(body['dns'])).flatMap((server) => [
        '--dns',
        String(server),
      ]),
    ];
    await docker('create', '--name', name, ...flags, this.image, 'sleep', '600');
    for (const { name: network, ipv4_address: address, aliases = [] } of others) {
      const names = aliases.flatMap((alias) => ['--alias', alias]);
      await docker('network', 'connect', '--ip', address, ...names, network, name);
    }
    await docker('start', name);
  }
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import * as http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

type Answer = Readonly<Record<string, unknown>> | readonly unknown[];

/** A container as the fake engine tells of it. */
export interface FakeContainer {
  readonly running?: boolean;
  readonly mode?: string;
  /** IPv4 address by network. */
  readonly networks?: Readonly<Record<string, string>>;
  readonly ports?: Readonly<
    Record<string, readonly { readonly HostIp: string; readonly HostPort: string }[] | null>
  >;
}

export interface FakeNetwork {
  readonly driver?: string;
  readonly internal?: boolean;
  readonly options?: Readonly<Record<string, string>>;
  readonly subnet?: string;
  readonly gateway?: string;
  /** Names of containers on it that the fake engine has no details of. */
  readonly strangers?: readonly string[];
}

/**
 * Answers on a unix socket as a Docker Engine does, with what it is given. Helper containers are processes of this
 * machine, all on its one loopback.
 */
export class FakeEngine {
  readonly folder = mkdtempSync(join(tmpdir(), 'netproof-engine-'));
  readonly socket = join(this.folder, 'docker.sock');
  version = '28.5.2';
  info: Answer = { OperatingSystem: 'Debian GNU/Linux 12', FirewallBackend: { Driver: 'iptables' } };
  containers: Readonly<Record<string, FakeContainer>> = {};
  networks: Readonly<Record<string, FakeNetwork>> = {};
  /** Images that it has. */
  images: readonly string[] = ['node:test'];
  /** Requests, as `GET /version`. */
  readonly asked: string[] = [];
  private readonly helpers = new Map<string, readonly string[]>();
  private readonly streams = new Map<string, import('node:stream').Duplex>();
  private readonly processes: ChildProcess[] = [];
  private readonly server = http.createServer((request, response) => {
    const [path = ''] = (request.url ?? '').split('?');
    this.asked.push(`${request.method} ${path}`);
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const [status, body] = this.answer(request.method ?? '', path, Buffer.concat(parts).toString('utf8'));
      response.writeHead(status, { 'Content-Type': 'application/json' });
      response.end(body === undefined ? '' : JSON.stringify(body));
    });
  });

  get host(): string {
    return `unix://${this.socket}`;
  }

  async start(): Promise<this> {
    this.server.on('upgrade', (request, socket) => {
      const [, id = ''] = /containers\/([^/]+)\/attach/.exec(request.url ?? '') ?? [];
      socket.write('HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n');
      this.streams.set(id, socket);
    });
    await new Promise<void>((resolve) => this.server.listen(this.socket, resolve));
    return this;
  }

  async stop(): Promise<void> {
    for (const one of this.processes) one.kill('SIGKILL');
    for (const stream of this.streams.values()) stream.destroy();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
    rmSync(this.folder, { recursive: true, force: true });
  }

  private answer(method: string, path: string, body: string): readonly [status: number, body?: Answer] {
    if (method === 'DELETE') return [204];
    if (path === '/version') return [200, { Version: this.version }];
    if (path === '/info') return [200, this.info];
    if (path === '/networks')
      return [200, Object.keys(this.networks).map((name) => ({ Id: `id-${name}`, Name: name }))];
    const [, network] = /^\/networks\/id-(.+)$/.exec(path) ?? [];
    if (network !== undefined) return this.network(decodeURIComponent(network));
    if (path === '/containers/create') return this.create(body);
    const [, started] = /^\/containers\/([^/]+)\/start$/.exec(path) ?? [];
    if (started !== undefined) return this.run(started);
    const [, image] = /^\/images\/(.+)\/json$/.exec(path) ?? [];
    if (image !== undefined) return this.images.includes(decodeURIComponent(image)) ? [200, {}] : missing;
    const [, name] = /^\/containers\/(.+)\/json$/.exec(path) ?? [];
    return name === undefined
      ? [500, { message: `no answer to ${path}` }]
      : this.container(decodeURIComponent(name));
  }

  private network(name: string): readonly [number, Answer] {
    const one = this.networks[name];
    if (one === undefined) return missing;
    const members = Object.keys(this.containers).filter(
      (container) => this.containers[container]!.networks?.[name] !== undefined,
    );
    return [
      200,
      {
        Id: `id-${name}`,
        Name: name,
        Driver: one.driver ?? 'bridge',
        Internal: one.internal ?? false,
        Options: one.options ?? {},
        IPAM: {
          Config: one.subnet === undefined ? [] : [{ Subnet: one.subnet, Gateway: one.gateway ?? '' }],
        },
        Containers: Object.fromEntries(
          [...members, ...(one.strangers ?? [])].map((member) => [`id-${member}`, { Name: member }]),
        ),
      },
    ];
  }

  private container(name: string): readonly [number, Answer] {
    const one = this.containers[name];
    if (one === undefined) return missing;
    const { running = true, mode = 'bridge', networks = {}, ports = {} } = one;
    return [
      200,
      {
        Id: `id-${name}`,
        Name: `/${name}`,
        State: { Running: running, Pid: running ? process.pid : 0 },
        HostConfig: { NetworkMode: mode },
        NetworkSettings: {
          Networks: Object.fromEntries(
            Object.entries(networks).map(([network, address]) => [
              network,
              { IPAddress: address, GlobalIPv6Address: '' },
            ]),
          ),
          Ports: ports,
        },
      },
    ];
  }

  private create(body: string): readonly [number, Answer] {
    const { Cmd } = JSON.parse(body) as { readonly Cmd: readonly string[] };
    const id = `helper-${this.helpers.size}`;
    this.helpers.set(id, Cmd);
    return [201, { Id: id }];
  }

  private run(id: string): readonly [number] {
    const stream = this.streams.get(id)!;
    const child = spawn(process.execPath, [...this.helpers.get(id)!], { stdio: ['pipe', 'pipe', 'ignore'] });
    this.processes.push(child);
    stream.on('data', (data: Buffer) => child.stdin.write(data));
    stream.on('end', () => child.stdin.end());
    child.stdin.on('error', () => undefined);
    child.stdout.on('data', (data: Buffer) => {
      const head = Buffer.alloc(8);
      head[0] = 1;
      head.writeUInt32BE(data.length, 4);
      stream.write(Buffer.concat([head, data]));
    });
    child.on('exit', () => stream.end());
    return [204];
  }
}

const missing: readonly [number, Answer] = [404, { message: 'no such thing' }];

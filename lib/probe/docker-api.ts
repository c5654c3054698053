import { readFileSync } from 'node:fs';
import * as http from 'node:http';
import * as https from 'node:https';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { NetproofError } from '../addressing/netproof-error';

/** Speaks with a Docker Engine. @see https://docs.docker.com/reference/api/engine/ */
export interface DockerApi {
  /** What DOCKER_HOST would say: `unix:///var/run/docker.sock`. */
  readonly host: string;
  /** The JSON that a GET answers; undefined for what is not there. Throws NoEngine or NoPermission. */
  get(path: string): Promise<unknown>;
  post(path: string, body?: unknown): Promise<unknown>;
  delete(path: string): Promise<void>;
  /** A stream in both directions, as `attach` opens one. */
  upgrade(path: string): Promise<Duplex>;
}

export const usualSocket = '/var/run/docker.sock';

/**
 * The engine that the docker command would ask: DOCKER_HOST, with DOCKER_TLS_VERIFY and DOCKER_CERT_PATH, else the usual
 * socket. Throws InvalidDockerHost for what is neither unix:// nor tcp://.
 */
export function dockerApi(env: Readonly<Record<string, string | undefined>>): DockerApi {
  const host =
    env['DOCKER_HOST'] === undefined || env['DOCKER_HOST'] === ''
      ? `unix://${usualSocket}`
      : env['DOCKER_HOST'];
  return new HttpDockerApi(host, endOf(host, env));
}

type End = http.RequestOptions & { readonly secure: boolean };

function endOf(host: string, env: Readonly<Record<string, string | undefined>>): End {
  const [, socket] = /^unix:\/\/(\/.+)$/.exec(host) ?? [];
  if (socket !== undefined) return { socketPath: socket, secure: false };
  const [, name, port] = /^(?:tcp|https?):\/\/(\[[^\]]+\]|[^:/]+)(?::(\d+))?\/?$/.exec(host) ?? [];
  if (name === undefined) {
    throw new NetproofError(
      'InvalidDockerHost',
      `DOCKER_HOST is ${JSON.stringify(host)}, which netproof probe cannot ask. It takes unix:///path and tcp://host:port; ` +
        'for an engine behind ssh, forward its socket: ssh -nNT -L /tmp/docker.sock:/var/run/docker.sock HOST.',
    );
  }
  const hostname = name.replace(/^\[|\]$/g, '');
  const secure = (env['DOCKER_TLS_VERIFY'] ?? '') !== '' || host.startsWith('https:');
  if (!secure) return { hostname, port: Number(port ?? 2375), secure };
  const folder = env['DOCKER_CERT_PATH'] ?? join(env['HOME'] ?? '', '.docker');
  const certificate = (file: string): Buffer => readFileSync(join(folder, file));
  const tls = { ca: certificate('ca.pem'), cert: certificate('cert.pem'), key: certificate('key.pem') };
  return { hostname, port: Number(port ?? 2376), secure, ...tls };
}

class HttpDockerApi implements DockerApi {
  readonly host: string;
  private readonly end: End;

  constructor(host: string, end: End) {
    this.host = host;
    this.end = end;
  }

  async get(path: string): Promise<unknown> {
    const { status, text } = await this.send('GET', path);
    if (status === 404) return undefined;
    return this.read(path, status, text);
  }

  async post(path: string, body?: unknown): Promise<unknown> {
    const { status, text } = await this.send('POST', path, body);
    return this.read(path, status, text);
  }

  async delete(path: string): Promise<void> {
    await this.send('DELETE', path);
  }

  upgrade(path: string): Promise<Duplex> {
    return new Promise((resolve, reject) => {
      const request = this.request('POST', path, { Connection: 'Upgrade', Upgrade: 'tcp' });
      request.on('upgrade', (_, socket, head) => {
        if (head.length > 0) socket.unshift(head);
        resolve(socket);
      });
      request.on('response', (response) => {
        response.resume();
        reject(this.failure(path, `answered ${response.statusCode} instead of a stream`));
      });
      request.on('error', (error) => reject(this.notReached(error)));
      request.end();
    });
  }

  private read(path: string, status: number, text: string): unknown {
    const said = text.trim() === '' ? undefined : parsed(text);
    if (status < 400) return said;
    const { message } = (said ?? {}) as { readonly message?: string };
    throw this.failure(path, message ?? `answered ${status}`);
  }

  private send(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ readonly status: number; readonly text: string }> {
    return new Promise((resolve, reject) => {
      const content = body === undefined ? undefined : JSON.stringify(body);
      const headers = content === undefined ? {} : { 'Content-Type': 'application/json' };
      const request = this.request(method, path, headers);
      // Starting many containers at once takes an engine its time.
      request.setTimeout(60_000, () => request.destroy(new Error('no answer in 60 s')));
      request.on('error', (error) => reject(this.notReached(error)));
      request.on('response', (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('error', (error) => reject(this.notReached(error)));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, text: Buffer.concat(parts).toString('utf8') }),
        );
      });
      request.end(content);
    });
  }

  private request(method: string, path: string, headers: http.OutgoingHttpHeaders): http.ClientRequest {
    const { secure, ...end } = this.end;
    const options = { ...end, method, path, headers, agent: false as const };
    return secure ? https.request(options) : http.request(options);
  }

  private failure(path: string, what: string): NetproofError {
    return new NetproofError(
      'EngineRefused',
      `the Docker Engine at ${this.host}, asked for ${path}: ${what}`,
    );
  }

  private notReached(error: NodeJS.ErrnoException): NetproofError {
    if (error.code === 'EACCES' || error.code === 'EPERM') {
      return new NetproofError(
        'NoPermission',
        `no permission to open ${this.host}. Run netproof probe as root, or as a member of the group docker.`,
      );
    }
    return new NetproofError(
      'NoEngine',
      `no Docker Engine answers at ${this.host} (${error.code ?? error.message}). Is it running? DOCKER_HOST names another.`,
    );
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // Streams of progress are one object per line; nobody here reads them.
    return undefined;
  }
}

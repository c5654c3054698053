import type { Duplex } from 'node:stream';
import { NetproofError } from '../addressing/netproof-error';
import { agentProgram } from './agent';
import type { DockerApi } from './docker-api';
import type { Place, StationOpener } from './place';
import { type AgentLine, AgentStation, type Station } from './station';

/**
 * Runs agents in containers of their own, each on the network stack of the container that it is to speak for: for engines
 * whose namespaces cannot be opened from here. The image needs Node and nothing else; it is not pulled.
 */
export function helperOpener(api: DockerApi, image: string): StationOpener {
  return {
    async open({ name, container, namespace }: Place, lifeMs: number): Promise<Station> {
      if (namespace !== undefined) {
        throw new NetproofError(
          'InvalidPlace',
          `${name} is a namespace of this machine: --helper cannot enter it.`,
        );
      }
      const mode = container === undefined ? 'host' : `container:${container.id}`;
      const id = await create(api, image, mode, lifeMs);
      try {
        const stream = await api.upgrade(`/containers/${id}/attach?stream=1&stdin=1&stdout=1&stderr=1`);
        const station = new AgentStation(name, lineOf(api, id, stream));
        await api.post(`/containers/${id}/start`);
        return station;
      } catch (error) {
        await remove(api, id);
        throw error;
      }
    },
  };
}

async function create(api: DockerApi, image: string, mode: string, lifeMs: number): Promise<string> {
  if ((await api.get(`/images/${encodeURIComponent(image)}/json`)) === undefined) {
    throw new NetproofError(
      'NoHelperImage',
      `the engine does not have the image ${image}: docker pull ${image}.`,
    );
  }
  const made = (await api.post('/containers/create', {
    Image: image,
    Entrypoint: ['node'],
    Cmd: ['-e', agentProgram(lifeMs)],
    OpenStdin: true,
    StdinOnce: true,
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    Labels: { 'netproof.probe': 'helper' },
    HostConfig: {
      NetworkMode: mode,
      AutoRemove: true,
      CapDrop: ['ALL'],
      CapAdd: ['NET_RAW', 'NET_BIND_SERVICE'],
    },
  })) as { readonly Id: string };
  return made.Id;
}

async function remove(api: DockerApi, id: string): Promise<void> {
  await api.delete(`/containers/${id}?force=true`).catch(() => undefined);
}

function lineOf(api: DockerApi, id: string, stream: Duplex): AgentLine {
  return {
    write: (text) => void stream.write(text),
    start(said, ended) {
      const frames = new Frames();
      let complaint = '';
      stream.on('data', (data: Buffer) => {
        for (const { stderr, text } of frames.take(data)) {
          if (stderr) complaint = `${complaint}${text}`.slice(-500);
          else said(text);
        }
      });
      stream.on('error', (error) => ended(error.message));
      stream.on('close', () => ended(complaint.trim() || 'its helper container ended'));
    },
    async close() {
      stream.end();
      await remove(api, id);
      stream.destroy();
    },
  };
}

/**
 * Takes apart what `attach` sends: eight bytes that say which stream and how long, then so many bytes.
 * @see https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Container/operation/ContainerAttach
 */
export class Frames {
  private rest = Buffer.alloc(0);

  take(data: Buffer): readonly { readonly stderr: boolean; readonly text: string }[] {
    this.rest = Buffer.concat([this.rest, data]);
    const frames: { readonly stderr: boolean; readonly text: string }[] = [];
    while (this.rest.length >= 8) {
      const end = 8 + this.rest.readUInt32BE(4);
      if (this.rest.length < end) break;
      frames.push({ stderr: this.rest[0] === 2, text: this.rest.toString('utf8', 8, end) });
      this.rest = this.rest.subarray(end);
    }
    return frames;
  }
}

import { type DockerEngine, startDockerEngine } from './docker-engine';
import type { DockerRelease } from './docker-release';
import { type ImageSet, putImages } from './image-set';
import { labAddresses, type NetworkLab, openNetworkLab } from './network-lab';

/** Two Docker hosts on one cable, joined to a swarm: the least on which an overlay network of Docker's is one. */
export interface Swarm {
  readonly lab: NetworkLab;
  /** The host that networks are made on. */
  readonly manager: DockerEngine;
  readonly worker: DockerEngine;
  /** Containers and networks on either that are there besides those of Docker and of every swarm. */
  readonly leftovers: () => Promise<readonly string[]>;
  readonly close: () => Promise<void>;
}

/** Makes the cable, starts both engines and joins them; about ten seconds. */
export async function openSwarm(release: DockerRelease, images: ImageSet): Promise<Swarm> {
  const lab = await openNetworkLab();
  const engines: DockerEngine[] = [];
  const close = async () => {
    for (const engine of engines) await engine.stop();
    await lab.close();
  };
  const start = async (where: NetworkLab['host']) => {
    const engine = await startDockerEngine(release, where);
    engines.push(engine);
    await putImages(engine, images);
    return engine;
  };
  try {
    const manager = await start(lab.host);
    const worker = await start(lab.neighbour);
    const { host, neighbour } = labAddresses;
    await manager.docker('swarm', 'init', '--advertise-addr', host);
    const token = (await manager.docker('swarm', 'join-token', '--quiet', 'worker')).trim();
    await worker.docker('swarm', 'join', '--token', token, '--advertise-addr', neighbour, `${host}:2377`);
    return { lab, manager, worker, leftovers: () => leftovers(engines), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function leftovers(engines: readonly DockerEngine[]): Promise<readonly string[]> {
  const listed = await Promise.all(
    engines.flatMap(({ docker }) => [
      docker('ps', '--all', '--format', 'container {{.Names}}'),
      docker('network', 'ls', '--filter', 'type=custom', '--format', 'network {{.Name}}'),
    ]),
  );
  const ofEverySwarm = ['', 'network ingress', 'network docker_gwbridge'];
  return listed.flatMap((text) => text.split('\n')).filter((line) => !ofEverySwarm.includes(line));
}

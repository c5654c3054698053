import { type DockerEngine, startDockerEngine } from './docker-engine';
import type { DockerRelease } from './docker-release';
import { type ImageSet, putImages } from './image-set';
import { type Namespace, type NetworkLab, openNetworkLab } from './network-lab';

/** A Docker host on a LAN of its own, with the images of the stacks, and with packets that can be sent from anywhere. */
export interface DockerSite {
  readonly engine: DockerEngine;
  readonly host: Namespace;
  /** Another machine on the LAN. */
  readonly neighbour: Namespace;
  /** What makes Terraform deploy here. */
  readonly env: Readonly<Record<string, string>>;
  /** Address of a container on one of its networks. */
  readonly addressOf: (container: string, network: string) => Promise<string>;
  /** Containers, volumes and networks that are there besides Docker's own three networks. */
  readonly leftovers: () => Promise<readonly string[]>;
  readonly close: () => Promise<void>;
}

/** Makes the LAN, starts the engine and puts the images in; four to eight seconds. */
export async function openDockerSite(release: DockerRelease, images: ImageSet): Promise<DockerSite> {
  const lab: NetworkLab = await openNetworkLab();
  let engine: DockerEngine | undefined;
  const close = async () => {
    await engine?.stop();
    await lab.close();
  };
  try {
    engine = await startDockerEngine(release, lab.host);
    await putImages(engine, images);
  } catch (error) {
    await close();
    throw error;
  }
  const { docker, host } = engine;
  return {
    engine,
    host: lab.host,
    neighbour: lab.neighbour,
    env: { DOCKER_HOST: host, ...images.env },
    close,
    async addressOf(container, network) {
      const text = await docker('inspect', '--format', '{{json .NetworkSettings.Networks}}', container);
      const networks = JSON.parse(text) as Record<string, { readonly IPAddress: string } | undefined>;
      const address = networks[network]?.IPAddress;
      if (!address)
        throw new Error(`${container} is not on ${network} but on ${Object.keys(networks).join(', ')}`);
      return address;
    },
    async leftovers() {
      const listed = await Promise.all([
        docker('ps', '--all', '--format', 'container {{.Names}}'),
        docker('volume', 'ls', '--format', 'volume {{.Name}}'),
        docker('network', 'ls', '--filter', 'type=custom', '--format', 'network {{.Name}}'),
      ]);
      return listed
        .join('')
        .split('\n')
        .filter((line) => line !== '');
    },
  };
}

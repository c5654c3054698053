import * as fs from 'node:fs';
import * as path from 'node:path';
import { readSettings } from '../../../stacks/settings';
import { unpackedPackages } from './debian-packages';
import type { DockerEngine } from './docker-engine';
import { builtFrom, shellIn, standInImage, type StandInImage } from './stand-in-images';
import { Unavailable } from './unavailable';

/** The images of monitoring-lab, and how they come into an engine. */
export interface MonitoringImages {
  readonly kind: 'stand-in' | 'public';
  /** Names of all three; part of the key of what they are put into. */
  readonly key: string;
  /** Makes the stack use them. */
  readonly env: Readonly<Record<string, string>>;
  readonly putInto: (engine: DockerEngine) => Promise<void>;
}

/**
 * Prometheus and the node exporter as Debian builds them, and a stand-in for Grafana, which Debian does not have; with
 * `NETPROOF_IMAGES=public` the images that the stack names.
 */
export async function monitoringImages(): Promise<MonitoringImages> {
  if (process.env['NETPROOF_IMAGES'] === 'public') return publicImages();
  const programs = await unpackedPackages({
    key: 'monitoring-1',
    packages: ['prometheus', 'prometheus-node-exporter', 'libc6'],
    // Their other dependencies are scripts of a web page and of an installation.
    leaveOut: /./,
  });
  const busybox = await unpackedPackages({ key: 'busybox-1', packages: ['busybox-static'], leaveOut: /./ });
  const images = {
    NETPROOF_IMAGE_PROMETHEUS: await standInImage('prom/prometheus', ['VOLUME /prometheus'], (root) => {
      debianProgram(root, programs, busybox, 'prometheus', 'prometheus');
      fs.mkdirSync(path.join(root, 'etc/prometheus'));
      const data = path.join(root, 'prometheus');
      fs.mkdirSync(data);
      fs.chownSync(data, 65534, 65534);
      return Promise.resolve();
    }),
    NETPROOF_IMAGE_NODE_EXPORTER: await standInImage('prom/node-exporter', [], (root) =>
      Promise.resolve(debianProgram(root, programs, busybox, 'prometheus-node-exporter', 'node_exporter')),
    ),
    NETPROOF_IMAGE_GRAFANA: await standInImage('grafana/grafana', [], async (root) => {
      shellIn(root, busybox);
      fs.mkdirSync(path.join(root, 'etc/grafana/provisioning/datasources'), { recursive: true });
      await builtFrom('grafana', path.join(root, 'run.sh'));
    }),
  };
  return {
    kind: 'stand-in',
    key: Object.values(images)
      .map(({ file }) => path.basename(path.dirname(file)))
      .join(' '),
    env: Object.fromEntries(Object.entries(images).map(([variable, { name }]) => [variable, name])),
    async putInto(engine) {
      for (const { file, name, changes } of Object.values<StandInImage>(images)) {
        await engine.importImage(file, name, changes);
      }
    },
  };
}

function publicImages(): MonitoringImages {
  const { prometheusImage, grafanaImage, nodeExporterImage } = readSettings();
  const names = [prometheusImage, grafanaImage, nodeExporterImage];
  return {
    kind: 'public',
    key: names.join(' '),
    env: {},
    async putInto({ docker }) {
      for (const name of names) {
        await docker('pull', '--quiet', name).catch((error: unknown) => {
          throw new Unavailable(`${name} cannot be pulled: ${String(error).split('\n')[1]?.trim() ?? ''}`);
        });
      }
    },
  };
}

/** A root folder with one program of Debian's, the C library that it needs, and a shell. */
function debianProgram(root: string, packages: string, busybox: string, from: string, to: string): void {
  shellIn(root, busybox);
  const libraries = 'lib/x86_64-linux-gnu';
  fs.mkdirSync(path.join(root, libraries), { recursive: true });
  fs.mkdirSync(path.join(root, 'lib64'));
  for (const name of ['libc.so.6', 'libresolv.so.2', 'ld-linux-x86-64.so.2']) {
    const file = fs.realpathSync(path.join(packages, 'usr', libraries, name));
    fs.copyFileSync(file, path.join(root, name.startsWith('ld') ? 'lib64' : libraries, name));
  }
  fs.copyFileSync(path.join(packages, 'usr/bin', from), path.join(root, 'bin', to));
  fs.chmodSync(path.join(root, 'bin', to), 0o755);
}

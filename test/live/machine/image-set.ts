import * as fs from 'node:fs';
import * as path from 'node:path';
import { readSettings } from '../../../stacks/settings';
import { cached } from './cache';
import type { DockerEngine } from './docker-engine';
import { startDockerEngine } from './docker-engine';
import type { DockerRelease } from './docker-release';
import { standInImages, type StandInImage } from './stand-in-images';
import { Unavailable } from './unavailable';

/** The images that the shipped stacks run, as files that any engine takes. */
export type ImageSet =
  | {
      readonly kind: 'stand-in';
      readonly images: readonly StandInImage[];
      readonly env: Readonly<Record<string, string>>;
    }
  | {
      readonly kind: 'public';
      readonly names: readonly string[];
      readonly file: string;
      readonly env: Readonly<Record<string, string>>;
    };

/**
 * Stand-ins made here; with `NETPROOF_IMAGES=public` the images that the stacks name, pulled once and kept. `env` makes
 * the stacks use them.
 */
export async function imageSet(release: DockerRelease): Promise<ImageSet> {
  if (process.env['NETPROOF_IMAGES'] === 'public') return publicImages(release);
  const images = await standInImages();
  const env = {
    NETPROOF_IMAGE_NGINX: images.nginx.name,
    NETPROOF_IMAGE_POSTGRES: images.postgres.name,
    NETPROOF_IMAGE_POSTGREST: images['postgrest/postgrest'].name,
    NETPROOF_IMAGE_GUEST: images.busybox.name,
  };
  return { kind: 'stand-in', images: Object.values(images), env };
}

/** Puts the images into an engine; two to four seconds for the stand-ins. */
export async function putImages(engine: DockerEngine, set: ImageSet): Promise<void> {
  if (set.kind === 'public') {
    await engine.docker('load', '--quiet', '--input', set.file);
    return;
  }
  for (const { file, name, changes } of set.images) await engine.importImage(file, name, changes);
}

async function publicImages(release: DockerRelease): Promise<ImageSet> {
  const { nginxImage, postgresImage, postgrestImage, guestImage } = readSettings();
  const names = [nginxImage, postgresImage, postgrestImage, guestImage];
  const key = names.map((name) => name.replace(/[^\w.-]+/g, '_')).join('-');
  const folder = await cached(`images-${key}`, async (folder) => {
    // The suites' own engine lives in a namespace without a way to the Internet; this one lives outside and touches
    // no network: it has no bridge and writes no rules.
    const engine = await startDockerEngine(release, 'machine');
    try {
      for (const name of names) {
        await engine.docker('pull', '--quiet', name).catch((error: unknown) => {
          throw new Unavailable(
            `${name} cannot be pulled: ${String(error).split('\n').slice(1, 3).join(' ').trim()}`,
          );
        });
      }
      await engine.docker('save', '--output', path.join(folder, 'images.tar'), ...names);
    } finally {
      await engine.stop();
    }
  });
  const file = path.join(folder, 'images.tar');
  if (!fs.existsSync(file)) throw new Unavailable(`${file} is missing`);
  return { kind: 'public', names, file, env: {} };
}

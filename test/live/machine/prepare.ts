import * as path from 'node:path';
import { emulatorProgram } from './aws-emulator';
import { clearCache } from './cache';
import { chromium } from './chromium';
import { removeAbandonedControlGroups } from './control-group';
import { builtDockerRelease, dockerRelease, type DockerRelease } from './docker-release';
import { imageSet, type ImageSet } from './image-set';
import { guestSystem, type GuestSystem } from './guest-system';
import { type LiveMachine, type Piece, type ProviderInPlace, publishLiveMachine } from './live-machine';
import { removeAbandonedNamespaces } from './network-lab';
import { type Provider, providerSource, type ProviderSource } from './provider-source';
import { openRunFolder } from './run-folder';
import { say } from './suite';
import { terraform, tofu } from './terraform-program';
import { reasonOf, Unavailable } from './unavailable';

/**
 * Before the first suite: finds, downloads or builds whatever the live suites need, and says how long each took. About
 * ten minutes on two cores with an empty cache, a few seconds with a filled one. Nothing that is missing here fails:
 * the suites that need it say so.
 */
export default async function prepare({
  nonFlagArgs,
}: {
  readonly nonFlagArgs: readonly string[];
}): Promise<void> {
  const started = Date.now();
  openRunFolder();
  removeAbandonedControlGroups();
  await removeAbandonedNamespaces();
  clearCache();
  const asked = askedParts(nonFlagArgs);
  // Two lanes, because most of the time goes into compiling in one and into downloading in the other.
  const [programs, parts] = await Promise.all([programLane(asked), partLane(asked)]);
  const machine: LiveMachine = { ...programs, ...parts };
  publishLiveMachine(machine);
  say(`prepared in ${seconds(started)} s`);
}

/** What each file of suites needs, so that a run of one file does not build for the others. */
const needs = {
  'docker-three-tier': ['terraform', 'dockerProvider', 'docker', 'images'],
  'host-only-lab': ['terraform', 'dockerProvider', 'docker', 'newerDocker', 'images'],
  'network-modes': ['terraform', 'dockerProvider', 'docker', 'newerDocker', 'images'],
  conformance:
    process.env['NETPROOF_CONFORMANCE'] === 'all'
      ? ['docker', 'newerDocker', 'docker26', 'docker29']
      : ['docker', 'newerDocker'],
  'vmware-lab': ['terraform', 'dockerProvider', 'docker', 'images'],
  'namespace-lab': [],
  'overlay-lab': [],
  'swarm-overlay': ['docker', 'images'],
  'name-and-address': ['docker', 'newerDocker', 'images'],
  'monitoring-lab': ['terraform', 'dockerProvider', 'docker', 'guest'],
  'aws-shop': ['terraform', 'awsProvider', 'emulator'],
  'aws-three-subnet-vpc': ['terraform', 'awsProvider', 'emulator'],
  page: ['chromium'],
  opentofu: ['tofu', 'awsProvider', 'dockerProvider', 'newerDocker', 'images', 'emulator'],
} as const satisfies Readonly<Record<string, readonly (keyof LiveMachine)[]>>;

type Asked = (part: keyof LiveMachine) => boolean;

/** The parts that the files chosen on jest's command line need; without a choice, all. */
function askedParts(patterns: readonly string[]): Asked {
  const chosen = Object.entries(needs).filter(
    ([file]) =>
      patterns.length === 0 || patterns.some((pattern) => new RegExp(pattern, 'i').test(fileOf(file))),
  );
  return (part) => chosen.some(([, parts]) => (parts as readonly string[]).includes(part));
}

function fileOf(suite: string): string {
  return path.join(__dirname, '..', `${suite}.test.ts`);
}

async function programLane(asked: Asked) {
  const ownTerraform = await piece('Terraform', asked('terraform'), terraform, show);
  const wanted = { docker: asked('dockerProvider'), aws: asked('awsProvider') };
  const providers = await piece(
    'Terraform providers',
    wanted.docker || wanted.aws,
    () => providerSource('value' in ownTerraform ? ownTerraform.value.path : undefined, wanted),
    showSource,
  );
  const ownTofu = await piece('OpenTofu', asked('tofu'), tofu, show);
  return {
    terraform: ownTerraform,
    tofu: ownTofu,
    dockerProvider: provider(providers, (source) => source.docker),
    awsProvider: provider(providers, (source) => source.aws),
  };
}

async function partLane(asked: Asked) {
  const docker = await piece(
    'Docker Engine',
    asked('docker') || asked('images') || asked('guest'),
    () => dockerRelease(),
    show,
  );
  const images = await piece(
    'images',
    asked('images'),
    () => imagesFor(docker),
    ({ kind }) => kind,
  );
  const emulator = await piece('AWS emulator', asked('emulator'), emulatorProgram, (program) => program);
  const newerDocker = await piece(
    'newer Docker Engine',
    asked('newerDocker'),
    () => dockerRelease('sid'),
    show,
  );
  const docker26 = await piece(
    'Docker Engine of Debian 13',
    asked('docker26'),
    () => dockerRelease('trixie'),
    show,
  );
  const docker29 = await piece('Docker Engine 29, built', asked('docker29'), builtDockerRelease, show);
  const guest = await piece(
    'virtual machine',
    asked('guest'),
    () => guestFor(docker),
    (made) => `QEMU ${made.qemu.version}, ${made.images.kind} images`,
  );
  const browser = await piece('Chromium', asked('chromium'), chromium, ({ version }) => version);
  return { docker, images, emulator, newerDocker, docker26, docker29, guest, chromium: browser };
}

function imagesFor(docker: Piece<DockerRelease>): Promise<ImageSet> {
  if ('reason' in docker) throw new Unavailable(docker.reason);
  return imageSet(docker.value);
}

function guestFor(docker: Piece<DockerRelease>): Promise<GuestSystem> {
  if ('reason' in docker) throw new Unavailable(docker.reason);
  return guestSystem(docker.value);
}

function provider(
  source: Piece<ProviderSource>,
  pick: (source: ProviderSource) => Provider,
): Piece<ProviderInPlace> {
  if ('reason' in source) return source;
  const picked = pick(source.value);
  if ('reason' in picked) return picked;
  return { value: { version: picked.version, how: source.value.how, env: source.value.env } };
}

async function piece<T>(
  name: string,
  asked: boolean,
  make: () => Promise<T>,
  describe: (value: T) => string,
): Promise<Piece<T>> {
  if (!asked) return { reason: `${name} was not asked for in this run` };
  const started = Date.now();
  try {
    const value = await make();
    say(`${name}: ${describe(value)} (${seconds(started)} s)`);
    return { value };
  } catch (error) {
    const reason = reasonOf(error);
    say(`${name}: missing, ${reason} (${seconds(started)} s)`);
    return { reason };
  }
}

function show({ version }: { readonly version: string }): string {
  return version;
}

function showSource({ how, docker, aws }: ProviderSource): string {
  const text = (found: Provider) => ('version' in found ? found.version : `none, ${found.reason}`);
  return `kreuzwerker/docker ${text(docker)}, hashicorp/aws ${text(aws)}, from a ${how}`;
}

function seconds(since: number): string {
  return ((Date.now() - since) / 1000).toFixed(1);
}

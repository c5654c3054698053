import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { cacheFolder } from './cache';
import { attempt } from './command';
import { builtGoProgram } from './go-program';
import { runSubfolder } from './run-folder';
import { reasonOf } from './unavailable';

/** Where Terraform or OpenTofu takes its providers from, and which versions those are. */
export interface ProviderSource {
  readonly how: 'registry' | 'mirror';
  /** Environment of every terraform, tofu and cdktf run. */
  readonly env: Readonly<Record<string, string>>;
  /** Version that will run, or why there is none. */
  readonly docker: Provider;
  readonly aws: Provider;
}

export type Provider = { readonly version: string } | { readonly reason: string };

/** Versions that the bindings of this checkout pin in the Terraform they write. */
const pinned = { docker: '3.6.2', aws: '6.25.0' } as const;

/**
 * The Docker provider as a Go module: its releases have no tag that Go accepts, so the commit is named. Its go.mod
 * still carries the path of its former home. The version is the one its changelog gives for that commit.
 */
const dockerProvider = {
  version: '4.6.0',
  module: 'github.com/terraform-providers/terraform-provider-docker',
  from: 'github.com/kreuzwerker/terraform-provider-docker',
  commit: 'v0.0.0-20260916201441-96d331c98ff4',
} as const;

const platform = 'linux_amd64';
/** Folder names under which Terraform and OpenTofu look for the same provider. */
const hosts = ['registry.terraform.io', 'registry.opentofu.org'] as const;

/**
 * The plain registry where it answers within a few seconds, with the pinned versions; else a mirror folder of our own
 * with what this machine has: the AWS provider found unpacked, the Docker provider built from its Go module.
 */
export async function providerSource(
  program: string | undefined,
  wanted: { readonly docker: boolean; readonly aws: boolean },
): Promise<ProviderSource> {
  const common = { CHECKPOINT_DISABLE: '1', CDKTF_DISABLE_PLUGIN_CACHE_ENV: '1', TF_IN_AUTOMATION: '1' };
  if (program !== undefined && (await registryAnswers(program))) {
    const downloads = path.join(cacheFolder(), 'provider-downloads');
    fs.mkdirSync(downloads, { recursive: true });
    return {
      how: 'registry',
      env: { ...common, TF_CLI_CONFIG_FILE: configFile('registry', ''), TF_PLUGIN_CACHE_DIR: downloads },
      docker: { version: pinned.docker },
      aws: { version: pinned.aws },
    };
  }
  const mirror = path.join(cacheFolder(), 'provider-mirror');
  const docker = wanted.docker
    ? await dockerFromGo(mirror)
    : { reason: 'the Docker provider was not asked for' };
  const aws = wanted.aws ? awsOnThisMachine(mirror) : { reason: 'the AWS provider was not asked for' };
  const versions = {
    ...('version' in docker ? { NETPROOF_DOCKER_PROVIDER_VERSION: docker.version } : {}),
    ...('version' in aws ? { NETPROOF_AWS_PROVIDER_VERSION: aws.version } : {}),
  };
  const config = `provider_installation {\n  filesystem_mirror {\n    path = "${mirror}"\n  }\n}\n`;
  return {
    how: 'mirror',
    env: { ...common, ...versions, TF_CLI_CONFIG_FILE: configFile('mirror', config) },
    docker,
    aws,
  };
}

/** Asks for the smaller provider the ordinary way, without retries; the answer decides for both. */
async function registryAnswers(program: string): Promise<boolean> {
  const folder = runSubfolder('registry');
  const wanted = `docker = { source = "kreuzwerker/docker", version = "${pinned.docker}" }`;
  fs.writeFileSync(
    path.join(folder, 'main.tf'),
    `terraform {\n  required_providers {\n    ${wanted}\n  }\n}\n`,
  );
  const downloads = path.join(cacheFolder(), 'provider-downloads');
  fs.mkdirSync(downloads, { recursive: true });
  const result = await attempt(program, ['init', '-input=false', '-backend=false'], {
    cwd: folder,
    env: {
      CHECKPOINT_DISABLE: '1',
      TF_CLI_CONFIG_FILE: configFile('registry', ''),
      TF_PLUGIN_CACHE_DIR: downloads,
      TF_REGISTRY_CLIENT_TIMEOUT: '4',
      TF_REGISTRY_DISCOVERY_RETRY: '0',
    },
    timeoutSeconds: 45,
  });
  fs.rmSync(folder, { recursive: true, force: true });
  return result.code === 0;
}

async function dockerFromGo(mirror: string): Promise<Provider> {
  const { version, module, from, commit } = dockerProvider;
  try {
    const folder = await builtGoProgram({
      key: `docker-provider-${version}-${commit.slice(-12)}`,
      module,
      from,
      version: commit,
      package: module,
      output: `terraform-provider-docker_v${version}`,
      variables: { 'main.version': version },
    });
    for (const host of hosts) place(folder, path.join(mirror, host, 'kreuzwerker', 'docker', version));
    return { version };
  } catch (error) {
    return { reason: `Docker provider: ${reasonOf(error)}` };
  }
}

/** The newest AWS provider that lies unpacked in a mirror folder of this machine. */
function awsOnThisMachine(mirror: string): Provider {
  const found = unpackedProviders('hashicorp/aws').sort((a, b) => compareVersions(a.version, b.version));
  const chosen = found.find(({ version }) => version === pinned.aws) ?? found.at(-1);
  if (chosen === undefined)
    return { reason: 'AWS provider: the registry does not answer and no mirror folder has it' };
  for (const host of hosts) place(chosen.folder, path.join(mirror, host, 'hashicorp', 'aws', chosen.version));
  return { version: chosen.version };
}

/** Only the last folder of a mirror may be a link: Terraform does not follow those above it. */
function place(folder: string, versionFolder: string): void {
  fs.mkdirSync(versionFolder, { recursive: true });
  const link = path.join(versionFolder, platform);
  fs.rmSync(link, { recursive: true, force: true });
  fs.symlinkSync(folder, link);
}

/** Unpacked versions of a provider under folders that a Terraform mirror or plugin folder may stand in. */
function unpackedProviders(source: string): { version: string; folder: string }[] {
  const home = os.homedir();
  const data = process.env['XDG_DATA_HOME'] ?? path.join(home, '.local', 'share');
  const roots = [
    path.join(home, '.terraform.d'),
    path.join(data, 'terraform'),
    '/usr/local/share',
    '/usr/share/terraform',
    '/opt',
    home,
  ];
  return roots
    .flatMap((root) => hostFolders(root, 3))
    .flatMap((host) => {
      const versions = path.join(host, source);
      return childFolders(versions)
        .map((version) => ({ version, folder: path.join(versions, version, platform) }))
        .filter(({ folder }) => fs.existsSync(folder));
    });
}

function hostFolders(folder: string, depth: number): string[] {
  return childFolders(folder).flatMap((name) => {
    const child = path.join(folder, name);
    if (name === hosts[0]) return [child];
    return depth > 1 && name !== 'node_modules' ? hostFolders(child, depth - 1) : [];
  });
}

function childFolders(folder: string): string[] {
  try {
    return fs
      .readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name);
  } catch {
    return [];
  }
}

function compareVersions(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}

/** A CLI configuration of our own, because the user's may name mirrors, or a file that is not there. */
function configFile(name: string, text: string): string {
  const file = path.join(cacheFolder(), `terraform-${name}.tfrc`);
  fs.mkdirSync(cacheFolder(), { recursive: true });
  fs.writeFileSync(file, text);
  return file;
}

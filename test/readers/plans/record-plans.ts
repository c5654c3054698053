/**
 * Makes the plans and the state of test/readers/fixtures/plans with a real Terraform and the real AWS provider:
 *
 *     npx ts-node test/readers/plans/record-plans.ts
 *
 * Needs `terraform` and `moto_server` (pip install 'moto[server]') on the PATH, and the provider unpacked in a folder
 * of Terraform's plugin layout: `.../registry.terraform.io/hashicorp/aws/5.100.0/linux_amd64`, looked for where Terraform
 * itself looks and below the folders of NETPROOF_PLUGINS. Nothing leaves this machine.
 */
import { execFileSync, spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

const fixtures = join(__dirname, '../fixtures/plans');
const provider = 'hashicorp/aws/5.100.0/linux_amd64';
const emulatorPort = 5055;

async function main(): Promise<void> {
  const work = mkdtempSync(join(tmpdir(), 'netproof-plans-'));
  try {
    const settings = mirror(work);
    plan(work, settings, 'references');
    plan(work, settings, 'first-apply');
    plan(work, settings, 'from-json');
    plan(work, settings, 'estate');
    await change(work, settings);
  } finally {
    rmSync(work, { recursive: true });
  }
}

/** A plan before anything exists: needs no network, with a provider that is told not to look. */
function plan(work: string, settings: string, name: string): void {
  const folder = join(work, name);
  cpSync(join(fixtures, name), folder, { recursive: true });
  const run = terraform(folder, settings);
  run('init', '-input=false');
  run('plan', '-input=false', '-refresh=false', '-out=saved');
  writeJson(`${name}/plan.json`, run('show', '-json', 'saved'));
}

/** Applies one configuration to an emulator of AWS, then plans another on top of it. */
async function change(work: string, settings: string): Promise<void> {
  const folder = join(work, 'change');
  cpSync(join(fixtures, 'change-before'), folder, { recursive: true });
  const emulator = spawn('moto_server', ['-H', '127.0.0.1', '-p', String(emulatorPort)], { stdio: 'ignore' });
  try {
    await setTimeout(5000);
    const run = terraform(folder, settings, {
      AWS_ENDPOINT_URL: `http://127.0.0.1:${emulatorPort}`,
      AWS_ACCESS_KEY_ID: 'none',
      AWS_SECRET_ACCESS_KEY: 'none',
    });
    run('init', '-input=false');
    run('apply', '-input=false', '-auto-approve');
    run('apply', '-input=false', '-auto-approve', '-refresh-only');
    writeJson('change-before/state.json', run('show', '-json'));
    run('plan', '-input=false', '-out=saved');
    writeJson('change-before/plan.json', run('show', '-json', 'saved'));
    cpSync(join(fixtures, 'change-after/main.tf'), join(folder, 'main.tf'));
    run('plan', '-input=false', '-out=saved');
    writeJson('change-after/plan.json', run('show', '-json', 'saved'));
  } finally {
    emulator.kill();
  }
}

function terraform(folder: string, settings: string, environment: Record<string, string> = {}) {
  return (...words: string[]): string =>
    execFileSync('terraform', words, {
      cwd: folder,
      encoding: 'utf8',
      maxBuffer: 1e8,
      env: {
        ...process.env,
        ...environment,
        TF_CLI_CONFIG_FILE: settings,
        CHECKPOINT_DISABLE: '1',
        TF_CLI_ARGS: '-no-color',
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
}

/** As Terraform printed it, but for the time it was made at. */
function writeJson(file: string, text: string): void {
  const value = JSON.parse(text) as Record<string, unknown>;
  if ('timestamp' in value) value.timestamp = '2026-01-01T00:00:00Z';
  writeFileSync(join(fixtures, file), `${JSON.stringify(value)}\n`);
}

/** Settings of Terraform that find the provider on this machine, under a host that is nobody's. */
function mirror(work: string): string {
  const platform = pluginFolders()
    .map((folder) => join(folder, 'registry.terraform.io', provider))
    .find((folder) => existsSync(folder));
  if (platform === undefined)
    throw new Error(`no registry.terraform.io/${provider} on this machine: see above`);
  const folder = join(work, 'mirror/registry.example.org/hashicorp/aws/5.100.0');
  mkdirSync(folder, { recursive: true });
  symlinkSync(platform, join(folder, 'linux_amd64'));
  const settings = join(work, 'terraform.rc');
  writeFileSync(
    settings,
    `provider_installation {\n  filesystem_mirror {\n    path = "${join(work, 'mirror')}"\n  }\n}\n`,
  );
  return settings;
}

function pluginFolders(): string[] {
  const given = (process.env.NETPROOF_PLUGINS ?? '').split(delimiter).filter(Boolean);
  const usual = [
    join(homedir(), '.terraform.d/plugins'),
    '/usr/local/share/terraform/plugins',
    '/usr/share/terraform/plugins',
  ];
  const installed = existsSync('/opt') ? readdirSync('/opt').map((name) => join('/opt', name)) : [];
  return [...given, ...usual, ...installed];
}

void main();

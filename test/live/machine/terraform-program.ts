import * as path from 'node:path';
import { attempt, onPath } from './command';
import { builtGoProgram } from './go-program';
import { Unavailable } from './unavailable';

/** A program that speaks Terraform: `terraform` itself or OpenTofu's `tofu`. */
export interface TerraformProgram {
  readonly path: string;
  /** Name and version as it states them, for example `OpenTofu 1.12.6`. */
  readonly version: string;
}

const openTofu = '1.12.6';

/** `terraform` from PATH. */
export async function terraform(): Promise<TerraformProgram> {
  const found = await onPath('terraform');
  if (found === undefined) throw new Unavailable('terraform is not on PATH');
  return { path: found, version: await statedVersion(found) };
}

/** `tofu` from PATH, else built from its Go module. */
export async function tofu(): Promise<TerraformProgram> {
  const found = (await onPath('tofu')) ?? path.join(await builtTofu(), 'tofu');
  return { path: found, version: await statedVersion(found) };
}

function builtTofu(): Promise<string> {
  return builtGoProgram({
    key: `opentofu-${openTofu}`,
    module: 'github.com/opentofu/opentofu',
    version: `v${openTofu}`,
    replace: [
      'github.com/hashicorp/hcl/v2 v2.20.1 => github.com/opentofu/hcl/v2 v2.20.2-0.20251021132045-587d123c2828',
    ],
    package: 'github.com/opentofu/opentofu/cmd/tofu',
    output: 'tofu',
    variables: { 'github.com/opentofu/opentofu/version.dev': 'no' },
  });
}

async function statedVersion(program: string): Promise<string> {
  const said = await attempt(program, ['version'], {
    env: { CHECKPOINT_DISABLE: '1', TF_CLI_CONFIG_FILE: undefined },
  });
  const first = said.stdout.split('\n')[0] ?? '';
  if (said.code !== 0 || !/^(Terraform|OpenTofu) v/.test(first)) {
    throw new Unavailable(`${program} version said: ${first || said.stderr.trim()}`);
  }
  return first.replace(' v', ' ');
}

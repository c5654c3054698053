import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * What Terraform itself makes of expressions: the JSON of each as a list of one (`[1]`), or `ERROR` where it
 * refuses. One `terraform console` answers all; it needs no provider and no network.
 */
export function terraformResults(expressions: readonly string[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'netproof-console-'));
  try {
    const cases = expressions.map((expression) => `    try(jsonencode([${expression}]), "ERROR"),`);
    writeFileSync(join(folder, 'main.tf'), `locals {\n  results = [\n${cases.join('\n')}\n  ]\n}\n`);
    const printed = execFileSync('terraform', ['console', '-no-color'], {
      cwd: folder,
      input: 'base64encode(jsonencode(local.results))\n',
      encoding: 'utf8',
      env: { ...process.env, CHECKPOINT_DISABLE: '1', TF_CLI_CONFIG_FILE: '' },
      stdio: ['pipe', 'pipe', 'pipe'],
      timeout: 60_000,
    });
    const encoded = /^"([A-Za-z0-9+/=]*)"\s*$/.exec(printed)?.[1];
    if (encoded === undefined) throw new Error(`an expression has no settled value: ${printed}`);
    return JSON.parse(Buffer.from(encoded, 'base64').toString('utf8')) as string[];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** First line of `terraform version`, or undefined where there is none. */
export function terraformVersion(): string | undefined {
  const { stdout, status } = spawnSync('terraform', ['version'], {
    encoding: 'utf8',
    env: { ...process.env, CHECKPOINT_DISABLE: '1', TF_CLI_CONFIG_FILE: '' },
  });
  return status === 0 ? stdout.split('\n')[0] : undefined;
}

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { main } from '../../lib/cli/main';
import { plainPaint } from '../../lib/report/terminal-style';

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A folder of input files, and the command line run on them in this process. Paths in texts begin with `IN`. */
export class CommandLine {
  readonly folder = mkdtempSync(join(tmpdir(), 'netproof-cli-'));

  /** Writes a file, objects as JSON, and gives its path. */
  write(name: string, content: unknown): string {
    const file = join(this.folder, name);
    mkdirSync(dirname(file), { recursive: true });
    const isText = typeof content === 'string' || content instanceof Uint8Array;
    writeFileSync(file, isText ? content : JSON.stringify(content));
    return file;
  }

  /** A folder as CDKTF writes it, of stacks by name. */
  writeCdktfOut(name: string, stacks: Readonly<Record<string, object>>): string {
    const entries = Object.keys(stacks).map((stack): [string, object] => [
      stack,
      { name: stack, synthesizedStackPath: `stacks/${stack}/cdk.tf.json`, annotations: [] },
    ]);
    this.write(`${name}/manifest.json`, { version: '0.21.0', stacks: Object.fromEntries(entries) });
    for (const [stack, root] of Object.entries(stacks))
      this.write(`${name}/stacks/${stack}/cdk.tf.json`, root);
    return join(this.folder, name);
  }

  run(...args: readonly string[]): Ran {
    let [out, err] = ['', ''];
    const code = main(args, {
      out: (text) => (out += text),
      err: (text) => (err += text),
      paint: plainPaint,
    });
    return { code, out: out.replaceAll(this.folder, 'IN'), err: err.replaceAll(this.folder, 'IN') };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(__dirname, '..');

/** Where the JavaScript that is measured lies; inside the checkout, so that node_modules is found from there. */
const output = join(root, '.cache', 'bench');

/**
 * Compiles lib/ and the apps of this folder as the package is compiled. What users run is JavaScript: the time that
 * ts-node takes is not measured here.
 */
export function compile(): void {
  rmSync(output, { recursive: true, force: true });
  mkdirSync(output, { recursive: true });
  const settings = {
    extends: join(root, 'tsconfig.json'),
    compilerOptions: { rootDir: root, outDir: output, noCheck: true, types: ['node'] },
    include: [join(root, 'lib'), ...['apps', 'check', 'reach'].map((folder) => join(root, 'bench', folder))],
    exclude: [],
  };
  writeFileSync(join(output, 'tsconfig.json'), JSON.stringify(settings));
  execFileSync(
    process.execPath,
    [join(root, 'node_modules/typescript/bin/tsc'), '-p', join(output, 'tsconfig.json')],
    {
      stdio: 'inherit',
    },
  );
  // cli/main.js reads the package's version from beside lib/.
  writeFileSync(join(output, 'package.json'), '{ "version": "0.0.0" }\n');
}

/** Path of a compiled file: `lib/index.js`, `bench/apps/one-vpc-bare.js`. */
export const compiled = (file: string): string => join(output, file);

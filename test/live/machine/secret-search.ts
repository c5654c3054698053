import * as fs from 'node:fs';
import * as path from 'node:path';

/** Files below a folder that hold a text; links are not followed, because Terraform links its providers in. */
export function filesHolding(folder: string, text: string): readonly string[] {
  return fs.readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) return filesHolding(file, text);
    return entry.isFile() && fs.readFileSync(file).includes(text) ? [file] : [];
  });
}

/** The passwords among the secret files of a stack: each file that holds one and nothing else. */
export function passwordsIn(folder: string): readonly string[] {
  return fs
    .readdirSync(folder)
    .filter((name) => name.endsWith('password'))
    .map((name) => fs.readFileSync(path.join(folder, name), 'utf8').trim());
}

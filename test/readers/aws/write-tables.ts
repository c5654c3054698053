/** Writes what is made from the declarations of the provider: `npx ts-node test/readers/aws/write-tables.ts`. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { coverage, notModelledSource, supportedText } from './coverage-tables';
import { withPart } from './supported-page';

const root = join(__dirname, '..', '..', '..');
const found = coverage();
writeFileSync(join(root, 'lib/readers/aws/not-modelled.ts'), notModelledSource(found));
const page = join(root, 'docs/supported.md');
const before = existsSync(page) ? readFileSync(page, 'utf8') : '# What is modelled\n\n';
writeFileSync(page, withPart(before, supportedText(found)));
if (found.forgotten.length > 0) console.log(`in no list: ${found.forgotten.join(', ')}`);
if (found.strangers.length > 0) console.log(`not in the provider: ${found.strangers.join(', ')}`);
console.log(`${found.carriers.length} types carry interfaces and are not modelled`);

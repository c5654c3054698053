/** Draws every shipped stack into docs/images: `npm run docs`. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { drawnStacks, pictureOfStack } from './pictures';

const images = join(__dirname, '../../docs/images');
for (const [name, make] of drawnStacks) {
  writeFileSync(join(images, `${name}.svg`), pictureOfStack(name, make()));
}

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryFiles, root, textOf } from '../house/repository';
import { drawnStacks, pictureOfStack } from './pictures';

test.each(drawnStacks)(
  'docs/images/%s.svg is drawn from what the stack writes now: npm run docs',
  (name, make) => {
    expect(textOf(`docs/images/${name}.svg`)).toBe(pictureOfStack(name, make()));
  },
);

test.each(drawnStacks)('docs/%s.md shows the picture of its stack', (name) => {
  expect(textOf(`docs/${name}.md`)).toMatch(new RegExp(`!\\[[^\\]]{20,}\\]\\(images/${name}\\.svg\\)`));
});

test('every stack that is shipped is drawn', () => {
  const shipped = textOf('stacks/main.ts').match(/(?<=new \w+\(app, ')[\w-]+/g);
  expect(drawnStacks.map(([name]) => name)).toEqual(shipped);
});

test('no image is left that no page shows', () => {
  const pages = repositoryFiles(/\.md$/).map(textOf).join('\n');
  const images = readdirSync(join(root, 'docs/images'));
  expect(images.filter((image) => !pages.includes(`images/${image}`))).toEqual([]);
});

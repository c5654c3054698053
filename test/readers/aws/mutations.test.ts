import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { facts, factTests } from './facts';
import { mutations } from './mutations';
import { mutationsIn, mutationsPage } from './mutations-page';

const root = join(__dirname, '../../..');
const page = readFileSync(join(root, 'docs/mutations.md'), 'utf8');
const again = 'made by npx ts-node test/readers/aws/run-mutations.ts';

test('every fact has a mutation, and every mutation is of a fact', () => {
  expect(facts.filter((fact) => !mutations.some((one) => one.fact === fact))).toEqual([]);
  expect(mutations.filter(({ fact }) => !facts.includes(fact))).toEqual([]);
});

test('what a mutation replaces stands once in its file, and is replaced by something else', () => {
  const astray = mutations.filter(({ file, original, replacement }) => {
    const parts = readFileSync(join(root, file), 'utf8').split(original).length;
    return parts !== 2 || original === replacement;
  });
  expect(astray).toEqual([]);
});

test(`docs/mutations.md tells of these mutations, in their order (${again})`, () => {
  const told = mutationsIn(page).map(({ fact, undoes, file }) => ({ fact, undoes, file }));
  expect(told).toEqual(mutations.map(({ fact, undoes, file }) => ({ fact, undoes, file })));
});

test(`docs/mutations.md says what the tests are (${again})`, () => {
  expect(mutationsPage(mutationsIn(page))).toBe(page);
});

test('the test that turned red is one of its fact', () => {
  const claims = factTests().map(({ fact, claim }) => `${fact}: ${claim}`);
  const others = mutationsIn(page).filter(
    ({ fact, title }) => !claims.some((claim) => claim.startsWith(`${fact}: `) && title.includes(claim)),
  );
  expect(others).toEqual([]);
});

import { twoSubnets } from './configuration';
import { facts, factTests } from './facts';
import { network } from './network-under-test';

const tests = factTests();
const sourceOf = (fact: string) =>
  tests
    .filter((one) => one.fact === fact)
    .map(({ source }) => source)
    .join('\n');

/** Facts about one form that Terraform comes in, which are tested as that one. */
const ofOneForm: Readonly<Record<string, RegExp>> = {
  A58: /\bsynth\([\s\S]*\brecordedPlan\(/,
  V1: /planText\([\s\S]*'hcl'/,
  V3: /\bplan\(existing\(/,
  V4: /\bsynth\(/,
  V5: /\bsynth\(/,
};

test.each(facts)('%s has a test whose title begins with its number', (fact) => {
  expect(tests.map((one) => one.fact)).toContain(fact);
});

test('no title begins with the number of a fact that is not in the list', () => {
  expect(tests.map((one) => one.fact).filter((fact) => !facts.includes(fact))).toEqual([]);
});

test.each(facts)('%s is tested with what is let through beside what is not', (fact) => {
  const source = sourceOf(fact);
  expect(source).toMatch(/reachable|\.toBe\('(?:tcp|[\d.]+\/)|true|admitted/);
  expect(source).toMatch(/blocked|unknown|partial|nothing|not\.|toBe\('(?:tcp|[\d.]+\/)|admitted/);
});

test('a network under test is read as synth and as plan', () => {
  expect([...network(twoSubnets).topologies.keys()]).toEqual(['synth', 'plan']);
});

test.each(facts)('%s is tested as synth and as plan', (fact) => {
  const source = sourceOf(fact);
  expect(source).toMatch(ofOneForm[fact] ?? /\b(?:network|webAndDb|on[A-Z]\w+|dual|second|listed|peered)\(/);
});

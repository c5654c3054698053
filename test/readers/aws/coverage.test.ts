import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ignored, modelled, passages, passesOn } from '../../../lib/readers/aws/coverage';
import { notModelled } from '../../../lib/readers/aws/not-modelled';
import { coverage, notModelledSource, supportedText } from './coverage-tables';
import { partOf } from './supported-page';

const root = join(__dirname, '..', '..', '..');
const found = coverage();
const rewrite = 'run: npx ts-node test/readers/aws/write-tables.ts';

describe('types of the provider', () => {
  test('every type that has to do with a VPC is in a list', () => {
    expect(found.forgotten).toEqual([]);
  });

  test('every type of the lists is one of the provider', () => {
    expect(found.strangers).toEqual([]);
  });

  test('no type is in two lists', () => {
    const all = [modelled, ignored, passages, notModelled].flatMap((table) => Object.keys(table));
    expect(all.filter((type, index) => all.indexOf(type) !== index)).toEqual([]);
  });

  test(`the table of what carries interfaces is what the declarations say (${rewrite})`, () => {
    const written = readFileSync(join(root, 'lib/readers/aws/not-modelled.ts'), 'utf8');
    expect(written).toBe(notModelledSource(found));
  });

  test(`the page of what is supported says what the code does (${rewrite})`, () => {
    const page = readFileSync(join(root, 'docs/supported.md'), 'utf8');
    expect(partOf(page, '## AWS')).toBe(supportedText(found));
  });

  test('what passes flows on is nothing that is modelled or ignored', () => {
    expect([...passesOn].filter((type) => !(type in notModelled) && !(type in passages))).toEqual([]);
  });
});

describe('the scan', () => {
  test('sees attributes of nested blocks: a function names its subnets in vpc_config', () => {
    expect(Object.keys(modelled)).toContain('aws_lambda_function');
    expect(notModelled.aws_opensearch_domain).toEqual([['subnet_ids'], ['security_group_ids']]);
  });

  test('does not count a list of subnets as something that carries an interface', () => {
    expect(Object.keys(notModelled).filter((type) => type.endsWith('_subnet_group'))).toEqual([]);
  });
});

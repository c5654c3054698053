import { NetproofError } from '../../../lib/addressing/netproof-error';
import {
  readJsonObject,
  readPlainObject,
  type TerraformText,
} from '../../../lib/readers/json/terraform-text';

const readers = [
  ['readJsonObject', readJsonObject as (source: TerraformText) => unknown],
  ['readPlainObject', readPlainObject],
] as const;

describe.each(readers)('%s', (_, read) => {
  test('reads an object, with or without a byte order mark', () => {
    expect(() => read({ text: '{"resource": {}}' })).not.toThrow();
    expect(() => read({ text: '\ufeff{"resource": {}}' })).not.toThrow();
  });

  test.each([
    [
      'a text cut short',
      '{\n  "resource": {\n    "aws_vpc": ',
      'main.tf.json is cut short: the text ends where a value should follow (line 3, column 16). Write it again, whole and unedited.',
    ],
    [
      'a text with a fault',
      '{\r\n  "resource": {,}\r\n}',
      'main.tf.json is not JSON: "," stands where a name in double quotes should (line 2, column 16). Write it again, whole and unedited.',
    ],
    [
      'an array',
      '[1]',
      'main.tf.json is JSON, but no Terraform: that is an object, { ... }. Give a cdktf.out folder, a *.tf.json file, or what "terraform show -json" prints of a plan or state.',
    ],
    ['nothing', ' \n', 'main.tf.json is empty. Write it again, whole and unedited.'],
    [
      'HCL',
      '# network\nresource "aws_vpc" "main" {\n}\n',
      'main.tf.json is Terraform in HCL, and JSON is read here. With CDKTF, synthesize without --hcl. For HCL give the plan as JSON: terraform plan -out plan && terraform show -json plan',
    ],
    [
      'a saved plan',
      'PK\u0003\u0004\u0014\u0000',
      "main.tf.json is a saved plan in Terraform's own form. Ask for it as JSON: terraform show -json plan",
    ],
    [
      'what PowerShell writes',
      Buffer.from('\ufeff{"a": 1}', 'utf16le').toString('utf8'),
      'main.tf.json is UTF-16, as a ">" of Windows PowerShell writes it, and not UTF-8. Write it with "terraform show -json plan | Out-File -Encoding utf8 plan.json".',
    ],
    [
      'a plan for people',
      '\u001b[0m\nTerraform used the selected providers to generate the following execution plan.',
      'main.tf.json is a plan as Terraform prints it for people. Ask for it as JSON: terraform plan -out plan && terraform show -json plan',
    ],
    [
      'nonsense',
      'hello',
      'main.tf.json is not JSON: "h" stands where a value should (line 1, column 1). Write it again, whole and unedited.',
    ],
  ])('%s is one error with file, place and remedy', (__, text, message) => {
    const error = thrownBy(() => read({ text, file: 'main.tf.json' }));
    expect(error).toMatchObject({ code: 'InvalidTerraform', message });
  });

  test('a text without a file is called the text', () => {
    expect(thrownBy(() => read({ text: '[' })).message).toMatch(/^The text is cut short/);
  });

  test('arrays that stand too deep are refused before they exhaust the stack', () => {
    const error = thrownBy(() => read({ text: '['.repeat(500_000), file: 'deep.tf.json' }));
    expect(error).toMatchObject({ code: 'InvalidTerraform' });
  });
});

test.each([
  'terraform {\n}',
  '/* a\n b */\nlocals {\n}',
  'region = "eu-central-1"',
  'data "aws_ami" "a" {}',
  'provider aws {\n}',
])('%j is recognized as HCL', (text) =>
  expect(thrownBy(() => readJsonObject({ text })).message).toContain('is Terraform in HCL'),
);

test.each(['true', '12', 'null'])('%s is no Terraform, and no HCL either', (text) =>
  expect(thrownBy(() => readJsonObject({ text })).message).toContain('is JSON, but no Terraform'),
);

test('more values than fit into memory are refused unread', () => {
  const text = `{"a": [${'0,'.repeat(10_000_001)}0]}`;
  const before = process.memoryUsage().heapUsed;
  const error = thrownBy(() => readPlainObject({ text, file: 'huge.json' }));
  expect(error.message).toBe(
    'huge.json is not read: it holds more than 10000000 values. Split the stack, or give its parts one by one.',
  );
  expect((process.memoryUsage().heapUsed - before) / 1e6).toBeLessThan(100);
});

function thrownBy(action: () => unknown): NetproofError {
  try {
    action();
  } catch (error) {
    if (NetproofError.is(error)) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

import { NetproofError } from '../../../lib/addressing/netproof-error';
import { readPlan } from '../../../lib/readers/plan';
import { readState } from '../../../lib/readers/state';
import { recorded } from './recorded-plan';

const failure = (read: () => unknown): { code: string; message: string } => {
  try {
    read();
  } catch (error) {
    if (NetproofError.is(error)) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error('it was read');
};

const ofPlan = (value: unknown) =>
  failure(() => readPlan({ text: JSON.stringify(value), file: 'plan.json' }));
const plan = {
  format_version: '1.2',
  planned_values: { root_module: {} },
  resource_changes: [],
  configuration: {},
};

test('a plan of a newer format is one error that says so, any 1.x is read', () => {
  expect(ofPlan({ ...plan, format_version: '2.0' })).toEqual({
    code: 'InvalidTerraform',
    message:
      'plan.json is a plan of format 2.0, and up to 1.x is read. Use a newer netproof, or the Terraform that made earlier plans.',
  });
  expect(() => readPlan(JSON.stringify({ ...plan, format_version: '1.9' }))).not.toThrow();
  expect(() => readPlan(JSON.stringify({ ...plan, format_version: '0.2' }))).not.toThrow();
});

test('a plan that failed is refused', () => {
  expect(ofPlan({ ...plan, errored: true }).message).toBe(
    'plan.json is a plan that failed, and tells a part only. Plan again, and give that.',
  );
});

test('a plan cut short is one error with its place', () => {
  const whole = recorded('first-apply/plan.json');
  const text = whole.slice(0, 10_000);
  expect(failure(() => readPlan({ text, file: 'plan.json' })).message).toMatch(
    /^plan\.json is cut short: .* \(line 1, column 10001\)\. Write it again, whole and unedited\.$/,
  );
});

test('another form of Terraform JSON is named', () => {
  expect(ofPlan({ resource: {} }).message).toBe(
    'plan.json is Terraform as it is written, no plan and no state. It is read as a plan (terraform show -json plan) here.',
  );
  expect(ofPlan({ format_version: '1.0', terraform_version: '1.11.4', values: {} }).message).toContain(
    'is the JSON of a state',
  );
  expect(failure(() => readState(JSON.stringify(plan))).message).toContain('is the JSON of a plan');
  expect(
    failure(() => readState('{"version": 4, "terraform_version": "1", "serial": 1, "lineage": "x"}')).message,
  ).toBe('The text is a state file as Terraform stores it. Ask for it as JSON: terraform show -json');
  expect(ofPlan({ format_version: '1.0', provider_schemas: {} }).message).toContain(
    'is the schema of providers',
  );
});

test('an empty state is a state without resources', () => {
  expect(readState('{"format_version": "1.0"}').resources).toEqual([]);
});

test('parts that are missing or of another kind give less, and no crash', () => {
  const parts = [
    'planned_values',
    'resource_changes',
    'configuration',
    'prior_state',
    'variables',
    'output_changes',
  ];
  const whole = JSON.parse(recorded('first-apply/plan.json')) as Record<string, unknown>;
  for (const part of parts) {
    for (const value of [
      undefined,
      null,
      1,
      'x',
      [],
      {},
      [null],
      { root_module: null },
      { root_module: { resources: [1, {}] } },
    ]) {
      const text = JSON.stringify({ ...whole, planned_values: whole.planned_values ?? {}, [part]: value });
      if (!/"(planned_values|resource_changes|configuration)":/.test(text)) continue;
      expect(() => readPlan(text)).not.toThrow();
    }
  }
});

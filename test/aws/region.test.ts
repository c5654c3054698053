import { App, Testing } from 'cdktf';
import { regionOf } from '../../lib/aws/region';

const before = process.env.AWS_REGION;
beforeEach(() => void delete process.env.AWS_REGION);
afterAll(() => {
  if (before === undefined) delete process.env.AWS_REGION;
  else process.env.AWS_REGION = before;
});

const appIn = (region?: unknown): App => Testing.app({ context: region === undefined ? {} : { region } });

test('the context names the region, whatever the environment says', () => {
  process.env.AWS_REGION = 'us-west-2';
  expect(regionOf(appIn('ap-southeast-1'))).toBe('ap-southeast-1');
});

test('without context the environment names it', () => {
  process.env.AWS_REGION = 'us-west-2';
  expect(regionOf(appIn())).toBe('us-west-2');
});

test('without either it is eu-central-1', () => expect(regionOf(appIn())).toBe('eu-central-1'));

test.each([[''], ['  '], [7]])('the context value %j is no region', (context) => {
  process.env.AWS_REGION = ' ';
  expect(regionOf(appIn(context))).toBe('eu-central-1');
});

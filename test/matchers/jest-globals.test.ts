import { expect, test } from '@jest/globals';
import { tcp } from '../../lib/addressing/traffic';
import '../../lib/matchers/jest-globals';
import { named } from '../../lib/topology/subject';
import { balancedNetwork } from '../reachability/balanced-network';

const net = named(balancedNetwork());

test('the expect of @jest/globals has toReach, and its opposite', () => {
  expect(net.endpoint('web')).toReach(net.endpoint('lb'), tcp(80));
  expect(net.endpoint('web')).not.toReach(net.endpoint('db'), 'tcp/5432');
});

test('which fails when it should', () => {
  expect(() => expect(net.endpoint('web')).toReach(net.endpoint('db'), tcp(5432))).toThrow(
    /^expect\(web\)\.toReach/,
  );
  expect(() => expect(net.endpoint('web')).not.toReach(net.endpoint('lb'), tcp(80))).toThrow(/reachable/);
});

test('it has toResolve too', () => {
  const noResolver = net.endpoint('web');
  expect(() => expect(noResolver).toResolve('db', net.endpoint('db'))).toThrow(
    /cannot tell what db is to web/,
  );
});

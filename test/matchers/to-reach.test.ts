import { NetproofError } from '../../lib/addressing/netproof-error';
import { icmp, tcp, Traffic } from '../../lib/addressing/traffic';
import '../../lib/matchers/jest';
import { exactly } from '../../lib/topology/bounds';
import { named } from '../../lib/topology/subject';
import { TopologyBuilder } from '../../lib/topology/topology-builder';
import { unknown } from '../../lib/topology/value';
import { balancedNetwork } from '../reachability/balanced-network';

const net = named(balancedNetwork());
const [web, lb, api, db] = ['web', 'lb', 'api', 'db'].map((name) => net.endpoint(name)) as [
  Subject,
  Subject,
  Subject,
  Subject,
];
type Subject = ReturnType<typeof net.endpoint>;

/** The message that an assertion fails with; throws when it holds. */
function failure(assertion: () => void): string {
  try {
    assertion();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('the assertion holds');
}

describe('toReach', () => {
  test('holds when all of the traffic passes to the own address of the target and back', () => {
    expect(web).toReach(lb, tcp(80));
    expect(api).toReach(db, 'tcp/5432');
  });

  test('fails when nothing passes, with the explanation as its text', () => {
    const text = failure(() => expect(web).toReach(db, tcp(5432)));
    expect(text).toMatch(
      /^expect\(web\)\.toReach\(db, tcp\/5432\)\n\nblocked {3}web cannot open tcp\/5432 on db\n/,
    );
    expect(text).toMatch(/^\| db-filter +ingress +no rule allows tcp\/5432 from 10\.0\.0\.10/m);
  });

  test('fails when the target is reached by another way only', () => {
    expect(failure(() => expect(web).toReach(api, tcp(8080)))).toContain(
      'not by its own address, but by another way',
    );
  });
});

describe('.not.toReach', () => {
  test('holds when nothing passes by any way', () => {
    expect(web).not.toReach(db, tcp(5432));
    expect(web).not.toReach(api, tcp(22));
  });

  test('fails when it passes, with the explanation as its text', () => {
    const text = failure(() => expect(api).not.toReach(db, tcp(5432)));
    expect(text).toMatch(
      /^expect\(api\)\.not\.toReach\(db, tcp\/5432\)\n\nreachable {3}api can open tcp\/5432 on db\n/,
    );
    expect(text).toContain('closes it');
  });

  test('fails when a relay leads to the target, although its own address is closed', () => {
    expect(failure(() => expect(web).not.toReach(api, tcp(8080)))).toContain(
      'other way   lb, asked on tcp/80, opens tcp/8080',
    );
  });
});

describe('neither yes nor no fails both', () => {
  test('a partial answer', () => {
    for (const assertion of both((one) => one.toReach(lb, tcp(80, 81)), web)) {
      expect(failure(assertion)).toContain(
        'partial   web can open tcp/80 on lb, and not the rest of tcp/80-81',
      );
    }
  });

  const gap = unknown('module.proxy', 'module.proxy');
  const unsure = named(
    new TopologyBuilder()
      .addDomain({ id: 'net', blocks: [] })
      .addSegment({ id: 'lan', domain: 'net', blocks: [], table: { options: ['t'], unknowns: [] } })
      .addTable({ id: 't' })
      .addEndpoint({ id: 'proxy', type: 'proxy', interfaces: [], notModelled: gap })
      .addEndpoint({
        id: 'db',
        type: 'machine',
        interfaces: [{ id: 'db', segment: 'lan', addresses: [], filters: exactly([]) }],
      })
      .build(),
  );

  test('an unknown answer, which names what would settle it', () => {
    const assertions = both((one) => one.toReach(unsure.endpoint('db'), tcp(22)), unsure.endpoint('proxy'));
    for (const assertion of assertions) {
      expect(failure(assertion)).toMatch(/unknown {3}cannot tell whether proxy can open tcp\/22 on db/);
      expect(failure(assertion)).toContain('module.proxy');
    }
  });
});

describe('a mistake in a test fails the assertion and its opposite', () => {
  const other = named(balancedNetwork());
  const never = new Promise(() => undefined);
  test.each<[string, (one: Loose) => unknown, unknown, RegExp]>([
    [
      'no endpoint but its name',
      (one) => one.toReach(db, tcp(1)),
      'web',
      /the text "web", and not an endpoint.*endpoint\("web"\)/,
    ],
    [
      'a target by name',
      (one) => one.toReach('db', tcp(1)),
      web,
      /the target is the text "db".*endpoint\("db"\)/,
    ],
    ['a promise', (one) => one.toReach(db, tcp(1)), never, /is a promise.*Await it/],
    ['undefined', (one) => one.toReach(undefined, tcp(1)), web, /the target is undefined/],
    ['a topology', (one) => one.toReach(db, tcp(1)), net, /is a topology/],
    [
      'the party in place of the subject',
      (one) => one.toReach(db, tcp(1)),
      web.party,
      /an object of class Object/,
    ],
    ['another topology', (one) => one.toReach(other.endpoint('db'), tcp(1)), web, /two different topologies/],
    ['no traffic', (one) => one.toReach(db), web, /no traffic was given/],
    ['a port in place of traffic', (one) => one.toReach(db, 5432), web, /the traffic is a number/],
    ['a misspelt protocol', (one) => one.toReach(db, 'tpc/5432'), web, /"tpc\/5432" is not traffic/],
    ['empty traffic', (one) => one.toReach(db, Traffic.empty), web, /about no traffic at all/],
    ['a function', (one) => one.toReach(db, tcp), web, /the traffic is a function/],
    ['more than a target and traffic', (one) => one.toReach(db, tcp(1), tcp(2)), web, /more was given/],
  ])('%s', (_, ask, source, text) => {
    for (const assertion of both(ask, source)) expect(failure(assertion)).toMatch(text);
  });

  test('a name that means nothing throws before anything is asserted, with the nearest', () => {
    expect(failure(() => net.endpoint('dv'))).toMatch(/nothing is called "dv".*"db"/);
  });

  test.each(['resolves', 'rejects'] as const)('.%s', async (word) => {
    const promise = word === 'resolves' ? Promise.resolve(web) : Promise.reject(new Error('web'));
    const refused = expect(promise)[word].toReach(db, tcp(5432));
    await expect(refused).rejects.toThrow(`.${word} has no meaning here`);
  });

  test('every error is one of netproof, with a code', () => {
    let caught: unknown;
    try {
      expect(web).toReach(lb, tcp(80, 81));
    } catch (error) {
      caught = error;
    }
    expect(NetproofError.is(caught) && caught.code).toBe('VerdictPartial');
  });
});

test('an endpoint that reaches itself needs no network', () => expect(web).toReach(web, icmp()));

test('a name with control characters does not reach the terminal as such', () => {
  const odd = named(
    new TopologyBuilder()
      .addDomain({ id: 'net', blocks: [] })
      .addSegment({ id: 'lan', domain: 'net', blocks: [], table: { options: ['t'], unknowns: [] } })
      .addTable({ id: 't' })
      .addEndpoint({ id: 'a\u001b[2J', type: 'm', interfaces: [] })
      .addEndpoint({ id: 'b', type: 'm', interfaces: [] })
      .build(),
  );
  const text = failure(() => expect(odd.endpoint('a\u001b[2J')).toReach(odd.endpoint('b'), tcp(1)));
  expect(text).toContain('a\\u{1b}[2J');
  expect(text).not.toContain('\u001b');
});

interface Loose {
  toReach(...given: readonly unknown[]): unknown;
}

/** An assertion and its opposite. */
function both<T>(ask: (one: Loose) => unknown, source: T): readonly (() => void)[] {
  return [() => void ask(expect(source)), () => void ask(expect(source).not)];
}

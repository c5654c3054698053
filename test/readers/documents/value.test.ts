import { identityOf, known, list, object, oneOf, printable, ref, unknown } from '../../../lib/topology/value';

describe('oneOf', () => {
  test('options that are equal count once', () => {
    expect(oneOf([ref('aws_vpc.a', 'id'), ref('aws_vpc.a', 'id')])).toEqual(ref('aws_vpc.a', 'id'));
  });

  test('objects with different entries stay apart', () => {
    const options = [object([['port', known(80)]]), object([['port', known(443)]])];
    expect(oneOf(options)).toEqual({ kind: 'one-of', options });
  });

  test('objects with the same entries in another order are one', () => {
    const first = object([
      ['from', known(80)],
      ['to', known(81)],
    ]);
    const second = object([
      ['to', known(81)],
      ['from', known(80)],
    ]);
    expect(oneOf([first, second])).toEqual(first);
  });

  test('a choice names what would settle it, a certain value does not', () => {
    const cause = { key: 'var.public', text: '${var.public ? 1 : 2}' };
    expect(oneOf([known(1), known(2)], cause)).toMatchObject(cause);
    expect(oneOf([known(1), known(1)], cause)).toEqual(known(1));
  });
});

test.each([
  [known('1'), known(1)],
  [known(null), known('null')],
  [ref('a.b', 'id'), known('<["a.b","id"]>')],
  [list([known(1), known(2)]), list([known(2), known(1)])],
  [unknown('var.a', '${var.a}'), unknown('var.b', '${var.b}')],
])('%j and %j are not the same value', (one, other) => expect(identityOf(one)).not.toBe(identityOf(other)));

test('a sensitive value is not printed, a plain one is', () => {
  expect(printable(list([known('10.0.0.0/8'), { ...known('10.9.0.0/16'), sensitive: true }]))).toBe(
    '["10.0.0.0/8", (sensitive)]',
  );
});

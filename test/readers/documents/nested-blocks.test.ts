import { nestedBlocks } from '../../../lib/readers/nested-blocks';
import { known, list, object, oneOf, ref, unknown } from '../../../lib/topology/value';

const block = object([['port', known(80)]]);

test.each([
  ['a list of blocks', list([block, block]), [block, block]],
  ['one block written as an object', block, [block]],
  ['an absent attribute', undefined, []],
  ['null', known(null), []],
  [
    'an unknown number of blocks',
    unknown('var.ports', '${var.ports}'),
    [unknown('var.ports', '${var.ports}')],
  ],
  [
    'blocks of another resource',
    ref('aws_vpc.a', 'route'),
    [unknown('aws_vpc.a.route', '${aws_vpc.a.route}')],
  ],
])('%s', (_, value, blocks) => expect(nestedBlocks(value)).toEqual(blocks));

test('a choice of blocks is unknown under the key of the choice', () => {
  const choice = oneOf([list([]), list([block])], { key: 'var.open', text: '${var.open ? [1] : []}' });
  expect(nestedBlocks(choice)).toEqual([unknown('var.open', '${var.open ? [1] : []}')]);
});

import fc from 'fast-check';
import { TerraformStack, Testing } from 'cdktf';
import { type Slot, slots as letters } from '../../lib/addressing/address-plan';
import { ThreeSubnetVpc, type ThreeSubnetVpcProps } from '../../lib/aws';
import { type Resource, resourcesOf } from './synthesized';

/** The resources of a VPC with slots declared in the given order. */
function synth(order: readonly Slot[], props: ThreeSubnetVpcProps = {}): ReadonlyMap<string, Resource> {
  const slots = Object.fromEntries(order.map((slot) => [slot, `eu-central-1${slot}`]));
  return withoutStackTraces(() => {
    const stack = new TerraformStack(Testing.app(), 'stack');
    new ThreeSubnetVpc(stack, 'net', { slots, ...props });
    return resourcesOf(stack);
  });
}

/** CDKTF takes a stack trace for every reference, which is most of the time of a synth under jest's source maps. */
function withoutStackTraces<T>(run: () => T): T {
  const capture = jest.spyOn(Error, 'captureStackTrace').mockImplementation(() => undefined);
  try {
    return run();
  } finally {
    capture.mockRestore();
  }
}

const subnetsOf = (resources: ReadonlyMap<string, Resource>) =>
  new Map([...resources].filter(([path]) => path.endsWith('/subnet')));

/** Some slots in some order, and one more that is not among them. */
const growth = fc
  .shuffledSubarray([...letters], { minLength: 2, maxLength: 5 })
  .map(([added, ...order]) => ({ added: added!, order }));

test('another slot leaves the block, zone and logical id of every other subnet as they are', () =>
  fc.assert(
    fc.property(growth, ({ added, order }) => {
      const before = subnetsOf(synth(order));
      const after = subnetsOf(synth([added, ...order]));
      expect(after.size).toBe(before.size + 3);
      for (const [path, resource] of before) expect(after.get(path)).toEqual(resource);
    }),
    { numRuns: 30 },
  ));

test("with the NAT gateway's slot named, another slot changes nothing at all but the network ACL", () =>
  fc.assert(
    fc.property(growth, ({ added, order }) => {
      const before = synth(order, { natSlot: order[0] });
      const after = synth([...order, added], { natSlot: order[0] });
      for (const [path, resource] of before) {
        if (path !== 'net/db/network-acl') expect(after.get(path)).toEqual(resource);
      }
      const more = [...after.keys()].filter((path) => !before.has(path));
      expect(more.every((path) => path.split('/').includes(added))).toBe(true);
    }),
    { numRuns: 30 },
  ));

test('the order in which slots are written is no matter', () =>
  fc.assert(
    fc.property(growth, ({ order }) => {
      expect(synth([...order].reverse())).toEqual(synth(order));
    }),
    { numRuns: 20 },
  ));

test('a tier that leaves slots out moves no other subnet', () =>
  fc.assert(
    fc.property(growth, ({ order }) => {
      const all = subnetsOf(synth(order));
      const some = subnetsOf(synth(order, { db: { slots: order.slice(0, 1) } }));
      for (const [path, resource] of some) expect(all.get(path)).toEqual(resource);
      expect(some.size).toBe(all.size - order.length + 1);
    }),
    { numRuns: 20 },
  ));

import * as fc from 'fast-check';
import { Address4, Address6 } from 'ip-address';
import { isIP } from 'node:net';
import { Address, type Family } from '../../lib/addressing/address';
import { Cidr } from '../../lib/addressing/cidr';
import { NetproofError } from '../../lib/addressing/netproof-error';

const parseAddress = (text: string) => Address.parse(text);
const parseCidr = (text: string) => Cidr.parse(text);
const containing = (text: string) => Cidr.containing(text);

/** What a reader makes of a text, or undefined when it refuses it in the way it documents. */
function read<T>(reader: (text: string) => T, text: string): T | undefined {
  try {
    return reader(text);
  } catch (error) {
    if (NetproofError.is(error)) return undefined;
    throw error;
  }
}

const otherOf = (text: string) => (text.includes(':') ? new Address6(text) : new Address4(text));
const otherReads = (text: string) => Address4.isValid(text) || Address6.isValid(text);

describe('texts, right and wrong', () => {
  test('an address is read exactly when Node and ip-address read it, zone ids left out', () =>
    fc.assert(
      fc.property(anyText(), (text) => {
        const address = text.split('/')[0]!;
        const ours = read(parseAddress, address);
        expect(ours !== undefined).toBe(isIP(address) !== 0 && !address.includes('%'));
        expect(ours !== undefined).toBe(otherReads(address) && !address.includes('%'));
        if (ours === undefined) return;
        expect(ours.family).toBe(isIP(address));
        expect(ours.value).toBe(otherOf(address).bigInt());
      }),
      { numRuns: 400 },
    ));

  test('a block is read exactly when ip-address reads it, with a prefix length and that one plain', () =>
    fc.assert(
      fc.property(anyText(), (text) => {
        const ours = read(containing, text);
        expect(ours !== undefined).toBe(otherReads(text) && /^[^%]+\/(0|[1-9]\d*)$/.test(text));
        if (ours === undefined) return;
        expect(ours.first.value).toBe(otherOf(text).startAddress().bigInt());
        expect(ours.last.value).toBe(otherOf(text).endAddress().bigInt());
        expect(ours.prefixLength).toBe(otherOf(text).subnetMask);
      }),
      { numRuns: 400 },
    ));

  test('a block is read strictly exactly when its address is the first of the block', () =>
    fc.assert(
      fc.property(anyText(), (text) => {
        const masked = read(containing, text);
        const isFirst = masked?.first.equals(Address.parse(text.split('/')[0]!)) === true;
        expect(read(parseCidr, text)).toEqual(isFirst ? masked : undefined);
      }),
      { numRuns: 400 },
    ));

  test('the nearest value that an error names can be read', () =>
    fc.assert(
      fc.property(anyText(), (text) => {
        for (const [reader, what] of [
          [parseAddress, 'address'],
          [parseCidr, 'block'],
        ] as const) {
          try {
            reader(text);
          } catch (error) {
            const { message } = error as Error;
            expect(message.startsWith(`${JSON.stringify(text)} is not a`)).toBe(true);
            expect(message.endsWith('.')).toBe(true);
            const nearest = new RegExp(`The (?:nearest ${what}|block holding it) is "(.*)"\\.$`).exec(
              message,
            )?.[1];
            if (nearest !== undefined) expect(String(reader(nearest))).toBe(nearest);
          }
        }
      }),
      { numRuns: 400 },
    ));
});

describe('values', () => {
  test('an address prints as ip-address prints it, IPv4-mapped ones left out, and reads back', () =>
    fc.assert(
      fc.property(anyAddress(), (address) => {
        expect(Address.parse(String(address))).toEqual(address);
        if (!String(address).startsWith('::ffff:'))
          expect(String(address)).toBe(otherOf(String(address)).correctForm());
      }),
    ));

  test('a block prints as it was read', () =>
    fc.assert(
      fc.property(anyBlock(), (block) => {
        expect(Cidr.parse(String(block))).toEqual(block);
        expect(Cidr.of(block.network, block.prefixLength)).toEqual(block);
      }),
    ));

  test('blocks contain what ip-address says they contain', () =>
    fc.assert(
      fc.property(anyBlock(), anyBlock(), (one, other) => {
        if (one.family !== other.family)
          return expect(one.contains(other) || one.overlaps(other)).toBe(false);
        expect(one.contains(other)).toBe(otherOf(String(other)).isInSubnet(otherOf(String(one))));
        expect(one.overlaps(other)).toBe(one.contains(other) || other.contains(one));
        expect(one.contains(other.last)).toBe(otherOf(String(other.last)).isInSubnet(otherOf(String(one))));
      }),
    ));

  test('sorting is a total order that agrees with equality', () =>
    fc.assert(
      fc.property(anyBlock(), anyBlock(), (one, other) => {
        expect(Math.sign(one.compare(other))).toBe(-Math.sign(other.compare(one)) + 0);
        expect(one.compare(other) === 0).toBe(one.equals(other));
      }),
    ));
});

/** Texts of blocks and addresses with up to four slips of the pen. */
function anyText(): fc.Arbitrary<string> {
  const slip = fc.tuple(
    fc.nat(60),
    fc.constantFrom('insert', 'delete', 'replace', 'double', 'swap'),
    fc.constantFrom(...'0123456789abfgF:./% -+x'),
  );
  const right = fc.oneof(
    anyBlock().map(String),
    anyAddress().map(String),
    fc.tuple(anyAddress(), fc.nat(140)).map(([address, length]) => `${address.toString()}/${length}`),
    fc.constantFrom(
      '::ffff:10.0.0.0/104',
      '1:2:3:4:5:6:1.2.3.4/128',
      '1::8/128',
      '10.0.3.0/28',
      '0:0:0:0:0:0:0:0/0',
    ),
  );
  return fc.tuple(right, fc.array(slip, { maxLength: 4 })).map(([text, slips]) =>
    slips.reduce((result, [place, how, letter]) => {
      const at = place % (result.length + 1);
      const [head, tail] = [result.slice(0, at), result.slice(at)];
      if (how === 'insert') return head + letter + tail;
      if (how === 'delete') return head + tail.slice(1);
      if (how === 'replace') return head + letter + tail.slice(1);
      return how === 'double' ? head + tail.slice(0, 2) + tail : tail + head;
    }, text),
  );
}

/** Addresses of both families; those of IPv6 with runs of zeros. */
function anyAddress(): fc.Arbitrary<Address> {
  const groups = fc.array(fc.oneof(fc.constant(0), fc.constant(0xffff), fc.nat(0xffff)), {
    minLength: 8,
    maxLength: 8,
  });
  return fc.oneof(
    fc.bigInt(0n, 2n ** 32n - 1n).map((value) => Address.of(4, value)),
    groups.map((parts) =>
      Address.of(
        6,
        parts.reduce((value, part) => value * 65536n + BigInt(part), 0n),
      ),
    ),
  );
}

/** Blocks of both families, near enough to each other that some contain others. */
function anyBlock(): fc.Arbitrary<Cidr> {
  const of = (family: Family, bits: number) =>
    fc
      .tuple(fc.constantFrom(0n, 1n, 2n, 3n), fc.bigInt(0n, 2n ** 16n), fc.nat(bits))
      .map(([high, low, length]) => {
        const address = Address.of(family, (high << BigInt(bits - 2)) + low);
        return Cidr.containing(`${address.toString()}/${length}`);
      });
  return fc.oneof(of(4, 32), of(6, 128));
}

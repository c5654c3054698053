import * as fc from 'fast-check';
import { Cidr } from '../../../lib/addressing/cidr';
import { ourResult } from './our-result';

const block = fc
  .record({ value: fc.bigInt(0n, 2n ** 32n - 1n), prefixLength: fc.integer({ min: 0, max: 24 }) })
  .map(({ value, prefixLength }) => {
    const octets = [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n);
    return Cidr.containing(`${octets.join('.')}/${prefixLength}`);
  });

const given = (text: string): unknown => (JSON.parse(ourResult(text)) as unknown[])[0];

test('the parts that cidrsubnet makes lie side by side and fill the block', () =>
  fc.assert(
    fc.property(block, fc.integer({ min: 0, max: 6 }), (whole, bits) => {
      const parts = Array.from({ length: 2 ** bits }, (_, place) =>
        Cidr.parse(given(`cidrsubnet("${whole.toString()}", ${bits}, ${place})`) as string),
      );
      expect(parts[0]!.first.toString()).toBe(whole.first.toString());
      expect(parts.at(-1)!.last.toString()).toBe(whole.last.toString());
      parts.slice(1).forEach((part, at) => expect(part.first.value).toBe(parts[at]!.last.value + 1n));
      expect(ourResult(`cidrsubnet("${whole.toString()}", ${bits}, ${2 ** bits})`)).toBe('ERROR');
    }),
    { numRuns: 50 },
  ));

test('cidrhost counts addresses as blocks do, from either end', () =>
  fc.assert(
    fc.property(block, fc.nat(255), (whole, place) => {
      expect(given(`cidrhost("${whole.toString()}", ${place})`)).toBe(whole.at(place).toString());
      expect(given(`cidrhost("${whole.toString()}", ${-place - 1})`)).toBe(whole.at(-place - 1).toString());
      expect(ourResult(`cidrhost("${whole.toString()}", ${whole.size})`)).toBe('ERROR');
    }),
  ));

test('the blocks that cidrsubnets makes are those asked for, in order and apart', () =>
  fc.assert(
    fc.property(block, fc.array(fc.integer({ min: 1, max: 8 }), { maxLength: 6 }), (whole, bits) => {
      const result = ourResult(
        `cidrsubnets("${whole.toString()}"${bits.map((more) => `, ${more}`).join('')})`,
      );
      if (result === 'ERROR') return;
      const parts = (JSON.parse(result) as string[][])[0]!.map((part) => Cidr.parse(part));
      expect(parts.map((part) => part.prefixLength)).toEqual(bits.map((more) => whole.prefixLength + more));
      parts.forEach((part, at) => {
        expect(whole.contains(part)).toBe(true);
        if (at > 0) expect(part.first.value).toBeGreaterThan(parts[at - 1]!.last.value);
      });
    }),
  ));

test('one host bit makes no difference, one prefix bit does', () => {
  expect(given('cidrsubnet("10.1.2.3/16", 8, 2)')).toBe('10.1.2.0/24');
  expect(given('cidrsubnet("10.1.2.3/17", 7, 2)')).toBe('10.1.2.0/24');
  expect(given('cidrsubnet("10.1.2.3/15", 8, 2)')).toBe('10.0.4.0/23');
});

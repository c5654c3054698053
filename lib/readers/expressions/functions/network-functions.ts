import { Address } from '../../../addressing/address';
import { Cidr } from '../../../addressing/cidr';
import { NetproofError } from '../../../addressing/netproof-error';
import { Beyond, Fault } from '../fault';
import { wholeNumber } from '../number';
import { listOf, scalar, type Term } from '../term';
import { arity, numberArgument, textArgument, type TerraformFunction, wholeArgument } from './signature';

/** @see https://developer.hashicorp.com/terraform/language/functions, "IP Network Functions" */
export const networkFunctions: Readonly<Record<string, TerraformFunction>> = {
  cidrhost: (given) => {
    arity(given, 2, 2);
    const block = blockArgument(given);
    const place = wholeNumber(numberArgument(given, 1));
    if (place >= block.size || place < -block.size) throw new Fault('no such address in the block');
    return scalar(block.at(place).toString());
  },
  cidrnetmask: (given) => {
    arity(given, 1, 1);
    const { family, prefixLength } = blockArgument(given);
    if (family === 6) throw new Fault('IPv6 has no netmask');
    return scalar(Address.of(4, (1n << 32n) - (1n << BigInt(32 - prefixLength))).toString());
  },
  cidrsubnet: (given) => {
    arity(given, 3, 3);
    const block = blockArgument(given);
    const bits = wholeArgument(given, 1);
    const place = wholeNumber(numberArgument(given, 2));
    // Terraform takes negative numbers here and makes blocks elsewhere of them; nobody means that.
    if (bits < 0 || place < 0n) throw new Beyond();
    const first = firstPart(block, bits);
    if (place >= 1n << BigInt(bits)) throw new Fault('no such block');
    return scalar(first.shift(place).toString());
  },
  cidrsubnets: (given) => {
    arity(given, 1);
    const block = blockArgument(given);
    let next = block.first.value;
    return listOf(
      given.slice(1).map((_, place) => {
        const bits = wholeArgument(given, place + 1);
        if (bits < 1 || bits > 32) throw new Fault('1 to 32 more bits are possible');
        const { prefixLength, size } = firstPart(block, bits);
        // Each block begins at the next multiple of its size.
        const start = ((next + size - 1n) / size) * size;
        if (start + size - 1n > block.last.value) throw new Fault('no room for the block');
        next = start + size;
        return scalar(Cidr.of(Address.of(block.family, start), prefixLength).toString());
      }),
    );
  },
};

/** A block as Terraform reads one: host bits are cut off, and numbers may begin with zeros. */
function blockArgument(given: readonly Term[]): Cidr {
  const text = textArgument(given, 0);
  // An IPv4 address in an IPv6 block is printed in ways of its own.
  if (/^[0:]*:ffff:/i.test(text) || text.includes('%')) throw new Beyond();
  const plain = text.includes(':') ? text.replace(/\/0+(?=\d)/, '/') : text.replace(/(?<![\d])0+(?=\d)/g, '');
  try {
    return Cidr.containing(plain);
  } catch (error) {
    if (NetproofError.is(error)) throw new Fault('no block');
    throw error;
  }
}

function firstPart(block: Cidr, bits: number): Cidr {
  const prefixLength = block.prefixLength + bits;
  if (prefixLength > (block.family === 4 ? 32 : 128)) throw new Fault('not enough bits left');
  return Cidr.of(block.network, prefixLength);
}

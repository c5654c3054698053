import { evaluate } from '../../../lib/readers/expressions/evaluate';
import { Fault } from '../../../lib/readers/expressions/fault';
import { parseTemplate } from '../../../lib/readers/expressions/parser';
import type { Scope } from '../../../lib/readers/expressions/scope';
import { mapOf, missing, scalar, tuple, valueOf, type Term } from '../../../lib/readers/expressions/term';
import { known, list, object, oneOf, ref, unknown, type Value } from '../../../lib/topology/value';

/** Three subnets by count, two by for_each, a VPC, a data source; variables that are known or not. */
const scope: Scope = {
  variable: (name) => variables[name] ?? missing(`var.${name}`),
  local: () => missing(''),
  module: () => missing('module.m'),
  resource: (mode, type, name) => {
    const base = `${mode === 'data' ? 'data.' : ''}${type}.${name}`;
    const instance = (step: string): Term => ({ kind: 'instance', address: `${base}${step}` });
    if (name === 'public') return tuple([instance('[0]'), instance('[1]'), instance('[2]')]);
    if (name === 'zone') return mapOf(['a', 'b'].map((zone) => [zone, instance(`["${zone}"]`)]));
    return instance('');
  },
  attribute: ({ address }, name) => (name === 'cidr_block' ? scalar('10.0.0.0/16') : ref(address, name)),
  ref,
  exists: () => true,
  special: (root, name) => (root === 'count' && name === 'index' ? missing('') : undefined),
};

const variables: Readonly<Record<string, Term>> = {
  names: tuple([scalar('a'), scalar('b')]),
  yes: scalar(true),
};

const subnet = (step: string) => ref(`aws_subnet.public[${step}]`, 'id');
const zone = (step: string) => ref(`aws_subnet.zone["${step}"]`, 'id');
const vpc = ref('aws_vpc.main', 'id');
const names = ref('data.aws_availability_zones.here', 'names');

function read(template: string): Value {
  try {
    return valueOf(evaluate(parseTemplate(template), scope), 'the leaf', template);
  } catch (error) {
    if (error instanceof Fault) return unknown('refused', template);
    throw error;
  }
}

describe('a reference keeps its identity', () => {
  test.each<[string, Value]>([
    ['${aws_vpc.main.id}', vpc],
    ['${aws_vpc.main["id"]}', vpc],
    ['${aws_vpc.main}', ref('aws_vpc.main', '')],
    ['${aws_subnet.public[1].id}', subnet('1')],
    ['${aws_subnet.public.1.id}', subnet('1')],
    ['${aws_subnet.zone["b"].id}', zone('b')],
    ['${element(aws_subnet.public.*.id, 4)}', subnet('1')],
    ['${element(aws_subnet.public[*].id, length(var.names))}', subnet('2')],
    ['${aws_subnet.public[*].id}', list([subnet('0'), subnet('1'), subnet('2')])],
    ['${values(aws_subnet.zone)[*].id}', list([zone('a'), zone('b')])],
    [
      '${[for s in aws_subnet.public : s.id if s.cidr_block != ""]}',
      list([subnet('0'), subnet('1'), subnet('2')]),
    ],
    ['${{ for k, s in aws_subnet.zone : k => s.id }["b"]}', zone('b')],
    ['${toset([aws_vpc.main.id, aws_vpc.main.id])}', list([vpc])],
    ['${concat([aws_vpc.main.id], slice(aws_subnet.public[*].id, 1, 2))}', list([vpc, subnet('1')])],
    ['${flatten([[aws_vpc.main.id], [[aws_subnet.public[0].id]]])}', list([vpc, subnet('0')])],
    ['${lookup({ main = aws_vpc.main.id }, "main", "")}', vpc],
    ['${merge({ a = aws_vpc.main.id }, { b = 1 }).a}', vpc],
    ['${zipmap(["a"], [aws_vpc.main.id])["a"]}', vpc],
    ['${try(aws_vpc.main.id, "")}', vpc],
    ['${coalesce(null, "", aws_vpc.main.id, "x")}', vpc],
    ['${compact([aws_vpc.main.id, ""])}', list([vpc])],
    ['${tostring(aws_vpc.main.id)}', vpc],
    ['${var.yes ? aws_vpc.main.id : "none"}', vpc],
    ['${aws_vpc.main.id == "" ? "none" : aws_vpc.main.id}', vpc],
    ['${one(aws_vpc.main[*].id)}', vpc],
    ['${data.aws_availability_zones.here.names[0]}', ref(names.address, 'names[0]')],
    ['${data.aws_availability_zones.here.tags["x y"]}', ref(names.address, 'tags["x y"]')],
    [
      '${slice(data.aws_availability_zones.here.names, 0, 2)}',
      list([ref(names.address, 'names[0]'), ref(names.address, 'names[1]')]),
    ],
    ['${distinct([aws_vpc.main.id, aws_subnet.public[0].id])}', list([vpc, subnet('0')])],
    ['${length(distinct([aws_vpc.main.id, aws_vpc.main.id]))}', known(1)],
    ['${aws_vpc.main.id == aws_vpc.main.id}', known(true)],
    ['${aws_vpc.main.id != null}', known(true)],
    ['${length(aws_subnet.public)}', known(3)],
    ['${cidrsubnet(aws_vpc.main.cidr_block, 8, 3)}', known('10.0.3.0/24')],
  ])('%s', (template, value) => expect(read(template)).toEqual(value));
});

describe('what cannot be told is unknown, under the key that would settle it', () => {
  test.each([
    ['${var.office}', 'var.office'],
    ['${[var.office][0]}', 'var.office'],
    ['${upper(var.office)}', 'var.office'],
    ['${cidrsubnet(var.office, 8, 0)}', 'var.office'],
    ['${length(var.office)}', 'var.office'],
    ['${1 + var.n}', 'var.n'],
    ['${concat(var.list, ["a"])}', 'var.list'],
    ['${[for x in var.list : x]}', 'var.list'],
    ['${[for x in ["a"] : x if var.flag]}', 'var.flag'],
    ['${{ for x in [var.key] : x => 1 }}', 'var.key'],
    ['${var.list[*].id}', 'var.list'],
    ['${upper(aws_vpc.main.id)}', 'aws_vpc.main.id'],
    ['${element(data.aws_availability_zones.here.names, 1)}', 'data.aws_availability_zones.here.names'],
    ['${length(data.aws_availability_zones.here.names)}', 'data.aws_availability_zones.here.names'],
    ['${aws_vpc.main.id == aws_subnet.public[0].id}', 'aws_vpc.main.id'],
    ['${aws_vpc.main.ipv6_cidr_block == null}', 'aws_vpc.main.ipv6_cidr_block'],
    ['${try(tonumber(var.n), 5)}', 'var.n'],
    ['${can(tonumber(var.n))}', 'var.n'],
    ['${timestamp()}', 'the leaf'],
    ['${filemd5("x")}', 'the leaf'],
    ['${provider::aws::arn_parse("x")}', 'the leaf'],
    ['${module.m.vpc_id}', 'module.m'],
    ['a %{ if var.flag }b%{ endif }${timestamp()}', 'the leaf'],
    ['${jsonencode([var.office])}', 'var.office'],
    ['${flatten([var.list, ["a"]])}', 'var.list'],
    ['${length(toset([aws_vpc.main.tag, aws_vpc.main.other]))}', 'aws_vpc.main.tag'],
  ])('%s needs %s', (template, key) => expect(read(template)).toEqual(unknown(key, template)));

  test.each(['${[][0]}', '${{}.a}', '${tonumber("x")}', '${cidrsubnet("10.0.0.0/30", 8, 0)}', '${1 + "a"}'])(
    '%s, which Terraform refuses, is unknown too',
    (template) => expect(read(template)).toEqual(unknown('refused', template)),
  );
});

describe('a choice is one of its options', () => {
  const among = (...options: readonly [Value[], string]) => ({ options: options[0], key: options[1] });
  test.each([
    ['${var.flag ? aws_vpc.main.id : "none"}', among([vpc, known('none')], 'var.flag')],
    ['${var.flag ? 80 : 443}', among([known(80), known(443)], 'var.flag')],
    ['${var.flag ? 80 : "443"}', among([known('80'), known('443')], 'var.flag')],
    ['${aws_subnet.public[var.n].id}', among([subnet('0'), subnet('1'), subnet('2')], 'var.n')],
    [
      '${element(aws_subnet.public[*].id, count.index)}',
      among([subnet('0'), subnet('1'), subnet('2')], 'the leaf'),
    ],
    ['${aws_subnet.zone[var.zone].id}', among([zone('a'), zone('b')], 'var.zone')],
    ['${lookup({ a = 1, b = 2 }, var.zone, 3)}', among([known(1), known(2), known(3)], 'var.zone')],
    [
      '${tolist(toset([aws_vpc.main.id, aws_subnet.public[0].id]))[0]}',
      among([vpc, subnet('0')], 'aws_vpc.main.id'),
    ],
    ['10.${var.flag ? 1 : 2}.0.0/16', among([known('10.1.0.0/16'), known('10.2.0.0/16')], 'var.flag')],
    [
      '${cidrsubnet(var.flag ? "10.1.0.0/16" : "10.2.0.0/16", 8, 1)}',
      among([known('10.1.1.0/24'), known('10.2.1.0/24')], 'var.flag'),
    ],
    ['${var.flag ? [80] : [80, 443]}', among([list([known(80)]), list([known(80), known(443)])], 'var.flag')],
    ['a%{ if var.flag }b%{ endif }', among([known('ab'), known('a')], 'var.flag')],
  ])('%s', (template, choice) =>
    expect(read(template)).toEqual({ kind: 'one-of', ...choice, text: template }),
  );

  test('arms that are the same are no choice', () => {
    expect(read('${var.flag ? aws_vpc.main.id : aws_vpc.main["id"]}')).toEqual(vpc);
  });

  test('an option that Terraform would refuse is none', () => {
    expect(read('${cidrsubnet(var.flag ? "10.1.0.0/16" : "10.2.0.0/32", 8, 1)}')).toEqual(
      known('10.1.1.0/24'),
    );
  });

  test('a choice too wide to list is unknown', () => {
    const wide = (name: string) =>
      `\${[${Array.from({ length: 65 }, (_, n) => `${n}`).join(', ')}][var.${name}]}`;
    expect(read(wide('n'))).toEqual(unknown('var.n', wide('n')));
    expect(oneOf([known(1)])).toEqual(known(1));
  });
});

describe('what is certain of the rest stays', () => {
  test('the other side decides', () => {
    expect(read('${var.flag || true}')).toEqual(known(true));
    expect(read('${false && var.flag}')).toEqual(known(false));
    expect(read('${var.flag && true}')).toEqual(unknown('var.flag', '${var.flag && true}'));
  });

  test('a list with an unknown item keeps its others and its length', () => {
    const template = '${["10.0.0.0/8", var.office]}';
    expect(read(template)).toEqual(list([known('10.0.0.0/8'), unknown('var.office', template)]));
    expect(read('${length(["10.0.0.0/8", var.office])}')).toEqual(known(2));
  });

  test('an object with an unknown entry keeps its others', () => {
    const template = '${{ from = 80, to = var.to }}';
    expect(read(template)).toEqual(
      object([
        ['from', known(80)],
        ['to', unknown('var.to', template)],
      ]),
    );
  });

  test('a list with an unknown item holds what it certainly holds', () => {
    expect(read('${contains(["a", var.x], "a")}')).toEqual(known(true));
    expect(read('${contains(["a", var.x], "b")}')).toEqual(
      unknown('var.x', '${contains(["a", var.x], "b")}'),
    );
  });

  test('a text tells its pieces', () => {
    const template = '${"${aws_eip.nat.public_ip}/32"}';
    expect(read(template)).toEqual({
      ...unknown('aws_eip.nat.public_ip', template),
      parts: [ref('aws_eip.nat', 'public_ip'), known('/32')],
    });
  });

  test('a text with a piece of which nothing is known tells none', () => {
    expect(read('${var.a}/32')).toEqual(unknown('var.a', '${var.a}/32'));
  });
});

test('a number that JavaScript cannot hold is used exactly and shown by none', () => {
  expect(read('${cidrhost("fd00::/8", 18446744073709551617)}')).toEqual(known('fd00:0:0:1::1'));
  expect(read('${9007199254740993}')).toMatchObject({ kind: 'unknown' });
  expect(read('${9007199254740993 - 2}')).toEqual(known(9007199254740991));
});

import * as fc from 'fast-check';

/**
 * Expressions of Terraform without names, as text: most are valid, some Terraform refuses. What Terraform does not
 * settle (a format of null) or settles by a rule of no interest here (the type of a null) is left out.
 */
export function anyExpression(): fc.Arbitrary<string> {
  const { text, number, flag, texts, numbers, mapping, mappings } = grammar;
  return fc.oneof(text, number, flag, texts, numbers, mapping, mappings).filter(({ length }) => length < 300);
}

type Names = 'text' | 'number' | 'flag' | 'texts' | 'numbers' | 'mapping' | 'mappings' | 'any';

const grammar = fc.letrec<Record<Names, string>>((tie) => {
  const call = (names: readonly string[], ...parts: Names[]) =>
    fc
      .tuple(fc.constantFrom(...names), ...parts.map((part) => tie(part)))
      .map(([name, ...given]) => `${name}(${given.join(', ')})`);
  const like = (form: string, ...parts: Names[]) =>
    fc
      .tuple(...parts.map((part) => tie(part)))
      .map((given) => given.reduce((made, part, at) => made.replaceAll(`#${at}`, () => part), form));
  const listOf = (part: Names) =>
    fc.array(tie(part), { maxLength: 4 }).map((items) => `[${items.join(', ')}]`);
  const oneOf = (first: fc.Arbitrary<string>, ...others: fc.Arbitrary<string>[]) =>
    fc.oneof({ depthSize: 'small', withCrossShrink: true }, { weight: 4, arbitrary: first }, ...others);
  return {
    text: oneOf(
      fc.constantFrom(
        '"a"',
        '"b"',
        '"ab"',
        '""',
        '"10"',
        '"1.5"',
        '"true"',
        '"x y"',
        '"A-b_c"',
        '"é"',
        '"a,b"',
      ),
      call(['upper', 'lower', 'title', 'trimspace', 'strrev', 'chomp', 'tostring', 'base64encode'], 'text'),
      call(['trim', 'trimprefix', 'trimsuffix'], 'text', 'text'),
      call(['coalesce', 'element'], 'texts', 'number'),
      call(['join'], 'text', 'texts'),
      call(['substr'], 'text', 'number', 'number'),
      call(['replace'], 'text', 'text', 'text'),
      call(['lookup'], 'mapping', 'text', 'text'),
      call(['jsonencode'], 'any'),
      like('format("%s-%s", #0, #1)', 'text', 'text'),
      like('format("%03d|%5s|%v", #0, #1, #0)', 'number', 'text'),
      like('cidrsubnet("10.20.0.0/16", #0, #1)', 'number', 'number'),
      like('cidrhost("10.20.0.0/20", #0)', 'number'),
      like('(#0 ? #1 : #2)', 'flag', 'text', 'text'),
      like('#0[#1]', 'texts', 'number'),
      like('"<${#0}-${#1}>"', 'any', 'any'),
      like('try(tostring(#0), #1)', 'number', 'text'),
      like('#0.a', 'mapping'),
    ),
    number: oneOf(
      fc.constantFrom('0', '1', '2', '3', '10', '-1', '2.5', '0.1', '100', '"4"'),
      call(['abs', 'ceil', 'floor', 'signum', 'tonumber'], 'number'),
      call(['max', 'min'], 'number', 'number'),
      call(['length'], 'any'),
      call(['sum'], 'numbers'),
      call(['index'], 'texts', 'text'),
      like('(#0 + #1)', 'number', 'number'),
      like('(#0 - #1)', 'number', 'number'),
      like('(#0 * #1)', 'number', 'number'),
      like('(#0 % #1)', 'number', 'number'),
      like('(#0 / 4)', 'number'),
      like('(#0 / 10)', 'number'),
      like('-#0', 'number'),
      like('(#0 ? #1 : #2)', 'flag', 'number', 'number'),
    ),
    flag: oneOf(
      fc.constantFrom('true', 'false', '"true"'),
      like('(#0 == #1)', 'any', 'any'),
      like('(#0 != #1)', 'any', 'any'),
      like('(#0 < #1)', 'number', 'number'),
      like('(#0 >= #1)', 'number', 'number'),
      like('(#0 && #1)', 'flag', 'flag'),
      like('(#0 || #1)', 'flag', 'flag'),
      like('!#0', 'flag'),
      like('can(tonumber(#0))', 'text'),
      call(['contains'], 'texts', 'any'),
      call(['startswith', 'endswith', 'strcontains'], 'text', 'text'),
      call(['alltrue', 'anytrue'], 'texts'),
    ),
    texts: oneOf(
      listOf('text'),
      call(['tolist', 'toset', 'distinct', 'reverse', 'sort', 'compact', 'flatten'], 'texts'),
      call(
        ['concat', 'setunion', 'setintersection', 'setsubtract', 'coalescelist', 'setproduct'],
        'texts',
        'texts',
      ),
      call(['slice'], 'texts', 'number', 'number'),
      call(['chunklist'], 'texts', 'number'),
      call(['split'], 'text', 'text'),
      call(['keys', 'values'], 'mapping'),
      call(['matchkeys'], 'texts', 'texts', 'texts'),
      like('cidrsubnets("10.0.0.0/12", #0, #1)', 'number', 'number'),
      like('formatlist("%s/%s", "p", #0)', 'texts'),
      like('[for x in #0: x if x != #1]', 'any', 'any'),
      like('[for k, v in #0: "${k}=${v}"]', 'any'),
      like('#0[*].a', 'mappings'),
      like('#0.*.b', 'mappings'),
    ),
    numbers: oneOf(
      listOf('number'),
      call(['range'], 'number'),
      call(['range'], 'number', 'number'),
      call(['toset'], 'numbers'),
      like('[for x in #0: x * 2]', 'numbers'),
    ),
    mapping: oneOf(
      like('{ a = #0, b = #1 }', 'any', 'any'),
      fc.constantFrom('{}', '{ "x y" = 1 }'),
      call(['merge'], 'mapping', 'mapping'),
      call(['tomap'], 'mapping'),
      call(['zipmap'], 'texts', 'texts'),
      like('{ for x in #0 : x => x }', 'any'),
      like('{ for k, x in #0 : x => k... }', 'any'),
    ),
    mappings: oneOf(listOf('mapping'), call(['values'], 'mapping'), call(['tolist'], 'mappings')),
    any: fc.oneof(
      { depthSize: 'small' },
      ...(['text', 'number', 'flag', 'texts', 'numbers', 'mapping'] as const).map((name) => tie(name)),
    ),
  };
});

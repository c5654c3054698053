import { readSynth } from '../../../lib/readers/synth';
import { known, list, object, oneOf, ref, unknown, type Value } from '../../../lib/topology/value';
import { addressesOf, at, synthOf, valueOf } from './read-resources';

describe('resources', () => {
  test('managed ones and data sources come in the order of the document', () => {
    const document = synthOf({
      resource: { aws_vpc: { b: {}, a: {} }, aws_subnet: { c: {} } },
      data: { aws_ami: { d: {} } },
    });
    expect(addressesOf(document)).toEqual(['aws_vpc.b', 'aws_vpc.a', 'aws_subnet.c', 'data.aws_ami.d']);
    expect(at(document, 'data.aws_ami.d')).toMatchObject({
      mode: 'data',
      type: 'aws_ami',
      name: 'd',
      module: '',
    });
  });

  test('a repeated resource key and array bodies lose nothing', () => {
    const text =
      '{"resource": {"aws_vpc": {"a": {}}}, "resource": [{"aws_vpc": [{"b": {}}, {"c": [{}]}]}, {"aws_vpc": {"d": {}}}]}';
    expect(addressesOf(readSynth(text))).toEqual(['aws_vpc.a', 'aws_vpc.b', 'aws_vpc.c', 'aws_vpc.d']);
  });

  test('all files of a folder are one module', () => {
    const document = readSynth([
      { text: '{"resource": {"aws_subnet": {"a": {"vpc_id": "${aws_vpc.main.id}"}}}}', file: 'a.tf.json' },
      { text: '{"resource": {"aws_vpc": {"main": {"cidr_block": "${local.block}"}}}}', file: 'b.tf.json' },
      { text: '{"locals": {"block": "10.0.0.0/16"}}', file: 'c.tf.json' },
    ]);
    expect(addressesOf(document)).toEqual(['aws_subnet.a', 'aws_vpc.main']);
    expect(at(document, 'aws_vpc.main').attributes.get('cidr_block')).toEqual(known('10.0.0.0/16'));
    expect(document.file).toBeUndefined();
  });

  test('the provider is that of the argument, else that of the type; sources count by their last two parts', () => {
    const document = synthOf({
      terraform: {
        required_providers: {
          aws: { source: 'registry.example.org/HashiCorp/aws' },
          box: { source: 'kreuzwerker/docker' },
        },
      },
      provider: { aws: [{ region: 'a' }, { region: 'b', alias: 'west' }], box: {} },
      resource: {
        aws_vpc: { plain: {}, west: { provider: 'aws.west' } },
        box_container: { c: {} },
        null_resource: { n: {} },
        terraform_data: { t: {} },
      },
    });
    const told = document.resources.map(({ provider, providerAlias }) => [provider, providerAlias]);
    expect(told).toEqual([
      ['hashicorp/aws', ''],
      ['hashicorp/aws', 'west'],
      ['kreuzwerker/docker', ''],
      ['hashicorp/null', ''],
      ['builtin/terraform', ''],
    ]);
    expect(document.providers.map(({ provider, alias }) => [provider, alias])).toEqual([
      ['hashicorp/aws', ''],
      ['hashicorp/aws', 'west'],
      ['kreuzwerker/docker', ''],
    ]);
    expect(document.providers[1]?.attributes).toEqual(new Map([['region', known('b')]]));
  });

  test('the construct path is without the names that nobody gave', () => {
    const path = (text: string) => ({ '//': { metadata: { path: text } } });
    const document = synthOf({
      resource: {
        aws_vpc: {
          a: path('shop/net/vpc'),
          b: path('shop/net/Resource'),
          c: path('shop/Default/Resource'),
          d: path('shop/Resource/x'),
          e: {},
        },
      },
    });
    expect(document.resources.map(({ constructPath }) => constructPath)).toEqual([
      'shop/net/vpc',
      'shop/net',
      'shop',
      'shop/Resource/x',
      undefined,
    ]);
  });

  test('the stack is that of the options, else that of the file', () => {
    const text =
      '{"//": {"metadata": {"stackName": "lab"}, "netproof": {"hops": [1]}}, "resource": {"a_b": {"c": {}}}}';
    expect(readSynth(text)).toMatchObject({ stack: 'lab', netproof: { hops: [1] } });
    expect(readSynth(text, { stack: 'shop' })).toMatchObject({
      stack: 'shop',
      resources: [{ stack: 'shop' }],
    });
  });

  test('what speaks to Terraform is no attribute, and null is none', () => {
    const document = synthOf({
      resource: {
        aws_vpc: {
          a: {
            '//': { metadata: {} },
            lifecycle: { prevent_destroy: true },
            depends_on: ['aws_vpc.b'],
            provisioner: [{ 'local-exec': { command: '${self.id}' } }],
            cidr_block: null,
            tags: { Name: 'a', Other: null },
          },
          b: {},
        },
      },
    });
    const { attributes, authored } = at(document, 'aws_vpc.a');
    expect(attributes).toEqual(new Map([['tags', object([['Name', known('a')]])]]));
    expect(authored).toEqual(new Set(['tags']));
  });

  test('modules are named, and what they give is unknown under its own address', () => {
    const document = synthOf({
      module: { net: { source: './net' } },
      resource: { aws_subnet: { a: { vpc_id: '${module.net.vpc_id}', other: '${module.net[0].ids[1]}' } } },
    });
    expect(document.moduleCalls).toEqual(['net']);
    const { attributes } = at(document, 'aws_subnet.a');
    expect(attributes.get('vpc_id')).toEqual(unknown('module.net.vpc_id', '${module.net.vpc_id}'));
    expect(attributes.get('other')).toEqual(unknown('module.net[0].ids', '${module.net[0].ids[1]}'));
  });

  test('moved and import blocks say nothing', () => {
    const document = synthOf({
      moved: [{ from: 'a.b', to: 'a.c' }],
      import: [{ to: 'a.c', id: 'x' }],
      resource: { a: { c: {} } },
    });
    expect(addressesOf(document)).toEqual(['a.c']);
  });
});

describe('count and for_each', () => {
  const subnets = (body: object) => synthOf({ resource: { aws_subnet: { s: body } } });

  test('count is expanded, with its index', () => {
    const document = subnets({ count: 2, cidr_block: '${cidrsubnet("10.0.0.0/16", 8, count.index)}' });
    expect(
      document.resources.map(({ address, index, attributes }) => [
        address,
        index,
        attributes.get('cidr_block'),
      ]),
    ).toEqual([
      ['aws_subnet.s[0]', 0, known('10.0.0.0/24')],
      ['aws_subnet.s[1]', 1, known('10.0.1.0/24')],
    ]);
  });

  test('for_each is expanded over a map or a set, in the order of its keys', () => {
    const map = subnets({
      for_each: { b: '10.0.2.0/24', a: '10.0.1.0/24' },
      cidr_block: '${each.value}',
      az: '${each.key}',
    });
    expect(
      map.resources.map(({ address, index, attributes }) => [address, index, attributes.get('cidr_block')]),
    ).toEqual([
      ['aws_subnet.s["a"]', 'a', known('10.0.1.0/24')],
      ['aws_subnet.s["b"]', 'b', known('10.0.2.0/24')],
    ]);
    expect(addressesOf(subnets({ for_each: '${toset(["y", "x"])}' }))).toEqual([
      'aws_subnet.s["x"]',
      'aws_subnet.s["y"]',
    ]);
    expect(addressesOf(subnets({ for_each: '${toset([])}' }))).toEqual([]);
  });

  test('an unknown number is one instance that stands for any', () => {
    const document = subnets({ count: '${var.n}', name: '${count.index}', tier: 'db' });
    expect(document.resources).toHaveLength(1);
    expect(document.resources[0]).toMatchObject({
      address: 'aws_subnet.s',
      index: undefined,
      certain: false,
      existence: unknown('var.n', '${var.n}'),
    });
    expect(document.resources[0]?.attributes).toEqual(
      new Map<string, Value>([
        ['name', unknown('var.n', '${count.index}')],
        ['tier', known('db')],
      ]),
    );
  });

  test('keys that are not known make the number unknown, values that are not known do not', () => {
    expect(subnets({ for_each: '${toset([var.a, "b"])}' }).resources).toMatchObject([{ certain: false }]);
    const document = subnets({ for_each: { a: '${var.a}' }, cidr_block: '${each.value}' });
    expect(document.resources).toMatchObject([{ address: 'aws_subnet.s["a"]', certain: true }]);
    expect(at(document, 'aws_subnet.s["a"]').attributes.get('cidr_block')).toEqual(
      unknown('var.a', '${each.value}'),
    );
  });

  test.each([[-1], [1.5], ['x'], [null]])('count = %j is no number of instances', (count) => {
    const document = subnets({ count: count === null ? '${null}' : count });
    expect(document.resources).toMatchObject([{ certain: false, existence: { key: 'aws_subnet.s.count' } }]);
  });

  test('references to instances keep their index, those to an unknown number stay references', () => {
    const resource = { aws_subnet: { s: { count: 2 }, t: { count: '${var.n}' } } };
    expect(valueOf('${aws_subnet.s[1].id}', { resource })).toEqual(ref('aws_subnet.s[1]', 'id'));
    expect(valueOf('${aws_subnet.s[*].id}', { resource })).toEqual(
      list([ref('aws_subnet.s[0]', 'id'), ref('aws_subnet.s[1]', 'id')]),
    );
    expect(valueOf('${aws_subnet.t[1].id}', { resource })).toEqual(ref('aws_subnet.t', 'id'));
    expect(valueOf('${aws_subnet.t[*].id}', { resource })).toEqual(unknown('var.n', '${aws_subnet.t[*].id}'));
    expect(valueOf('${try(aws_subnet.t[0].id, "")}', { resource })).toMatchObject({ kind: 'unknown' });
    expect(valueOf('${try(aws_subnet.s[5].id, "")}', { resource })).toEqual(known(''));
  });

  test('more instances than anybody deploys are refused, not made', () => {
    expect(() => subnets({ count: 1e9 })).toThrow(
      'aws_subnet.s has 100001 instances, and up to 100000 are read. Lower its count.',
    );
  });
});

describe('nested blocks', () => {
  const ingress = (body: object) =>
    at(synthOf({ resource: { aws_security_group: { g: body } } }), 'aws_security_group.g').attributes.get(
      'ingress',
    );
  const port = (from: number) => object([['from_port', known(from)]]);

  test('a repeated block is several', () => {
    const text =
      '{"resource": {"a": {"b": {"ingress": {"from_port": 1}, "ingress": [{"from_port": 2}, {"from_port": 3}]}}}}';
    expect(readSynth(text).resources[0]?.attributes.get('ingress')).toEqual(
      list([port(1), port(2), port(3)]),
    );
  });

  test('a repeated argument is refused, as by Terraform', () => {
    const text =
      '{"resource": {"aws_vpc": {"b": {\n"cidr_block": "10.0.0.0/16",\n "cidr_block": "10.1.0.0/16"}}}}';
    expect(() => readSynth([{ text, file: 'a.tf.json' }])).toThrow(
      'a.tf.json states cidr_block twice (line 3, column 2). Remove one of them.',
    );
  });

  test('a dynamic block is one block for each element', () => {
    const value = ingress({
      ingress: [{ from_port: 22 }],
      dynamic: {
        ingress: { for_each: { http: 80, https: 443 }, content: { from_port: '${ingress.value}' } },
      },
    });
    expect(value).toEqual(list([port(22), port(80), port(443)]));
  });

  test('a dynamic block has the name that it gives its element, and holds further ones', () => {
    const value = ingress({
      dynamic: [
        {
          ingress: [
            {
              for_each: [{ ports: [1, 2] }],
              iterator: 'rule',
              content: [
                {
                  dynamic: {
                    port: { for_each: '${rule.value.ports}', content: { number: '${port.value}' } },
                  },
                },
              ],
            },
          ],
        },
      ],
    });
    const number = (n: number) => object([['number', known(n)]]);
    expect(value).toEqual(list([object([['port', list([number(1), number(2)])]])]));
  });

  test('a dynamic block over something unknown is an unknown among its blocks', () => {
    const value = ingress({
      ingress: [{ from_port: 22 }],
      dynamic: { ingress: { for_each: '${var.ports}', content: { from_port: '${ingress.value}' } } },
    });
    expect(value).toEqual(list([port(22), unknown('var.ports', '${var.ports}')]));
  });

  test('an element that is unknown is a block with an unknown', () => {
    const value = ingress({
      dynamic: { ingress: { for_each: ['${var.port}'], content: { from_port: '${ingress.value}' } } },
    });
    expect(value).toEqual(list([object([['from_port', unknown('var.port', '${ingress.value}')]])]));
  });

  test('an argument called dynamic is one', () => {
    expect(
      at(synthOf({ resource: { a: { b: { settings: { dynamic: true } } } } }), 'a.b').attributes.get(
        'settings',
      ),
    ).toEqual(object([['dynamic', known(true)]]));
  });
});

describe('references', () => {
  const resource = {
    aws_vpc: { main: { cidr_block: '10.0.0.0/16', tags: { Name: 'main' } } },
    aws_lb: { web: { subnet_mapping: [{ subnet_id: 'a' }], access: { port: 8080 } } },
  };

  test.each([
    ['an attribute that only the provider knows', '${aws_vpc.main.id}', ref('aws_vpc.main', 'id')],
    [
      'an attribute of a block that only the provider knows',
      '${aws_lb.web.subnet_mapping[0].outpost_id}',
      ref('aws_lb.web', 'subnet_mapping[0].outpost_id'),
    ],
    ['a data source', '${data.aws_vpc.x.id}', ref('data.aws_vpc.x', 'id')],
    ['a resource that is not declared', '${aws_vpc.other.id}', ref('aws_vpc.other', 'id')],
    ['a tag that the provider may add', '${aws_vpc.main.tags["Owner"]}', ref('aws_vpc.main', 'tags.Owner')],
  ])('%s keeps its identity', (_, template, value) => expect(valueOf(template, { resource })).toEqual(value));

  test('an attribute that is stated is its value, and says whose it is', () => {
    const from = ref('aws_vpc.main', 'cidr_block');
    expect(valueOf('${aws_vpc.main.cidr_block}', { resource })).toEqual({ ...known('10.0.0.0/16'), from });
    expect(valueOf('${cidrsubnet(aws_vpc.main.cidr_block, 8, 1)}', { resource })).toEqual(
      known('10.0.1.0/24'),
    );
    expect(valueOf('${aws_lb.web.access[0].port}', { resource })).toMatchObject(known(8080));
  });

  test('locals are followed, however long the chain', () => {
    const locals = Object.fromEntries(
      Array.from({ length: 5000 }, (_, n) => [
        `l${n}`,
        n === 4999 ? '${aws_vpc.main.id}' : `\${local.l${n + 1}}`,
      ]),
    );
    expect(valueOf('${local.l0}', { resource, locals })).toEqual(ref('aws_vpc.main', 'id'));
  });

  test('an attribute that takes its value from another one has it', () => {
    const chain = {
      aws_vpc: { main: { cidr_block: '10.0.0.0/16' } },
      aws_subnet: { a: { cidr_block: '${aws_vpc.main.cidr_block}' } },
    };
    expect(valueOf('${aws_subnet.a.cidr_block}', { resource: chain })).toEqual({
      ...known('10.0.0.0/16'),
      from: ref('aws_vpc.main', 'cidr_block'),
    });
  });

  test('a set or a list of another resource has no order that could be told', () => {
    const lists = { aws_lb: { web: { subnets: ['b', 'a'] } } };
    expect(valueOf('${aws_lb.web.subnets}', { resource: lists })).toMatchObject({ kind: 'list' });
    expect(valueOf('${tolist(aws_lb.web.subnets)[0]}', { resource: lists })).toMatchObject({
      kind: 'one-of',
    });
    expect(valueOf('${join(",", aws_lb.web.subnets)}', { resource: lists })).toMatchObject({
      kind: 'unknown',
    });
  });

  test('a text that Terraform would not parse is unknown', () => {
    expect(valueOf('${TfToken[TOKEN.1')).toEqual(unknown('test.it.argument', '${TfToken[TOKEN.1'));
  });

  test('a number that became part of a text stays the text', () => {
    expect(valueOf('10.-8.1095e+298.0.0/16')).toEqual(known('10.-8.1095e+298.0.0/16'));
  });

  test('outputs are values as well', () => {
    const document = synthOf({
      resource,
      output: { id: { value: '${aws_vpc.main.id}' }, all: { value: ['${var.x}'] } },
    });
    expect(document.outputs).toEqual(
      new Map<string, Value>([
        ['id', ref('aws_vpc.main', 'id')],
        ['all', list([unknown('var.x', '${var.x}')])],
      ]),
    );
  });
});

describe('variables', () => {
  test('a default is the value, in the type of the variable', () => {
    const variable = {
      port: { type: 'number', default: '80' },
      raw: { default: '${not.a.template}' },
      none: {},
    };
    expect(valueOf('${var.port}', { variable })).toEqual(known(80));
    expect(valueOf('${var.raw}', { variable })).toEqual(known('${not.a.template}'));
    expect(valueOf('${var.none}', { variable })).toEqual(unknown('var.none', '${var.none}'));
    expect(valueOf('${var.undeclared}', {})).toEqual(unknown('var.undeclared', '${var.undeclared}'));
  });

  test('types of objects fill in what may be left out', () => {
    const variable = {
      rules: {
        type: 'list(object({ port = number, cidr = optional(string, "10.0.0.0/8") }))',
        default: [{ port: '80' }, { port: 443, cidr: '0.0.0.0/0' }],
      },
    };
    expect(valueOf('${var.rules[*].cidr}', { variable })).toEqual(
      list([known('10.0.0.0/8'), known('0.0.0.0/0')]),
    );
    expect(valueOf('${var.rules[0].port}', { variable })).toEqual(known(80));
  });

  test('what a sensitive one holds is used and not shown', () => {
    const variable = {
      block: { default: '10.9.0.0/16', sensitive: true },
      password: { default: 'hunter2', sensitive: true },
      plain: { default: 'open' },
    };
    const locals = { through: 'p-${var.password}' };
    const rest = {
      variable,
      locals,
      resource: { aws_x: { y: { block: '${var.block}', name: '${local.through}' } } },
    };
    expect(valueOf('${var.block}', rest)).toEqual({ ...known('10.9.0.0/16'), sensitive: true });
    expect(valueOf('${cidrsubnet(aws_x.y.block, 8, 0)}', rest)).toEqual({
      ...known('10.9.0.0/24'),
      sensitive: true,
    });
    expect(valueOf(['${var.password}', '${var.plain}'], rest)).toEqual(
      list([unknown('test.it.argument[0]', '(sensitive)'), known('open')]),
    );
    expect(valueOf('${aws_x.y.name}', rest)).toMatchObject({ kind: 'unknown' });
    expect(JSON.stringify([...synthOf(rest).resources[0]!.attributes])).not.toContain('hunter2');
  });
});

describe('assumed values', () => {
  const resource = { aws_eip: { nat: {} }, aws_subnet: { s: { count: '${var.n}' } } };

  test.each([
    ['a variable', '${var.office}', { 'var.office': '203.0.113.0/24' }, known('203.0.113.0/24')],
    [
      'an attribute',
      '${aws_eip.nat.public_ip}/32',
      { 'aws_eip.nat.public_ip': '203.0.113.7' },
      known('203.0.113.7/32'),
    ],
    [
      'an attribute of one stack',
      '${aws_eip.nat.public_ip}',
      { 'shop:aws_eip.nat.public_ip': '203.0.113.7' },
      { ...known('203.0.113.7'), from: ref('aws_eip.nat', 'public_ip') },
    ],
    ['the leaf itself', '${timestamp()}', { 'test.it.argument': 'now' }, known('now')],
    [
      'a leaf inside',
      ['a', '${timestamp()}'],
      { 'test.it.argument[1]': 'b' },
      list([known('a'), known('b')]),
    ],
    ['a count', '${aws_subnet.s[*].id}', { 'var.n': 1 }, list([ref('aws_subnet.s[0]', 'id')])],
    [
      'a list of a data source',
      '${data.aws_az.here.names[1]}',
      { 'data.aws_az.here.names': ['a', 'b'] },
      known('b'),
    ],
    ['one item of it', '${data.aws_az.here.names[1]}', { 'data.aws_az.here.names[1]': 'b' }, known('b')],
    ['a key spelt otherwise', '${data.aws_x.y.map.k}', { 'data.aws_x.y.map["k"]': 'v' }, known('v')],
    ['a reference', '${var.subnet}', { 'var.subnet': '${aws_subnet.s[0].id}' }, ref('aws_subnet.s[0]', 'id')],
    ['a module output', '${module.net.vpc_id}', { 'module.net.vpc_id': 'vpc-1' }, known('vpc-1')],
  ])('%s', (_, argument, assumed, value) => expect(valueOf(argument, { resource }, assumed)).toEqual(value));

  test('of another stack does not count, nor does a misspelt one', () => {
    const assumed = { 'other:var.office': 'a', 'var.offce': 'b' };
    expect(valueOf('${var.office}', {}, assumed)).toEqual(unknown('var.office', '${var.office}'));
  });

  test('an attribute that only the provider knows becomes one that is there', () => {
    const document = synthOf({ resource }, { 'aws_eip.nat.public_ip': '203.0.113.7' });
    expect(at(document, 'aws_eip.nat').attributes).toEqual(new Map([['public_ip', known('203.0.113.7')]]));
    expect(at(document, 'aws_eip.nat').authored).toEqual(new Set(['public_ip']));
  });

  test('a default yields to it', () => {
    const variable = { port: { type: 'number', default: 80 } };
    expect(valueOf('${var.port}', { variable }, { 'var.port': '8080' })).toEqual(known(8080));
  });
});

describe('a choice', () => {
  test('goes through locals and keeps what would settle it', () => {
    const rest = { locals: { port: '${var.tls ? 443 : 80}' } };
    expect(valueOf('${local.port}', rest)).toEqual(
      oneOf([known(443), known(80)], { key: 'var.tls', text: '${local.port}' }),
    );
  });
});

import { writeFileSync } from 'node:fs';

// node plan.js PLAN POLICY: writes the plan of a shop of 200 resources, as `terraform show -json` prints one of what is
// deployed already, and a policy about it.

interface Resource {
  readonly type: string;
  readonly name: string;
  /** Of several made by count. */
  readonly index: number | undefined;
  readonly known: Readonly<Record<string, unknown>>;
  /** Arguments that name other resources. */
  readonly references: Readonly<Record<string, readonly string[]>>;
}

const provider = 'registry.terraform.io/hashicorp/aws';
const zones = ['a', 'b', 'c'] as const;
const tiers = ['public', 'private', 'data'] as const;
const services = ['web', 'shop', 'cart', 'search', 'orders', 'mail', 'stock', 'audit'] as const;

/** Three tiers in three zones, eight services that call each other, a balancer in front and a database behind. */
export function resources(): readonly Resource[] {
  const list: Resource[] = [];
  const add = (
    type: string,
    name: string,
    known: Resource['known'],
    references: Resource['references'] = {},
    index?: number,
  ): void => void list.push({ type, name, index, known, references });
  const vpc = { vpc_id: ['aws_vpc.main'] };
  add('aws_vpc', 'main', { cidr_block: '10.0.0.0/16', enable_dns_support: true, enable_dns_hostnames: true });
  add('aws_internet_gateway', 'main', {}, vpc);
  tiers.forEach((tier, row) => addTier(add, tier, row));
  addAcl(add);
  services.forEach((service, number) => addService(add, service, services[number + 1], number));
  addDatabase(add);
  addBalancer(add);
  return list;
}

type Add = (
  type: string,
  name: string,
  known: Resource['known'],
  references?: Resource['references'],
  index?: number,
) => void;

/** Three subnets by count, and what goes with each. */
function addTier(add: Add, tier: (typeof tiers)[number], row: number): void {
  const vpc = { vpc_id: ['aws_vpc.main'] };
  const own = (type: string): readonly string[] => [`${type}.${tier}[count.index]`];
  zones.forEach((zone, index) => {
    const subnet = {
      cidr_block: `10.0.${row * 16 + index}.0/24`,
      availability_zone: `eu-central-1${zone}`,
      map_public_ip_on_launch: tier === 'public',
    };
    add('aws_subnet', tier, subnet, vpc, index);
    add('aws_route_table', tier, {}, vpc, index);
    const both = { subnet_id: own('aws_subnet'), route_table_id: own('aws_route_table') };
    add('aws_route_table_association', tier, {}, both, index);
    if (tier === 'data') return;
    const way: Resource['references'] =
      tier === 'public'
        ? { gateway_id: ['aws_internet_gateway.main'] }
        : { nat_gateway_id: ['aws_nat_gateway.main[count.index]'] };
    const everywhere = { destination_cidr_block: '0.0.0.0/0' };
    add('aws_route', tier, everywhere, { route_table_id: own('aws_route_table'), ...way }, index);
    if (tier === 'public') return;
    add('aws_eip', 'nat', { domain: 'vpc', public_ip: `198.51.100.${index + 1}` }, {}, index);
    const nat = {
      allocation_id: ['aws_eip.nat[count.index]'],
      subnet_id: ['aws_subnet.public[count.index]'],
    };
    add('aws_nat_gateway', 'main', { connectivity_type: 'public' }, nat, index);
  });
}

function addAcl(add: Add): void {
  add('aws_network_acl', 'data', {}, { vpc_id: ['aws_vpc.main'], subnet_ids: ['aws_subnet.data[*]'] });
  const rule = (name: string, egress: boolean, from: number, to: number): void =>
    add(
      'aws_network_acl_rule',
      name,
      {
        egress,
        rule_number: 100,
        protocol: 'tcp',
        rule_action: 'allow',
        cidr_block: '10.0.16.0/20',
        from_port: from,
        to_port: to,
      },
      { network_acl_id: ['aws_network_acl.data'] },
    );
  rule('requests', false, 5432, 5432);
  rule('replies', true, 1024, 65535);
}

/** Twelve machines each, and rules by the style of one resource per rule. */
function addService(add: Add, name: string, next: string | undefined, number: number): void {
  const group = `aws_security_group.${name}`;
  const port = 8000 + number;
  add('aws_security_group', name, { name, description: 'one service' }, { vpc_id: ['aws_vpc.main'] });
  const rule = (
    direction: 'ingress' | 'egress',
    suffix: string,
    ports: readonly [number, number],
    known: Resource['known'],
    references: Resource['references'] = {},
  ): void =>
    add(
      `aws_vpc_security_group_${direction}_rule`,
      `${name}_${suffix}`,
      { ip_protocol: 'tcp', from_port: ports[0], to_port: ports[1], ...known },
      { security_group_id: [group], ...references },
    );
  const from = number === 0 ? 'balancer' : services[number - 1]!;
  rule(
    'ingress',
    'calls',
    [port, port],
    {},
    { referenced_security_group_id: [`aws_security_group.${from}`] },
  );
  rule('ingress', 'admin', [22, 22], { cidr_ipv4: '10.0.0.0/16' });
  rule('egress', 'updates', [443, 443], { cidr_ipv4: '0.0.0.0/0' });
  rule('egress', 'data', [5432, 5432], { cidr_ipv4: '10.0.32.0/20' });
  if (next !== undefined) {
    rule(
      'egress',
      'calls',
      [port + 1, port + 1],
      {},
      { referenced_security_group_id: [`aws_security_group.${next}`] },
    );
  }
  for (let machine = 0; machine < 12; machine++) {
    add(
      'aws_instance',
      `${name}_${machine}`,
      {
        ami: 'ami-0123456789abcdef0',
        instance_type: 't3.micro',
        source_dest_check: true,
        private_ip: `10.0.${16 + (machine % zones.length)}.${10 + number * 12 + machine}`,
      },
      {
        subnet_id: [`aws_subnet.private[${machine % zones.length}]`],
        vpc_security_group_ids: [group],
      },
    );
  }
}

function addDatabase(add: Add): void {
  add(
    'aws_security_group',
    'database',
    {
      name: 'database',
      ingress: [inlineRule(5432, 5432, 'tcp', ['10.0.16.0/20'])],
      egress: [],
    },
    { vpc_id: ['aws_vpc.main'] },
  );
  add('aws_db_subnet_group', 'main', { name: 'main' }, { subnet_ids: ['aws_subnet.data[*]'] });
  add(
    'aws_db_instance',
    'main',
    {
      identifier: 'main',
      engine: 'postgres',
      port: 5432,
      instance_class: 'db.t4g.micro',
      publicly_accessible: false,
      username: 'shop',
    },
    {
      db_subnet_group_name: ['aws_db_subnet_group.main'],
      vpc_security_group_ids: ['aws_security_group.database'],
    },
  );
}

function addBalancer(add: Add): void {
  add(
    'aws_security_group',
    'balancer',
    {
      name: 'balancer',
      ingress: [inlineRule(443, 443, 'tcp', ['0.0.0.0/0'])],
      egress: [inlineRule(0, 0, '-1', ['0.0.0.0/0'])],
    },
    { vpc_id: ['aws_vpc.main'] },
  );
  add(
    'aws_lb',
    'main',
    { name: 'main', internal: false, load_balancer_type: 'application', ip_address_type: 'ipv4' },
    {
      subnets: ['aws_subnet.public[*]'],
      security_groups: ['aws_security_group.balancer'],
    },
  );
  add(
    'aws_lb_target_group',
    'web',
    { port: 8000, protocol: 'HTTP', target_type: 'ip' },
    { vpc_id: ['aws_vpc.main'] },
  );
  add(
    'aws_lb_listener',
    'https',
    { port: 443, protocol: 'HTTPS', default_action: [{ type: 'forward' }] },
    { load_balancer_arn: ['aws_lb.main'] },
  );
  for (let machine = 0; machine < 12; machine++) {
    add(
      'aws_lb_target_group_attachment',
      `web_${machine}`,
      { port: 8000, target_id: `10.0.${16 + (machine % zones.length)}.${10 + machine}` },
      { target_group_arn: ['aws_lb_target_group.web'] },
    );
  }
}

function inlineRule(from: number, to: number, protocol: string, blocks: readonly string[]): object {
  return {
    cidr_blocks: blocks,
    description: '',
    from_port: from,
    ipv6_cidr_blocks: [],
    prefix_list_ids: [],
    protocol,
    security_groups: [],
    self: false,
    to_port: to,
  };
}

const lists = new Set(['subnet_ids', 'vpc_security_group_ids', 'subnets', 'security_groups']);

function addressOf({ type, name, index }: Resource): string {
  return `${type}.${name}${index === undefined ? '' : `[${index}]`}`;
}

/** Every argument of every resource, by its address, as after an apply. */
function valuesOf(all: readonly Resource[]): ReadonlyMap<string, Readonly<Record<string, unknown>>> {
  const ids = new Map(
    all.map((one, number) => [
      addressOf(one),
      one.type === 'aws_instance' ? `i-${number}` : `${one.type.slice(4)}-${number}`,
    ]),
  );
  const valueOf = (reference: string, key: string): string => {
    const id = ids.get(reference)!;
    if (key.endsWith('_arn')) return arnOf(id);
    return key.endsWith('_name') ? reference.split('.')[1]! : id;
  };
  const instances = (reference: string, { index }: Resource): readonly string[] =>
    reference.endsWith('[*]')
      ? zones.map((_, at) => reference.replace('*', String(at)))
      : [reference.replace('count.index', String(index))];
  const value = (one: Resource, key: string, references: readonly string[]): unknown => {
    const values = references.flatMap((reference) =>
      instances(reference, one).map((instance) => valueOf(instance, key)),
    );
    return lists.has(key) ? values : values[0];
  };
  return new Map(
    all.map((one) => {
      const id = ids.get(addressOf(one))!;
      const named = Object.entries(one.references).map(([key, references]) => [
        key,
        value(one, key, references),
      ]);
      const action = { type: 'forward', target_group_arn: arnOf(ids.get('aws_lb_target_group.web')!) };
      return [
        addressOf(one),
        {
          ...one.known,
          ...(Object.fromEntries(named) as Readonly<Record<string, unknown>>),
          ...(one.type === 'aws_lb_listener' && { default_action: [action] }),
          id,
          arn: arnOf(id),
          tags: null,
        },
      ];
    }),
  );
}

const arnOf = (id: string): string => `arn:aws:x:eu-central-1:123456789012:${id}`;

function plan(all: readonly Resource[]): object {
  const values = valuesOf(all);
  const identity = (one: Resource): object => ({
    address: addressOf(one),
    mode: 'managed',
    type: one.type,
    name: one.name,
    ...(one.index !== undefined && { index: one.index }),
    provider_name: provider,
  });
  const expressionsOf = ({ known, references }: Resource): object => ({
    ...Object.fromEntries(Object.entries(known).map(([key, value]) => [key, { constant_value: value }])),
    ...Object.fromEntries(
      Object.entries(references).map(([key, addresses]) => [
        key,
        { references: referencesTo(addresses, key) },
      ]),
    ),
  });
  const blocks = new Map(all.map((one) => [`${one.type}.${one.name}`, one]));
  return {
    format_version: '1.2',
    terraform_version: '1.13.4',
    planned_values: {
      root_module: {
        resources: all.map((one) => ({
          ...identity(one),
          schema_version: 1,
          values: values.get(addressOf(one)),
          sensitive_values: {},
        })),
      },
    },
    resource_changes: all.map((one) => ({
      ...identity(one),
      change: {
        actions: ['no-op'],
        before: values.get(addressOf(one)),
        after: values.get(addressOf(one)),
        after_unknown: {},
        before_sensitive: {},
        after_sensitive: {},
      },
    })),
    configuration: {
      provider_config: { aws: { name: 'aws', full_name: provider } },
      root_module: {
        resources: [...blocks].map(([address, one]) => ({
          address,
          mode: 'managed',
          type: one.type,
          name: one.name,
          provider_config_key: 'aws',
          expressions: expressionsOf(one),
          schema_version: 1,
          ...(one.index !== undefined && { count_expression: { constant_value: one.index + 1 } }),
        })),
      },
    },
    complete: true,
    errored: false,
  };
}

/** As Terraform writes what an expression names: the attribute, the instance and the resource, each where it is certain. */
function referencesTo(addresses: readonly string[], key: string): readonly string[] {
  const attribute = key.endsWith('_arn') || key === 'arn' ? 'arn' : key.endsWith('_name') ? 'name' : 'id';
  return addresses.flatMap((address) => {
    const [resource, index] = address.split(/[[\]]/);
    if (index === undefined) return [`${address}.${attribute}`, address];
    if (index === '*') return [resource!];
    return index === 'count.index' ? [resource!, index] : [`${address}.${attribute}`, address, resource!];
  });
}

const policy = `version: 1
groups:
  balancer: [aws_lb.main]
  web: ["aws_instance.web_*"]
  shop: ["aws_instance.shop_*"]
  others: ["aws_instance.cart_*", "aws_instance.search_*", "aws_instance.orders_*", "aws_instance.mail_*"]
  database: [aws_db_instance.main]
allow:
  - { from: internet, to: balancer, on: tcp/443 }
  - { from: balancer, to: web, on: tcp/8000 }
  - { from: web, to: shop, on: tcp/8001 }
  - { from: shop, to: database, on: tcp/5432 }
deny:
  - { from: internet, to: [shop, others, database] }
  - { from: web, to: others }
networks:
  shop: { clients: internet }
`;

const [planFile, policyFile] = process.argv.slice(2);
if (planFile !== undefined && policyFile !== undefined) {
  writeFileSync(planFile, `${JSON.stringify(plan(resources()))}\n`);
  writeFileSync(policyFile, policy);
}

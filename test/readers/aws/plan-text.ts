import type { Resources } from './configuration';

/** Lists of objects that are attributes to the provider and not blocks: a plan has one expression for all of them. */
const attributeLists: Readonly<Record<string, readonly string[]>> = {
  aws_security_group: ['ingress', 'egress'],
  aws_default_security_group: ['ingress', 'egress'],
  aws_network_acl: ['ingress', 'egress'],
  aws_route_table: ['route'],
  aws_default_route_table: ['route'],
};

const providers: Readonly<Record<string, string>> = {
  aws: 'registry.terraform.io/hashicorp/aws',
  docker: 'registry.terraform.io/kreuzwerker/docker',
};

/** Attributes that the provider computes when nobody writes them: a plan lists these as unknown too. */
const computed: Readonly<Record<string, readonly string[]>> = {
  aws_vpc: [
    'ipv6_cidr_block',
    'default_security_group_id',
    'default_network_acl_id',
    'default_route_table_id',
    'main_route_table_id',
  ],
  aws_subnet: ['availability_zone', 'availability_zone_id'],
  aws_security_group: ['ingress', 'egress', 'name', 'vpc_id'],
  aws_default_security_group: ['ingress', 'egress', 'name', 'vpc_id'],
  aws_network_acl: ['ingress', 'egress', 'subnet_ids'],
  aws_default_network_acl: ['vpc_id'],
  aws_route_table: ['route', 'propagating_vgws'],
  aws_default_route_table: ['route', 'vpc_id'],
  aws_route: ['instance_id', 'network_interface_id', 'state'],
  aws_nat_gateway: ['private_ip', 'public_ip', 'network_interface_id'],
  aws_eip: ['allocation_id', 'instance', 'network_interface', 'public_ip', 'private_ip'],
  aws_eip_association: [
    'instance_id',
    'network_interface_id',
    'private_ip_address',
    'public_ip',
    'allocation_id',
  ],
  aws_network_interface: [
    'attachment',
    'ipv6_addresses',
    'ipv6_address_count',
    'ipv6_address_list',
    'private_ip',
    'private_ip_list',
    'private_ips',
    'security_groups',
  ],
  aws_instance: [
    'associate_public_ip_address',
    'ipv6_address_count',
    'ipv6_addresses',
    'network_interface',
    'primary_network_interface_id',
    'private_ip',
    'public_ip',
    'secondary_private_ips',
    'security_groups',
    'subnet_id',
    'vpc_security_group_ids',
  ],
  aws_autoscaling_group: ['availability_zones', 'target_group_arns', 'traffic_source', 'vpc_zone_identifier'],
  aws_lb: ['internal', 'ip_address_type', 'security_groups', 'subnet_mapping', 'subnets'],
  aws_lb_listener: ['protocol'],
  aws_lb_target_group: ['load_balancing_cross_zone_enabled', 'preserve_client_ip', 'name'],
  aws_db_instance: [
    'address',
    'availability_zone',
    'db_subnet_group_name',
    'multi_az',
    'network_type',
    'port',
    'vpc_security_group_ids',
  ],
  aws_rds_cluster: ['db_subnet_group_name', 'network_type', 'port', 'vpc_security_group_ids'],
  aws_rds_cluster_instance: [
    'availability_zone',
    'db_subnet_group_name',
    'network_type',
    'port',
    'publicly_accessible',
  ],
  docker_container: ['bridge', 'command', 'hostname', 'network_data', 'runtime'],
  docker_network: ['driver', 'internal', 'ipam_config', 'options', 'scope'],
  aws_vpc_endpoint: [
    'cidr_blocks',
    'prefix_list_id',
    'route_table_ids',
    'security_group_ids',
    'subnet_ids',
    'subnet_configuration',
  ],
};

/** Attributes whose value an expression of the same configuration can know although a resource computes others. */
type Body = Readonly<Record<string, unknown>>;

/**
 * The JSON of a plan that creates everything, as `terraform show -json` writes it. From JSON (`json`, what CDKTF
 * synthesizes) the expressions are kept beside their references; from HCL (`hcl`) only the references are, and those
 * of several blocks of one name in one list. Sets are in another order than they were written.
 */
export function planText(resources: Resources, language: 'json' | 'hcl' = 'json'): string {
  const all = Object.entries(resources).flatMap(([key, named]) =>
    Object.entries(named).map(([name, body]) => ({ key, name, body })),
  );
  // Data sources are taken to wait for apply: one that was read would know everything.
  const planned = all.map(({ key, name, body }) => ({
    ...placeOf(key, name),
    ...plannedOf(key, body, resources),
  }));
  return JSON.stringify({
    format_version: '1.2',
    terraform_version: '1.11.4',
    planned_values: {
      root_module: {
        resources: planned.map(({ unknown, ...resource }) => {
          void unknown;
          return resource;
        }),
      },
    },
    resource_changes: planned.map(({ values, unknown, ...place }) => ({
      ...place,
      change: {
        actions: [place.mode === 'data' ? 'read' : 'create'],
        before: null,
        after: values,
        after_unknown: unknown,
      },
    })),
    configuration: {
      provider_config: Object.fromEntries(
        Object.entries(providers).map(([name, full]) => [name, { name, full_name: full }]),
      ),
      root_module: {
        resources: all.map(({ key, name, body }) => ({
          address: placeOf(key, name).address,
          mode: placeOf(key, name).mode,
          type: placeOf(key, name).type,
          name,
          provider_config_key: placeOf(key, name).type.split('_')[0]!,
          expressions: expressionsOf(key, body, language),
        })),
      },
    },
  });
}

function placeOf(key: string, name: string) {
  const data = key.startsWith('data.');
  return {
    address: `${key}.${name}`,
    mode: data ? 'data' : 'managed',
    type: data ? key.slice(5) : key,
    name,
    provider_name: providers[(data ? key.slice(5) : key).split('_')[0]!],
  };
}

function plannedOf(type: string, body: Body, resources: Resources): { values: Body; unknown: Body } {
  const values: Record<string, unknown> = {};
  const unknown: Record<string, unknown> = { id: true };
  for (const name of computed[type] ?? []) if (!(name in body)) unknown[name] = true;
  for (const [name, value] of Object.entries(body)) {
    if (name === 'count' || name === 'for_each') continue;
    const planned = planOf(value, resources);
    if (planned === undefined) unknown[name] = true;
    else [values[name], unknown[name]] = planned;
  }
  return { values, unknown };
}

/** What is known of a value and what is not; undefined when nothing is. */
function planOf(value: unknown, resources: Resources): [known: unknown, unknown: unknown] | undefined {
  if (Array.isArray(value)) {
    const items = value.map((item: unknown) => planOf(item, resources));
    // A set with an unknown member is unknown as a whole; a list of blocks is known block by block.
    if (items.includes(undefined)) return undefined;
    const pairs = (items as [unknown, unknown][]).reverse();
    return [pairs.map(([known]) => known), pairs.map(([, unknown]) => unknown)];
  }
  if (typeof value === 'object' && value !== null) {
    const known: Record<string, unknown> = {};
    const unknown: Record<string, unknown> = {};
    for (const [name, inner] of Object.entries(value)) {
      const planned = planOf(inner, resources);
      if (planned === undefined) unknown[name] = true;
      else [known[name], unknown[name]] = planned;
    }
    return [known, unknown];
  }
  if (typeof value !== 'string' || !value.includes('${')) return [value, false];
  const [, type, name, attribute] = /^\$\{(\w+)\.(\w+)\.(\w+)\}$/.exec(value) ?? [];
  const held = resources[type!]?.[name!]?.[attribute!];
  return held === undefined ? undefined : planOf(held, resources);
}

function expressionsOf(type: string, body: Body, language: 'json' | 'hcl'): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(body)
      .filter(([name]) => name !== 'count' && name !== 'for_each')
      .map(([name, value]) => [name, expressionOf(name, value, attributeLists[type] ?? [], language)]),
  );
}

function expressionOf(
  name: string,
  value: unknown,
  lists: readonly string[],
  language: 'json' | 'hcl',
): unknown {
  const isBlock = (item: unknown) => typeof item === 'object' && item !== null && !Array.isArray(item);
  if (!lists.includes(name) && !['tags', 'options', 'aux_address'].includes(name)) {
    const blocks: unknown[] = Array.isArray(value) ? value : [value];
    if (blocks.length > 0 && blocks.every(isBlock)) {
      return blocks.map((block) => expressionsOf('', block as Body, language));
    }
  }
  const references = referencesIn(value);
  if (references.length === 0) return { constant_value: value };
  return language === 'json' ? { constant_value: value, references } : { references };
}

/** References as Terraform lists them: the attribute and the resource it is of. */
function referencesIn(value: unknown): readonly string[] {
  const found: string[] = [];
  const text = JSON.stringify(value);
  for (const [, expression] of text.matchAll(/\$\{((?:[^{}"]|\\")*)\}/g)) {
    for (const [whole, address] of expression!.matchAll(
      /((?:data\.)?\b(?:aws|docker)_\w+\.\w+(?:\[\d+\])?)(?:\.\w+)+/g,
    )) {
      found.push(whole, address!);
    }
    for (const [variable] of expression!.matchAll(/\bvar\.\w+/g)) found.push(variable);
  }
  return [...new Set(found)];
}

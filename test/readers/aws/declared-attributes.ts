import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { namesGroups, namesSubnets } from '../../../lib/readers/aws/carrier-attribute';

/** What the declarations of @cdktf/provider-aws say a resource type can be given. */
export interface DeclaredType {
  readonly type: string;
  /** Names of its attributes and of those of its blocks, as Terraform writes them. */
  readonly attributes: readonly string[];
}

/** Reads the declarations of every resource type; about 1,600 files in a quarter of a second. */
export function declaredTypes(): readonly DeclaredType[] {
  const folder = join(dirname(require.resolve('@cdktf/provider-aws/package.json')), 'lib');
  return readdirSync(folder)
    .filter((name) => !name.startsWith('data-aws-'))
    .map((name) => join(folder, name, 'index.d.ts'))
    .filter((file) => existsSync(file))
    .flatMap((file) => {
      const text = readFileSync(file, 'utf8');
      const type = /tfResourceType = "([^"]+)"/.exec(text)?.[1];
      if (type === undefined) return [];
      const names = [...text.matchAll(/\/docs\/resources\/[a-z0-9_]+#([a-z0-9_]+) /g)].map(
        (match) => match[1]!,
      );
      return [{ type, attributes: [...new Set(names)].sort() }];
    })
    .sort((a, b) => (a.type < b.type ? -1 : 1));
}

/** Attributes by which a type has to do with a VPC at all. */
export function touchesNetworks(attribute: string): boolean {
  return (
    namesSubnets(attribute) ||
    namesGroups(attribute) ||
    /^vpc$|^vpc_(?:id|ids|arn|identifier|link_id|link|origin_config|origin_endpoint_config|connector_arn)$/.test(
      attribute,
    ) ||
    /^(?:ingress_)?vpc_configuration$|network_interface_id|network_acl_id|route_table_id|prefix_list_id/.test(
      attribute,
    ) ||
    /(?:^|nat_|internet_|egress_only_|transit_|vpn_|local_|carrier_|dx_)gateway_id$/.test(attribute) ||
    /^allocation_id$|vpc_endpoint_ids?$|vpc_peering_connection_id$|cidr_block$|^entry$/.test(attribute)
  );
}

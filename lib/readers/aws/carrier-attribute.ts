/** Attributes that name a subnet, or a group of subnets. */
export function namesSubnets(attribute: string): boolean {
  return (
    /^(?:preferred_|staging_area_|target_vpc_)?subnet(?:_ids?|s|_arns?)$/.test(attribute) ||
    /^(?:vpc|client)_subnet(?:s|_ids)$/.test(attribute) ||
    /(?:^|_)subnet_group_name$/.test(attribute) ||
    attribute === 'replication_subnet_group_id' ||
    attribute === 'vpc_zone_identifier'
  );
}

/** Attributes that name security groups. */
export function namesGroups(attribute: string): boolean {
  return (
    /(?:^|_)security_groups?(?:_ids?|s_ids|_arns|_id_list)?$/.test(attribute) &&
    !/^(?:input_|source_|replacement_|block_|replace_|associate_)/.test(attribute)
  );
}

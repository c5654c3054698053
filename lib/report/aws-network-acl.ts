import { protocolName } from '../addressing/protocol';
import type { Resource, TerraformDocument } from '../readers/terraform-document';
import type { Value } from '../topology/value';
import { blocksOf, isUnsure, itemsOf, managed, shown, targetOf, textOf, written } from './written-value';

/** A network ACL as its rules are declared, lowest number first. What no rule names is denied at the end. */
export interface NetworkAclInventory {
  readonly address: string;
  readonly ingress: readonly AclRule[];
  readonly egress: readonly AclRule[];
  /** False when there may be further rules that only apply will tell. */
  readonly complete: boolean;
}

export interface AclRule {
  readonly number: string;
  readonly action: string;
  /** `tcp/5432`, `tcp/1024-65535`, `icmp`, `all`. */
  readonly traffic: string;
  /** Block that the packets come from (ingress) or go to (egress), as written. */
  readonly block: string;
}

/** The network ACL of each subnet as far as one is declared; undefined where none is, or none can be told. */
export function networkAcls(
  document: TerraformDocument,
): (subnet: Resource) => NetworkAclInventory | undefined {
  const acls = managed(document, 'aws_network_acl');
  const rules = managed(document, 'aws_network_acl_rule');
  const associations = managed(document, 'aws_network_acl_association');
  return (subnet) => {
    const points = (value: Value): boolean => targetOf(value)?.address === subnet.address;
    const association = associations.find(({ attributes }) =>
      itemsOf(written(attributes, 'subnet_id')).some(points),
    );
    const associated = association && targetOf(written(association, 'network_acl_id'))?.address;
    const acl = acls.find(
      (candidate) =>
        candidate.address === associated || itemsOf(written(candidate, 'subnet_ids')).some(points),
    );
    return acl && aclInventory(acl, rules);
  };
}

function aclInventory(acl: Resource, rules: readonly Resource[]): NetworkAclInventory {
  const own = rules.filter((rule) => targetOf(written(rule, 'network_acl_id'))?.address === acl.address);
  const stray = rules.some(
    (rule) => isUnsure(written(rule, 'network_acl_id')) || isUnsure(written(rule, 'egress')) || !rule.certain,
  );
  const leaves = (rule: Resource): boolean => textOf(written(rule, 'egress')) === 'true';
  const [ingress, egress] = [blocksOf(acl, 'ingress'), blocksOf(acl, 'egress')];
  return {
    address: acl.address,
    ingress: inOrder([
      ...ingress.blocks,
      ...own.filter((rule) => !leaves(rule)).map(({ attributes }) => attributes),
    ]),
    egress: inOrder([...egress.blocks, ...own.filter(leaves).map(({ attributes }) => attributes)]),
    complete: !stray && ingress.unsure === undefined && egress.unsure === undefined,
  };
}

/**
 * `lets in tcp/5432, tcp/6379 from 10.0.2.0/24`: what the ingress rules name, when all of them allow. With a
 * denying rule among them the outcome hangs on their order, and only their number is said.
 */
export function ingressText({ ingress, complete }: NetworkAclInventory): string {
  if (!complete) return 'network ACL with rules that are not known before apply';
  if (ingress.length === 0) return 'network ACL lets nothing in';
  if (ingress.some(({ action }) => action !== 'allow'))
    return `network ACL with ${ingress.length} rules for what comes in`;
  const byTraffic = new Map<string, string[]>();
  for (const { traffic, block } of ingress)
    byTraffic.set(traffic, [...(byTraffic.get(traffic) ?? []), block]);
  const byBlocks = new Map<string, string[]>();
  for (const [traffic, blocks] of byTraffic) {
    const from = some([...new Set(blocks)]);
    byBlocks.set(from, [...(byBlocks.get(from) ?? []), traffic]);
  }
  const parts = [...byBlocks].map(([from, traffic]) => `${some(traffic)} from ${from}`);
  return `network ACL lets in ${parts.join('; ')}`;
}

/** At most four by name, the others by number. */
function some(texts: readonly string[]): string {
  return texts.length <= 4
    ? texts.join(', ')
    : `${texts.slice(0, 3).join(', ')} and ${texts.length - 3} more`;
}

function inOrder(rules: readonly ReadonlyMap<string, Value>[]): AclRule[] {
  return rules
    .map((rule) => ({
      number: shown(written(rule, 'rule_no') ?? written(rule, 'rule_number')),
      action: shown(written(rule, 'action') ?? written(rule, 'rule_action')).toLowerCase(),
      traffic: trafficOf(rule),
      block: shown(written(rule, 'cidr_block') ?? written(rule, 'ipv6_cidr_block')),
    }))
    .sort((a, b) => Number(a.number) - Number(b.number));
}

/** Ports count for tcp and udp alone; a rule of another protocol, or of all, covers every port. */
function trafficOf(rule: ReadonlyMap<string, Value>): string {
  const protocol = shown(written(rule, 'protocol')).toLowerCase();
  const name = protocol === '-1' ? 'all' : nameOf(protocol);
  if (name !== 'tcp' && name !== 'udp') return name;
  const [from, to] = [shown(written(rule, 'from_port')), shown(written(rule, 'to_port'))];
  if (from === '0' && to === '65535') return name;
  return from === to ? `${name}/${from}` : `${name}/${from}-${to}`;
}

/** AWS takes names and numbers; what is neither is shown as it is written. */
function nameOf(protocol: string): string {
  const number = /^\d{1,3}$/.test(protocol) ? Number(protocol) : 256;
  return number > 255 ? protocol : (protocolName(number) ?? protocol);
}

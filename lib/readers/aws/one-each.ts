import { identityOf, type Value } from '../../topology/value';

/** What is looked at of a resource. */
interface Claimant {
  readonly id: string;
  readonly type: string;
  readonly existence: unknown;
  written(name: string): Value;
}

/**
 * Arguments that name something which takes one such resource and no more: a subnet has one table, a table one route to
 * a destination. Beside each, what else the resource says: where two differ in that, it matters which is which.
 * A target that is registered twice is registered once.
 */
const takesOne: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  aws_route_table_association: { subnet_id: ['route_table_id', 'gateway_id'] },
  aws_network_acl_association: { subnet_id: ['network_acl_id'] },
  aws_route: {
    route_table_id: [
      'destination_cidr_block',
      'destination_ipv6_cidr_block',
      'destination_prefix_list_id',
      'gateway_id',
      'nat_gateway_id',
      'egress_only_gateway_id',
      'network_interface_id',
      'transit_gateway_id',
      'vpc_endpoint_id',
      'vpc_peering_connection_id',
    ],
  },
  aws_vpc_endpoint_route_table_association: { route_table_id: ['vpc_endpoint_id'] },
  aws_vpn_gateway_route_propagation: { route_table_id: ['vpn_gateway_id'] },
  aws_eip: {
    instance: ['associate_with_private_ip', 'public_ip'],
    network_interface: ['associate_with_private_ip', 'public_ip'],
  },
  aws_eip_association: {
    instance_id: ['allocation_id', 'private_ip_address'],
    network_interface_id: ['allocation_id', 'private_ip_address'],
  },
  aws_lb_target_group_attachment: { target_id: ['target_group_arn', 'port', 'availability_zone'] },
  aws_alb_target_group_attachment: { target_id: ['target_group_arn', 'port', 'availability_zone'] },
};

/** Arguments of which the claimants have to name one and the same thing, not each one of several. */
const mustBeOne: ReadonlySet<string> = new Set([
  'destination_cidr_block',
  'destination_ipv6_cidr_block',
  'destination_prefix_list_id',
  'target_group_arn',
  'vpc_endpoint_id',
  'vpn_gateway_id',
]);

/**
 * Tells who takes what, where the instances of one block each take one of equally many things by an index that a plan
 * does not tell (`aws_subnet.public[count.index].id`). As each thing is taken once, all of them are taken; and as the
 * instances differ in nothing else, it makes no difference by which: each is said to take the one with its own index.
 */
export class OneEach {
  private readonly blocks = new Map<string, Claimant[]>();
  /** By block and argument: what each instance takes. */
  private readonly taken = new Map<string, ReadonlyMap<string, Value>>();

  constructor(all: Iterable<Claimant>) {
    for (const one of all) {
      if (takesOne[one.type] === undefined) continue;
      const block = this.blocks.get(blockOf(one.id));
      if (block === undefined) this.blocks.set(blockOf(one.id), [one]);
      else block.push(one);
    }
  }

  /** What an argument that may name several things is said to name; undefined where that would be a guess. */
  takenBy({ id, type }: Claimant, attribute: string): Value | undefined {
    const others = takesOne[type]?.[attribute];
    if (others === undefined) return undefined;
    const key = `${blockOf(id)} ${attribute}`;
    let taken = this.taken.get(key);
    if (taken === undefined) {
      taken = new Map(
        this.alike(blockOf(id), attribute).flatMap((group) => shared(group, attribute, others)),
      );
      this.taken.set(key, taken);
    }
    return taken.get(id);
  }

  /** The instances of a block, those together whose argument may name the same things. */
  private alike(block: string, attribute: string): readonly Claimant[][] {
    const groups = new Map<string, Claimant[]>();
    for (const one of this.blocks.get(block) ?? []) {
      const named = identityOf(one.written(attribute));
      const group = groups.get(named);
      if (group === undefined) groups.set(named, [one]);
      else group.push(one);
    }
    return [...groups.values()];
  }
}

/** Who of a group takes what; nothing where they are not as many as the things, or not alike. */
function shared(
  group: readonly Claimant[],
  attribute: string,
  others: readonly string[],
): readonly (readonly [id: string, takes: Value])[] {
  const [first] = group;
  const value = first?.written(attribute);
  if (value?.kind !== 'one-of' || group.length !== value.options.length) return [];
  if (group.some((one) => one.existence !== undefined)) return [];
  const said = new Set(group.map((one) => others.map((name) => told(one.written(name))).join()));
  if (said.size > 1) return [];
  if (others.some((name) => mustBeOne.has(name) && !isOne(first!.written(name)))) return [];
  const named = group.map((one) => sameIndex(one.id, value.options));
  return group.map((one, at) => [one.id, named.includes(undefined) ? value.options[at]! : named[at]!]);
}

/** Of things that may be meant, the one that has the index of whoever means it. */
function sameIndex(id: string, options: readonly Value[]): Value | undefined {
  const fitting = options.filter((one) => one.kind === 'ref' && indexOf(one.address) === indexOf(id));
  return fitting.length === 1 ? fitting[0] : undefined;
}

/** Sorts what may be meant so that what has the index of whoever means it comes first. */
export function sameIndexFirst<T>(id: string, nameOf: (one: T) => string): (a: T, b: T) => number {
  const rank = (one: T) => (indexOf(nameOf(one)) === indexOf(id) ? 0 : 1);
  return (a, b) => rank(a) - rank(b);
}

/** What a value tells: of one that only apply tells, nothing. */
const told = (value: Value): string => (value.kind === 'unknown' ? '' : identityOf(value));

const isOne = (value: Value): boolean => value.kind === 'known' || value.kind === 'ref';

/** The index of an instance as it is written, `[0]`; empty for one without. */
const indexOf = (id: string): string => /\[[^\]]*\]$/.exec(id)?.[0] ?? '';

const blockOf = (id: string): string => id.slice(0, id.length - indexOf(id).length);

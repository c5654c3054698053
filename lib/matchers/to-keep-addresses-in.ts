import { NetproofError } from '../addressing/netproof-error';
import { documentOfTopology } from '../readers/document-of-topology';
import type { Resource, TerraformDocument } from '../readers/terraform-document';
import { printableLines } from '../report/printable';
import { identityOf, nothing, printable, type Value } from '../topology/value';
import { callOf, type MatcherContext, type MatcherResult, misuse, topologyOf } from './argument';

/** What holds addresses, and the attributes that the documentation of its provider marks as forcing a new one. */
const replacing: Readonly<Record<string, readonly string[]>> = {
  aws_vpc: ['cidr_block'],
  aws_subnet: [
    'vpc_id',
    'cidr_block',
    'availability_zone',
    'availability_zone_id',
    'ipv6_native',
    'outpost_arn',
  ],
  aws_nat_gateway: ['subnet_id', 'allocation_id', 'connectivity_type', 'private_ip'],
  aws_eip: ['domain', 'address', 'network_border_group', 'public_ipv4_pool'],
  docker_network: ['name', 'driver', 'internal', 'ipam_config', 'ipv6', 'options'],
};

interface Loss {
  readonly text: string;
  /** False when only apply tells. */
  readonly certain: boolean;
}

/**
 * `expect(synth({ zones: 3 })).toKeepAddressesIn(synth({ zones: 2 }))`: passes when every VPC, subnet, NAT gateway, Elastic IP and Docker
 * network of the latter is in the former, and no attribute of it changes that would make Terraform replace it. What
 * only apply tells throws, which fails `.not` as well.
 */
export function toKeepAddressesIn(this: MatcherContext, given: unknown, earlier: unknown): MatcherResult {
  const call = callOf(this, 'toKeepAddressesIn');
  const after = documentOf(given, call, 'expect(...)');
  const before = documentOf(earlier, call, 'what was before');
  const now = new Map(after.resources.map((resource) => [resource.address, resource]));
  const held = before.resources.filter(
    ({ mode, type }) => mode === 'managed' && replacing[type] !== undefined,
  );
  if (held.length === 0)
    throw misuse(call, 'what was before holds no network, subnet, NAT gateway or address to keep.');
  const losses = held.flatMap((resource) => lossesOf(resource, now.get(resource.address)));
  const message = (): string => {
    const lines = losses.length === 0 ? [`all ${held.length} are kept`] : losses.map(({ text }) => text);
    return printableLines([`expect(after)${call}(before)`, '', ...lines].join('\n'));
  };
  if (losses.length > 0 && losses.every(({ certain }) => !certain))
    throw new NetproofError('VerdictUnknown', message());
  return { pass: losses.length === 0, message };
}

function documentOf(given: unknown, call: string, where: string): TerraformDocument {
  const document = documentOfTopology(topologyOf(given, call, where));
  if (document !== undefined) return document;
  throw misuse(
    call,
    `${where} was not read from Terraform. Give what topologyOfStack(stack) or topologyOfSynth(json) returns.`,
  );
}

function lossesOf(was: Resource, is: Resource | undefined): readonly Loss[] {
  if (is === undefined) return [{ text: `${was.address} is gone`, certain: true }];
  return replacing[was.type]!.flatMap((name): readonly Loss[] => {
    const [before, after] = [was.attributes.get(name) ?? nothing, is.attributes.get(name) ?? nothing];
    if (identityOf(before) === identityOf(after)) return [];
    const certain = isCertain(before) && isCertain(after);
    const verb = certain ? 'is replaced' : 'may be replaced';
    return [
      {
        text: `${was.address} ${verb}: ${name} was ${printable(before)}, and becomes ${printable(after)}`,
        certain,
      },
    ];
  });
}

function isCertain(value: Value): boolean {
  switch (value.kind) {
    case 'known':
    case 'ref':
      return true;
    case 'one-of':
    case 'unknown':
      return false;
    case 'list':
      return value.items.every(isCertain);
    case 'object':
      return [...value.entries.values()].every(isCertain);
  }
}

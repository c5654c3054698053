import { ignored, modelled, passages } from '../../../lib/readers/aws/coverage';
import { namesGroups, namesSubnets } from '../../../lib/readers/aws/carrier-attribute';
import { type DeclaredType, declaredTypes, touchesNetworks } from './declared-attributes';

/** What the declarations and the hand-made lists together say. */
export interface Coverage {
  /** Types that carry interfaces and are in none of the lists. */
  readonly carriers: readonly Carrier[];
  /** Types that touch networks, carry no interface and are in none of the lists. */
  readonly forgotten: readonly string[];
  /** Types of the lists that the provider does not have. */
  readonly strangers: readonly string[];
  readonly total: number;
}

export interface Carrier {
  readonly type: string;
  readonly subnets: readonly string[];
  readonly groups: readonly string[];
}

export function coverage(): Coverage {
  const declared = declaredTypes();
  const listed = new Set([...Object.keys(modelled), ...Object.keys(ignored), ...Object.keys(passages)]);
  const unlisted = declared.filter(({ type }) => !listed.has(type));
  const names = new Set(declared.map(({ type }) => type));
  return {
    carriers: unlisted.filter(carries).map(({ type, attributes }) => ({
      type,
      subnets: attributes.filter(namesSubnets),
      groups: attributes.filter(namesGroups),
    })),
    forgotten: unlisted
      .filter((one) => !carries(one) && one.attributes.some(touchesNetworks))
      .map(({ type }) => type),
    strangers: [...listed].filter((type) => !names.has(type)),
    total: declared.length,
  };
}

const carries = ({ attributes }: DeclaredType) =>
  attributes.some((attribute) => namesSubnets(attribute) || namesGroups(attribute));

/** The text of lib/readers/aws/not-modelled.ts. */
export function notModelledSource({ carriers }: Coverage): string {
  const lines = carriers.map(({ type, subnets, groups }) =>
    `  ${type}: ${list(subnets)},\n`.replace(/,\n$/, `, ${list(groups)}],\n`).replace(': ', ': ['),
  );
  return `/**
 * Resource types that carry network interfaces and are not modelled: the attributes that name their subnets and their
 * security groups. Made from the declarations of @cdktf/provider-aws by \`npx ts-node test/readers/aws/write-tables.ts\`.
 */
// prettier-ignore
export const notModelled: Readonly<Record<string, readonly [subnets: readonly string[], groups: readonly string[]]>> = {
${lines.join('')}};
`;
}

const list = (names: readonly string[]) => `[${names.map((name) => `'${name}'`).join(', ')}]`;

/** The AWS part of docs/supported.md. */
export function supportedText({ carriers, total }: Coverage): string {
  const counted = Object.keys(modelled).length + Object.keys(ignored).length + Object.keys(passages).length;
  return `## AWS

Every resource type of @cdktf/provider-aws that has to do with a VPC is in one of four lists; the other
${total - counted - carriers.length} types of the provider have no address in a network and are left out. Data sources are placeholders: what
they found is not part of the input, and a path that depends on it is unknown unless a plan knows it.

### Modelled

${table(modelled, 'as')}

### Left out on purpose

${table(ignored, 'because')}

### Makes a verdict unknown: packets may go through it

${table(passages, 'where')}

### Makes a verdict unknown: carries interfaces and is not modelled

Each is an endpoint in its subnets, so that a question about it can be asked, and the answer is unknown. One that names
neither a subnet nor a security group stands in no network of the input and is left out.

${carriers.map(({ type }) => `\`${type}\``).join(', ')}

### How far the model goes

- Packets, not answers: a balancer's health checks, endpoint policies and names decide nothing here.
- An instance with its source and destination check off forwards, and what its software does with what it forwards
  (translate, filter, nothing) is unknown: so is every path that a route leads through it.
- How many tasks or instances a service or group has is not looked at: a question is asked of one in every subnet.
- A plan made from HCL does not tell which subnet \`aws_subnet.a[count.index].id\` is. Where as many resources of one block
  each take one of as many things (associations and subnets, routes and tables, attachments and targets), each thing is
  taken once; and where tables or NAT gateways differ in nothing but their name, which of them it is makes no difference,
  and an explanation shows the one with the same index. Else the verdict is unknown.
- A VPC that is not part of the input (the default one, one that a data source found) may have an Internet gateway: whether
  the Internet reaches what has a public address there is unknown.
- NAT64 is not followed: a host with IPv6 alone reaches no IPv4 address here, a route for 64:ff9b::/96 or not.
- Tasks of ECS have an IPv6 address where their subnet assigns one.
- The conditions of a listener rule are not read: its targets count as targets of the listener.
- Where AWS refuses what is written (a route inside the VPC for less than a subnet, a route to 169.254.168.0/22), it
  is left out, and listed among the gaps.
`;
}

/** A table as Prettier writes it: columns as wide as their widest cell. */
function table(entries: Readonly<Record<string, string>>, heading: string): string {
  const rows = [['type', heading], ...Object.entries(entries).map(([type, what]) => [`\`${type}\``, what])];
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
  const line = (cells: readonly string[], fill: string) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column]!, fill)).join(' | ')} |`;
  const [head, ...body] = rows.map((row) => line(row, ' '));
  return [head, line(['', ''], '-'), ...body].join('\n');
}

import type { AwsInventory, SubnetInventory, VpcInventory } from './aws-inventory';
import { ingressText } from './aws-network-acl';
import { counted, type Count } from './count';
import type {
  ContainerInventory,
  DockerInventory,
  DockerNetworkInventory,
  PublishedPort,
} from './docker-inventory';
import { guaranteeRows } from './guarantee-text';
import type { StackInventory } from './inventory';
import { printable } from './printable';
import type { Paint } from './terminal-style';
import { textTable, type Cell } from './text-table';

/** The inventories for people: a paragraph per stack, aligned, without a newline at the end. */
export function inventoryText(inventories: readonly StackInventory[], paint: Paint): string {
  return inventories.map((inventory) => stackLines(inventory, paint).join('\n')).join('\n\n');
}

function stackLines(inventory: StackInventory, paint: Paint): string[] {
  const { aws, docker } = inventory;
  return [
    headline(inventory, paint),
    ...(aws ? vpcLines(aws, paint) : []),
    ...guaranteeLines(inventory, paint),
    ...(docker ? dockerLines(docker, paint) : []),
    ...closingLines(inventory, paint),
    ...remarkLines(inventory, paint),
  ];
}

function headline({ stack, aws, docker }: StackInventory, paint: Paint): string {
  const only = aws?.vpcs.length === 1 ? aws.vpcs[0] : undefined;
  const facts = [
    only && vpcFact(only),
    aws && (aws.regions.join(', ') || 'region from AWS_REGION or the profile'),
    docker && dockerFact(docker),
  ];
  const texts = facts.filter((fact) => fact !== undefined && fact !== '').map((fact) => printable(fact!));
  return [paint('strong', printable(stack)), ...texts].join('   ');
}

function dockerFact({ networks, containers, hosts }: DockerInventory): string {
  const made = networks.filter(({ address }) => address !== undefined);
  const where = hosts.length > 0 ? ` at ${hosts.join(', ')}` : '';
  return `${counted(containers.length, 'container')} on ${counted(made.length, 'network')}${where}`;
}

function vpcLines({ vpcs }: AwsInventory, paint: Paint): string[] {
  return vpcs.flatMap((vpc) => {
    const title = vpcs.length === 1 ? [] : [`  ${paint('strong', printable(vpc.name))}   ${vpcFact(vpc)}`];
    const emptied = vpc.defaultSecurityGroupEmptied
      ? [[{ text: 'default security group without rules' }]]
      : [];
    const indent = vpcs.length === 1 ? '  ' : '    ';
    return [
      ...title,
      ...textTable(vpc.subnets.map(subnetRow), paint, indent),
      ...textTable(emptied, paint, indent),
    ];
  });
}

function guaranteeLines({ aws, guarantees }: StackInventory, paint: Paint): string[] {
  if (guarantees === undefined) return [];
  const subnets = aws?.vpcs.flatMap((vpc) => vpc.subnets) ?? [];
  const labels = new Map(subnets.map(({ address, label }) => [address, label]));
  const order = [...labels.keys()];
  const sorted = [...guarantees.subnets].sort((a, b) => order.indexOf(a.subnet) - order.indexOf(b.subnet));
  const told = guarantees.problem === undefined ? { subnets: sorted } : guarantees;
  const rows = guaranteeRows(told, (subnet) => labels.get(subnet) ?? subnet);
  if (rows.length === 0) return [];
  return [
    '  guaranteed by the network, whatever security groups say',
    ...textTable(
      rows.map((row) => row.map((text) => ({ text }))),
      paint,
      '    ',
    ),
  ];
}

const vpcFact = ({ blocks, name }: VpcInventory): string => printable(blocks.join(', ') || name);

function subnetRow(subnet: SubnetInventory): Cell[] {
  const { wayOut, networkAcl, automaticPublicAddresses } = subnet;
  const notes = [
    automaticPublicAddresses === true ? 'gives out public addresses' : '',
    networkAcl === undefined ? '' : ingressText(networkAcl),
  ];
  return [
    { text: subnet.label },
    { text: subnet.zone ?? '', style: 'faint' },
    { text: [subnet.block, subnet.ipv6Block].filter((block) => block !== null).join(' ') },
    usableCell(subnet.usable),
    { text: wayOut.text, style: wayOut.kind === 'not known' ? 'warning' : 'plain' },
    { text: notes.filter((note) => note !== '').join('; ') },
  ];
}

function usableCell(usable: Count): Cell {
  const text = usable === null ? '' : typeof usable === 'number' ? usable.toLocaleString('en-US') : usable;
  return { text: text === '' ? '' : `${text} usable`, style: 'faint', align: 'right' };
}

function dockerLines({ networks, containers }: DockerInventory, paint: Paint): string[] {
  const rows = networks.map(networkRow);
  const apart = containers
    .filter(({ networks: joined, mode }) => joined.length === 0 && mode !== undefined)
    .map(apartRow);
  const unsure = containers.filter((container) => container.unsure.length > 0).map(unsureRow);
  const published = containers.flatMap((container) =>
    container.published.map((port) => publishedRow(container, port)),
  );
  return [
    ...textTable([...rows, ...apart], paint, '  '),
    ...textTable([...published, ...unsure], paint, '  '),
  ];
}

function unsureRow({ name, unsure }: ContainerInventory): Cell[] {
  return [{ text: `${name}: not known before apply: ${unsure.join(', ')}`, style: 'warning' }];
}

function networkRow(network: DockerNetworkInventory): Cell[] {
  const members = network.members.map(({ container, addresses }) => [container, ...addresses].join(' '));
  return [
    { text: network.name },
    {
      text:
        network.blocks.join(' ') ||
        (network.address === undefined ? 'made elsewhere' : 'a block that Docker picks'),
    },
    usableCell(network.usable),
    { text: gatewayOf(network), style: 'faint' },
    { text: wayOutOf(network) },
    { text: members.join(', ') || 'nobody yet' },
  ];
}

/** On a bridge the gateway's address is the host's own; on an internal one it leads nowhere and is that alone. */
function gatewayOf({ driver, internal, gateways }: DockerNetworkInventory): string {
  if (gateways.length === 0) return '';
  return `${driver === 'bridge' && internal === true ? 'host' : 'gateway'} ${gateways.join(' ')}`;
}

/** A network that this stack only uses may be internal or not: nothing is said. */
function wayOutOf({ address, driver, internal }: DockerNetworkInventory): string {
  if (address === undefined) return '';
  if (internal === null) return 'way out not known before apply';
  if (internal) return 'no way out';
  return driver === 'bridge' ? 'internet via the Docker host' : `${driver} network`;
}

/** Containers without a network of their own. */
function apartRow({ name, mode }: ContainerInventory): Cell[] {
  const owner = /^container:([^$]+)$/.exec(mode ?? '')?.[1];
  const where =
    mode === 'host'
      ? 'the network of the host itself'
      : mode === 'none'
        ? 'no network'
        : owner === undefined
          ? (mode ?? '')
          : `the network of ${owner}`;
  return [{ text: name }, { text: where }];
}

function publishedRow({ name }: ContainerInventory, port: PublishedPort): Cell[] {
  const { ip, hostPort, containerPort, protocol } = port;
  const host = `${ip.includes(':') ? `[${ip}]` : ip}:${hostPort ?? '(a port that Docker picks)'}`;
  const suffix = protocol === 'tcp' ? '' : `/${protocol}`;
  return [
    { text: `published ${host} -> ${name}:${containerPort}${suffix}` },
    {
      text: isLoopback(ip)
        ? 'on this machine only'
        : isEverywhere(ip)
          ? 'on every address of the host, the LAN included'
          : '',
    },
  ];
}

const isLoopback = (ip: string): boolean => ip.startsWith('127.') || ip === '::1';
const isEverywhere = (ip: string): boolean => ip === '0.0.0.0' || ip === '::';

function closingLines(
  { resources, dataSources, files, aws, notDescribed }: StackInventory,
  paint: Paint,
): string[] {
  const data = dataSources === 0 ? '' : ` and ${counted(dataSources, 'data source')}`;
  const created = `${counted(resources, 'resource')}${data} -> ${files.join(', ')}`;
  const others = Object.entries(notDescribed).map(([type, count]) =>
    count === 1 ? type : `${type} (${count})`,
  );
  const total = Object.values(notDescribed).reduce((sum, count) => sum + count, 0);
  return [
    `  ${paint('faint', printable(created))}`,
    ...(total === 0
      ? []
      : [`  not described: ${counted(total, 'resource')}: ${printable(others.join(', '))}`]),
    ...(aws && aws.billedHourly.length > 0 ? [`  ${paint('warning', billedText(aws))}`] : []),
  ];
}

function billedText({ billedHourly }: AwsInventory): string {
  const items = billedHourly.map(({ what, count }) => counted(count, what, plurals[what]));
  const total = billedHourly.reduce((sum, { count }) => sum + count, 0);
  const ways = [...new Set(billedHourly.map(({ without }) => without))];
  const way =
    ways.length === 1 && ways[0] !== undefined
      ? ` (${ways[0]} leaves ${total === 1 ? 'it' : 'them'} out)`
      : '';
  return `billed hourly: ${items.join(', ')}${way}`;
}

const plurals = { 'NAT gateway': 'NAT gateways', 'public IPv4 address': 'public IPv4 addresses' } as const;

function remarkLines({ unsureCount, moduleCalls, annotations }: StackInventory, paint: Paint): string[] {
  const unsure =
    unsureCount.length === 0
      ? []
      : [`  how many there will be is not known before apply: ${printable(unsureCount.join(', '))}`];
  const remarks = annotations.map(({ level, at, message }) => {
    const style = level === 'error' ? 'bad' : level === 'warning' ? 'warning' : 'plain';
    const [first, ...more] = message.split('\n').map(printable);
    const text = `  ${paint(style, `${level}:`)} ${at === '' ? '' : `${printable(at)}: `}${first ?? ''}`;
    return [text, ...more.map((line) => `    ${line}`)].join('\n');
  });
  const modules =
    moduleCalls.length === 0 ? [] : [`  not read: what module ${printable(moduleCalls.join(', '))} creates`];
  return [...unsure, ...modules, ...remarks];
}

import { AddressSet } from '../../addressing/address-set';
import { PortSet } from '../../addressing/port-set';
import { Traffic } from '../../addressing/traffic';
import { type Bounds, between, exactly } from '../../topology/bounds';
import { translatorPorts } from '../../topology/client-ports';
import type { Listener, RelayTarget } from '../../topology/relay';
import type { Unknown } from '../../topology/value';
import { type Attributes, isUnknown } from '../attributes';
import { type AwsResource, idOf } from './estate';
import type { NetworkInterface } from './interfaces';
import { leftOut, type Network } from './network';
import { sameZone, type Subnet } from './subnet';
import { type Target, TargetGroups, targetGroupTypes } from './target-group';
import { nameOf } from './vpc';

const balancerTypes = ['aws_lb', 'aws_alb'] as const;
const listenerTypes = ['aws_lb_listener', 'aws_alb_listener'] as const;
const ruleTypes = ['aws_lb_listener_rule', 'aws_alb_listener_rule'] as const;

interface Balancer {
  readonly resource: AwsResource;
  readonly kind: 'application' | 'network';
  readonly interfaces: readonly NetworkInterface[];
}

/**
 * Application and network load balancers: an endpoint with an interface in each of its subnets, and a relay from its
 * listeners to what their target groups hold. Gateway load balancers are not modelled.
 *
 * - An application load balancer has security groups, the default one when none is named; its targets see its address.
 * - A network load balancer without security groups filters nothing. Its targets see the client when they are
 *   registered by instance or by UDP, else the balancer, unless `preserve_client_ip` says otherwise.
 * - Its nodes send to targets in their own zone only, unless cross-zone balancing is on.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-update-security-groups.html
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html
 */
export class LoadBalancers {
  private readonly network: Network;
  private readonly balancers: readonly Balancer[];
  /** By balancer id. */
  private readonly listeners = new Map<string, AwsResource[]>();

  constructor(network: Network) {
    this.network = network;
    for (const listener of network.estate.of(...listenerTypes)) {
      const { options } = network.estate.named(listener, 'load_balancer_arn', balancerTypes);
      for (const option of options) {
        this.listeners.set(idOf(option), [...(this.listeners.get(idOf(option)) ?? []), listener]);
      }
    }
    this.balancers = network.estate.of(...balancerTypes).flatMap((resource) => this.add(resource));
  }

  /** Adds the relays, once all endpoints that can be targets are there. */
  addRelays(): void {
    if (this.balancers.length === 0) return;
    const groups = new TargetGroups(this.network);
    for (const balancer of this.balancers) {
      const { id } = balancer.resource;
      this.network.builder.addRelay({
        id,
        name: `${balancer.kind} load balancer ${nameOf(balancer.resource, id)}`,
        endpoint: id,
        listeners: this.listenersOf(balancer.resource).flatMap((one) => this.listener(one, balancer, groups)),
        origin: balancer.resource.origin(),
      });
    }
  }

  private add(resource: AwsResource): Balancer[] {
    const { network } = this;
    const written = resource.scalar('load_balancer_type');
    const kind = written ?? 'application';
    const mappings = resource.blocks('subnet_mapping');
    const listed = network.subnetsListed(resource, 'subnets');
    const places: readonly (readonly [Subnet, Attributes])[] =
      mappings.items.length > 0
        ? mappings.items.flatMap((at) =>
            network.subnets.at(at, 'subnet_id').options.map((subnet) => [subnet, at] as const),
          )
        : listed.subnets.map((subnet) => [subnet, resource] as const);
    const internal = resource.flag('internal') ?? false;
    const dual = /^dualstack/.test(resource.text('ip_address_type') ?? '');
    const interfaces = places.map(([subnet, at]): NetworkInterface =>
      network.interfaces.add({
        id: `${resource.id} in ${subnet.id}`,
        subnet,
        addresses: network.interfaces.addresses(
          at,
          { ipv4: ['private_ipv4_address'], ipv6: ['ipv6_address'], key: 'private_ipv4_address' },
          { ...subnet, assignsIpv6: dual },
        ),
        filters: this.groupsOf(resource, kind === 'network', subnet),
        forwards: false,
        mapped: isUnknown(internal) ? internal : !internal,
        ...this.publicAddress(resource, at),
        inUse: true,
        origin: resource.origin(),
      }),
    );
    const doubts = [...listed.unknowns, ...mappings.unknowns, ...(isUnknown(kind) ? [kind] : [])];
    const known = kind === 'application' || kind === 'network';
    const unmodelled = known
      ? undefined
      : leftOut(resource.id, `a load balancer of type ${resource.text('load_balancer_type') ?? 'unknown'}`);
    network.addEndpoint(resource, interfaces, {
      spread: 'replicas',
      clientPorts: translatorPorts,
      // What has no listener is not taken, whatever the groups say.
      takes: Traffic.from(this.listenersOf(resource).map(listenerTrafficOf)),
      notModelled: doubts[0] ?? unmodelled,
    });
    return known ? [{ resource, kind, interfaces }] : [];
  }

  private listenersOf(balancer: AwsResource): readonly AwsResource[] {
    return this.listeners.get(balancer.id) ?? [];
  }

  /** A network load balancer may be given an Elastic IP per subnet. */
  private publicAddress(resource: AwsResource, at: Attributes) {
    const { options } = this.network.estate.named(at, 'allocation_id', ['aws_eip']);
    const [only] = options;
    const ip = only?.kind === 'resource' ? only.resource : resource;
    return {
      publicKey: ip.key('public_ip'),
      publicAddress: this.network.interfaces.literal(ip.written('public_ip')),
    };
  }

  private groupsOf(resource: AwsResource, isNetwork: boolean, subnet: Subnet): Bounds<readonly string[]> {
    if (isNetwork && !resource.has('security_groups')) return exactly([]);
    return this.network.groups.worn(resource, ['security_groups'], subnet.vpc);
  }

  private listener(at: AwsResource, balancer: Balancer, groups: TargetGroups): Listener[] {
    const port = at.number('port');
    const protocol = at.scalar('protocol');
    const traffic = listenerTrafficOf(at);
    const actions = [at, ...this.rulesOf(at)].flatMap((one) =>
      ['default_action', 'action'].flatMap((name) =>
        one.blocks(name).items.map((block) => [one, block] as const),
      ),
    );
    let targets: Bounds<readonly RelayTarget[]> = exactly([]);
    for (const [owner, action] of actions) {
      const found = this.actionTargets(action, protocol, balancer, groups);
      const causes = [
        ...(owner.existence === undefined ? [] : [owner.existence]),
        ...[port, protocol].filter(isUnknown),
      ];
      const least = causes.length === 0 ? found.least : [];
      targets = between(
        [...targets.least, ...least],
        [...targets.most, ...found.most],
        [...targets.unknowns, ...found.unknowns, ...causes],
      );
    }
    return [{ traffic, targets, origin: at.origin() }];
  }

  private rulesOf(listener: AwsResource): readonly AwsResource[] {
    return this.network.estate.of(...ruleTypes).filter((rule) => {
      const { options } = this.network.estate.named(rule, 'listener_arn', listenerTypes);
      return options.some((option) => idOf(option) === listener.id);
    });
  }

  /** What an action forwards to; a redirect or a fixed response forwards to nothing. */
  private actionTargets(
    action: Attributes,
    protocol: ReturnType<Attributes['scalar']>,
    balancer: Balancer,
    groups: TargetGroups,
  ): Bounds<readonly RelayTarget[]> {
    const places = [
      [action, 'target_group_arn'] as const,
      ...action
        .blocks('forward')
        .items.flatMap((forward) => forward.blocks('target_group').items.map((one) => [one, 'arn'] as const)),
    ];
    const least: RelayTarget[] = [];
    const most: RelayTarget[] = [];
    const unknowns: Unknown[] = [];
    for (const [at, attribute] of places) {
      const named = this.network.estate.named(at, attribute, targetGroupTypes);
      unknowns.push(...named.unknowns);
      for (const option of named.options) {
        if (option.kind !== 'resource' || !targetGroupTypes.includes(option.resource.type as never)) {
          // A target group that is not part of the input may hold anything that the balancer can address.
          const stranger = anyTarget(option.kind === 'resource' ? option.resource : at);
          most.push({ ...stranger, ports: translatorPorts });
          unknowns.push(option.kind === 'outside' ? option.unknown : at.unknownOf(attribute));
          continue;
        }
        const group = option.resource;
        const held = groups.targets(group);
        unknowns.push(...held.unknowns);
        for (const target of held.most) {
          const found = this.target(target, group, protocol, balancer);
          most.push(...found.possible);
          unknowns.push(...found.unknowns);
          if (named.unknowns.length === 0 && held.least.includes(target)) least.push(...found.certain);
        }
      }
    }
    return between(least, most, unknowns);
  }

  private target(
    target: Target,
    group: AwsResource,
    listening: ReturnType<Attributes['scalar']>,
    balancer: Balancer,
  ): { certain: RelayTarget[]; possible: RelayTarget[]; unknowns: readonly Unknown[] } {
    const written = group.number('port');
    const port = target.port ?? (isUnknown(written) ? undefined : written);
    const protocol = group.scalar('protocol') ?? listening;
    const seen = sourceSeen(group, balancer.kind, protocol);
    const base = {
      to: target.to,
      traffic: listenerTraffic(isUnknown(protocol) ? undefined : protocol, port),
      ports: translatorPorts,
      origin: target.origin,
    };
    const zones = this.nodes(target, group, balancer);
    const open: Unknown[] = [...seen.unknowns, ...zones.unknowns];
    if (target.port === undefined && isUnknown(written)) open.push(written);
    if (isUnknown(protocol)) open.push(protocol);
    const make = (
      from: readonly string[] | undefined,
      sourceSeen: RelayTarget['sourceSeen'],
    ): RelayTarget[] =>
      from?.length === 0 ? [] : [{ ...base, sourceSeen, ...(from === undefined ? {} : { from }) }];
    const possible = seen.options.flatMap((option) => make(zones.most, option));
    if (seen.unknowns.length > 0 || port === undefined || isUnknown(protocol)) {
      return { certain: [], possible, unknowns: open };
    }
    // What is certain is the very same target, unless only some of the nodes send to it for certain.
    const certain = zones.unknowns.length === 0 ? possible : make(zones.least, seen.options[0]!);
    return { certain, possible: [...new Set([...certain, ...possible])], unknowns: open };
  }

  /**
   * The nodes that send to a target: all of them with cross-zone balancing, which an application load balancer always
   * has unless a target group turns it off, and a network load balancer only when it is turned on.
   */
  private nodes(
    target: Target,
    group: AwsResource,
    { resource, kind, interfaces }: Balancer,
  ): { least?: readonly string[]; most?: readonly string[]; unknowns: readonly Unknown[] } {
    const own = group.scalar('load_balancing_cross_zone_enabled');
    const balancer =
      kind === 'application' ? true : (resource.flag('enable_cross_zone_load_balancing') ?? false);
    const crosses = own === undefined || own === 'use_load_balancer_configuration' ? balancer : own;
    if (crosses === true || crosses === 'true' || target.subnets.length === 0) return { unknowns: [] };
    const near = (node: NetworkInterface) => target.subnets.map((subnet) => sameZone(node.subnet, subnet));
    // A target with interfaces in several zones is taken where any of them is.
    const sure = interfaces.filter((node) => near(node).includes(true));
    const maybe = interfaces.filter((node) => near(node).some((same) => same !== false));
    const ids = (nodes: readonly NetworkInterface[]) => nodes.map((node) => node.id);
    if (isUnknown(crosses)) return { least: ids(sure), unknowns: [crosses] };
    const cause = maybe.length === sure.length ? [] : [zoneDoubt(maybe, sure)];
    return { least: ids(sure), most: ids(maybe), unknowns: cause };
  }
}

function zoneDoubt(maybe: readonly NetworkInterface[], sure: readonly NetworkInterface[]): Unknown {
  const node = maybe.find((one) => !sure.includes(one))!;
  return leftOut(`${node.subnet.id}.availability_zone`, `the zone of ${node.subnet.name}`);
}

/** Something of which nothing is known. */
function anyTarget(at: Attributes): Omit<RelayTarget, 'ports'> {
  return {
    to: { addresses: AddressSet.everything() },
    traffic: Traffic.everything,
    sourceSeen: 'relay',
    origin: at.origin(),
  };
}

/** What a listener takes; every port where only apply tells which. */
function listenerTrafficOf(listener: AwsResource): Traffic {
  const [port, protocol] = [listener.number('port'), listener.scalar('protocol')];
  return listenerTraffic(isUnknown(protocol) ? undefined : protocol, isUnknown(port) ? undefined : port);
}

/** Protocol and port of a listener or a target group. HTTP and TLS are TCP to a network. */
function listenerTraffic(protocol: unknown, port: number | undefined): Traffic {
  const ports = port === undefined ? PortSet.all : PortSet.of(port);
  const name = typeof protocol === 'string' ? protocol.toUpperCase() : 'TCP';
  const carries = (part: string) => name.split('_').includes(part);
  const udp = carries('UDP') || carries('QUIC');
  const tcp = !udp || carries('TCP');
  return Traffic.from([
    ...(tcp ? [Traffic.of('tcp', ports)] : []),
    ...(udp ? [Traffic.of('udp', ports)] : []),
  ]);
}

/** Whose address a target sees. */
function sourceSeen(
  group: AwsResource,
  kind: Balancer['kind'],
  protocol: ReturnType<Attributes['scalar']>,
): { readonly options: readonly RelayTarget['sourceSeen'][]; readonly unknowns: readonly Unknown[] } {
  if (kind === 'application') return { options: ['relay'], unknowns: [] };
  const type = group.text('target_type') ?? 'instance';
  const stated = group.flag('preserve_client_ip');
  const name = typeof protocol === 'string' ? protocol.toUpperCase() : 'TCP';
  const always = type === 'alb' || ['UDP', 'TCP_UDP', 'QUIC', 'TCP_QUIC'].includes(name);
  if (always) return { options: ['client'], unknowns: [] };
  if (isUnknown(stated)) return { options: ['client', 'relay'], unknowns: [stated] };
  return { options: [(stated ?? type === 'instance') ? 'client' : 'relay'], unknowns: [] };
}

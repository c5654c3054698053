/** A change of one place in the code that takes a fact out of the model. */
export interface Mutation {
  readonly fact: string;
  /** What holds no more. */
  readonly undoes: string;
  /** Path from the root of the package. */
  readonly file: string;
  /** The source as it is; it stands in the file once. */
  readonly original: string;
  readonly replacement: string;
}

const aws = (name: string) => `lib/readers/aws/${name}.ts`;

/**
 * For every fact at least one mutation, which a test with the number of the fact in its title finds.
 * `run-mutations.ts` makes them one at a time and writes docs/mutations.md.
 */
export const mutations: readonly Mutation[] = [
  {
    fact: 'A1',
    undoes: 'groups belong to an interface: every interface of an instance wears those of the first',
    file: aws('network'),
    original: 'filters: this.marked(one),',
    replacement: 'filters: this.marked(interfaces[0]!),',
  },
  {
    fact: 'A2',
    undoes: 'several groups count together: only the first one does',
    file: aws('security-group'),
    original: 'const each = named.flatMap((one) => one.each);',
    replacement: 'const each = named.flatMap((one) => one.each).slice(0, 1);',
  },
  {
    fact: 'A3',
    undoes: 'groups are stateful: replies need rules',
    file: aws('security-group'),
    original:
      "const filter = { id, name, matching: 'union', stateful: true, origin: resource.origin() } as const;",
    replacement:
      "const filter = { id, name, matching: 'union', stateful: false, origin: resource.origin() } as const;",
  },
  {
    fact: 'A4',
    undoes: 'a group has no egress that is not written: it keeps the rule that AWS gives it',
    file: aws('security-group'),
    original: 'this.put(filter, [], []);',
    replacement: 'this.put(filter, [], [asAwsMadeIt(id, resource.origin()).egress]);',
  },
  {
    fact: 'A4',
    undoes: 'rules of the third style count',
    file: aws('security-group'),
    original: 'this.readOwnRule(resource, direction, ruleResourceTraffic);',
    replacement: '',
  },
  {
    fact: 'A5',
    undoes: 'a rule that names a group means its members by their private addresses: it means everybody',
    file: aws('security-group'),
    original: 'addresses: lists.reduce(unite, read.addresses),',
    replacement:
      'addresses: named.length > 0 ? exactly(AddressSet.everything()) : lists.reduce(unite, read.addresses),',
  },
  {
    fact: 'A6',
    undoes: 'a reference to a group of another VPC may match by a way that is not modelled',
    file: aws('next-hop'),
    original:
      "return { kind: 'unknown', unknown: cause, outside: outside || resource.type === 'aws_vpn_gateway' };",
    replacement: "return { kind: 'drop', reason: cause.key };",
  },
  {
    fact: 'A7',
    undoes: 'a middlebox takes its standing from the client: what it does is as if it were not there',
    file: 'lib/reachability/walk.ts',
    original: 'const steered = { ...packet, altered: true };',
    replacement:
      'if (at.interface.forwards) return this.deliver(packet, steps);\n    const steered = { ...packet, altered: true };',
  },
  {
    fact: 'A8',
    undoes: 'the default group admits its own members only',
    file: aws('security-group'),
    original: 'return { ingress: rule(AddressSet.empty, [id]), egress: rule(AddressSet.everything(), []) };',
    replacement:
      'return { ingress: rule(AddressSet.everything(), []), egress: rule(AddressSet.everything(), []) };',
  },
  {
    fact: 'A8',
    undoes: 'self means the group itself',
    file: aws('security-group'),
    original: 'if (self === true) least.push(group);',
    replacement: '',
  },
  {
    fact: 'A9',
    undoes: 'adopting the default group removes its rules',
    file: aws('security-group'),
    original: "this.adopted.set(vpcs.named(estate.named(resource, 'vpc_id', vpcTypes)).id, resource.id);",
    replacement: '',
  },
  {
    fact: 'A10',
    undoes: 'protocol -1 ignores ports',
    file: aws('rule-traffic'),
    original: 'if (protocol === -1) return exactly(Traffic.everything);',
    replacement: 'if (protocol === -1) return portTraffic(at, 6);',
  },
  {
    fact: 'A10',
    undoes: 'a rule of a group for ICMP writes type and code as ports',
    file: aws('rule-traffic'),
    original: 'if (protocol === 1 || protocol === 58) return icmpTraffic(at, protocol, names);',
    replacement: '',
  },
  {
    fact: 'A11',
    undoes: 'blocks of IPv4 never admit IPv6: 0.0.0.0/0 is everywhere',
    file: aws('block-reader'),
    original: 'const written = AddressSet.of(block);',
    replacement: 'const written = block.prefixLength === 0 ? AddressSet.everything() : AddressSet.of(block);',
  },
  {
    fact: 'A12',
    undoes: 'a prefix list holds the entries that are written in it',
    file: aws('prefix-list'),
    original: 'const entries = [...items, ...(this.entries.get(id) ?? [])];',
    replacement: 'const entries = this.entries.get(id) ?? [];',
  },
  {
    fact: 'A12',
    undoes: 'a list of AWS holds public addresses only',
    file: aws('prefix-list'),
    original: 'between(AddressSet.empty, publicAddresses, [cause])',
    replacement: 'between(AddressSet.empty, AddressSet.everything(), [cause])',
  },
  {
    fact: 'A13',
    undoes: 'rules of groups know no source port',
    file: aws('security-group'),
    original: 'traffic: ruleTraffic(at, names),',
    replacement:
      "traffic: ruleTraffic(at, names),\n      sourcePorts: require('../../addressing/port-set').PortSet.range(49152, 65535),",
  },
  {
    fact: 'A14',
    undoes: 'nothing stops what AWS serves to every interface',
    file: aws('network'),
    original: 'services: servicesOf(vpc),',
    replacement: '',
  },
  {
    fact: 'A15',
    undoes: 'an ACL replaces the default one in the subnets that it is associated with',
    file: aws('network-acl'),
    original: 'const sure = certain.at(-1)?.acl ?? this.defaultOf(subnet.vpc);',
    replacement: 'const sure = this.defaultOf(subnet.vpc);',
  },
  {
    fact: 'A16',
    undoes: 'the number of a rule decides its turn: the order in the file does',
    file: aws('network-acl'),
    original: 'ingress: acl.ingress.sort(byNumber),',
    replacement: 'ingress: acl.ingress,',
  },
  {
    fact: 'A16',
    undoes: 'a rule may deny',
    file: aws('network-acl'),
    original: "const denies = at.text(action)?.toLowerCase() === 'deny';",
    replacement: 'const denies = false;',
  },
  {
    fact: 'A17',
    undoes: 'inside a subnet the ACL is not asked',
    file: 'lib/reachability/walk.ts',
    original:
      'private deliver(packet: Packet, steps: Step[]): void {\n    const { owner } = packet.destination;',
    replacement:
      "private deliver(packet: Packet, steps: Step[]): void {\n    const { owner } = packet.destination;\n    if (owner.kind === 'interface') this.arriveIn(owner.at.segment, packet, steps);",
  },
  {
    fact: 'A17',
    undoes: 'an ACL is asked on the way out of a subnet',
    file: 'lib/reachability/walk.ts',
    original: "if (segment !== undefined) this.cross('egress', segment, packet, steps);",
    replacement: '',
  },
  {
    fact: 'A18',
    undoes: 'an ordinary client uses source ports from 32768',
    file: 'lib/topology/client-ports.ts',
    original: 'PortSet.range(32768, 60999)',
    replacement: 'PortSet.range(49152, 60999)',
  },
  {
    fact: 'A18',
    undoes: 'functions use source ports from 1024',
    file: aws('lambda-function'),
    original: 'clientPorts: translatorPorts,',
    replacement: '',
  },
  {
    fact: 'A19',
    undoes: 'an ACL sees public sources as they are, and private destinations',
    file: aws('network-acl'),
    original: "const remote = this.blocks.remote(at, ['cidr_block', 'ipv6_cidr_block']);",
    replacement:
      "const read = this.blocks.remote(at, ['cidr_block', 'ipv6_cidr_block']);\n    const inside = AddressSet.from(['10.0.0.0/8'].map((one) => require('../../addressing/cidr').Cidr.parse(one)));\n    const remote = { ...read, addresses: between(read.addresses.least.intersect(inside), read.addresses.most.intersect(inside), read.addresses.unknowns) };",
  },
  {
    fact: 'A20',
    undoes: 'rules of ACLs for IPv4 never match IPv6: 0.0.0.0/0 is everywhere',
    file: aws('block-reader'),
    original: 'return this.literal(readBlock(String(settled.value), at, attribute));',
    replacement:
      "const read = readBlock(String(settled.value), at, attribute);\n      return attribute === 'cidr_block' && read.prefixLength === 0 ? exactly(AddressSet.everything()) : this.literal(read);",
  },
  {
    fact: 'A21',
    undoes: 'a subnet uses the table that it is associated with: it uses the main table',
    file: aws('route-table'),
    original: 'const claims = this.claims.get(subnet.id) ?? [];',
    replacement: 'const claims: readonly Claim[] = [];',
  },
  {
    fact: 'A21',
    undoes: 'an association of the VPC replaces its main table',
    file: aws('route-table'),
    original: 'const claims = this.mains.get(vpc.id) ?? [];',
    replacement: 'const claims: readonly Claim[] = [];',
  },
  {
    fact: 'A22',
    undoes: 'the longest prefix wins: the first route does',
    file: 'lib/reachability/prepared-table.ts',
    original: '(a, b) => b.to.prefixLength - a.to.prefixLength || a.preference - b.preference,',
    replacement: '(a, b) => a.preference - b.preference,',
  },
  {
    fact: 'A22',
    undoes: 'further blocks of a VPC are local',
    file: aws('vpc'),
    original: 'const read = [primary, ipv6, ...secondary].filter((one) => one !== undefined);',
    replacement: 'const read = [primary, ipv6].filter((one) => one !== undefined);',
  },
  {
    fact: 'A23',
    undoes: 'AWS refuses a route inside the VPC for less than a subnet',
    file: aws('route-table'),
    original: 'if (around === undefined) return undefined;',
    replacement: 'return undefined;',
  },
  {
    fact: 'A24',
    undoes: 'a block goes before an equal one of a prefix list',
    file: aws('route-table'),
    original: 'draft.routes.push({ to, via, preference: 1, origin });\n      }',
    replacement: 'draft.routes.push({ to, via, preference: -1, origin });\n      }',
  },
  {
    fact: 'A24',
    undoes: 'routes that a VPN gateway learns may be there',
    file: aws('route-table'),
    original: 'this.addPropagated(draft, cause, at.origin());',
    replacement: 'void [draft, cause];',
  },
  {
    fact: 'A25',
    undoes: 'a route that AWS calls a blackhole leads nowhere',
    file: aws('next-hop'),
    original: "if (at.text('state') === 'blackhole') return { kind: 'drop', reason: 'blackhole' };",
    replacement: '',
  },
  {
    fact: 'A25',
    undoes: 'an interface of no instance is a blackhole',
    file: aws('next-hop'),
    original:
      "if (!found.inUse) return { kind: 'drop', reason: `blackhole: no instance has ${resource.id}` };",
    replacement: '',
  },
  {
    fact: 'A26',
    undoes: 'a prefix list as a destination is each of its entries',
    file: aws('route-table'),
    original: 'for (const to of list.blocks) {',
    replacement: 'for (const to of list.blocks.slice(0, 0)) {',
  },
  {
    fact: 'A26',
    undoes: 'a gateway endpoint puts its route into the tables that it lists',
    file: aws('vpc-endpoint'),
    original:
      "...this.gateways.map((endpoint) => ({ endpoint, at: endpoint, attribute: 'route_table_ids' })),",
    replacement: '',
  },
  {
    fact: 'A27',
    undoes: 'addresses of AWS itself take no route',
    file: aws('route-table'),
    original: 'const reserved = unroutable.find((block) => block.contains(to));',
    replacement: 'const reserved = unroutable.find((block) => block.contains(to) && false);',
  },
  {
    fact: 'A28',
    undoes: 'a reply needs a route of its own: it needs none',
    file: 'lib/reachability/probe.ts',
    original: 'return { flow: this.reply(scenario, first, judgement), firstPacket };',
    replacement: 'return { flow: firstPacket, firstPacket };',
  },
  {
    fact: 'A29',
    undoes: 'an edge table steers what comes in by the gateway',
    file: aws('route-table'),
    original: 'for (const option of gateways.options) this.edges.set(idOf(option), draft.id);',
    replacement: 'void gateways;',
  },
  {
    fact: 'A30',
    undoes: 'a NAT gateway may stand in gateway_id',
    file: aws('next-hop'),
    original: "if (resource.type === 'aws_nat_gateway') return this.nats.hop(resource, vpc);",
    replacement:
      "if (resource.type === 'aws_nat_gateway') return attribute === 'gateway_id' ? { kind: 'drop', reason: '' } : this.nats.hop(resource, vpc);",
  },
  {
    fact: 'A30',
    undoes: 'a machine whose check of source and destination is on does not forward',
    file: aws('instance'),
    original: 'return isUnknown(check) ? check : check === false;',
    replacement: 'return isUnknown(check) ? check : true;',
  },
  {
    fact: 'A31',
    undoes: 'from the Internet a public address is needed: every instance has one',
    file: aws('instance'),
    original: 'mapped: associated ?? subnet.mapsPublic,',
    replacement: 'mapped: true,',
  },
  {
    fact: 'A32',
    undoes: 'an Internet gateway drops private addresses without a public one',
    file: aws('internet-gateway'),
    original: "zone: 'internet', onlyTranslated: [4] },",
    replacement: "zone: 'internet' },",
  },
  {
    fact: 'A33',
    undoes: 'what an instance says of public addresses goes before its subnet',
    file: aws('instance'),
    original: 'mapped: associated ?? subnet.mapsPublic,',
    replacement: 'mapped: subnet.mapsPublic,',
  },
  {
    fact: 'A33',
    undoes: 'an interface that is made on its own gets no public address from its subnet',
    file: aws('instance'),
    original: 'mapped: false,\n        publicKey: resource',
    replacement: 'mapped: subnet.mapsPublic,\n        publicKey: resource',
  },
  {
    fact: 'A34',
    undoes: 'an interface without a public address is not reached from the Internet',
    file: aws('elastic-ip'),
    original: 'if (first < 0 || one.mapped === false || taken.has(first)) return found;',
    replacement: 'if (first < 0 || taken.has(first)) return found;',
  },
  {
    fact: 'A35',
    undoes: 'a NAT gateway carries TCP, UDP and ICMP only',
    file: aws('nat-gateway'),
    original: "const carried = Traffic.from([Traffic.of('tcp'), Traffic.of('udp'), Traffic.of('icmp')]);",
    replacement: 'const carried = Traffic.everything;',
  },
  {
    fact: 'A35',
    undoes: 'a NAT gateway uses source ports from 1024',
    file: aws('nat-gateway'),
    original: 'ports: translatorPorts,',
    replacement: "ports: require('../../topology/client-ports').ordinaryClientPorts,",
  },
  {
    fact: 'A36',
    undoes: 'a private NAT gateway has no public address',
    file: aws('nat-gateway'),
    original: 'if (isPrivate(gateway)) return [];\n      const ip = this.addressOf(gateway);',
    replacement:
      'const ip = this.addressOf(gateway) ?? { address: undefined, unknown: undefined, origin: gateway.origin() };',
  },
  {
    fact: 'A36',
    undoes: 'a private NAT gateway shows its own address',
    file: aws('nat-gateway'),
    original: 'translations: [masked(gateway, leg, leg)],',
    replacement: 'translations: [],',
  },
  {
    fact: 'A37',
    undoes: 'nobody begins a flow by an egress-only Internet gateway',
    file: aws('internet-gateway'),
    original:
      'forward: [outwards!],\n      // An answer to what came in by another gateway does not leave by this one.\n      tracks: true,',
    replacement: 'forward: between(gateway.origin(), vpcLeg(id), internet6Leg(id), everyIpv6),',
  },
  {
    fact: 'A38',
    undoes: 'an Internet gateway carries IPv6 in both directions',
    file: aws('internet-gateway'),
    original: '...between(origin, vpcLeg(id), internet6Leg(id), everyIpv6),',
    replacement: '...between(origin, vpcLeg(id), internet6Leg(id), everyIpv6).slice(0, 1),',
  },
  {
    fact: 'A39',
    undoes: 'a gateway endpoint leads to the addresses of its service',
    file: aws('route-table'),
    original: 'for (const to of least.blocks()) draft.routes.push({ to, via, preference: 1, origin });',
    replacement: '',
  },
  {
    fact: 'A39',
    undoes: 'nobody begins a flow from the service of a gateway endpoint',
    file: aws('vpc-endpoint'),
    original: 'from: [vpcLeg(id)],\n        to: [internetLeg(id)],',
    replacement: '',
  },
  {
    fact: 'A40',
    undoes: 'an interface endpoint wears the groups that it names',
    file: aws('vpc-endpoint'),
    original: "['security_group_ids', 'security_group_id'],",
    replacement: '[],',
  },
  {
    fact: 'A41',
    undoes: 'endpoint policies do not decide about packets',
    file: aws('vpc-endpoint'),
    original: "this.gateways = endpoints.filter((one) => typeOf(one) === 'Gateway');",
    replacement:
      "this.gateways = endpoints.filter((one) => typeOf(one) === 'Gateway' && !(one.text('policy') ?? '').includes('Deny'));",
  },
  {
    fact: 'A49',
    undoes: 'an application load balancer without a group wears the default one: it wears none',
    file: aws('load-balancer'),
    original: "if (isNetwork && !resource.has('security_groups')) return exactly([]);",
    replacement: "if (!resource.has('security_groups')) return exactly([]);",
  },
  {
    fact: 'A49',
    undoes: 'an application load balancer shows its own address to its targets',
    file: aws('load-balancer'),
    original: "if (kind === 'application') return { options: ['relay'], unknowns: [] };",
    replacement: "if (kind === 'application') return { options: ['client'], unknowns: [] };",
  },
  {
    fact: 'A50',
    undoes: 'a network load balancer keeps the address of the client for instances',
    file: aws('load-balancer'),
    original: "return { options: [(stated ?? type === 'instance') ? 'client' : 'relay'], unknowns: [] };",
    replacement: "return { options: [stated === true ? 'client' : 'relay'], unknowns: [] };",
  },
  {
    fact: 'A51',
    undoes: 'a balancer that is not internal has a public address',
    file: aws('load-balancer'),
    original: 'mapped: isUnknown(internal) ? internal : !internal,',
    replacement: 'mapped: false,',
  },
  {
    fact: 'A52',
    undoes: 'without cross-zone balancing a node sends to targets in its own zone only',
    file: aws('load-balancer'),
    original:
      "if (crosses === true || crosses === 'true' || target.subnets.length === 0) return { unknowns: [] };",
    replacement: 'if (!isUnknown(crosses)) return { unknowns: [] };',
  },
  {
    fact: 'A53',
    undoes: 'a function takes no flows',
    file: aws('lambda-function'),
    original: 'accepts: false,',
    replacement: '',
  },
  {
    fact: 'A53',
    undoes: 'a function has no public address, whatever its subnet says',
    file: aws('lambda-function'),
    original: 'mapped: false,',
    replacement: 'mapped: subnet.mapsPublic,',
  },
  {
    fact: 'A54',
    undoes: 'a database is in one subnet of its group, and only apply tells in which',
    file: aws('database'),
    original: "spread: 'placements',",
    replacement: "spread: 'replicas',",
  },
  {
    fact: 'A54',
    undoes: 'the port of a database follows from its engine',
    file: aws('engine-port'),
    original: '[/postgres/, 5432],',
    replacement: '[/postgres/, 5433],',
  },
  {
    fact: 'A55',
    undoes: 'a service has tasks in each of its subnets',
    file: aws('ecs-service'),
    original: "spread: 'replicas'",
    replacement: "spread: 'own'",
  },
  {
    fact: 'A55',
    undoes: 'an auto scaling group wears what its template says',
    file: aws('autoscaling-group'),
    original: 'filters: template?.groups(subnet.vpc) ?? exactly([]),',
    replacement: 'filters: network.groups.worn(group, [], subnet.vpc),',
  },
  {
    fact: 'A57',
    undoes: 'a reference has a certain identity',
    file: aws('estate'),
    original: 'return { options: [this.referred(value.address, value.attribute)], unknowns: [] };',
    replacement:
      "return { options: [{ kind: 'outside', id: at.key(attribute), unknown: at.unknownOf(attribute, value) }], unknowns: [] };",
  },
  {
    fact: 'A57',
    undoes: 'the private address of an instance means that instance',
    file: aws('block-reader'),
    original: 'if (pin !== undefined) members.push(pin);\n        else addresses',
    replacement: 'void pin;\n        addresses',
  },
  {
    fact: 'A58',
    undoes: 'count.index is the number of the instance',
    file: 'lib/readers/configuration/instances.ts',
    original: "iteration: new Map([['count.index', scalar(index)]]),",
    replacement: "iteration: new Map([['count.index', scalar(0)]]),",
  },
  {
    fact: 'A58',
    undoes: 'for_each over a module names the instance with the same key',
    file: 'lib/readers/plan/candidates.ts',
    original: "only?.kind === 'module' && only.output === ''",
    replacement: "only?.kind === 'module' && only.output === 'none'",
  },
  {
    fact: 'A58',
    undoes: 'one each of as many things takes all of them',
    file: aws('one-each'),
    original: "if (value?.kind !== 'one-of' || group.length !== value.options.length) return [];",
    replacement: 'return [];',
  },
  {
    fact: 'A59',
    undoes: 'AWS keeps five addresses of a subnet',
    file: aws('subnet'),
    original: 'return AddressSet.of(AddressRange.of(block.at(4), block.at(-2)));',
    replacement: 'return AddressSet.of(AddressRange.of(block.at(0), block.at(-1)));',
  },
  {
    fact: 'A60',
    undoes: 'what a group outside of the input admits is unknown: it admits nothing',
    file: aws('security-group'),
    original: 'const rules = cause === undefined ? [] : [anyRule(cause, { address: id })];',
    replacement: 'const rules: Rule[] = [];',
  },
  {
    fact: 'V1',
    undoes: 'which block of several names which group is open',
    file: 'lib/readers/plan/candidates.ts',
    original: 'return source.merged === true ? { ...found, all: false } : found;',
    replacement: 'return found;',
  },
  {
    fact: 'V2',
    undoes: 'what a plan lists as unknown, and nobody wrote, is left out',
    file: 'lib/readers/plan/plan-values.ts',
    original: 'if (source === undefined) return undefined;',
    replacement: 'if (source === undefined) return unknownAt(key, source);',
  },
  {
    fact: 'V3',
    undoes: 'what an existing group lists may come from rules that are resources',
    file: 'lib/readers/plan/plan-reader.ts',
    original: 'return hasBlocks && (created || !this.context.ownParts.has(instance, name));',
    replacement: 'return hasBlocks;',
  },
  {
    fact: 'V4',
    undoes: 'repeated members all count: the first one does',
    file: 'lib/readers/json/strict-json.ts',
    original: 'members.push({ name, value: this.value(depth + 1), at });',
    replacement:
      'const held = { name, value: this.value(depth + 1), at };\n      if (!members.some((one) => one.name === name)) members.push(held);',
  },
  {
    fact: 'V5',
    undoes: 'a key goes down to the index of the instance',
    file: 'lib/readers/attributes.ts',
    original: "if (value.kind === 'unknown') return value;",
    replacement:
      "if (value.kind === 'unknown') return { ...value, key: value.key.replace(/\\[[^\\]]*\\]/g, '') };",
  },
];

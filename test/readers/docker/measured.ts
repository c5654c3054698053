/**
 * What packets did on real engines: 20.10.24, 26.1.5, 28.5.2 and 29.7.2, the last with iptables and with nftables. One
 * Linux machine, engines each in a network namespace of its own, a neighbour on the LAN with a route to the containers'
 * blocks. `ok` is an answer, `drop` no answer, `refused` a reset, `unreach` no route, `-` not measured.
 */
export const engines = ['20.10', '26.1', '28.5', '29.7', '29.7 nft'] as const;

export type Outcome = 'ok' | 'drop' | 'refused' | 'unreach' | '-';

/** Case, who, whom, on what, by which address of the host if not by any, and the outcome per engine. */
export type Row = readonly [
  title: string,
  from: string,
  to: string,
  on: string,
  via: string | undefined,
  outcomes: readonly Outcome[],
];

const all = (outcome: Outcome): readonly Outcome[] => engines.map(() => outcome);
const each = (text: string): readonly Outcome[] => text.split(' ') as Outcome[];
const [tcp80, any] = ['tcp/80', undefined];

/** Docker as it comes; on the Linux of every engine IP forwarding was off before. */
export const betweenContainers: readonly Row[] = [
  ['same user bridge', 'web', 'web2', tcp80, any, all('ok')],
  ['same user bridge, any port', 'web', 'web2', 'tcp/6000', any, all('ok')],
  ['same default bridge', 'def1', 'def2', tcp80, any, all('ok')],
  ['two bridges, unpublished', 'web', 'db', tcp80, any, all('drop')],
  ['two bridges, published', 'web', 'bepub', tcp80, any, all('drop')],
  ['default bridge to a user bridge', 'def1', 'web', tcp80, any, all('drop')],
  ['user bridge to the default bridge', 'web', 'def1', tcp80, any, all('drop')],
  ['multi-homed to its front', 'api', 'web', tcp80, any, all('ok')],
  ['multi-homed to its back', 'api', 'db', tcp80, any, all('ok')],
  ['multi-homed, on the network they share', 'web', 'api', tcp80, 'docker_network.fe', all('ok')],
  ['multi-homed, on the network they do not share', 'web', 'api', tcp80, 'docker_network.be', all('drop')],
  ['same internal network', 'int1', 'int1b', tcp80, any, all('ok')],
  ['internal to another bridge', 'int1', 'db', tcp80, any, each('drop unreach unreach unreach unreach')],
  ['internal to another internal', 'int1', 'int2a', tcp80, any, each('drop unreach unreach unreach unreach')],
  ['bridge to internal', 'web', 'int1', tcp80, any, all('drop')],
  ['multi-homed to internal', 'intm', 'int1', tcp80, any, all('ok')],
  ['multi-homed to a bridge', 'intm', 'db', tcp80, any, all('ok')],
  ['icc off, same bridge, unpublished', 'ni1', 'ni2', tcp80, any, all('drop')],
  ['icc off, same bridge, published', 'ni1', 'nipub', tcp80, any, all('drop')],
  ['internal with icc off', 'ini1', 'ini2', tcp80, any, each('- - - drop -')],
  ['shared namespace, as the other does', 'shares', 'web2', tcp80, any, all('ok')],
  ['shared namespace, across bridges', 'shares', 'db', tcp80, any, all('drop')],
  ['shared namespace, from outside of it', 'web2', 'shares', tcp80, any, all('ok')],
  ['shared namespace, inside of it', 'shares', 'web', tcp80, any, all('ok')],
  ['no network', 'nonec', 'web', tcp80, any, all('unreach')],
  ['to no network', 'web', 'nonec', tcp80, any, all('unreach')],
  ['routed, unpublished', 'web', 'rt', tcp80, any, each('- - drop drop -')],
  ['routed, published', 'web', 'rtpub', tcp80, any, each('- - ok ok -')],
  ['nat-unprotected', 'web', 'un', tcp80, any, each('- - drop ok -')],
  ['no masquerading to routed, published', 'nm1', 'rtpub', tcp80, any, each('- - drop drop -')],
  ['no masquerading to routed, ping', 'nm1', 'rt', 'icmp', any, each('- - drop drop -')],
  ['no masquerading to nat-unprotected', 'nm1', 'un', tcp80, any, each('- - drop drop -')],
  ['same macvlan', 'mv1', 'mv2', tcp80, any, all('ok')],
  ['bridge to macvlan', 'web', 'mv1', tcp80, any, all('drop')],
];

const host = (external: number): readonly [to: string, on: string] => [`host:${external}`, `tcp/${external}`];
const internalOwn = each('drop drop drop drop ok');
const internalOther = each('drop unreach unreach unreach unreach');

export const publishedPorts: readonly Row[] = [
  ['from the same bridge, own gateway', 'web', ...host(8083), 'docker_network.fe', all('ok')],
  ['from another bridge, own gateway', 'web', ...host(8081), 'docker_network.fe', all('ok')],
  ['from another bridge, the target’s gateway', 'web', ...host(8081), 'docker_network.be', all('ok')],
  ['from another bridge, an internal gateway', 'web', ...host(8081), 'docker_network.int', all('ok')],
  ['from another bridge, the LAN address', 'web', ...host(8081), '192.168.213.1', all('ok')],
  ['from the default bridge', 'def1', ...host(8081), any, all('ok')],
  ['from a peer with icc off', 'ni1', ...host(8085), any, all('ok')],
  ['own published port by the host', 'fepub', ...host(8083), any, all('ok')],
  ['from a bridge without masquerading', 'nm1', ...host(8081), any, all('drop')],
  ['from a routed network, own gateway', 'rt', ...host(8081), 'docker_network.routed', each('- - ok ok -')],
  ['by UDP, own gateway', 'web', 'host:8093', 'udp/8093', 'docker_network.fe', all('ok')],
  ['by UDP, another gateway', 'web', 'host:8093', 'udp/8093', 'docker_network.be', each('drop drop ok ok -')],
  ['by UDP, the LAN address', 'web', 'host:8093', 'udp/8093', '192.168.213.1', each('drop drop ok ok -')],
  [
    'by UDP from the same bridge, another gateway',
    'db',
    'host:8093',
    'udp/8093',
    'docker_network.fe',
    each('drop drop ok ok -'),
  ],
  ['by UDP from the host', 'host', 'host:8093', 'udp/8093', 'docker_network.fe', all('ok')],
  ['from internal, own gateway', 'int1', ...host(8081), 'docker_network.int', internalOwn],
  ['from internal, the target’s gateway', 'int1', ...host(8081), 'docker_network.be', internalOther],
  ['from internal, the LAN address', 'int1', ...host(8081), '192.168.213.1', internalOther],
  [
    'internal and a bridge, by the internal gateway',
    'intm',
    ...host(8083),
    'docker_network.int',
    internalOwn,
  ],
  ['internal and a bridge, by the other gateway', 'intm', ...host(8083), 'docker_network.be', all('ok')],
  ['published on loopback, own gateway', 'web', ...host(8082), 'docker_network.fe', all('refused')],
  ['published on loopback, target’s gateway', 'web', ...host(8082), 'docker_network.be', all('refused')],
  ['published on loopback, the LAN address', 'web', ...host(8082), '192.168.213.1', all('refused')],
  ['published on loopback, same bridge', 'db', ...host(8082), 'docker_network.be', all('refused')],
  ['network option loopback, ports on all', 'web', ...host(8087), any, each('ok - ok - -')],
  ['published on a gateway', 'web', ...host(8088), any, each('ok - ok - -')],
  ['published on a gateway, same bridge', 'db', ...host(8088), any, each('ok - ok - -')],
  ['published on a gateway, from the host', 'host', ...host(8088), any, each('ok - ok - -')],
  [
    'published on a gateway, by another',
    'web',
    ...host(8088),
    'docker_network.be',
    each('refused - refused - -'),
  ],
  ['published by internal only', 'web', ...host(8084), any, all('refused')],
  ['published by host mode', 'web', ...host(8090), any, all('refused')],
  ['published by none', 'web', ...host(8091), any, all('refused')],
  ['published by macvlan', 'web', ...host(8092), any, each('refused refused refused - -')],
];

export const hostAndOutside: readonly Row[] = [
  ['host to a container', 'host', 'web', 'tcp/6000', any, all('ok')],
  ['host to internal', 'host', 'int1', 'tcp/6000', any, all('ok')],
  ['host to icc off', 'host', 'ni1', 'tcp/6000', any, all('ok')],
  ['host to isolated', 'host', 'iso1', tcp80, any, each('- - unreach unreach -')],
  ['host, loopback, published on all', 'host-loopback', ...host(8081), any, all('ok')],
  ['host, loopback, published there', 'host-loopback', ...host(8082), any, all('ok')],
  ['host, gateway, published on loopback', 'host', ...host(8082), 'docker_network.be', all('refused')],
  ['host, LAN address, published on loopback', 'host', ...host(8082), '192.168.213.1', all('refused')],
  ['lan, published on all', 'lan', ...host(8081), any, all('ok')],
  ['lan, published on loopback', 'lan', ...host(8082), any, all('refused')],
  ['lan, direct, unpublished', 'lan', 'web', tcp80, 'docker_network.fe', all('drop')],
  ['lan, direct, published', 'lan', 'bepub', tcp80, 'docker_network.be', each('ok ok drop drop drop')],
  [
    'lan, direct, published on loopback',
    'lan',
    'belo',
    tcp80,
    'docker_network.be',
    each('ok ok drop drop drop'),
  ],
  ['lan, direct, routed, published', 'lan', 'rtpub', tcp80, any, each('- - ok ok -')],
  ['lan, direct, routed, unpublished', 'lan', 'rt', tcp80, any, each('- - drop drop -')],
  ['lan, direct, nat-unprotected', 'lan', 'un', tcp80, any, each('- - ok ok -')],
  ['lan, direct, internal', 'lan', 'int1', tcp80, any, all('drop')],
  ['container to lan', 'web', 'lan', tcp80, any, all('ok')],
  ['container to lan, no masquerading', 'nm1', 'lan', tcp80, any, each('ok ok drop drop drop')],
  ['container to lan, routed', 'rt', 'lan', tcp80, any, each('- - ok - -')],
  ['internal to lan', 'int1', 'lan', tcp80, any, each('drop unreach unreach unreach unreach')],
  ['container to a service of the host', 'web', 'host', 'tcp/9000', any, all('ok')],
  ['container to it by another gateway', 'web', 'host', 'tcp/9000', 'docker_network.be', all('ok')],
  [
    'no masquerading to a service, another gateway',
    'nm1',
    'host',
    'tcp/9000',
    'docker_network.be',
    all('ok'),
  ],
  ['container to a service on loopback', 'web', 'host', 'tcp/9001', any, all('refused')],
  ['container to a service on a gateway', 'web', 'host', 'tcp/9002', any, all('ok')],
  ['internal to a service, own gateway', 'int1', 'host', 'tcp/9000', 'docker_network.int', all('ok')],
  [
    'internal to a service, LAN address',
    'int1',
    'host',
    'tcp/9000',
    '192.168.213.1',
    each('ok unreach unreach unreach unreach'),
  ],
  [
    'internal to a service, other gateway',
    'int1',
    'host',
    'tcp/9000',
    'docker_network.be',
    each('ok unreach unreach unreach unreach'),
  ],
  ['isolated to the host', 'iso1', 'host', 'tcp/9000', any, each('- - unreach unreach -')],
  ['isolated to its peer', 'iso1', 'iso2', tcp80, any, each('- - ok ok -')],
  ['host mode to a container', 'hostc', 'int1', tcp80, any, all('ok')],
  ['host mode to a port on loopback', 'hostc', ...host(8082), any, all('ok')],
  ['host mode to a service on loopback', 'hostc', 'host', 'tcp/9001', any, all('ok')],
  ['macvlan to lan', 'mv1', 'lan', tcp80, any, all('ok')],
  ['lan to macvlan', 'lan', 'mv1', tcp80, any, all('ok')],
  ['host to macvlan', 'host', 'mv1', tcp80, any, all('drop')],
  ['macvlan to the host', 'mv1', 'host', 'tcp/9000', '192.168.213.1', all('drop')],
];

/** `userland-proxy` off. */
export const withoutProxy: readonly Row[] = [
  ['from another bridge', 'web', ...host(8081), any, each('drop - drop ok ok')],
  ['from the same bridge', 'db', ...host(8081), 'docker_network.be', each('ok - ok ok ok')],
  ['from a peer with icc off', 'ni1', ...host(8085), 'docker_network.noicc', each('drop - drop drop drop')],
  [
    'own published port with icc off',
    'nipub',
    ...host(8085),
    'docker_network.noicc',
    each('drop - drop drop drop'),
  ],
  ['from lan', 'lan', ...host(8081), any, each('ok - ok ok ok')],
  ['two bridges', 'web', 'db', tcp80, any, each('drop - drop drop drop')],
  ['from a routed network', 'rt', ...host(8081), 'docker_network.routed', each('- - drop ok -')],
  [
    'from a network without masquerading',
    'nm1',
    ...host(8081),
    'docker_network.nomasq',
    each('drop - drop drop -'),
  ],
];

/** `allow-direct-routing` on 28.5 and 29.7. */
export const withDirectRouting: readonly Row[] = [
  ['lan, direct, published', 'lan', 'bepub', tcp80, 'docker_network.be', each('- - ok ok -')],
  ['lan, direct, unpublished', 'lan', 'web', tcp80, 'docker_network.fe', each('- - drop drop -')],
  ['container to lan, no masquerading', 'nm1', 'lan', tcp80, any, each('- - ok ok -')],
  ['two bridges', 'web', 'db', tcp80, any, each('- - drop drop -')],
];

/** `iptables` off on 28.5. */
export const withoutFilters: readonly Row[] = [
  ['two bridges', 'web', 'db', tcp80, any, each('- - ok - -')],
  ['icc off', 'ni1', 'ni2', tcp80, any, each('- - ok - -')],
  ['lan, direct, unpublished', 'lan', 'web', tcp80, any, each('- - ok - -')],
  ['lan, direct, internal', 'lan', 'int1', tcp80, any, each('- - drop - -')],
  ['bridge to internal', 'web', 'int1', tcp80, any, each('- - drop - -')],
  ['internal to another bridge', 'int1', 'db', tcp80, any, each('- - unreach - -')],
  [
    'from internal to a published port, own gateway',
    'int1',
    ...host(8081),
    'docker_network.int',
    each('- - ok - -'),
  ],
];

/** IP forwarding on before the daemon started. */
export const withForwardingBefore: readonly Row[] = [
  ['lan, direct, unpublished', 'lan', 'web', tcp80, 'docker_network.fe', each('ok ok drop drop -')],
  ['two bridges', 'web', 'db', tcp80, any, each('drop drop drop drop -')],
];

import { block, DockerUnderTest, engine, on, option, publishes, type Written } from './docker-under-test';

const two: Written = {
  networks: { fe: block(1), be: block(2) },
  containers: {
    web: on('fe'),
    peer: on('fe'),
    api: on('fe', 'be'),
    db: on('be'),
    pub: { ...on('be'), ...publishes(8081) },
    lo: { ...on('be'), ...publishes(8082, { ip: '127.0.0.1' }) },
  },
};
const stock = new DockerUnderTest(two);
const routes = { lan: { routesToContainers: true } };

describe('networks', () => {
  test('D1 containers on one bridge reach every port of each other, and on two none', () => {
    expect(stock.reach('web', 'peer', 'tcp')).toBe('reachable');
    expect(stock.reach('web', 'peer', 'udp/53')).toBe('reachable');
    expect(stock.reach('web', 'db', 'tcp')).toBe('blocked');
  });

  test.each(['20.10', '26.1', '28.5', '29'])(
    'D2 bridges are apart on Docker Engine %s, whatever keeps them so',
    (version) => {
      const net = new DockerUnderTest(two, engine(version));
      expect(net.reach('web', 'db')).toBe('blocked');
      expect(net.symptom('web', 'db')).toBe('times out');
      expect(net.reach('api', 'db')).toBe('reachable');
    },
  );

  test('D4 a published port opens nothing at the address of the container', () => {
    expect(stock.reach('web', 'pub', 'tcp/80')).toBe('blocked');
    expect(stock.reach('db', 'pub', 'tcp/80')).toBe('reachable');
  });

  test('D11 an internal network has peers and no way out or in', () => {
    const net = new DockerUnderTest({
      networks: { in: block(1, { internal: true }), out: block(2) },
      containers: {
        a: on('in'),
        b: { ...on('in'), ...publishes(8080) },
        o: { ...on('out'), ...publishes(8081) },
      },
    });
    expect(net.reach('a', 'b')).toBe('reachable');
    for (const zone of ['internet', 'lan']) {
      expect(net.reach('a', zone)).toBe('blocked');
      expect(net.arrives('a', zone, 'all')).toBe('nothing');
      expect(net.reach('o', zone)).toBe('reachable');
    }
    expect(net.reach('o', 'a')).toBe('blocked');
    // What it publishes stays unbound, and what others publish is dropped on the way back.
    expect(net.anyWay('o', 'b')).toBe('blocked');
    expect(net.reach('host', 'host:8081', 'tcp/8081')).toBe('reachable');
    expect(net.reach('a', 'host:8081', 'tcp/8081')).toBe('blocked');
  });

  test('D11 up to 24 it has a default route that leads nowhere, and from 25 on none', () => {
    const only: Written = {
      networks: { in: block(1, { internal: true }), out: block(2) },
      containers: { a: on('in'), o: on('out') },
    };
    expect(new DockerUnderTest(only, engine('24.0')).symptom('a', 'o')).toBe('times out');
    expect(new DockerUnderTest(only, engine('25.0')).symptom('a', 'o')).toBe('unreachable');
  });

  test('D12 isolated takes the host away from an internal network, from 28 on', () => {
    const net = (version: string, mode: string) =>
      new DockerUnderTest(
        {
          networks: { in: block(1, { internal: true, ...option('gateway_mode_ipv4', mode) }) },
          containers: { a: on('in'), b: on('in') },
        },
        { ...engine(version), listens: { host: ['tcp/22'] } },
      );
    expect(net('28.5', 'isolated').reach('a', 'host', 'tcp/22')).toBe('blocked');
    expect(net('28.5', 'isolated').reach('host', 'a')).toBe('blocked');
    expect(net('28.5', 'isolated').reach('a', 'b')).toBe('reachable');
    expect(net('28.5', 'nat').reach('a', 'host', 'tcp/22')).toBe('reachable');
    expect(net('26.1', 'isolated').reach('a', 'host', 'tcp/22')).toBe('reachable');
  });

  test('D12 routed opens published ports and ping directly, and nothing else', () => {
    const net = new DockerUnderTest(
      {
        networks: { r: block(1, option('gateway_mode_ipv4', 'routed')), fe: block(2) },
        containers: { a: { ...on('r'), ...publishes(8080) }, w: on('fe') },
      },
      engine('28.5', routes),
    );
    for (const from of ['w', 'lan']) {
      expect(net.reach(from, 'a', 'tcp/80')).toBe('reachable');
      expect(net.reach(from, 'a', 'icmp')).toBe('reachable');
      expect(net.reach(from, 'a', 'tcp/81')).toBe('blocked');
      // Without translation there is no port of the host.
      expect(net.anyWay(from, 'a', 'tcp/8080')).toBe('blocked');
    }
  });

  test('D12 nat-unprotected is open to the LAN from 28 on, and to other bridges from 29 on', () => {
    const net = (version: string) =>
      new DockerUnderTest(
        {
          networks: { u: block(1, option('gateway_mode_ipv4', 'nat-unprotected')), fe: block(2) },
          containers: { a: on('u'), w: on('fe') },
        },
        engine(version, routes),
      );
    expect([net('28.5').reach('lan', 'a'), net('28.5').reach('w', 'a')]).toEqual(['reachable', 'blocked']);
    expect([net('29').reach('lan', 'a'), net('29').reach('w', 'a')]).toEqual(['reachable', 'reachable']);
    expect(net('26.1').reach('lan', 'a')).toBe('blocked');
  });

  test('D13 without icc peers are apart, and their published ports answer all the same by the proxy', () => {
    const quiet: Written = {
      networks: { q: block(1, option('enable_icc', 'false')) },
      containers: { a: on('q'), b: { ...on('q'), ...publishes(8080) } },
    };
    const net = new DockerUnderTest(quiet);
    expect(net.reach('a', 'b')).toBe('blocked');
    expect(net.anyWay('a', 'b')).toBe('reachable');
    expect(net.reach('host', 'b')).toBe('reachable');
    expect(new DockerUnderTest(quiet, { docker: { userlandProxy: false } }).anyWay('a', 'b')).toBe('blocked');
  });

  test('D14 without masquerading replies from outside find no way back, and other bridges’ ports do not answer', () => {
    const net = (settings = {}) =>
      new DockerUnderTest(
        {
          networks: { n: block(1, option('enable_ip_masquerade', 'false')), be: block(2) },
          containers: { a: on('n'), p: { ...on('be'), ...publishes(8080) }, w: on('be') },
        },
        settings,
      );
    expect(net().reach('a', 'internet', 'tcp/443')).toBe('blocked');
    expect(net().arrives('a', 'internet', 'udp/53')).toBe('udp/53');
    expect(net().reach('w', 'internet', 'tcp/443')).toBe('reachable');
    expect(net().anyWay('a', 'p')).toBe('blocked');
    expect(net(engine('26.1', routes)).reach('a', 'lan')).toBe('reachable');
    expect(net(engine('28.5', routes)).reach('a', 'lan')).toBe('blocked');
    expect(net(engine('28.5', { ...routes, allowDirectRouting: true })).reach('a', 'lan')).toBe('reachable');
  });

  test('D18 macvlan containers are machines of the LAN, to everybody but their own host', () => {
    const lan = (parent: string, third: number) => ({
      driver: 'macvlan',
      options: { parent },
      ipam_config: [{ subnet: `192.168.${third}.0/24`, gateway: `192.168.${third}.1` }],
    });
    const net = new DockerUnderTest({
      networks: {
        m: lan('eth1', 50),
        other: lan('eth2', 51),
        cut: { ...lan('eth3', 52), internal: true },
        fe: block(1),
      },
      containers: {
        a: { ...on('m'), ...publishes(8080) },
        b: on('m'),
        c: on('other'),
        d: on('cut'),
        e: on('cut'),
        w: on('fe'),
      },
    });
    expect(net.reach('a', 'b')).toBe('reachable');
    expect([net.reach('lan', 'a'), net.reach('a', 'lan')]).toEqual(['reachable', 'reachable']);
    expect([net.reach('host', 'a'), net.reach('a', 'host', 'icmp')]).toEqual(['blocked', 'blocked']);
    expect(net.reach('w', 'a')).toBe('blocked');
    expect(net.reach('a', 'c')).toBe('unknown');
    expect([net.reach('d', 'e'), net.reach('d', 'lan'), net.reach('lan', 'd')]).toEqual([
      'reachable',
      'blocked',
      'blocked',
    ]);
    expect(net.anyWay('w', 'a', 'tcp/8080')).toBe('blocked');
  });

  test('D18 ipvlan has not been measured: nothing about who is on it is said', () => {
    const net = new DockerUnderTest({
      networks: { v: block(1, { driver: 'ipvlan' }), fe: block(2) },
      containers: { a: on('v'), b: on('v'), w: on('fe'), x: on('fe') },
    });
    expect([net.reach('a', 'b'), net.reach('w', 'a')]).toEqual(['unknown', 'unknown']);
    expect(net.unknowns('a', 'b')).toContain('not been measured');
    expect(net.reach('w', 'x')).toBe('reachable');
  });

  test('D19 containers on an overlay reach each other, leave by a bridge of its own, and publish there', () => {
    const over = (more = {}) => block(1, { driver: 'overlay', attachable: true, ...more });
    const net = new DockerUnderTest({
      networks: {
        o: over(),
        i: block(3, { driver: 'overlay', attachable: true, internal: true }),
        fe: block(2),
      },
      containers: { a: { ...on('o'), ...publishes(8080) }, b: on('o'), c: on('i'), d: on('i'), w: on('fe') },
    });
    expect([net.reach('a', 'b'), net.reach('c', 'd')]).toEqual(['reachable', 'reachable']);
    expect([net.reach('a', 'internet'), net.reach('c', 'internet')]).toEqual(['reachable', 'blocked']);
    expect(net.reach('w', 'a', 'tcp/80', 'docker_network.o')).toBe('blocked');
    expect(net.anyWay('w', 'a')).toBe('reachable');
    expect(net.anyWay('w', 'b')).toBe('blocked');
    expect(net.reach('lan', 'a')).toBe('reachable');
  });

  const dual = (third: number) => ({
    ipv6: true,
    ipam_config: [
      { subnet: `172.30.${third}.0/24`, gateway: `172.30.${third}.1` },
      { subnet: `fd00:${third}::/64`, gateway: `fd00:${third}::1` },
    ],
  });
  test('D20 IPv6 between bridges is unfiltered up to 26 and filtered from 27 on', () => {
    const net = (version?: string) =>
      new DockerUnderTest(
        {
          networks: { fe: dual(1), be: dual(2), four: block(3) },
          containers: { a: on('fe'), b: on('be'), c: on('four') },
        },
        version === undefined ? {} : engine(version),
      );
    expect([net('26.1').reach('a', 'b'), net('27.5').reach('a', 'b')]).toEqual(['reachable', 'blocked']);
    expect(net().unknowns('a', 'b')).toBe(
      'docker.version: reachable with docker.version 20.10 to 26.1, blocked with docker.version 27.5 to 29',
    );
    expect(net('26.1').reach('a', 'c')).toBe('blocked');
  });

  test('D20 a port on the host’s IPv6 addresses reaches a container that has IPv4 alone, by the proxy', () => {
    const net = new DockerUnderTest({
      networks: { fe: dual(1), four: block(3) },
      containers: { a: on('fe'), c: { ...on('four'), ...publishes(8080, { ip: '::' }) }, e: on('four') },
    });
    expect(net.anyWay('a', 'c')).toBe('reachable');
    expect(net.anyWay('e', 'c', 'tcp/8080')).toBe('reachable');
    expect(net.reach('e', 'host:8080', 'tcp/8080')).toBe('blocked');
  });
});

describe('published ports', () => {
  test('D3 the host is a path between bridges, unless its proxy is off on an engine before 29', () => {
    expect(stock.reach('web', 'pub')).toBe('blocked');
    expect(stock.anyWay('web', 'pub')).toBe('reachable');
    for (const via of ['docker_network.fe', 'docker_network.be']) {
      expect(stock.reach('web', 'host:8081', 'tcp/8081', via)).toBe('reachable');
    }
    const off = new DockerUnderTest(two, { docker: { userlandProxy: false } });
    expect(off.reach('web', 'host:8081', 'tcp/8081')).toBe('unknown');
    expect(off.unknowns('web', 'host:8081', 'tcp/8081')).toBe(
      'docker.version: blocked with docker.version 20.10 to 28.5, reachable with docker.version 29',
    );
    expect(stock.anyWay('web', 'db')).toBe('blocked');
  });

  test('D5 a port on all addresses is everybody’s, on loopback the host’s alone, on one address who reaches that', () => {
    expect(stock.reach('lan', 'pub')).toBe('reachable');
    expect(stock.reach('lan', 'lo')).toBe('blocked');
    expect([stock.reach('host-loopback', 'pub'), stock.reach('host-loopback', 'lo')]).toEqual([
      'reachable',
      'reachable',
    ]);
    expect(stock.reach('host-loopback', 'db')).toBe('blocked');
    expect(stock.reach('web', 'host:8082', 'tcp/8082')).toBe('blocked');
    expect(stock.symptom('web', 'host:8082', 'tcp/8082', 'docker_network.fe')).toBe('refused');
    const one = new DockerUnderTest({
      ...two,
      containers: { web: on('fe'), gw: { ...on('be'), ...publishes(8088, { ip: '172.30.1.1' }) } },
    });
    expect(one.reach('web', 'host:8088', 'tcp/8088', 'docker_network.fe')).toBe('reachable');
    expect(one.reach('web', 'host:8088', 'tcp/8088', 'docker_network.be')).toBe('blocked');
    expect(one.reach('lan', 'gw')).toBe('blocked');
  });

  test('D6 up to 27 a neighbour gets one packet to a port on loopback, and never an answer', () => {
    const near = { lan: { routesToHostLoopback: true } };
    const old = new DockerUnderTest(two, engine('27.5', near));
    expect([old.reach('lan', 'lo', 'udp'), old.reach('lan', 'lo')]).toEqual(['blocked', 'blocked']);
    expect(old.arrives('lan', 'host:8082', 'tcp/8082')).toBe('tcp/8082');
    expect(new DockerUnderTest(two, engine('28.0', near)).arrives('lan', 'host:8082', 'tcp/8082')).toBe(
      'nothing',
    );
    expect(new DockerUnderTest(two, engine('27.5')).arrives('lan', 'host:8082', 'tcp/8082')).toBe('nothing');
  });

  test('D7 a LAN that routes there reaches published ports up to 27, and others by the policy of FORWARD', () => {
    const net = (version: string, more = {}) =>
      new DockerUnderTest(two, engine(version, { ...routes, ...more }));
    const directly = (one: DockerUnderTest, to: string) =>
      one.reach('lan', to, 'tcp/80', 'docker_network.be');
    for (const version of ['20.10', '27.5']) {
      expect([directly(net(version), 'pub'), directly(net(version), 'db')]).toEqual(['reachable', 'blocked']);
      expect(directly(net(version, { ipForwardBefore: true }), 'db')).toBe('reachable');
    }
    expect([directly(net('28.0'), 'pub'), directly(net('28.0', { ipForwardBefore: true }), 'db')]).toEqual([
      'blocked',
      'blocked',
    ]);
    const allowed = net('28.2', { allowDirectRouting: true });
    expect([directly(allowed, 'pub'), directly(allowed, 'db')]).toEqual(['reachable', 'blocked']);
    expect(directly(new DockerUnderTest(two, engine('20.10')), 'pub')).toBe('blocked');
  });

  test('D7 what depends on more than one setting names both', () => {
    const net = new DockerUnderTest(two, { docker: routes });
    expect(net.unknowns('lan', 'db', 'tcp/80', 'docker_network.be')).toBe(
      ['docker.version', 'docker.ipForwardBefore']
        .map(
          (key) =>
            `${key}: reachable with docker.version 20.10 to 27.5 and docker.ipForwardBefore true, else blocked`,
        )
        .join('; '),
    );
  });

  test('D8 what filters on the host drop of its own services leaves published ports open', () => {
    const net = new DockerUnderTest(two, { listens: { host: [] } });
    expect(net.reach('lan', 'host', 'tcp/22')).toBe('blocked');
    expect(net.reach('lan', 'host:8081', 'tcp/8081')).toBe('reachable');
  });

  test('D16 a container on several networks publishes on its way out, which the first name gives', () => {
    const net = (names: readonly [string, string], internal?: string) =>
      new DockerUnderTest({
        networks: Object.fromEntries(
          names.map((name, index) => [
            name,
            block(index + 1, {
              ...(name === internal && { internal: true }),
              ...option('enable_ip_masquerade', name === 'aaa' ? 'false' : 'true'),
            }),
          ]),
        ),
        containers: { m: { ...on(...names), ...publishes(8080) } },
      });
    // The way out is told by the network that masquerades.
    expect(net(['aaa', 'bbb']).reach('m', 'internet', 'tcp/443')).toBe('blocked');
    expect(net(['bbb', 'aaa']).reach('m', 'internet', 'tcp/443')).toBe('blocked');
    expect(net(['bbb', 'ccc']).reach('m', 'internet', 'tcp/443')).toBe('reachable');
    expect(net(['aaa', 'bbb'], 'aaa').reach('m', 'internet', 'tcp/443')).toBe('reachable');
    expect(net(['aaa', 'bbb'], 'aaa').reach('lan', 'm')).toBe('reachable');
  });

  test('D16 it does not pass on from one network to another', () => {
    expect([stock.reach('web', 'api'), stock.reach('api', 'db'), stock.reach('web', 'db')]).toEqual([
      'reachable',
      'reachable',
      'blocked',
    ]);
    expect(stock.reach('web', 'api', 'tcp/80', 'docker_network.be')).toBe('blocked');
  });
});

describe('the host', () => {
  const said = new DockerUnderTest(
    {
      networks: { ...two.networks, in: block(3, { internal: true }) },
      containers: { ...two.containers, i: on('in') },
    },
    { listens: { host: ['tcp/9000', 'tcp/9001@127.0.0.1'] } },
  );

  test('D9 reaches every port of every container, on internal networks too', () => {
    expect([said.reach('host', 'db', 'tcp'), said.reach('host', 'i', 'tcp')]).toEqual([
      'reachable',
      'reachable',
    ]);
    expect(said.reach('host-loopback', 'db')).toBe('blocked');
  });

  test('D9 25.0.0 to 25.0.3 had no address on internal networks', () => {
    const net = (version: string) =>
      new DockerUnderTest(
        { networks: { in: block(1, { internal: true }) }, containers: { i: on('in') } },
        engine(version),
      );
    expect([net('25.0.3').reach('host', 'i'), net('25.0.4').reach('host', 'i')]).toEqual([
      'blocked',
      'reachable',
    ]);
  });

  test('D10 is reached by containers where it listens, by internal ones at their own gateway, never on loopback', () => {
    for (const from of ['web', 'i']) {
      expect(said.reach(from, 'host', 'tcp/9000')).toBe('reachable');
      expect(said.reach(from, 'host', 'tcp/9001')).toBe('blocked');
      expect(
        said.symptom(from, 'host', 'tcp/9001', from === 'i' ? 'docker_network.in' : 'docker_network.fe'),
      ).toBe('refused');
    }
    expect(said.reach('host-loopback', 'host', 'tcp/9001')).toBe('reachable');
  });

  test('D10 what listens is unknown until somebody says it, and a port published elsewhere is refused', () => {
    expect(stock.reach('web', 'host', 'tcp/9000')).toBe('unknown');
    expect(stock.unknowns('web', 'host', 'tcp/9000')).toContain('listens.host');
    expect(stock.reach('web', 'host:8082', 'tcp/8082', 'docker_network.fe')).toBe('blocked');
    expect(() => stock.reach('web', 'host:8082', 'tcp/80')).toThrow(/is one port/);
  });

  test('D17 host mode is the host, none is nothing, container: is the other container', () => {
    const net = new DockerUnderTest(
      {
        networks: { fe: block(1), quiet: block(2, option('enable_icc', 'false')) },
        containers: {
          web: on('fe'),
          q: { ...on('quiet'), ...publishes(8080) },
          h: { network_mode: 'host', ...publishes(8090) },
          n: { network_mode: 'none' },
          s: { network_mode: 'container:${docker_container.q.id}' },
          p: on('quiet'),
        },
      },
      { listens: { host: ['tcp/9001@127.0.0.1'] } },
    );
    expect([net.reach('web', 'h'), net.reach('h', 'web'), net.reach('h', 'q')]).toEqual([
      'reachable',
      'reachable',
      'reachable',
    ]);
    expect(net.reach('h', 'host', 'tcp/9001')).toBe('reachable');
    // What it publishes is discarded.
    expect(net.reach('web', 'host:8090', 'tcp/8090')).toBe('blocked');
    expect([net.reach('n', 'web'), net.reach('web', 'n'), net.reach('n', 'internet')]).toEqual([
      'blocked',
      'blocked',
      'blocked',
    ]);
    expect([net.reach('s', 'q'), net.reach('q', 's')]).toEqual(['reachable', 'reachable']);
    expect([net.reach('p', 'q'), net.reach('p', 's')]).toEqual(['blocked', 'blocked']);
    expect(net.reach('lan', 's')).toBe('reachable');
  });

  test('D21 with Docker Desktop nothing about the host and the LAN is said, and networks are the same', () => {
    const net = new DockerUnderTest(two, { docker: { platform: 'desktop' } });
    expect([net.reach('web', 'host', 'tcp/22'), net.reach('host', 'web'), net.reach('web', 'lan')]).toEqual([
      'unknown',
      'unknown',
      'unknown',
    ]);
    expect(net.reach('lan', 'pub')).toBe('unknown');
    expect(net.unknowns('host', 'web')).toContain('docker.platform');
    expect([net.reach('web', 'peer'), net.reach('web', 'db'), net.reach('web', 'internet')]).toEqual([
      'reachable',
      'blocked',
      'reachable',
    ]);
  });
});

describe('Terraform', () => {
  test('D15 name resolution moves no packet: the default bridge has none, and its containers reach each other', () => {
    const net = new DockerUnderTest({
      networks: { fe: block(1) },
      containers: { a: {}, b: {}, c: on('fe') },
    });
    expect([net.reach('a', 'b'), net.reach('a', 'c')]).toEqual(['reachable', 'blocked']);
  });

  test('D22 no networks_advanced is the default bridge, and naming networks leaves it', () => {
    const net = new DockerUnderTest({
      networks: { fe: block(1) },
      containers: {
        a: {},
        b: { network_mode: 'bridge' },
        c: { network_mode: 'bridge', ...on('fe') },
        d: on('fe'),
      },
    });
    expect([net.reach('a', 'b'), net.reach('a', 'c'), net.reach('c', 'd')]).toEqual([
      'reachable',
      'blocked',
      'reachable',
    ]);
  });

  test('D22 network_mode with a network and networks_advanced is both', () => {
    const net = new DockerUnderTest({
      networks: { fe: block(1), be: block(2) },
      containers: { a: { network_mode: '${docker_network.fe.name}', ...on('be') }, f: on('fe'), b: on('be') },
    });
    expect([net.reach('a', 'f'), net.reach('a', 'b'), net.reach('f', 'b')]).toEqual([
      'reachable',
      'reachable',
      'blocked',
    ]);
  });

  test('D22 networks without a block are told apart by identity, and named by id or by name', () => {
    const net = new DockerUnderTest({
      networks: { fe: {}, be: {} },
      containers: {
        a: { networks_advanced: [{ name: 'fe' }] },
        b: { networks_advanced: [{ name: '${docker_network.fe.name}' }] },
        c: on('be'),
        d: { networks_advanced: [{ name: 'elsewhere' }] },
      },
    });
    expect([net.reach('a', 'b'), net.reach('a', 'c'), net.reach('a', 'd')]).toEqual([
      'reachable',
      'blocked',
      'unknown',
    ]);
    expect(net.unknowns('a', 'd')).toContain('the network elsewhere, which is not in this input');
  });

  test('D23 a verdict says that packets are delivered, whether or not anything is published or listens', () => {
    expect(stock.reach('web', 'peer', 'tcp/5432')).toBe('reachable');
    expect(stock.reach('web', 'db', 'tcp/5432')).toBe('blocked');
  });
});

describe('bad input', () => {
  test('blocks that overlap are refused with both networks', () => {
    expect(() => new DockerUnderTest({ networks: { a: block(1), b: block(1) }, containers: {} })).toThrow(
      /docker_network\.a has 172\.30\.1\.0\/24 and docker_network\.b has 172\.30\.1\.0\/24, which overlap/,
    );
    expect(
      () => new DockerUnderTest({ networks: { a: block(1), b: block(2) }, containers: {} }),
    ).not.toThrow();
  });

  test('a subnet that is none is an error that names the attribute', () => {
    const broken = { ipam_config: [{ subnet: '172.30.1.0/240' }] };
    expect(() => new DockerUnderTest({ networks: { a: broken }, containers: {} })).toThrow(
      /docker_network\.a\.ipam_config\[0\]\.subnet/,
    );
  });

  test('containers that share each other’s namespace, a service and a plugin are unknown, and stop nobody else', () => {
    const net = new DockerUnderTest({
      networks: { fe: block(1) },
      containers: {
        a: { network_mode: 'container:b' },
        b: { network_mode: 'container:a' },
        w: on('fe'),
        x: on('fe'),
      },
      more: { docker_service: { s: { name: 's' } }, docker_volume: { v: { name: 'v' } } },
    });
    expect([net.reach('w', 'a'), net.reach('w', 's'), net.reach('w', 'x')]).toEqual([
      'unknown',
      'unknown',
      'reachable',
    ]);
  });
});

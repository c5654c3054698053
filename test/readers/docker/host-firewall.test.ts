import { block, DockerUnderTest, engine, on, publishes, type Written } from './docker-under-test';

const written: Written = {
  networks: { fe: block(1), be: block(2) },
  containers: {
    web: on('fe'),
    peer: on('fe'),
    db: on('be'),
    pub: { ...on('be'), ...publishes(8081) },
    h: { network_mode: 'host' },
  },
};

/** One engine, a LAN machine with an address, one service on the host, and a firewall. */
const walled = (hostFirewall: unknown, more: Readonly<Record<string, unknown>> = {}) =>
  new DockerUnderTest(written, {
    docker: {
      version: '28.5',
      lan: { address: '192.168.1.7' },
      hostAddresses: ['192.168.1.101'],
      hostFirewall,
      ...more,
    },
    listens: { host: ['tcp/9000'] },
  });

describe('a firewall that drops everything in INPUT (D8)', () => {
  const net = walled({ input: [{ action: 'drop' }] });

  test('stops the LAN from what the host itself listens on', () => {
    expect(net.reach('lan', 'host:9000', 'tcp/9000')).toBe('blocked');
    expect(net.reach('lan', 'h', 'tcp/80')).toBe('blocked');
    expect(net.reach('lan', 'host', 'icmp')).toBe('blocked');
  });

  test('does not stop the LAN from a published port, whose packets are translated before', () => {
    expect(net.reach('lan', 'host:8081', 'tcp/8081')).toBe('reachable');
    expect(net.reach('lan', 'pub', 'tcp/80')).toBe('reachable');
  });

  test('stops containers of other bridges from it, whom the proxy answers on the host, and not without the proxy', () => {
    expect(net.anyWay('web', 'pub', 'tcp/80')).toBe('blocked');
    expect(walled({ input: [] }).anyWay('web', 'pub', 'tcp/80')).toBe('reachable');
    const noProxy = { version: '29.7', userlandProxy: false };
    expect(walled({ input: [{ action: 'drop' }] }, noProxy).anyWay('web', 'pub', 'tcp/80')).toBe('reachable');
  });

  test('stops the LAN from it where the engine writes no rules and the proxy answers everybody', () => {
    const bare = { iptables: false };
    expect(walled({ input: [{ action: 'drop' }] }, bare).reach('lan', 'host:8081', 'tcp/8081')).toBe(
      'blocked',
    );
    expect(walled({ input: [] }, bare).reach('lan', 'host:8081', 'tcp/8081')).toBe('reachable');
  });

  test('leaves what the host sends itself, and what containers send each other', () => {
    expect(net.reach('host', 'host:9000', 'tcp/9000')).toBe('reachable');
    expect(net.reach('host', 'web')).toBe('reachable');
    expect(net.reach('web', 'peer')).toBe('reachable');
    expect(net.reach('web', 'internet', 'tcp/443')).toBe('reachable');
  });
});

describe('a rule of DOCKER-USER', () => {
  test('stops the LAN from a published port, by the port of the container or by the one dialled', () => {
    const byPort = walled({ forward: [{ action: 'drop', on: 'tcp/80' }] });
    const byDialled = walled({ forward: [{ action: 'drop', dialled: 'tcp/8081' }] });
    const byOther = walled({ forward: [{ action: 'drop', on: 'tcp/8081' }] });
    expect(byPort.reach('lan', 'host:8081', 'tcp/8081')).toBe('blocked');
    expect(byDialled.reach('lan', 'host:8081', 'tcp/8081')).toBe('blocked');
    expect(byOther.reach('lan', 'host:8081', 'tcp/8081')).toBe('reachable');
  });

  test('leaves the host itself, and what its own processes listen on', () => {
    const net = walled({ forward: [{ action: 'drop' }] });
    expect(net.reach('host-loopback', 'host:8081', 'tcp/8081')).toBe('reachable');
    expect(net.reach('host', 'pub')).toBe('reachable');
    expect(net.reach('lan', 'host:9000', 'tcp/9000')).toBe('reachable');
  });

  test('stops containers from the LAN, and from each other on one bridge where the kernel shows that', () => {
    const net = walled({ forward: [{ action: 'drop' }] });
    expect(net.reach('web', 'lan', 'tcp/443')).toBe('blocked');
    expect(net.reach('web', 'peer')).toBe('blocked');
    expect(walled({ forward: [{ action: 'drop' }] }, { brNetfilter: false }).reach('web', 'peer')).toBe(
      'reachable',
    );
  });

  test('keeps to the sources that it names, a return before it leaving others to Docker', () => {
    const net = (lan: string) =>
      walled(
        {
          forward: [
            { action: 'return', dialled: 'tcp/8081', from: '192.168.1.0/24' },
            { action: 'drop', dialled: 'tcp/8081' },
          ],
        },
        { lan: { address: lan } },
      );
    expect(net('192.168.1.7').reach('lan', 'host:8081', 'tcp/8081')).toBe('reachable');
    expect(net('192.168.2.7').reach('lan', 'host:8081', 'tcp/8081')).toBe('blocked');
    expect(net('192.168.2.7').reach('web', 'peer')).toBe('reachable');
  });
});

test('what is no firewall is refused, all of it at once', () => {
  expect(() =>
    walled({
      inputs: [],
      input: [{ action: 'dropp' }, { action: 'drop', dialled: 'tcp/1' }],
      forward: [{ action: 'accept' }, { action: 'drop', port: 1 }, 'drop'],
    }),
  ).toThrow(
    [
      'docker.hostFirewall has no chain "inputs". Did you mean "input"? There are input, forward.',
      'docker.hostFirewall.input[0]: the action of a rule of input is one of accept, drop, reject, not "dropp".',
      'docker.hostFirewall.input[1]: "dialled" is the port before translation, and nothing is translated in input: say "on".',
      'docker.hostFirewall.forward[0]: the action of a rule of forward is one of return, drop, reject, not "accept". An accept there would skip the rules of Docker too, which is not modelled; a return goes on to them.',
      'docker.hostFirewall.forward[1]: a rule has no "port". It has action, from, on, dialled.',
      'docker.hostFirewall.forward[2]: a rule is an object, for example { "action": "drop", "on": "tcp/3000" }.',
    ].join('\n'),
  );
});

test('the answers without one are as they were', () => {
  const plain = new DockerUnderTest(written, engine('28.5'));
  const empty = new DockerUnderTest(written, engine('28.5', { hostFirewall: {} }));
  for (const [from, to, traffic] of [
    ['lan', 'host:8081', 'tcp/8081'],
    ['web', 'db', 'tcp/80'],
    ['web', 'host', 'tcp/9000'],
  ] as const) {
    expect(empty.reach(from, to, traffic)).toBe(plain.reach(from, to, traffic));
  }
});

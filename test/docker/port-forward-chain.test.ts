import { TerraformStack } from 'cdktf';
import { Construct } from 'constructs';
import { tcp, udp } from '../../lib/addressing/traffic';
import { Container, type ContainerProps } from '../../lib/docker/container';
import type { HopRecord } from '../../lib/docker/hop-record';
import {
  PortForwardChain,
  type PortForwardChainProps,
  type WayIn,
} from '../../lib/docker/port-forward-chain';
import { anApp, aSegment, aStack, refusal, resources, synthFailure } from './synthesized';

const rocky = { name: 'rocky' } as const;
const bridged = { name: 'rocky', network: 'bridged', address: '192.168.1.101' } as const;

function aContainer(stack: Construct, props: Partial<ContainerProps> = {}): Container {
  const name = props.name ?? 'grafana';
  const place = stack.node.tryFindChild('lan') === undefined ? aSegment(stack as TerraformStack) : undefined;
  return new Container(stack, name, {
    name,
    image: 'grafana/grafana:13.1.0',
    attachments: place === undefined ? [] : [place],
    listens: [tcp(3000)],
    ...props,
  });
}

function chain(
  ways: (grafana: Container) => readonly WayIn[],
  machine: PortForwardChainProps['machine'] = rocky,
  props: Partial<ContainerProps> = {},
): PortForwardChain {
  const stack = aStack();
  return new PortForwardChain(stack, 'way-in', { machine, ways: ways(aContainer(stack, props)) });
}

function refused(
  ways: (grafana: Container) => readonly WayIn[],
  machine: PortForwardChainProps['machine'] = rocky,
  props: Partial<ContainerProps> = {},
): readonly string[] {
  const stack = aStack();
  const grafana = aContainer(stack, props);
  const before = grafana.published;
  const { problems } = refusal(
    stack,
    () => new PortForwardChain(stack, 'way-in', { machine, ways: ways(grafana) }),
  );
  expect(grafana.published).toEqual(before);
  return problems;
}

const portsOf = (made: PortForwardChain) =>
  resources(TerraformStack.of(made), 'docker_container')['grafana']!['ports'];

const recordOf = (made: Construct) =>
  (TerraformStack.of(made).toTerraform() as { '//': { netproof: { hops: HopRecord } } })['//'].netproof.hops;

describe('S23, the double forward: browser, host 3000, machine 3000, container 3000', () => {
  const made = chain((grafana) => [{ to: grafana, container: 3000 }]);

  test('is three hops, each data', () => {
    expect(made.ways).toEqual([
      {
        name: 'grafana',
        protocol: 'tcp',
        hops: [
          { kind: 'dial', by: 'browser', address: '127.0.0.1', port: 3000 },
          {
            kind: 'forward',
            by: 'hypervisor',
            at: { address: '127.0.0.1', port: 3000 },
            to: { address: '10.0.2.15', port: 3000 },
            source: '10.0.2.2',
          },
          {
            kind: 'publish',
            by: 'docker',
            at: { address: '0.0.0.0', port: 3000 },
            to: { container: 'grafana', port: 3000 },
          },
        ],
      },
    ]);
    expect(made.text).toBe('grafana: 127.0.0.1:3000 -> 10.0.2.15:3000 -> grafana:3000');
    expect(made.urls).toEqual({ grafana: 'http://127.0.0.1:3000/' });
  });

  test('has Docker publish the port, where the machine is reached', () => {
    expect(portsOf(made)).toEqual([{ internal: 3000, external: 3000, ip: '0.0.0.0', protocol: 'tcp' }]);
  });

  test('prints what the hypervisor must be told', () => {
    expect(made.commands).toEqual({
      virtualBox: [
        'VBoxManage modifyvm "rocky" --nic1 nat',
        'VBoxManage modifyvm "rocky" --nat-pf1 "grafana,tcp,127.0.0.1,3000,10.0.2.15,3000"',
      ],
      virtualBoxRunning: ['VBoxManage controlvm "rocky" natpf1 "grafana,tcp,127.0.0.1,3000,10.0.2.15,3000"'],
      qemu: [
        '-netdev user,id=net1,hostfwd=tcp:127.0.0.1:3000-10.0.2.15:3000',
        '-device virtio-net-pci,netdev=net1',
      ],
    });
  });

  test('writes the hops that no provider carries into the Terraform, and where Docker goes on', () => {
    const id = Object.keys(
      (TerraformStack.of(made).toTerraform() as { resource: { docker_container: object } }).resource
        .docker_container,
    )[0]!;
    expect(recordOf(made)).toEqual({
      format: 1,
      ways: [
        {
          chain: 'shop/way-in',
          name: 'grafana',
          protocol: 'tcp',
          machine: { name: 'rocky', network: 'nat', address: '10.0.2.15' },
          hops: made.ways[0]!.hops.slice(0, 2),
          arrives: { address: '10.0.2.15', port: 3000 },
          then: `docker_container.${id}`,
        },
      ],
    });
  });
});

describe('S24, a bridged machine', () => {
  const made = chain((grafana) => [{ to: grafana, container: 3000 }], bridged);

  test('is dialled at its own address, and the host forwards nothing', () => {
    expect(made.text).toBe('grafana: 192.168.1.101:3000 -> grafana:3000');
    expect(made.urls).toEqual({ grafana: 'http://192.168.1.101:3000/' });
    expect(made.ways[0]!.hops.map(({ kind }) => kind)).toEqual(['dial', 'publish']);
    expect(made.commands).toEqual({ virtualBox: [], virtualBoxRunning: [], qemu: [] });
    expect(recordOf(made).ways[0]).toMatchObject({
      hops: [{ kind: 'dial', address: '192.168.1.101', port: 3000 }],
      arrives: { address: '192.168.1.101', port: 3000 },
    });
  });

  test('is told its adapter when the interface of the host is known', () => {
    const known = chain((grafana) => [{ to: grafana, container: 3000 }], {
      ...bridged,
      hostInterface: 'en0',
    });
    expect(known.commands).toEqual({
      virtualBox: ['VBoxManage modifyvm "rocky" --nic1 bridged --bridge-adapter1 "en0"'],
      virtualBoxRunning: ['VBoxManage controlvm "rocky" nic1 bridged "en0"'],
      qemu: ['-netdev bridge,id=net1,br=en0', '-device virtio-net-pci,netdev=net1'],
    });
  });

  test('cannot have a host hop, nor be without an address', () => {
    expect(refused((to) => [{ to, container: 3000, host: 3000 }], bridged)).toEqual([
      'way "grafana", hop host: host given, but the machine is bridged: it is dialled at 192.168.1.101:3000 and ' +
        'nothing is forwarded. Leave it out.',
    ]);
    expect(refused((to) => [{ to, container: 3000 }], { name: 'rocky', network: 'bridged' })).toEqual([
      'a bridged machine has an address of its own on the LAN, and none is given: for example 192.168.1.101.',
    ]);
  });
});

test('S5: a service of the machine itself is forwarded without a container: host 8080 to machine 80', () => {
  const made = chain(() => [{ name: 'web', machine: 80, host: 8080 }]);
  expect(made.text).toBe('web: 127.0.0.1:8080 -> 10.0.2.15:80');
  expect(made.commands.virtualBox[1]).toBe(
    'VBoxManage modifyvm "rocky" --nat-pf1 "web,tcp,127.0.0.1,8080,10.0.2.15,80"',
  );
  expect(recordOf(made).ways[0]).not.toHaveProperty('then');
  expect(portsOf(made)).toBeUndefined();
});

describe('ports', () => {
  test('may differ at each hop, and two host ports may lead to one port of the machine', () => {
    const made = chain((to) => [
      { to, container: 3000, machine: 8080, host: 8081 },
      { name: 'again', to, container: 3000, machine: 8080, host: 8082, hostAddress: '0.0.0.0' },
    ]);
    expect(made.text).toBe(
      'grafana: 127.0.0.1:8081 -> 10.0.2.15:8080 -> grafana:3000\n' +
        'again: 127.0.0.1:8082 -> 10.0.2.15:8080 -> grafana:3000',
    );
    expect(portsOf(made)).toEqual([{ internal: 3000, external: 8080, ip: '0.0.0.0', protocol: 'tcp' }]);
    expect(made.commands.qemu[0]).toContain('hostfwd=tcp:0.0.0.0:8082-10.0.2.15:8080');
  });

  test('that the container publishes already are left as they are', () => {
    const publish = [{ host: 3000, container: 3000, address: '10.0.2.15' }];
    const made = chain((to) => [{ to, container: 3000 }], rocky, { publish });
    expect(portsOf(made)).toEqual([{ internal: 3000, external: 3000, ip: '10.0.2.15', protocol: 'tcp' }]);
    expect(made.ways[0]!.hops[2]).toMatchObject({ at: { address: '10.0.2.15', port: 3000 } });
  });

  test('carry UDP where both sides say so', () => {
    const made = chain((to) => [{ to, container: 53, protocol: 'udp' }], rocky, { listens: [udp(53)] });
    expect(made.commands.qemu[0]).toContain('hostfwd=udp:127.0.0.1:53-10.0.2.15:53');
    expect(portsOf(made)).toEqual([{ internal: 53, external: 53, ip: '0.0.0.0', protocol: 'udp' }]);
    expect(made.urls).toEqual({});
  });

  test.each([
    [80, 1],
    [1023, 1],
    [1024, 0],
  ])('of the host at %d give %d warnings, and no error', (host, warnings) => {
    const made = chain((to) => [{ to, container: 3000, host }]);
    const said = made.node.metadata
      .filter(({ type }) => type === '@cdktf/warn')
      .map(({ data }) => String(data));
    expect(said).toHaveLength(warnings);
    for (const text of said) expect(text).toContain(`hop host: port ${host} is below 1024`);
    expect(synthFailure(TerraformStack.of(made))).toBeUndefined();
  });

  test.each([0, -1, 65536, 30.5, Number.NaN])('cannot be %d, at any hop', (port) => {
    const problem = `port ${port}: a port is a whole number from 1 to 65535, for example 8080.`;
    expect(refused((to) => [{ to, container: 3000, host: port }])).toEqual([
      `way "grafana", hop host: ${problem}`,
    ]);
    expect(refused((to) => [{ to, container: 3000, machine: port, host: 3000 }])).toEqual(
      expect.arrayContaining([`way "grafana", hop machine: ${problem}`]),
    );
    expect(refused((to) => [{ to, container: port, machine: 3000 }])).toEqual([
      `way "grafana", hop container: ${problem}`,
    ]);
  });
});

describe('a chain that cannot work is refused with the hop named', () => {
  test('S23, S25: Docker publishing on the loopback of the machine', () => {
    const loopback =
      'way "grafana", hop machine: Docker publishes 127.0.0.1:3000, which only the machine itself can dial; ' +
      'it arrives at 10.0.2.15. Publish on 0.0.0.0 or 10.0.2.15.';
    // The default of a container's own published port.
    const publish = [{ host: 3000, container: 3000 }];
    expect(refused((to) => [{ to, container: 3000 }], rocky, { publish })).toEqual([loopback]);
    expect(refused((to) => [{ to, container: 3000, publishAddress: '127.0.0.1' }])).toEqual([loopback]);
    expect(refused((to) => [{ to, container: 3000, publishAddress: '127.0.0.1' }], bridged)).toEqual([
      loopback.replaceAll('10.0.2.15', '192.168.1.101'),
    ]);
  });

  test('Docker publishing on another address of the machine', () => {
    expect(refused((to) => [{ to, container: 3000, publishAddress: '192.168.1.101' }])).toEqual([
      'way "grafana", hop machine: Docker publishes 192.168.1.101:3000, which is not where the packet arrives; ' +
        'it arrives at 10.0.2.15. Publish on 0.0.0.0 or 10.0.2.15.',
    ]);
  });

  test('S26: a port and a protocol on which the container does not listen', () => {
    expect(refused((to) => [{ to, container: 3001 }])).toEqual([
      'way "grafana", hop container: grafana listens on tcp/3000, not on tcp/3001: it would refuse.',
    ]);
    expect(refused((to) => [{ to, container: 3000, protocol: 'udp' }])).toEqual([
      'way "grafana", hop container: grafana listens on tcp/3000, and this way carries udp. ' +
        "Say protocol: 'tcp'.",
    ]);
  });

  test('a container of which it is not said what it listens on may be dialled at any port', () => {
    expect(chain((to) => [{ to, container: 3001 }], rocky, { listens: undefined }).ways).toHaveLength(1);
  });

  test.each([
    ['127.0.0.1', '127.0.0.1', '127.0.0.1:3000/tcp'],
    ['0.0.0.0', '127.0.0.1', '0.0.0.0:3000/tcp and 127.0.0.1:3000/tcp, which are one socket'],
  ])('two forwards on one socket of the host, %s and %s', (first, second, text) => {
    expect(
      refused((to) => [
        { to, container: 3000, hostAddress: first },
        { name: 'web', machine: 80, host: 3000, hostAddress: second },
      ]),
    ).toEqual([
      `ways "grafana" and "web", hop host: both listen on ${text}. Give each a host port of its own.`,
    ]);
  });

  test('and not on two: other addresses, other protocols', () => {
    const made = chain((to) => [
      { to, container: 3000, hostAddress: '127.0.0.1' },
      { name: 'web', machine: 80, host: 3000, hostAddress: '192.168.1.100' },
      { name: 'dns', machine: 53, host: 3000, protocol: 'udp' },
    ]);
    expect(made.ways).toHaveLength(3);
  });

  test('two ways that arrive at one port of the machine and then part', () => {
    expect(
      refused((to) => [
        { to, container: 3000 },
        { name: 'web', machine: 3000, host: 8080 },
      ]),
    ).toEqual([
      'ways "grafana" and "web", hop machine: both arrive at port 3000/tcp of the machine, which leads to one place ' +
        'only. Give each a port of its own.',
    ]);
  });

  test('a port of the machine that the container publishes for another of its own', () => {
    const publish = [{ host: 3000, container: 3001, address: '0.0.0.0' }];
    expect(refused((to) => [{ to, container: 3000 }], rocky, { publish })).toEqual([
      'way "grafana", hop machine: port 3000 of the machine already leads to port 3001 of grafana, not to 3000. ' +
        'Give this way another port of the machine.',
    ]);
  });

  test('a container that Docker cannot publish', () => {
    const stack = aStack();
    const inside = aContainer(stack, { attachments: [aSegment(stack, 'inside', '10.9.2.0/24', true)] });
    const { problems } = refusal(
      stack,
      () =>
        new PortForwardChain(stack, 'way-in', { machine: rocky, ways: [{ to: inside, container: 3000 }] }),
    );
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/^way "grafana", hop container: .*internal/);
  });

  test('ends that do not fit: no container, no port, no name', () => {
    expect(refused(() => [{ name: 'web', container: 80, machine: 80 }])).toEqual([
      'way "web", hop container: port 80 of no container: name it by `to`, or say `machine` for a service of the ' +
        'machine.',
    ]);
    expect(refused((to) => [{ to }])).toEqual([
      'way "grafana", hop container: no port: say which port of grafana answers, for example container: 3000.',
    ]);
    expect(refused(() => [{ name: 'web' }])).toEqual([
      'way "web", hop machine: no port: say at which port of the machine the service listens, for example machine: 80.',
    ]);
    expect(refused(() => [{ machine: 80 }])).toEqual([
      'a way to a service of the machine itself has no name: give it one, for example "web".',
    ]);
    expect(refused(() => [])).toEqual([
      'has no way in: give at least one, for example { to: grafana, container: 3000 }.',
    ]);
  });

  test('names and addresses that a hypervisor does not take', () => {
    expect(refused((to) => [{ to, container: 3000, name: 'a,b' }])).toEqual([
      'way "a,b": a name of letters, digits, "_", "." and "-", for example "grafana".',
    ]);
    expect(
      refused((to) => [
        { to, container: 3000 },
        { to, container: 3000, host: 3001 },
      ]),
    ).toEqual(['two ways are called "grafana": give each a name of its own, for example "grafana-3001".']);
    expect(refused((to) => [{ to, container: 3000 }], { name: 'my "vm"' })).toEqual([
      'machine "my \\"vm\\"": not a name that can stand in a command line. Give the one that `VBoxManage list vms` ' +
        'shows, for example "rocky".',
    ]);
    expect(refused((to) => [{ to, container: 3000, hostAddress: '::1' }])).toEqual([
      'way "grafana", hop host: address ::1 is IPv6, which a forward of VirtualBox does not take: for example 127.0.0.1.',
    ]);
    expect(refused((to) => [{ to, container: 3000, hostAddress: '10.0.2.15' }])).toEqual([
      'way "grafana", hop host: address 10.0.2.15 is the machine\'s. The forward listens on the host: 127.0.0.1, or ' +
        '0.0.0.0 for its LAN.',
    ]);
    expect(refused((to) => [{ to, container: 3000 }], { name: 'rocky', address: '10.0.2.2' })).toEqual([
      'machine address 10.0.2.2 is the gateway of the NAT. Use another, for example 10.0.2.15.',
    ]);
    expect(refused((to) => [{ to, container: 3000 }], { name: 'rocky', adapter: 9 })[0]).toBe(
      'machine adapter 9: VirtualBox counts them from 1 to 8.',
    );
  });

  test('with all problems in one error, and nothing made or published', () => {
    const stack = aStack();
    const grafana = aContainer(stack);
    const error = refusal(
      stack,
      () =>
        new PortForwardChain(stack, 'way-in', {
          machine: rocky,
          ways: [
            { to: grafana, container: 3001, host: 0, publishAddress: '127.0.0.1' },
            { name: 'web', machine: 80, host: 3000, hostAddress: 'localhost' },
          ],
        }),
    );
    expect(error.problems).toHaveLength(4);
    expect(error.message).toMatch(/^shop\/way-in: 4 problems:\n {2}- way "grafana", hop host/);
    expect(grafana.published).toEqual([]);
  });
});

describe('what only the whole stack shows is refused at synth', () => {
  test('two chains on one socket of the host', () => {
    const stack = new TerraformStack(anApp(), 'shop');
    const grafana = aContainer(stack);
    new PortForwardChain(stack, 'one', { machine: rocky, ways: [{ to: grafana, container: 3000 }] });
    new PortForwardChain(stack, 'two', {
      machine: { name: 'other' },
      ways: [{ name: 'web', machine: 80, host: 3000, hostAddress: '0.0.0.0' }],
    });
    expect(synthFailure(stack)).toContain(
      'shop/two: way web, hop host: listens on 0.0.0.0:3000/tcp, where way grafana of shop/one listens on ' +
        '127.0.0.1:3000/tcp. Give each a host port of its own.',
    );
    expect(recordOf(grafana).ways.map(({ chain: path }) => path)).toEqual(['shop/one', 'shop/two']);
  });

  test('an override that takes the published port away', () => {
    const stack = aStack();
    const grafana = aContainer(stack);
    new PortForwardChain(stack, 'one', { machine: rocky, ways: [{ to: grafana, container: 3000 }] });
    expect(synthFailure(stack)).toBeUndefined();
    grafana.container.addOverride('ports.0.ip', '127.0.0.1');
    expect(synthFailure(stack)).toContain(
      'shop/one: way grafana, hop machine: arrives at 10.0.2.15:3000/tcp, but container grafana publishes ' +
        '127.0.0.1:3000/tcp. Publish it on 0.0.0.0 or 10.0.2.15.',
    );
  });
});

test('the second adapter is in a network of its own, and another network is said to the hypervisor', () => {
  const way = (to: Container): readonly WayIn[] => [{ to, container: 3000 }];
  const second = chain(way, { name: 'rocky', adapter: 2 });
  expect(second.commands.virtualBox).toEqual([
    'VBoxManage modifyvm "rocky" --nic2 nat',
    'VBoxManage modifyvm "rocky" --nat-pf2 "grafana,tcp,127.0.0.1,3000,10.0.3.15,3000"',
  ]);
  expect(second.commands.qemu[0]).toBe(
    '-netdev user,id=net2,net=10.0.3.0/24,hostfwd=tcp:127.0.0.1:3000-10.0.3.15:3000',
  );
  const moved = chain(way, { name: 'rocky', address: '192.168.222.20' });
  expect(moved.commands.virtualBox[0]).toBe(
    'VBoxManage modifyvm "rocky" --nic1 nat --nat-net1 "192.168.222.0/24"',
  );
  expect(moved.commands.qemu[0]).toBe(
    '-netdev user,id=net1,net=192.168.222.0/24,dhcpstart=192.168.222.20,hostfwd=tcp:127.0.0.1:3000-192.168.222.20:3000',
  );
  expect(moved.ways[0]!.hops[1]).toMatchObject({ source: '192.168.222.2' });
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Traffic } from '../../lib/addressing/traffic';
import { topologyOfSynth } from '../../lib/inputs/topology-of-text';
import { checkList, type CheckList } from '../../lib/report/check-list';
import { checkListJson, checkListText } from '../../lib/report/check-list-text';
import { readDockerAssumptions } from '../../lib/readers/docker/docker-assumptions';
import { markdownBlocks, shownRuns } from '../house/markdown-block';
import { monitoringLab } from '../stacks/shipped';

const doubleForward = JSON.stringify(monitoringLab({ NETPROOF_VM_NAME: 'rocky' }).toTerraform());
const bridged = JSON.stringify(
  monitoringLab({ NETPROOF_VM_NAME: 'rocky', NETPROOF_MONITORING_PROFILE: 'near-production' }).toTerraform(),
);

interface Asked {
  readonly from?: string;
  readonly to?: string;
  readonly on?: string;
  readonly dial?: string;
}

interface Settings {
  readonly docker?: object;
  readonly listens?: object;
}

function topologyOf(synth: string, { docker, listens }: Settings) {
  return topologyOfSynth(synth, { ...(docker && { docker }), ...(listens && { listens }) });
}

function walk(
  synth: string,
  { from = 'browser', to = 'grafana', on, dial }: Asked,
  settings: Settings = {},
): CheckList {
  const { hostFirewall } = readDockerAssumptions({ docker: settings.docker });
  return checkList(topologyOf(synth, settings), {
    from,
    to,
    dial,
    hostFirewall,
    on: on === undefined ? undefined : Traffic.parse(on),
  });
}

const wrong = ({ items }: CheckList) =>
  items.filter(({ answer }) => answer === 'no').map(({ number }) => number);

/** The Terraform after one thing in it went wrong; nothing to change would prove nothing. */
function broken(synth: string, old: string, now: string): string {
  if (!synth.includes(old)) throw new Error(`${old} is not there`);
  return synth.replaceAll(old, now);
}

const wall = (chain: 'input' | 'forward', action: string) => ({
  docker: { hostFirewall: { [chain]: [{ action }] } },
});
const ports = '"ports":[{"external":3000,"internal":3000,"ip":"0.0.0.0","protocol":"tcp"}]';

describe('S27 the list', () => {
  test.each([
    ['double forward', doubleForward],
    ['bridged', bridged],
  ])('%s: has twelve items in their order, and nothing wrong in the lab as it ships', (_, synth) => {
    const list = walk(synth, {});
    expect(list.items.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(list.items.map(({ part }) => part)).toEqual([
      ...['basics', 'basics', 'basics', 'Docker', 'Docker', 'Docker'],
      ...['path', 'path', 'path', 'logs', 'logs', 'logs'],
    ]);
    expect([list.verdict, list.sees, wrong(list)]).toEqual(['reachable', 'connects', []]);
  });

  test('every item that the configuration cannot answer names a command', () => {
    for (const synth of [doubleForward, bridged]) {
      for (const { answer, by, commands, says } of walk(synth, {}).items) {
        expect(says).not.toBe('');
        expect(by).toBe(answer === 'ask' ? 'machine' : 'configuration');
        if (answer === 'ask') expect(commands.length).toBeGreaterThan(0);
      }
    }
  });
});

describe('S25 "This site can\'t be reached": what is planted is what is named, and each shows as it does', () => {
  const way = (synth: string, port: number) =>
    broken(synth, '"address":"10.0.2.15","port":3000}', `"address":"10.0.2.15","port":${port}}`);

  test.each<[string, string, Settings, CheckList['sees'], readonly number[]]>([
    ['published on 127.0.0.1', broken(doubleForward, '0.0.0.0', '127.0.0.1'), {}, 'reset', [5, 9]],
    ['not published', broken(doubleForward, ports, '"ports":[]'), {}, 'reset', [5, 9]],
    ['another port published', way(doubleForward, 3001), {}, 'reset', [5, 9]],
    [
      'not forwarded',
      broken(doubleForward, '"name":"grafana","protocol"', '"name":"x","protocol"').replace(
        /,"then":"docker_container\.grafana[^"]*"/,
        '',
      ),
      {},
      'refused',
      [7, 9],
    ],
    [
      'forwarded to nobody',
      broken(doubleForward, '"to":{"address":"10.0.2.15"', '"to":{"address":"10.0.2.99"'),
      {},
      'times out',
      [7, 9],
    ],
    [
      'listening elsewhere on the host',
      broken(doubleForward, '"at":{"address":"127.0.0.1"', '"at":{"address":"192.168.1.100"'),
      {},
      'refused',
      [7, 9],
    ],
    ['a rule of FORWARD drops', doubleForward, wall('forward', 'drop'), 'times out', [6, 9]],
    ['a rule of FORWARD rejects', doubleForward, wall('forward', 'reject'), 'reset', [6, 9]],
    ['a rule of INPUT drops', doubleForward, wall('input', 'drop'), 'connects', []],
    ['nothing listens', doubleForward, { listens: { grafana: ['tcp/3001'] } }, 'reset', [8, 9]],
    [
      'not started',
      broken(
        doubleForward,
        '"name":"monitoring-lab-grafana","restart"',
        '"name":"monitoring-lab-grafana","start":false,"restart"',
      ),
      {},
      'reset',
      [4, 5, 9],
    ],
  ])('double forward, %s', (_, synth, settings, sees, items) => {
    const list = walk(synth, {}, settings);
    expect([list.sees, wrong(list)]).toEqual([sees, items]);
  });

  test.each<[string, string, Settings, CheckList['sees'], readonly number[]]>([
    ['published on 127.0.0.1', broken(bridged, '0.0.0.0', '127.0.0.1'), {}, 'refused', [5, 9]],
    ['not published', broken(bridged, ports, '"ports":[]'), {}, 'refused', [5, 9]],
    ['a rule of FORWARD drops', bridged, wall('forward', 'drop'), 'times out', [6, 9]],
    ['a rule of FORWARD rejects', bridged, wall('forward', 'reject'), 'refused', [6, 9]],
    ['a rule of INPUT drops, and pings with it', bridged, wall('input', 'drop'), 'connects', [2]],
    ['nothing listens', bridged, { listens: { grafana: ['tcp/3001'] } }, 'refused', [8, 9]],
    [
      'a rule of INPUT drops, and Docker writes no rules',
      bridged,
      { docker: { iptables: false, hostFirewall: { input: [{ action: 'drop' }] } } },
      'times out',
      [2, 9],
    ],
  ])('bridged, %s', (_, synth, settings, sees, items) => {
    const list = walk(synth, {}, settings);
    expect([list.sees, wrong(list)]).toEqual([sees, items]);
  });
});

describe('S26 "connection refused between containers"', () => {
  const between: Asked = { from: 'grafana', to: 'prometheus' };
  /** Prometheus on a network of its own. */
  const apart = (() => {
    const synth = JSON.parse(bridged) as {
      resource: Record<string, Record<string, { networks_advanced?: unknown }>>;
    };
    synth.resource['docker_network']!['other'] = {
      ...{ name: 'other', ipam_config: [{ subnet: '10.210.99.0/24', gateway: '10.210.99.1' }] },
    } as object;
    const [, prometheus] = Object.entries(synth.resource['docker_container']!).find(([id]) =>
      id.startsWith('prometheus'),
    )!;
    prometheus.networks_advanced = [
      { name: '${docker_network.other.id}', ipv4_address: '10.210.99.2', aliases: ['prometheus'] },
    ];
    return JSON.stringify(synth);
  })();

  test.each<[string, string, Asked, Settings, CheckList['sees'], readonly number[]]>([
    ['nothing', bridged, {}, {}, 'connects', []],
    ['a wrong port', bridged, { on: 'tcp/9091' }, {}, 'refused', [5, 9]],
    ['a wrong name', bridged, { dial: 'prometeus' }, {}, 'name not found', [9]],
    ['an address that nobody has', bridged, { dial: '10.210.3.99' }, {}, 'unreachable', [9]],
    [
      'an address of somebody else, who does not listen there',
      bridged,
      { dial: '10.210.3.4' },
      {},
      'refused',
      [9],
    ],
    ['another network, by name', apart, { dial: 'prometheus' }, {}, 'name not found', [8, 9]],
    ['another network, by address', apart, { dial: '10.210.99.2' }, {}, 'times out', [8, 9]],
    ['a rule of FORWARD', bridged, {}, wall('forward', 'drop'), 'times out', [6, 8, 9]],
  ])('between containers, %s', (_, synth, asked, settings, sees, items) => {
    const list = walk(synth, { ...between, ...asked }, settings);
    expect([list.sees, wrong(list)]).toEqual([sees, items]);
  });
});

test('JSON says the same, each item with who answered', () => {
  const topology = topologyOf(doubleForward, {});
  const json = checkListJson(topology, walk(doubleForward, {})) as {
    format: number;
    items: readonly object[];
  };
  expect(json.format).toBe(1);
  expect(json.items[4]).toEqual({
    number: 5,
    part: 'Docker',
    question: 'Is the port bound right?',
    answer: 'yes',
    by: 'configuration',
    says: '0.0.0.0:3000->3000/tcp is where the way arrives.',
    commands: [
      { where: 'machine', command: 'docker port monitoring-lab-grafana', expect: '3000/tcp -> 0.0.0.0:3000' },
    ],
  });
});

test('others than a browser or a container at one end are refused', () => {
  expect(() => walk(bridged, { from: 'lan' })).toThrow(
    'the check list begins at a browser or a container, and lan is neither',
  );
  expect(() => walk(bridged, { to: 'host' })).toThrow(
    'the check list is about a container, and host is none',
  );
  expect(() => walk(JSON.stringify(monitoringLab().toTerraform()), {})).toThrow(
    'no way in is recorded in the input',
  );
  expect(() => walk(bridged, { to: 'grafna' })).toThrow('nothing is called "grafna"');
});

test('the page shows what is printed of the broken lab', () => {
  const page = readFileSync(join(__dirname, '../../docs/check-list.md'), 'utf8');
  const synth = broken(doubleForward, '0.0.0.0', '127.0.0.1');
  const [shown] = markdownBlocks(page).flatMap(({ language, code }) =>
    language === 'console' ? shownRuns(code) : [],
  );
  expect(shown!.command).toBe(
    'npx netproof explain --check cdktf.out --stack monitoring-lab --from browser --to grafana',
  );
  expect(shown!.output).toBe(checkListText(topologyOf(synth, {}), walk(synth, {})));
});

test('a broken lab, whole', () => {
  const synth = broken(doubleForward, '0.0.0.0', '127.0.0.1');
  expect(checkListText(topologyOf(synth, {}), walk(synth, {}))).toMatchInlineSnapshot(`
   "blocked   browser to grafana on tcp/3000
   sees   connection reset: the hypervisor takes the connection, and the machine refuses its own

   basics
      1  ?  Has the machine booted?
            Only its hypervisor knows.
            computer$ VBoxManage list runningvms
              a line that begins with "rocky"
      2  -  Does the host ping the machine?
            Behind NAT nobody pings 10.0.2.15. A forward that connects says as much: item 9.
      3  ?  Does the machine reach the Internet?
            It is needed to fetch images, and by nobody who opens a port.
            machine$ curl -sSI -m 10 https://example.org
              HTTP/2 200

   Docker
      4  ?  Does the container run?
            Terraform starts monitoring-lab-grafana; whether it still runs, the engine knows.
            machine$ docker ps -a --filter name=^/monitoring-lab-grafana$ --format '{{.Names}} {{.Status}}'
              monitoring-lab-grafana Up ...
      5 NO  Is the port bound right?
            Docker has 127.0.0.1:3000->3000/tcp, and the way arrives at 10.0.2.15. Publish 0.0.0.0:3000 or 10.0.2.15:3000.
            machine$ docker port monitoring-lab-grafana
              3000/tcp -> 0.0.0.0:3000; as written: 127.0.0.1:3000->3000/tcp
      6  ?  Is no firewall in the way?
            Nobody said what the firewall of the machine holds (docker.hostFirewall of --assume). Rules of INPUT (firewalld, ufw) do not matter here: Docker translates the packet before, and it is forwarded.
            machine$ iptables -L DOCKER-USER -n -v
              no DROP or REJECT whose counter grows while you try

   path
      7 ok  Is the hypervisor's forward right?
            127.0.0.1:3000 leads to 10.0.2.15:3000, as far as it is written; the hypervisor was told by hand.
            computer$ VBoxManage showvminfo "rocky" --machinereadable | grep Forwarding
              Forwarding(..)="grafana,tcp,127.0.0.1,3000,10.0.2.15,3000"
      8 ok  Is Docker's bridge fine?
            The machine reaches 10.210.3.3 on tcp/3000 without any published port.
            machine$ nc -vz -w 5 10.210.3.3 3000
              succeeded
      9 NO  Does each step connect when tried by hand?
            As things are written not all of them connect. The browser sees: connection reset.
            machine$ nc -vz -w 5 10.210.3.3 3000
              succeeded
            machine$ nc -vz -w 5 10.0.2.15 3000
              refused
            computer$ telnet 127.0.0.1 3000
              Connected, by the hypervisor alone; then connection reset

   logs
     10  ?  Does the log of the container show errors?
            Only the machine knows.
            machine$ docker logs --tail 50 monitoring-lab-grafana
              no line that says error
            machine$ journalctl -u docker --since -10min
              no error of the engine
     11  ?  Does the log of the machine show errors?
            Only the machine knows.
            machine$ journalctl -b -p warning
              nothing about its network
            machine$ dmesg | tail -50
              no packets that were dropped, no memory that ran out
     12  ?  Do packets really pass?
            Try while this runs in the machine, as root.
            machine$ tcpdump -ni any port 3000
              packets in both directions

   2 ok, 2 wrong, 7 to ask, 1 not on this way
   assumes   Docker Engine 20.10 to 29, settings as they come"
  `);
});

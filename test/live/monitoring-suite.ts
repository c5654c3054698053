import * as fs from 'node:fs';
import * as path from 'node:path';
import { type Browsing, open, type Opened, openUntil } from './machine/browser';
import type { GuestSystem } from './machine/guest-system';
import { homeAddresses } from './machine/home-lan';
import type { Piece, ProviderInPlace } from './machine/live-machine';
import {
  faultPorts,
  healthPage,
  type MonitoringSite,
  monitoringStack,
  openMonitoringSite,
  urlOf,
} from './machine/monitoring-site';
import { committedPackets, packetTable, type Sent } from './machine/packet-table';
import { liveSuite, type SuiteOptions } from './machine/suite';
import type { TerraformProgram } from './machine/terraform-program';
import { adapters } from './machine/virtual-machine';

type Pieces = readonly [
  program: Piece<TerraformProgram>,
  provider: Piece<ProviderInPlace>,
  guest: Piece<GuestSystem>,
];

const grafana = `${monitoringStack}-grafana`;
const { onLoopback, unpublished } = faultPorts;
const inContainers = { prometheus: '10.210.3.2', grafana: '10.210.3.3', nobody: '10.210.3.99' } as const;
/** Seconds that nothing is waited for: an emulated machine answers within one. */
const patienceSeconds = 6;
const aPage = { outcome: 'page', status: 200 } as const;
/** Docker asks further for a name that it does not know, and there may be nobody who answers. */
const noSuchName = /can't find|NXDOMAIN|SERVFAIL|timed out/;
/** Stops what goes to Grafana's published port before Docker passes it on. */
const drop = 'DOCKER-USER -p tcp -m conntrack --ctorigdstport 3000 --ctdir ORIGINAL -j DROP';

/** The stack monitoring-lab in a real virtual machine, opened both ways, with what goes wrong on each. */
export function monitoringSuite(options: SuiteOptions, pieces: Pieces): void {
  liveSuite(options, pieces, ([program, provider, guest], ran) => {
    let site: MonitoringSite;
    const measured: Sent[] = [];

    beforeAll(async () => {
      ran(`QEMU ${guest.qemu.version}`);
      ran(`Docker Engine ${guest.docker.version}`);
      ran(program.version);
      ran(`kreuzwerker/docker ${provider.version}`);
      ran(`${guest.images.kind} images`);
      site = await openMonitoringSite(guest, program, provider);
      ran(`up after ${site.machine.bootSeconds.toFixed(0)} s`);
    });

    afterAll(() => site?.close());

    type Place = 'the host' | 'a LAN neighbour' | 'a stranger';

    /** Opens a page and keeps what became of it for the table. */
    async function opened(from: Place, to: string, url: string, browsing: Browsing = {}): Promise<Opened> {
      const where = from === 'the host' ? site.lan.host : site.lan.neighbour;
      const stranger = from === 'a stranger' ? { from: homeAddresses.outside } : {};
      const answer = await open(where, url, { ...stranger, ...browsing });
      const { hostname, port } = new URL(url);
      measured.push({ from, to, at: hostname, port: Number(port), outcome: answer.outcome });
      return answer;
    }

    describe('behind NAT, with forwards', () => {
      const on = (port: number, more = '/') => urlOf('learning', port, more);

      beforeAll(() => site.deploy('learning'));

      test('S3: the hypervisor gives the machine 10.0.2.15 behind 10.0.2.2', async () => {
        expect(await site.machine.shell('ip -4 address show dev eth0')).toContain('inet 10.0.2.15/24');
        expect(await site.machine.shell('ip route')).toContain('default via 10.0.2.2 dev eth0');
      });

      test('S23: the host opens 127.0.0.1:3000 and is answered through both forwards', async () => {
        expect(await opened('the host', 'Grafana', on(3000, healthPage))).toMatchObject(aPage);
        const prometheus = on(9090, '/-/ready');
        await openUntil(
          site.lan.host,
          prometheus,
          (answer) => answer.outcome === 'page' && answer.status === 200,
        );
        expect(await opened('the host', 'Prometheus', prometheus)).toMatchObject(aPage);
        expect(await opened('the host', 'node exporter', on(9100, '/metrics'))).toMatchObject({
          body: expect.stringContaining('node_memory_MemTotal_bytes') as string,
        });
      });

      test('S23: what the machine sees as the caller is the gateway of the NAT', async () => {
        if (guest.images.kind === 'public') return;
        expect(await open(site.lan.host, on(3000))).toMatchObject({
          body: 'a stand-in for Grafana, asked by 10.0.2.2\n',
        });
      });

      test('S22: Grafana asks Prometheus, which asks the node exporter, and shows what they say', async () => {
        const asked = encodeURIComponent('up{job="node"}');
        const query = on(3000, `/api/datasources/proxy/uid/prometheus/api/v1/query?query=${asked}`);
        const secret = path.join(site.app.folder, '.secrets', monitoringStack, 'grafana-admin-password');
        const auth = `admin:${fs.readFileSync(secret, 'utf8')}`;
        const up = (answer: Opened) => answer.outcome === 'page' && answer.body.includes('"1"');
        expect(await openUntil(site.lan.host, query, up, { auth })).toMatchObject({
          status: 200,
          body: expect.stringContaining('node-exporter:9100') as string,
        });
        expect(await open(site.lan.host, query)).toMatchObject({ outcome: 'page', status: 401 });
      });

      test('another machine on the LAN does not get in: the forwards are on the loopback of the host', async () => {
        const url = `http://${homeAddresses.host}:3000/`;
        expect(await opened('a LAN neighbour', 'the host', url)).toEqual({ outcome: 'refused' });
        expect(await opened('the host', 'itself', url)).toEqual({ outcome: 'refused' });
      });

      test('S25: a port that the hypervisor does not forward is refused', async () => {
        const other = on(3003, healthPage);
        expect(await opened('the host', 'not forwarded', other)).toEqual({ outcome: 'refused' });
        await site.machine.hypervisor.addForward(adapters.nat, 'tcp:127.0.0.1:3003-10.0.2.15:3000');
        expect(await opened('the host', 'Grafana, once it is forwarded', other)).toMatchObject(aPage);
      });

      test('S25: a port that Docker publishes on the loopback of the machine, or not at all, is reset', async () => {
        const { docker, shell } = site.machine;
        const publish = ['--publish', `127.0.0.1:${onLoopback}:9100`];
        await docker('run', '--detach', '--name', 'fault', ...publish, site.image);
        expect(await docker('port', 'fault')).toContain(`127.0.0.1:${onLoopback}`);
        expect(await docker('port', grafana)).toContain('3000/tcp -> 0.0.0.0:3000');
        // It does answer where it is published, once it listens.
        const inside = `wget -q -O - http://127.0.0.1:${onLoopback}/ | grep -qi exporter`;
        await shell(`for i in $(seq 30); do ${inside} && break; sleep 1; done; ${inside}`);
        expect(await opened('the host', 'on the machine’s loopback', on(onLoopback))).toEqual({
          outcome: 'reset',
        });
        expect(await opened('the host', 'not published', on(unpublished))).toEqual({ outcome: 'reset' });
      });

      test('S25: a firewall of the machine stops it in DOCKER-USER, and does not in INPUT', async () => {
        const { shell } = site.machine;
        await shell('iptables -I INPUT -p tcp --dport 3000 -j DROP');
        const [input, user] = ['Grafana, dropped in INPUT', 'Grafana, dropped in DOCKER-USER'];
        expect(await opened('the host', input, on(3000, healthPage))).toMatchObject(aPage);
        await shell(`iptables -I ${drop}`);
        // The hypervisor takes the connection before it has one to the machine.
        expect(await opened('the host', user, on(3000), { patienceSeconds })).toEqual({ outcome: 'silent' });
        await shell(`iptables -D ${drop}; iptables -D INPUT -p tcp --dport 3000 -j DROP`);
        expect(await open(site.lan.host, on(3000, healthPage))).toMatchObject(aPage);
      });

      describe('S26: from container to container,', () => {
        let enter: string;

        beforeAll(async () => {
          const format = '{{.State.Pid}}';
          const pid = (await site.machine.docker('inspect', '--format', format, grafana)).trim();
          // By the machine's own programs in Grafana's place on the network.
          enter = `nsenter -t ${pid} -n`;
        });

        const said = (line: string) =>
          site.machine.shell(`${enter} ${line}`).catch((error: unknown) => String(error));
        const words = [
          [/^connected$/m, 'connected'],
          [/refused/i, 'refused'],
          [/timed out/i, 'timed out'],
          [/no route|unreachable/i, 'unreachable'],
        ] as const;

        /** What became of a connection; its wait is in the machine's seconds, and so is what it may take. */
        async function dialled(to: string, address: string, port: number) {
          const text = await said(`nc -w 6 ${address} ${port} < /dev/null && echo connected`);
          const outcome = words.find(([pattern]) => pattern.test(text))?.[1];
          if (outcome === undefined) throw new Error(text);
          measured.push({ from: 'Grafana', to, at: address, port, outcome });
          return outcome;
        }

        test('the right address and port answer', async () => {
          expect(await dialled('Prometheus', inContainers.prometheus, 9090)).toBe('connected');
        });

        test('a wrong port is refused', async () => {
          expect(await dialled('Prometheus, wrong port', inContainers.prometheus, 9091)).toBe('refused');
        });

        test('a container on another network times out', async () => {
          const format = '{{.NetworkSettings.Networks.bridge.IPAddress}}';
          const elsewhere = (await site.machine.docker('inspect', '--format', format, 'fault')).trim();
          expect(elsewhere).toMatch(/^172\.17\./);
          expect(await dialled('on another network', elsewhere, 9100)).toBe('timed out');
        });

        test('an address that nobody has is unreachable', async () => {
          expect(await dialled('nobody', inContainers.nobody, 9090)).toBe('unreachable');
        });

        test('a wrong name is not found, and the right one is', async () => {
          expect(await said('nslookup prometheus 127.0.0.11')).toContain(inContainers.prometheus);
          expect(await said('nslookup promteheus 127.0.0.11')).toMatch(noSuchName);
        });
      });

      test('S24: the LAN does not know the machine while it is behind NAT', async () => {
        const url = urlOf('near-production', 3000);
        expect(await opened('a LAN neighbour', 'Grafana, not bridged', url)).toEqual({
          outcome: 'unreachable',
        });
      });

      test('a second plan is empty', async () => {
        expect(await site.app.pendingChanges()).toBeUndefined();
      });
    });

    describe('bridged', () => {
      const at = (port: number, more = '/') => urlOf('near-production', port, more);

      beforeAll(() => site.deploy('near-production'));

      test('S24: the host and another machine of the LAN open 192.168.1.101:3000', async () => {
        for (const from of ['the host', 'a LAN neighbour'] as const) {
          expect(await opened(from, 'Grafana', at(3000, healthPage))).toMatchObject(aPage);
        }
        const forwarded = urlOf('learning', 3000);
        expect(await opened('the host', 'Grafana, not forwarded', forwarded)).toEqual({ outcome: 'refused' });
      });

      test('S28: Prometheus and the node exporter, which ask for no password, are refused', async () => {
        expect(await opened('a LAN neighbour', 'Prometheus', at(9090))).toEqual({ outcome: 'refused' });
        expect(await opened('a LAN neighbour', 'node exporter', at(9100))).toEqual({ outcome: 'refused' });
      });

      test('S28: the printed firewall rule keeps Grafana to the LAN', async () => {
        const health = at(3000, healthPage);
        expect(await opened('a stranger', 'Grafana', health)).toMatchObject(aPage);
        const state = path.join(site.app.folder, `terraform.${monitoringStack}.tfstate`);
        const { outputs } = JSON.parse(fs.readFileSync(state, 'utf8')) as {
          outputs: { firewall: { value: readonly string[] } };
        };
        for (const line of outputs.firewall.value) await site.machine.shell(line);
        expect(await opened('a stranger', 'Grafana, behind its rule', health, { patienceSeconds })).toEqual({
          outcome: 'timed out',
        });
        expect(await opened('a LAN neighbour', 'Grafana, behind its rule', health)).toMatchObject(aPage);
      });

      test('S25: without a forward in between, each cause shows at once', async () => {
        const { shell } = site.machine;
        expect(await shell(`wget -q -O - http://127.0.0.1:${onLoopback}/`)).toMatch(/exporter/i);
        expect(await opened('the host', 'on the machine’s loopback', at(onLoopback))).toEqual({
          outcome: 'refused',
        });
        expect(await opened('the host', 'not published', at(unpublished))).toEqual({ outcome: 'refused' });

        const [input, user] = ['Grafana, dropped in INPUT', 'Grafana, dropped in DOCKER-USER'];
        await shell('iptables -I INPUT -p tcp --dport 3000 -j DROP');
        expect(await opened('the host', input, at(3000, healthPage))).toMatchObject(aPage);
        await shell(`iptables -I ${drop}`);
        expect(await opened('the host', user, at(3000), { patienceSeconds })).toEqual({
          outcome: 'timed out',
        });
        await shell(`iptables -D ${drop}; iptables -D INPUT -p tcp --dport 3000 -j DROP`);
        expect(await open(site.lan.host, at(3000, healthPage))).toMatchObject(aPage);

        const nobody = `http://${homeAddresses.nobody}:3000/`;
        expect(await opened('the host', 'nobody', nobody)).toEqual({ outcome: 'unreachable' });
      });

      test('S27: the check list, in its order, finds nothing amiss', async () => {
        const { shell, docker } = site.machine;
        // 1: booted, host and machine ping each other, the machine reaches the outside.
        expect(await shell('cat /proc/uptime')).toMatch(/^\d+/);
        expect(await shell(`ping -c 1 -W 5 ${homeAddresses.host}`)).toContain('1 packets received');
        expect(await shell(`wget -q -O - http://${homeAddresses.outside}/`)).toBe('outside');
        // 2: the container runs, its port is bound, no rule drops it.
        expect(await docker('ps', '--format', '{{.Names}} {{.Status}}')).toMatch(
          new RegExp(`${grafana} Up `),
        );
        expect((await docker('port', grafana)).trim()).toBe('3000/tcp -> 0.0.0.0:3000');
        expect(await shell('iptables -S DOCKER-USER')).toContain('--ctorigdst 192.168.1.101');
        // 3: bridged, so no forward; the bridge of Docker; each step by hand, from the container outwards.
        expect(await shell(`wget -q -O - http://${inContainers.grafana}:3000/api/health`)).toContain('ok');
        expect(await shell('wget -q -O - http://127.0.0.1:3000/api/health')).toContain('ok');
        expect(await open(site.lan.host, at(3000, healthPage))).toMatchObject(aPage);
        // 4: logs without errors, and packets that pass.
        expect(await shell('grep -c level=error /run/dockerd.log || true')).toMatch(/^0/);
        expect(await shell('dmesg | grep -ci "out of memory" || true')).toMatch(/^0/);
        expect(await shell("iptables -t nat -L DOCKER -n -v | grep 'dpt:3000'")).toMatch(/^\s*[1-9]/);
      });

      test('a second plan is empty, and destroy leaves nothing of the stack', async () => {
        await site.machine.docker('rm', '--force', '--volumes', 'fault');
        expect(await site.app.pendingChanges()).toBeUndefined();
        expect(await site.leftovers()).toContain(`container ${grafana}`);
        await site.app.destroy();
        expect(await site.leftovers()).toEqual([]);
      });

      test('S25: a machine that is off is unreachable, and its forwards are gone', async () => {
        const forwarded = urlOf('learning', onLoopback);
        // While it runs, its hypervisor listens; the cable is out, so nothing answers.
        expect(await open(site.lan.host, forwarded, { patienceSeconds })).toEqual({ outcome: 'silent' });
        await site.machine.stop();
        expect(await opened('the host', 'off, behind NAT', forwarded)).toEqual({ outcome: 'refused' });
        const patient = { patienceSeconds: 40 };
        expect(await opened('the host', 'off, bridged', at(3000), patient)).toEqual({
          outcome: 'unreachable',
        });
      });

      test('docs/packets.md has these packets', () => {
        expect(packetTable(measured)).toBe(committedPackets(monitoringStack, measured));
      });
    });
  });
}

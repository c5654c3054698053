import * as fs from 'node:fs';
import * as path from 'node:path';
import { App } from 'cdktf';
import { MonitoringLab } from '../../stacks/monitoring-lab';
import { readSettings } from '../../stacks/settings';
import { open, openUntil } from './machine/browser';
import { type Deployment, newDeployment } from './machine/deployment';
import type { GuestSystem } from './machine/guest-system';
import { bridgedAdapter, homeAddresses, type HomeLan, openHomeLan } from './machine/home-lan';
import type { Piece, ProviderInPlace } from './machine/live-machine';
import { runSubfolder } from './machine/run-folder';
import { liveSuite, type SuiteOptions } from './machine/suite';
import type { TerraformProgram } from './machine/terraform-program';
import { bootVirtualMachine, type Connection, type VirtualMachine } from './machine/virtual-machine';

type Pieces = readonly [
  program: Piece<TerraformProgram>,
  provider: Piece<ProviderInPlace>,
  guest: Piece<GuestSystem>,
];

type Profile = 'learning' | 'near-production';

const stack = 'monitoring-lab';
const grafana = `${stack}-grafana`;
const nodeExporter = `${stack}-node-exporter`;
const addresses = { prometheus: '10.210.3.2', grafana: '10.210.3.3', nobody: '10.210.3.99' } as const;
/** Ports that the host forwards for the faults: Docker publishes the first on the machine's loopback, the second not at all. */
const faults = { onLoopback: 3001, unpublished: 3002, notForwarded: 3003 } as const;
const apiPort = 2375;

/** The stack monitoring-lab in a real virtual machine, opened both ways, with what goes wrong on each. */
export function monitoringSuite(options: SuiteOptions, pieces: Pieces): void {
  liveSuite(options, pieces, ([program, provider, guest], ran) => {
    let lan: HomeLan;

    beforeAll(async () => {
      ran(`QEMU ${guest.qemu.version}`);
      ran(`Docker Engine ${guest.docker.version}`);
      ran(program.version);
      ran(`kreuzwerker/docker ${provider.version}`);
      ran(`${guest.images.kind} images`);
      lan = await openHomeLan();
    });

    afterAll(() => lan?.close());

    /** Boots a machine and deploys the stack into it. */
    async function deployed(profile: Profile, connection: (lab: MonitoringLab) => Connection) {
      const settings = {
        ...guest.images.env,
        NETPROOF_VM_NAME: 'rocky',
        NETPROOF_MONITORING_PROFILE: profile,
      };
      const machine = await bootVirtualMachine(guest, lan.host, connection(synthesized(settings)));
      ran(`booted in ${machine.bootSeconds.toFixed(0)} s`);
      const env = { ...provider.env, ...settings, DOCKER_HOST: machine.dockerHost };
      const app = newDeployment({ stack, program: program.path, env, patienceSeconds: 800 });
      const close = async () => {
        await app.close();
        await machine.stop();
      };
      try {
        await app.deploy();
        // The containers run; Grafana takes some seconds more, in an emulated machine.
        await openUntil(lan.host, `${urlOf(profile)}api/health`, ({ outcome }) => outcome === 'page');
      } catch (error) {
        await close();
        throw error;
      }
      return { app, machine, close };
    }

    describe('behind NAT, with forwards', () => {
      let app: Deployment;
      let machine: VirtualMachine;
      let close: () => Promise<void> = () => Promise.resolve();
      const on = (port: number, more = '/') => `http://127.0.0.1:${port}${more}`;

      beforeAll(async () => {
        ({ app, machine, close } = await deployed('learning', ({ wayIn }) => ({
          // The adapter is the one that the stack prints for QEMU.
          adapters: withForwards(wayIn!.commands.qemu, [apiPort, faults.onLoopback, faults.unpublished]),
          words: ['api=10.0.2.15'],
          apiPort,
        })));
      });

      afterAll(() => close());

      test('S3: the hypervisor gives the machine 10.0.2.15 behind 10.0.2.2', async () => {
        expect(await machine.shell('ip -4 address show dev eth0')).toContain('inet 10.0.2.15/24');
        expect(await machine.shell('ip route')).toContain('default via 10.0.2.2 dev eth0');
      });

      test('S23: the host opens 127.0.0.1:3000 and is answered through both forwards', async () => {
        expect(await open(lan.host, on(3000, '/api/health'))).toMatchObject({ outcome: 'page', status: 200 });
        const ready = await openUntil(
          lan.host,
          on(9090, '/-/ready'),
          (opened) => opened.outcome === 'page' && opened.status === 200,
        );
        expect(ready).toMatchObject({ outcome: 'page', status: 200 });
        expect(await open(lan.host, on(9100, '/metrics'))).toMatchObject({
          body: expect.stringContaining('node_memory_MemTotal_bytes') as string,
        });
      });

      test('S23: what the machine sees as the caller is the gateway of the NAT', async () => {
        if (guest.images.kind === 'public') return;
        expect(await open(lan.host, on(3000))).toMatchObject({
          body: 'a stand-in for Grafana, asked by 10.0.2.2\n',
        });
      });

      test('S22: Grafana asks Prometheus, which asks the node exporter, and shows what they say', async () => {
        const query = on(
          3000,
          `/api/datasources/proxy/uid/prometheus/api/v1/query?query=${encodeURIComponent('up{job="node"}')}`,
        );
        const password = fs.readFileSync(
          path.join(app.folder, '.secrets', stack, 'grafana-admin-password'),
          'utf8',
        );
        const shown = await openUntil(
          lan.host,
          query,
          (opened) => opened.outcome === 'page' && opened.body.includes('"1"'),
          { auth: `admin:${password}` },
        );
        expect(shown).toMatchObject({
          status: 200,
          body: expect.stringContaining('node-exporter:9100') as string,
        });
        expect(await open(lan.host, query)).toMatchObject({ outcome: 'page', status: 401 });
      });

      test('another machine on the LAN does not get in: the forwards are on the loopback of the host', async () => {
        const url = `http://${homeAddresses.host}:3000/`;
        expect(await open(lan.neighbour, url)).toEqual({ outcome: 'refused' });
        expect(await open(lan.host, url)).toEqual({ outcome: 'refused' });
      });

      test('S25: a port that the hypervisor does not forward is refused', async () => {
        expect(await open(lan.host, on(faults.notForwarded))).toEqual({ outcome: 'refused' });
      });

      test('S25: a port that Docker publishes on the loopback of the machine, or not at all, is reset', async () => {
        const { onLoopback, unpublished } = faults;
        const image = (await machine.docker('inspect', '--format', '{{.Config.Image}}', nodeExporter)).trim();
        const publish = ['--publish', `127.0.0.1:${onLoopback}:9100`];
        await machine.docker('run', '--detach', '--name', 'fault', ...publish, image);
        expect(await machine.docker('port', 'fault')).toContain(`127.0.0.1:${onLoopback}`);
        expect(await machine.docker('port', grafana)).toContain('3000/tcp -> 0.0.0.0:3000');
        // It does answer where it is published, once it listens.
        const inside = `wget -q -O - http://127.0.0.1:${onLoopback}/ | grep -qi exporter`;
        await machine.shell(`for i in $(seq 30); do ${inside} && break; sleep 1; done; ${inside}`);
        expect(await open(lan.host, on(onLoopback))).toEqual({ outcome: 'reset' });
        expect(await open(lan.host, on(unpublished))).toEqual({ outcome: 'reset' });
      });

      test('S25: a firewall of the machine stops it in DOCKER-USER, and does not in INPUT', async () => {
        await machine.shell('iptables -I INPUT -p tcp --dport 3000 -j DROP');
        expect(await open(lan.host, on(3000, '/api/health'))).toMatchObject({ outcome: 'page', status: 200 });
        const rule = 'DOCKER-USER -p tcp -m conntrack --ctorigdstport 3000 --ctdir ORIGINAL -j DROP';
        await machine.shell(`iptables -I ${rule}`);
        // The hypervisor takes the connection before it has one to the machine.
        expect(await open(lan.host, on(3000))).toEqual({ outcome: 'silent' });
        await machine.shell(`iptables -D ${rule}; iptables -D INPUT -p tcp --dport 3000 -j DROP`);
        expect(await open(lan.host, on(3000, '/api/health'))).toMatchObject({ outcome: 'page', status: 200 });
      });

      describe('S26: from container to container,', () => {
        // By the machine's own program in Grafana's place on the network; its wget dies where a time limit meets a refusal.
        const dial = (address: string, port: number) =>
          machine
            .shell(
              `nsenter -t $(docker inspect -f '{{.State.Pid}}' ${grafana}) -n nc -w 8 ${address} ${port} < /dev/null && echo connected`,
            )
            .catch((error: unknown) => String(error));

        test('the right address and port answer', async () => {
          expect(await dial(addresses.prometheus, 9090)).toBe('connected\n');
        });

        test('a wrong port is refused', async () => {
          expect(await dial(addresses.prometheus, 9091)).toMatch(/refused/i);
        });

        test('a container on another network times out', async () => {
          const format = '{{.NetworkSettings.Networks.bridge.IPAddress}}';
          const elsewhere = (await machine.docker('inspect', '--format', format, 'fault')).trim();
          expect(elsewhere).toMatch(/^172\.17\./);
          expect(await dial(elsewhere, 9100)).toMatch(/timed out/i);
        });

        test('an address that nobody has is unreachable', async () => {
          expect(await dial(addresses.nobody, 9090)).toMatch(/no route|unreachable/i);
        });

        test('a wrong name is not found, and the right one is', async () => {
          const look = (name: string) =>
            machine.docker('exec', grafana, 'nslookup', name).catch((error: unknown) => String(error));
          expect(await look('prometheus')).toContain(addresses.prometheus);
          expect(await look('promteheus')).not.toContain('10.210.3.');
        });
      });

      test('a second plan is empty, and destroy leaves nothing of the stack', async () => {
        await machine.docker('rm', '--force', '--volumes', 'fault');
        expect(await app.pendingChanges()).toBeUndefined();
        await app.destroy();
        expect(await leftovers(machine)).toEqual([]);
      });
    });

    describe('bridged', () => {
      let app: Deployment;
      let machine: VirtualMachine;
      let close: () => Promise<void> = () => Promise.resolve();
      const at = (port: number, more = '/') => `http://${homeAddresses.machine}:${port}${more}`;

      beforeAll(async () => {
        ({ app, machine, close } = await deployed('near-production', () => ({
          adapters: [
            ...['-netdev', `tap,id=net1,ifname=${bridgedAdapter},script=no,downscript=no`],
            ...['-device', 'virtio-net-pci,netdev=net1,romfile='],
            // For the engine's socket alone: nothing leaves by this adapter.
            ...[
              '-netdev',
              `user,id=net2,net=10.0.3.0/24,restrict=on,hostfwd=tcp:127.0.0.1:${apiPort}-10.0.3.15:${apiPort}`,
            ],
            ...['-device', 'virtio-net-pci,netdev=net2,romfile='],
          ],
          words: [`lan=${homeAddresses.machine}/24,${homeAddresses.router}`, 'api=10.0.3.15'],
          apiPort,
        })));
      });

      afterAll(() => close());

      test('S24: the host and another machine of the LAN open 192.168.1.101:3000', async () => {
        for (const from of [lan.host, lan.neighbour]) {
          expect(await open(from, at(3000, '/api/health'))).toMatchObject({ outcome: 'page', status: 200 });
        }
        expect(await open(lan.host, 'http://127.0.0.1:3000/')).toEqual({ outcome: 'refused' });
      });

      test('S28: Prometheus and the node exporter, which ask for no password, are refused', async () => {
        for (const port of [9090, 9100]) {
          expect(await open(lan.neighbour, at(port))).toEqual({ outcome: 'refused' });
        }
      });

      test('S28: the printed firewall rule keeps Grafana to the LAN', async () => {
        const stranger = { from: homeAddresses.outside };
        const health = at(3000, '/api/health');
        expect(await open(lan.neighbour, health, stranger)).toMatchObject({ outcome: 'page', status: 200 });
        const { outputs } = JSON.parse(
          fs.readFileSync(path.join(app.folder, `terraform.${stack}.tfstate`), 'utf8'),
        ) as { outputs: { firewall: { value: readonly string[] } } };
        for (const line of outputs.firewall.value) await machine.shell(line);
        expect(await open(lan.neighbour, health, stranger)).toEqual({ outcome: 'timed out' });
        expect(await open(lan.neighbour, health)).toMatchObject({ outcome: 'page', status: 200 });
      });

      test('S25: without a forward in between, each cause shows at once', async () => {
        const image = (await machine.docker('inspect', '--format', '{{.Config.Image}}', nodeExporter)).trim();
        const publish = ['--publish', `127.0.0.1:${faults.onLoopback}:9100`];
        await machine.docker('run', '--detach', '--name', 'fault', ...publish, image);
        expect(await open(lan.host, at(faults.onLoopback))).toEqual({ outcome: 'refused' });
        expect(await open(lan.host, at(faults.unpublished))).toEqual({ outcome: 'refused' });
        await machine.docker('rm', '--force', '--volumes', 'fault');

        await machine.shell('iptables -I INPUT -p tcp --dport 3000 -j DROP');
        expect(await open(lan.host, at(3000, '/api/health'))).toMatchObject({ outcome: 'page', status: 200 });
        const rule = 'DOCKER-USER -p tcp -m conntrack --ctorigdstport 3000 --ctdir ORIGINAL -j DROP';
        await machine.shell(`iptables -I ${rule}`);
        expect(await open(lan.host, at(3000))).toEqual({ outcome: 'timed out' });
        await machine.shell(`iptables -D ${rule}; iptables -D INPUT -p tcp --dport 3000 -j DROP`);

        expect(await open(lan.host, `http://${homeAddresses.nobody}:3000/`)).toEqual({
          outcome: 'unreachable',
        });
      });

      test('S27: the check list, in its order, finds nothing amiss', async () => {
        const { shell, docker } = machine;
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
        expect(await shell(`wget -q -O - http://${addresses.grafana}:3000/api/health`)).toContain('ok');
        expect(await shell('wget -q -O - http://127.0.0.1:3000/api/health')).toContain('ok');
        expect(await open(lan.host, at(3000, '/api/health'))).toMatchObject({ outcome: 'page' });
        // 4: logs without errors, and packets that pass.
        expect(await shell('grep -c level=error /run/dockerd.log || true')).toMatch(/^0/);
        expect(await shell('dmesg | grep -ci "link is down" || true')).toMatch(/^0/);
        expect(await shell("iptables -t nat -L DOCKER -n -v | grep 'dpt:3000'")).toMatch(/^\s*[1-9]/);
      });

      test('a second plan is empty, and destroy leaves nothing of the stack', async () => {
        expect(await app.pendingChanges()).toBeUndefined();
        await app.destroy();
        expect(await leftovers(machine)).toEqual([]);
      });

      test('S25: a machine that is off is unreachable', async () => {
        await machine.stop();
        expect(await open(lan.host, at(3000), { patienceSeconds: 40 })).toEqual({
          outcome: 'unreachable',
        });
      });
    });
  });
}

/** What a browser opens. */
function urlOf(profile: Profile): string {
  return profile === 'learning' ? 'http://127.0.0.1:3000/' : `http://${homeAddresses.machine}:3000/`;
}

/** The stack as the settings make it, in this process: what it prints is text of ours. */
function synthesized(env: Readonly<Record<string, string>>): MonitoringLab {
  const folder = runSubfolder('synthesized');
  const settings = readSettings(() => undefined, {
    NETPROOF_SECRETS_DIR: path.join(folder, '.secrets'),
    ...env,
  });
  return new MonitoringLab(new App({ outdir: path.join(folder, 'cdktf.out') }), stack, settings);
}

/** The adapter that the stack prints, with forwards of the suite's own beside the stack's. */
function withForwards(lines: readonly string[], ports: readonly number[]): readonly string[] {
  const more = ports.map((port) => `,hostfwd=tcp:127.0.0.1:${port}-10.0.2.15:${port}`).join('');
  return lines.flatMap((line) => {
    const [option = '', value = ''] = line.split(' ');
    return [option, option === '-netdev' ? `${value}${more}` : `${value},romfile=`];
  });
}

async function leftovers({ docker }: VirtualMachine): Promise<readonly string[]> {
  const listed = [
    await docker('ps', '--all', '--format', 'container {{.Names}}'),
    await docker('volume', 'ls', '--format', 'volume {{.Name}}'),
    await docker('network', 'ls', '--filter', 'type=custom', '--format', 'network {{.Name}}'),
  ];
  return listed.flatMap((text) => text.split('\n').filter((line) => line !== ''));
}

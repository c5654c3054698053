import * as fs from 'node:fs';
import * as path from 'node:path';
import { App } from 'cdktf';
import { MonitoringLab } from '../../../stacks/monitoring-lab';
import { readSettings } from '../../../stacks/settings';
import type { PortForwardChain } from '../../../lib/docker/port-forward-chain';
import { openUntil } from './browser';
import { type Deployment, newDeployment } from './deployment';
import type { GuestSystem } from './guest-system';
import { homeAddresses, type HomeLan, openHomeLan } from './home-lan';
import type { ProviderInPlace } from './live-machine';
import { runSubfolder } from './run-folder';
import type { TerraformProgram } from './terraform-program';
import { adapters, startVirtualMachine, type VirtualMachine } from './virtual-machine';

/** The two ways from a browser into the machine, as the stack's profiles call them. */
export type Profile = 'learning' | 'near-production';

/**
 * A home LAN, a virtual machine on it, and monitoring-lab deployed into that. The machine has an adapter behind NAT, with the
 * forwards that the stack prints, and one on the LAN; the cable of either is in when its profile is deployed.
 */
export interface MonitoringSite {
  readonly lan: HomeLan;
  readonly machine: VirtualMachine;
  readonly app: Deployment;
  /** Plugs the profile's cable in and the other out, deploys, and waits for Grafana's page. */
  readonly deploy: (profile: Profile) => Promise<void>;
  /** The image of the node exporter, for containers of the suite's own. */
  readonly image: string;
  /** Containers, volumes and networks that are there besides Docker's own three networks. */
  readonly leftovers: () => Promise<readonly string[]>;
  readonly close: () => Promise<void>;
}

/** The stack's name. */
export const monitoringStack = 'monitoring-lab';

/** Ports that the host forwards besides those of the stack, for what goes wrong. */
export const faultPorts = { onLoopback: 3001, unpublished: 3002 } as const;

/** What a browser dials on a port in each profile. */
export function urlOf(profile: Profile, port: number, more = '/'): string {
  return `http://${profile === 'learning' ? '127.0.0.1' : homeAddresses.machine}:${port}${more}`;
}

/** Grafana's page for those who ask whether it is well. */
export const healthPage = '/api/health';

/** Makes the LAN and starts the machine. Nothing is deployed yet. */
export async function openMonitoringSite(
  guest: GuestSystem,
  program: TerraformProgram,
  provider: ProviderInPlace,
): Promise<MonitoringSite> {
  const settings = { ...guest.images.env, NETPROOF_VM_NAME: 'rocky' };
  const { wayIn, image } = synthesized({ ...settings, NETPROOF_MONITORING_PROFILE: 'learning' });
  const lan = await openHomeLan();
  let machine: VirtualMachine | undefined;
  let app: Deployment | undefined;
  const close = async () => {
    await app?.close();
    await machine?.stop();
    await lan.close();
  };
  try {
    machine = await startVirtualMachine(guest, lan, withForwards(wayIn.commands.qemu));
    app = newDeployment({
      stack: monitoringStack,
      program: program.path,
      env: { ...provider.env, ...settings, DOCKER_HOST: machine.dockerHost },
      patienceSeconds: 600,
    });
  } catch (error) {
    await close();
    throw error;
  }
  const { docker } = machine;
  const [ownApp, ownMachine] = [app, machine];
  return {
    lan,
    machine,
    app,
    image,
    close,
    async deploy(profile) {
      await plug(ownMachine, profile, nearEnds(wayIn));
      await ownApp.deploy({ NETPROOF_MONITORING_PROFILE: profile });
      // The containers run; Grafana takes some seconds more, in an emulated machine.
      await openUntil(lan.host, urlOf(profile, 3000, healthPage), ({ outcome }) => outcome === 'page');
    },
    async leftovers() {
      const listed = [
        await docker('ps', '--all', '--format', 'container {{.Names}}'),
        await docker('volume', 'ls', '--format', 'volume {{.Name}}'),
        await docker('network', 'ls', '--filter', 'type=custom', '--format', 'network {{.Name}}'),
      ];
      return listed.flatMap((text) => text.split('\n').filter((line) => line !== ''));
    },
  };
}

/** What a person does who changes the network of a machine: cables, forwards, and the machine's way out. */
async function plug(
  { hypervisor, shell }: VirtualMachine,
  profile: Profile,
  nearEnds: readonly string[],
): Promise<void> {
  const learning = profile === 'learning';
  await hypervisor.plug(adapters.nat, learning ? 'in' : 'out');
  await hypervisor.plug(adapters.bridged, learning ? 'out' : 'in');
  if (learning) return;
  for (const nearEnd of nearEnds) await hypervisor.removeForward(adapters.nat, nearEnd);
  await shell(`ip route replace default via ${homeAddresses.router} dev eth1`);
}

/** The stack as the settings make it, in this process: what it prints is text of ours. */
function synthesized(env: Readonly<Record<string, string>>) {
  const folder = runSubfolder('synthesized');
  const settings = readSettings(() => undefined, {
    NETPROOF_SECRETS_DIR: path.join(folder, '.secrets'),
    ...env,
  });
  const app = new App({ outdir: path.join(folder, 'cdktf.out') });
  const { wayIn } = new MonitoringLab(app, monitoringStack, settings);
  fs.rmSync(folder, { recursive: true, force: true });
  if (wayIn === undefined) throw new Error('a machine was named, and the stack has no way into it');
  return { wayIn, image: settings.nodeExporterImage };
}

/** The adapter that the stack prints, with forwards of the suite's own beside the stack's. */
function withForwards(lines: readonly string[]): readonly string[] {
  const more = Object.values(faultPorts).map((port) => `,hostfwd=tcp:127.0.0.1:${port}-10.0.2.15:${port}`);
  return lines.map((line) => (line.startsWith('-netdev') ? line + more.join('') : line));
}

/** Where the host listens for each of the ways, as QEMU's monitor takes it. */
function nearEnds({ ways }: PortForwardChain): readonly string[] {
  return ways.flatMap(({ protocol, hops }) =>
    hops.flatMap((hop) => (hop.kind === 'forward' ? [`${protocol}:${hop.at.address}:${hop.at.port}`] : [])),
  );
}

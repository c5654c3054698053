import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, type TerraformStack } from 'cdktf';
import { DockerThreeTier } from '../../stacks/docker-three-tier';
import { HostOnlyLab } from '../../stacks/host-only-lab';
import type { MachineInterface } from '../../stacks/machine-interfaces';
import { MonitoringLab } from '../../stacks/monitoring-lab';
import { NetworkModes } from '../../stacks/network-modes';
import { readSettings, type Settings } from '../../stacks/settings';
import { VmwareLab } from '../../stacks/vmware-lab';

/** A folder laid out like a project: secrets beside the output. */
export interface Project {
  readonly app: App;
  readonly settings: Settings;
  readonly secrets: string;
}

/** Settings of nobody's environment, in a project folder of its own. */
export function aProject(env: Readonly<Record<string, string>> = {}): Project {
  const folder = mkdtempSync(join(tmpdir(), 'netproof-'));
  const secrets = join(folder, '.secrets');
  return {
    app: new App({ outdir: join(folder, 'cdktf.out') }),
    settings: readSettings(() => undefined, { NETPROOF_SECRETS_DIR: secrets, ...env }),
    secrets,
  };
}

export function dockerThreeTier(
  env: Readonly<Record<string, string>> = {},
  interfaces: readonly MachineInterface[] = [],
): DockerThreeTier {
  const { app, settings } = aProject(env);
  return new DockerThreeTier(app, 'docker-three-tier', settings, interfaces);
}

export function hostOnlyLab(
  env: Readonly<Record<string, string>> = {},
  interfaces: readonly MachineInterface[] = [],
): HostOnlyLab {
  const { app, settings } = aProject(env);
  return new HostOnlyLab(app, 'host-only-lab', settings, interfaces);
}

export function monitoringLab(
  env: Readonly<Record<string, string>> = {},
  interfaces: readonly MachineInterface[] = [],
): MonitoringLab {
  const { app, settings } = aProject(env);
  return new MonitoringLab(app, 'monitoring-lab', settings, interfaces);
}

export function networkModes(
  env: Readonly<Record<string, string>> = {},
  interfaces: readonly MachineInterface[] = [],
  hostInterfaces?: readonly string[],
): NetworkModes {
  const { app, settings } = aProject(env);
  return new NetworkModes(app, 'network-modes', settings, interfaces, hostInterfaces);
}

export function vmwareLab(
  env: Readonly<Record<string, string>> = {},
  interfaces: readonly MachineInterface[] = [],
  hostInterfaces?: readonly string[],
): VmwareLab {
  const { app, settings } = aProject(env);
  return new VmwareLab(app, 'vmware-lab', settings, interfaces, hostInterfaces);
}

/** The setting that brings the bridged parts in. */
export const bridged = { NETPROOF_PARENT_INTERFACE: 'eth0' } as const;

/** Every shipped stack with Docker networks, in each of its forms. */
export const shippedDockerStacks: readonly (readonly [string, () => TerraformStack])[] = [
  ['docker-three-tier', () => dockerThreeTier()],
  ['docker-three-tier.as-written', () => dockerThreeTier({ NETPROOF_FORM: 'as-written' })],
  ['host-only-lab', () => hostOnlyLab()],
  ['monitoring-lab', () => monitoringLab()],
  ['monitoring-lab.learning', () => monitoringLab({ NETPROOF_VM_NAME: 'rocky' })],
  [
    'monitoring-lab.near-production',
    () => monitoringLab({ NETPROOF_VM_NAME: 'rocky', NETPROOF_MONITORING_PROFILE: 'near-production' }),
  ],
  ['network-modes', () => networkModes()],
  ['network-modes.bridged', () => networkModes(bridged)],
  ['vmware-lab', () => vmwareLab()],
  ['vmware-lab.bridged', () => vmwareLab(bridged)],
];

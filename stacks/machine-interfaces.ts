import { existsSync, readdirSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { Annotations } from 'cdktf';
import { Cidr } from '../lib/addressing/cidr';
import type { Segment } from '../lib/docker/segment';

/** An address that the machine has, with the block it lies in. */
export interface MachineInterface {
  readonly name: string;
  readonly block: Cidr;
}

type Listed = ReturnType<typeof networkInterfaces>;

/**
 * The IPv4 interfaces of this machine, those left out that Docker made (docker0, docker_gwbridge, br-0123456789ab,
 * veth...): after the first deploy they are the stack's own.
 */
export function machineInterfaces(listed: Listed = networkInterfaces()): readonly MachineInterface[] {
  return Object.entries(listed).flatMap(([name, addresses = []]) =>
    isMadeByDocker(name)
      ? []
      : addresses.flatMap(({ cidr, family }) =>
          cidr !== null && family === 'IPv4' ? [{ name, block: Cidr.containing(cidr) }] : [],
        ),
  );
}

const links = '/sys/class/net';

/**
 * Names of all interfaces of the Docker host, with or without an address; undefined where that need not be this machine,
 * because the environment names another engine, or because engines here run in a machine of their own.
 */
export function hostInterfaces(env: NodeJS.ProcessEnv = process.env): readonly string[] | undefined {
  if (env['DOCKER_HOST'] || env['DOCKER_CONTEXT'] || !existsSync(links)) return undefined;
  return readdirSync(links).filter((name) => !isMadeByDocker(name));
}

/**
 * Puts an error on a Docker network whose block one of the machine's interfaces has. Docker accepts such a network,
 * and the machine then loses whatever lies behind that interface. The error stops `cdktf deploy` and `cdktf synth`,
 * not the app run by itself.
 */
export function refuseOverlap(
  segment: Segment,
  interfaces: readonly MachineInterface[],
  setting: { readonly env: string },
): void {
  for (const { name, block } of interfaces) {
    if (segment.block === undefined || !segment.block.overlaps(block)) continue;
    Annotations.of(segment).addError(
      `network ${segment.name} ${segment.block.toString()} overlaps ${block.toString()} of this machine's interface ` +
        `${name}: Docker would take its traffic. Set ${setting.env} to a free block.`,
    );
  }
}

function isMadeByDocker(name: string): boolean {
  return /^(docker0|docker_gwbridge|br-[0-9a-f]{12}|veth.*)$/.test(name);
}

import type { TerraformDocument } from '../terraform-document';
import type { DockerAssumptions } from './docker-assumptions';
import type { DockerNetwork } from './docker-network';
import type { DockerEstate, DockerResource } from './docker-resource';
import type { Engine } from './engine';
import type { HostName } from './host-frame';
import { type Overlap, overlaps } from './overlapping-networks';
import { Placement } from './placed-container';

/** One Docker host, with the resources that are on it. */
export interface DeployedHost {
  readonly called: HostName;
  readonly holds: (resource: DockerResource) => boolean;
}

/** Two groups of stacks of one host that an engine does not take at once, and the networks that meet. */
export interface StackClash {
  readonly stacks: readonly [readonly string[], readonly string[]];
  readonly overlaps: readonly Overlap[];
}

export interface DeployedHosts {
  readonly hosts: readonly DeployedHost[];
  readonly clashes: readonly StackClash[];
}

/**
 * The Docker hosts of a document. Stacks with the same provider (its alias, and its `host` where that is written) are on
 * one host. Of stacks whose blocks overlap an engine takes one at a time: each of them has a host for itself, together
 * with the stacks whose networks it joins.
 */
export function deployedHosts(
  document: TerraformDocument,
  estate: DockerEstate,
  resources: readonly DockerResource[],
  engine: Engine,
  assumed: DockerAssumptions,
): DeployedHosts {
  const clashes: StackClash[] = [];
  const aliases = distinct(resources.map(({ alias }) => alias));
  const groups = aliases.flatMap((alias) => {
    const stacks = distinct(resources.filter((one) => one.alias === alias).map(({ stack }) => stack));
    const daemons = distinct(stacks.map((stack) => daemonOf(document, stack, alias)));
    const found =
      stacks.length === 1
        ? [stacks]
        : daemons.flatMap((daemon) => {
            const here = stacks.filter((stack) => daemonOf(document, stack, alias) === daemon);
            return onOneDaemon(here, (stack) => ownNetworks(estate, { alias, stack }, engine, assumed)).map(
              (one) => {
                clashes.push(...one.clashes);
                return one.stacks;
              },
            );
          });
    return found.map((held) => ({ alias, stacks: held, alone: found.length === 1 }));
  });
  const hosts = groups.map(({ alias, stacks, alone }): DeployedHost => ({
    called: {
      alias: aliases.length === 1 ? undefined : alias === '' ? 'default' : alias,
      stack: alone ? undefined : stacks[0],
      stacks: stacks.filter((stack) => stack !== ''),
      among: groups.length > 1,
    },
    holds: (resource) => resource.alias === alias && stacks.includes(resource.stack),
  }));
  return { hosts, clashes };
}

/** What a person reads of stacks that are taken to be deployed one at a time. */
export function clashText(clashes: readonly StackClash[]): string {
  const stacks = [...distinct(clashes.flatMap((clash) => clash.stacks.flat()))].sort();
  const [first] = clashes.flatMap((clash) => clash.overlaps);
  const shown =
    first === undefined
      ? ''
      : `: ${first.one.network.id} has ${first.one.block.toString()}, ${first.other.network.id} ${first.other.block.toString()}`;
  return `${stacks.join(', ')} are deployed one at a time, because blocks of theirs overlap${shown}`;
}

/** Which engine a provider configuration speaks to, as far as it says so. */
function daemonOf({ providers }: TerraformDocument, stack: string, alias: string): string {
  const written = providers
    .find((one) => one.provider === 'kreuzwerker/docker' && one.stack === stack && one.alias === alias)
    ?.attributes.get('host');
  return written?.kind === 'known' && typeof written.value === 'string' ? written.value : '';
}

/** Networks that a stack has or joins, and the stacks that these belong to. */
interface StackNetworks {
  readonly networks: readonly DockerNetwork[];
  readonly stacks: readonly string[];
}

function ownNetworks(
  estate: DockerEstate,
  { alias, stack }: { readonly alias: string; readonly stack: string },
  engine: Engine,
  assumed: DockerAssumptions,
): StackNetworks {
  const isHere = (one: DockerResource): boolean => one.alias === alias && one.stack === stack;
  const called = { alias, stack, stacks: [stack], among: true };
  const placement = new Placement(estate, isHere, called, engine, assumed);
  for (const container of estate.of('docker_container')) if (isHere(container)) placement.place(container);
  const networks = [...placement.networks.values()];
  const owners = estate.of('docker_network').filter(({ id }) => placement.networks.has(id));
  return {
    networks: networks.filter(({ id }) => owners.some((one) => one.id === id)),
    stacks: distinct([stack, ...owners.map((one) => one.stack)]),
  };
}

/** Stacks of one engine, in groups that it can have at once. */
function onOneDaemon(
  stacks: readonly string[],
  networksOf: (stack: string) => StackNetworks,
): readonly { readonly stacks: readonly string[]; readonly clashes: readonly StackClash[] }[] {
  let groups = stacks.map((stack) => {
    const { networks, stacks: joined } = networksOf(stack);
    return { stacks: distinct([stack, ...joined]), networks };
  });
  for (let merged = true; merged;) {
    merged = false;
    for (const [at, group] of groups.entries()) {
      const met = groups.findIndex(
        (other, index) => index > at && other.stacks.some((one) => group.stacks.includes(one)),
      );
      if (met < 0) continue;
      const other = groups[met]!;
      const both = {
        stacks: distinct([...group.stacks, ...other.stacks]),
        networks: [...new Map([...group.networks, ...other.networks].map((one) => [one.id, one])).values()],
      };
      groups = [...groups.slice(0, at), both, ...groups.slice(at + 1)].filter((one) => one !== other);
      merged = true;
      break;
    }
  }
  const clashes = groups.flatMap((group, at) =>
    groups.slice(at + 1).flatMap((other): readonly StackClash[] => {
      const met = overlaps(group.networks, other.networks);
      return met.length === 0 ? [] : [{ stacks: [group.stacks, other.stacks], overlaps: met }];
    }),
  );
  const clashing = new Set(clashes.flatMap((clash) => clash.stacks.flat()));
  const [alone, shared] = [true, false].map((wanted) =>
    groups.filter((group) => clashing.has(group.stacks[0]!) === wanted),
  ) as [typeof groups, typeof groups];
  const rest = shared.flatMap((group) => group.stacks);
  return [
    ...(rest.length === 0 ? [] : [{ stacks: rest, clashes: [] }]),
    ...alone.map((group) => ({
      stacks: group.stacks,
      clashes: clashes.filter((clash) => clash.stacks[0] === group.stacks),
    })),
  ];
}

function distinct<T>(items: readonly T[]): readonly T[] {
  return [...new Set(items)];
}

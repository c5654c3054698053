import { NetproofError } from '../../addressing/netproof-error';
import type { Cidr } from '../../addressing/cidr';
import type { DockerNetwork } from './docker-network';

/** Two networks that no engine has at once, with the blocks that meet. */
export interface Overlap {
  readonly one: { readonly network: DockerNetwork; readonly block: Cidr };
  readonly other: { readonly network: DockerNetwork; readonly block: Cidr };
}

/** Pairs of one of `networks` and one of `others` whose blocks overlap; blocks that apply picks overlap nobody's. */
export function overlaps(
  networks: readonly DockerNetwork[],
  others: readonly DockerNetwork[],
): readonly Overlap[] {
  const written = (list: readonly DockerNetwork[]): readonly DockerNetwork[] =>
    list.filter(({ driver, standIn }) => driver !== 'overlay' && standIn === undefined);
  return written(networks).flatMap((network) =>
    written(others).flatMap((other) =>
      network.blocks.flatMap((block): readonly Overlap[] => {
        const met = other.blocks.find((one) => one.family === block.family && one.overlaps(block));
        return met === undefined ? [] : [{ one: { network, block }, other: { network: other, block: met } }];
      }),
    ),
  );
}

/** An engine refuses a network whose block overlaps another's. */
export function refuseOverlaps(networks: readonly DockerNetwork[]): void {
  networks.forEach((network, index) => {
    const [met] = overlaps([network], networks.slice(index + 1));
    if (met === undefined) return;
    throw new NetproofError(
      'OverlappingNetworks',
      `${network.id} has ${met.one.block.toString()} and ${met.other.network.id} has ${met.other.block.toString()}, ` +
        'which overlap. Docker refuses the second of them: give one a block of its own.',
    );
  });
}

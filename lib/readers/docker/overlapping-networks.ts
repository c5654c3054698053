import { NetproofError } from '../../addressing/netproof-error';
import type { DockerNetwork } from './docker-network';

/** An engine refuses a network whose block overlaps another's. */
export function refuseOverlaps(networks: readonly DockerNetwork[]): void {
  networks.forEach((network, index) => {
    for (const other of networks.slice(index + 1)) {
      for (const block of network.blocks) {
        const met = other.blocks.find((one) => one.family === block.family && one.overlaps(block));
        if (met === undefined || network.driver === 'overlay' || other.driver === 'overlay') continue;
        throw new NetproofError(
          'OverlappingNetworks',
          `${network.id} has ${block.toString()} and ${other.id} has ${met.toString()}, which overlap. ` +
            'Docker refuses the second of them: give one a block of its own.',
        );
      }
    }
  });
}

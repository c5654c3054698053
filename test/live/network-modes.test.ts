import { liveMachine } from './machine/live-machine';
import { networkModesSuite } from './network-modes-suite';

const { terraform, dockerProvider, docker, newerDocker, images } = liveMachine();

networkModesSuite({ name: 'network-modes' }, [terraform, dockerProvider, docker, images]);
networkModesSuite({ name: 'network-modes on a newer engine', required: false }, [
  terraform,
  dockerProvider,
  newerDocker,
  images,
]);

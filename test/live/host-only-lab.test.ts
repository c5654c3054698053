import { hostOnlySuite } from './host-only-suite';
import { liveMachine } from './machine/live-machine';

const { terraform, dockerProvider, docker, newerDocker, images } = liveMachine();

hostOnlySuite({ name: 'host-only-lab' }, [terraform, dockerProvider, docker, images]);
hostOnlySuite({ name: 'host-only-lab on a newer engine', required: false }, [
  terraform,
  dockerProvider,
  newerDocker,
  images,
]);

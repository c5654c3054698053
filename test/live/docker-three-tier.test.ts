import { threeTierSuite } from './three-tier-suite';
import { liveMachine } from './machine/live-machine';

const { terraform, dockerProvider, docker, images } = liveMachine();

threeTierSuite({ name: 'docker-three-tier', form: 'hardened' }, [terraform, dockerProvider, docker, images]);
threeTierSuite({ name: 'docker-three-tier as written', form: 'as-written' }, [
  terraform,
  dockerProvider,
  docker,
  images,
]);

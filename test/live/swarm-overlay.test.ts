import { liveMachine } from './machine/live-machine';
import { swarmOverlaySuite } from './swarm-overlay-suite';

const { docker, images } = liveMachine();

swarmOverlaySuite({ name: 'swarm-overlay' }, [docker, images]);

import { liveMachine } from './machine/live-machine';
import { vmwareLabSuite } from './vmware-lab-suite';

const { terraform, dockerProvider, docker, images } = liveMachine();

vmwareLabSuite({ name: 'vmware-lab' }, [terraform, dockerProvider, docker, images]);

import { liveMachine } from './machine/live-machine';
import { monitoringSuite } from './monitoring-suite';

const { terraform, dockerProvider, guest } = liveMachine();

monitoringSuite({ name: 'monitoring-lab' }, [terraform, dockerProvider, guest]);

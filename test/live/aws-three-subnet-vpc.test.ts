import { liveMachine } from './machine/live-machine';
import { vpcSuite } from './vpc-suite';

const { terraform, awsProvider, emulator } = liveMachine();

vpcSuite({ name: 'aws-three-subnet-vpc' }, [terraform, awsProvider, emulator]);

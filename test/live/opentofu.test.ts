import { liveMachine } from './machine/live-machine';
import { threeTierSuite } from './three-tier-suite';
import { vpcSuite } from './vpc-suite';

const { tofu, awsProvider, dockerProvider, newerDocker, images, emulator } = liveMachine();

vpcSuite({ name: 'aws-three-subnet-vpc with OpenTofu', required: false }, [tofu, awsProvider, emulator]);
threeTierSuite(
  { name: 'docker-three-tier with OpenTofu on a newer engine', form: 'hardened', required: false },
  [tofu, dockerProvider, newerDocker, images],
);

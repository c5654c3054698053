import { ThreeSubnetVpc } from '../../lib/aws';
import { synthVpcs } from './synth-app';

synthVpcs((scope, id, region) => void new ThreeSubnetVpc(scope, id, { region }), 1);

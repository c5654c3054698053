import { bareVpc } from './bare-vpc';
import { synthVpcs } from './synth-app';

synthVpcs(bareVpc, 1);

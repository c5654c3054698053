export { NetproofError } from './addressing/netproof-error';

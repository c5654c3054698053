// The door `netproof/jest`: matchers for the `expect` that jest makes global. With injectGlobals turned off, import
// `netproof/jest-globals` instead.
import type { Traffic } from '../addressing/traffic';
import { NetproofError } from '../addressing/netproof-error';
import type { Subject } from '../topology/subject';
import { toReach } from './to-reach';

declare global {
  // eslint-disable-next-line @typescript-eslint/no-namespace -- this is how @types/jest takes further matchers
  namespace jest {
    // eslint-disable-next-line @typescript-eslint/no-unused-vars -- parameters must be those that @types/jest declares
    interface Matchers<R, T> {
      /**
       * Whether the endpoint reaches `target` on `on`. `.not.toReach` covers every way, relays and public addresses
       * included. What is partial or unknown fails both.
       */
      toReach(target: Subject, on: Traffic | string): R;
    }
  }
}

const { expect: global } = globalThis as {
  readonly expect?: { readonly extend: (matchers: object) => void };
};
if (global === undefined) {
  throw new NetproofError(
    'NoGlobalExpect',
    'netproof/jest extends the global expect of jest, and there is none here. List it in setupFilesAfterEnv or import ' +
      'it in a test; with injectGlobals turned off, import netproof/jest-globals.',
  );
}
global.extend({ toReach });

// The door `netproof/jest-globals`: matchers for the `expect` that is imported from @jest/globals.
import { expect } from '@jest/globals';
import type { Traffic } from '../addressing/traffic';
import type { Subject } from '../topology/subject';
import { toReach } from './to-reach';

declare module 'expect' {
  // eslint-disable-next-line @typescript-eslint/no-unused-vars -- parameters must be those that expect declares
  interface Matchers<R extends void | Promise<void>, T> {
    /**
     * Whether the endpoint reaches `target` on `on`. `.not.toReach` covers every way, relays and public addresses
     * included. What is partial or unknown fails both.
     */
    toReach(target: Subject, on: Traffic | string): R;
  }
}

expect.extend({ toReach });

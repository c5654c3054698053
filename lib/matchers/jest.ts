// The door `netproof/jest`: matchers for the `expect` that jest makes global. With injectGlobals turned off, import
// `netproof/jest-globals` instead.
import type { Traffic } from '../addressing/traffic';
import { NetproofError } from '../addressing/netproof-error';
import type { Subject } from '../topology/subject';
import type { Topology } from '../topology/topology';
import type { Policy, PolicyDocument } from '../policy/policy';
import { toBeIsolated } from './to-be-isolated';
import { toKeepAddressesIn } from './to-keep-addresses-in';
import { toReach } from './to-reach';
import { toReachOnly } from './to-reach-only';
import { toResolve } from './to-resolve';
import { type SatisfyOptions, toSatisfyPolicy } from './to-satisfy-policy';

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
      /**
       * Whether the endpoint reaches all of these, and by any way nothing else: no other endpoint, not the Internet,
       * not the LAN. What cannot be told fails both.
       */
      toReachOnly(targets: readonly { readonly to: Subject; readonly on: Traffic | string }[]): R;
      /**
       * Whether nothing gets out of the endpoint or network, replies or not, and nobody in but who is excepted. What
       * cannot be told fails both.
       */
      toBeIsolated(options?: {
        readonly except?: readonly { readonly from: Subject; readonly on: Traffic | string }[];
      }): R;
      /**
       * Whether the name means `target` to the endpoint, and nobody else. `.not.toResolve` holds when it means somebody else, is
       * asked outside or is not found. What stands for several, or is unknown, fails both.
       */
      toResolve(name: string, target: Subject): R;
      /** Whether every rule of the policy holds or is waived. A policy that cannot be told, or is wrong, fails both. */
      toSatisfyPolicy(policy: Policy | PolicyDocument, options?: SatisfyOptions): R;
      /**
       * Whether every network, subnet, NAT gateway and address of an earlier topology is in this one, unchanged in whatever
       * would make Terraform replace it. What only apply tells fails both.
       */
      toKeepAddressesIn(earlier: Topology): R;
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
global.extend({ toReach, toReachOnly, toResolve, toBeIsolated, toSatisfyPolicy, toKeepAddressesIn });

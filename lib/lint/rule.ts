import type { Origin } from '../topology/origin';
import type { Unknown } from '../topology/value';
import type { LintSubject } from './subject';

/** How bad it is: an `error` is a hole, a `warning` weakens what was built, a `note` is advice. */
export type Severity = 'error' | 'warning' | 'note';

/** Severities, the worst first. */
export const severities: readonly Severity[] = ['error', 'warning', 'note'];

/** A rule about one topology and the Terraform that it was made of. Its id is a promise: waivers name it. */
export interface LintRule {
  /** `docker-host-network`: the provider, then what is wrong. */
  readonly id: string;
  readonly severity: Severity;
  /** What is asked for, in a few words, as a sentence without a full stop. */
  readonly title: string;
  /** Why it matters. */
  readonly why: string;
  /** What to write instead. */
  readonly fix: string;
  /** Number in a CIS benchmark, where one asks for the same. */
  readonly cis?: CisNumber;
  readonly check: (subject: LintSubject) => Iterable<Observation>;
}

export interface CisNumber {
  readonly benchmark: 'CIS Docker Benchmark 1.7' | 'CIS AWS Foundations Benchmark 3.0';
  readonly number: string;
}

/** Something that breaks a rule, or that keeps it from being told when `unknowns` are given. */
export interface Observation {
  /** One sentence, without a full stop. Holds no value that is secret. */
  readonly claim: string;
  /** The resource it is about, down to the attribute. */
  readonly origin: Origin;
  /** What would settle it. @default - it is certain */
  readonly unknowns?: readonly Unknown[];
}

export const cisDocker = (number: string): CisNumber => ({ benchmark: 'CIS Docker Benchmark 1.7', number });
export const cisAws = (number: string): CisNumber => ({
  benchmark: 'CIS AWS Foundations Benchmark 3.0',
  number,
});

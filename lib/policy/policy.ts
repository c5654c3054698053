/**
 * What should be true of networks, as plain data: the same in TypeScript and in YAML.
 *
 * ```ts
 * const policy: Policy = {
 *   version: 1,
 *   groups: { web: 'nginx', db: ['postgres', 'tier:db'] },
 *   allow: [{ from: 'web', to: 'db', on: 'tcp/5432' }],
 *   closed: true,
 * };
 * ```
 *
 * A party is the name of a group, `clients`, or a selector; see {@link Selector}. docs/policy.md says what each field means.
 */
export interface Policy {
  /** Of the language. */
  readonly version: 1;
  /** Names for what selectors pick. A group may not be empty; one selector of several may pick nothing. */
  readonly groups?: Readonly<Record<string, OneOrMore<Selector>>>;
  /** Must be reachable, and is permitted. */
  readonly allow?: readonly PermittedFlow[];
  /** May be reachable: only `closed` looks at it. */
  readonly permit?: readonly PermittedFlow[];
  /** Must not be reachable, by any way. */
  readonly deny?: readonly DeniedFlow[];
  /** Groups and selectors: nothing out, replies or not, and nothing in but what `allow` names. */
  readonly isolate?: readonly string[];
  /**
   * Nothing else passes between endpoints, `internet` and `lan`, replies or not.
   * @default false
   */
  readonly closed?: boolean;
  /** The stacks that the policy speaks about, by their names, and what differs in each. @default - whatever is asked about */
  readonly networks?: Readonly<Record<string, NetworkTerms>>;
  readonly waivers?: readonly Waiver[];
}

/**
 * Who is meant, as text:
 *
 * - `nginx`: endpoints of that name, Terraform address or construct path, or with a path that ends so;
 * - `*` (any letters, `/` too) and `?` (any one) in it: endpoints of which a name, address or path matches as a whole;
 * - `tag:KEY=VALUE`, `tier:VALUE`, `type:VALUE`: endpoints with such a tag, with such a tag `tier`, of such a Terraform type;
 * - `segment:NAME`: a network, whoever stands in it;
 * - `internet`, `internet6`, `host`, `host-loopback`, `lan`, an address or block outside: a zone.
 */
export type Selector = string;

export type OneOrMore<T> = T | readonly T[];

export interface PermittedFlow {
  readonly from: OneOrMore<string>;
  readonly to: OneOrMore<string>;
  /** Traffic (`tcp/5432`), the name of a port, or several joined by commas. In `permit`, `all` is any protocol. */
  readonly on: string;
}

export interface DeniedFlow {
  readonly from: OneOrMore<string>;
  readonly to: OneOrMore<string>;
  /** As in `allow`. @default - any protocol */
  readonly on?: string;
}

/** What differs in one network. */
export interface NetworkTerms {
  /** Who `clients` are here. @default - nobody: no rule may name them */
  readonly clients?: OneOrMore<string>;
  /** Traffic by the names that rules use. */
  readonly ports?: Readonly<Record<string, string>>;
  /** What is permitted in this network besides. */
  readonly permit?: readonly PermittedFlow[];
}

/** Lets a rule be broken for a time. */
export interface Waiver {
  /** The rule as it is written: `deny web db`, `allow web api tcp/8080`, `isolate db`, `closed`. */
  readonly rule: string;
  readonly reason: string;
  /** The last day on which it counts, as `2027-01-31`, in UTC. */
  readonly until: string;
}

/** The kinds of rules that can hold or be broken. */
export type RuleKind = 'allow' | 'deny' | 'isolate' | 'closed';

/** Steps to a part of a policy: `allow`, 0, `from`. */
export type PolicyPath = readonly (string | number)[];

/** A policy that has been read, and where its parts stand. */
export interface PolicyDocument {
  readonly policy: Policy;
  /** Where a part stands, for messages: `policies/shop.yaml:14:5`, or `allow[0].from` of an object. */
  readonly place: (path: PolicyPath) => string;
}

/** What a rule is called: what a waiver names and reports show. */
export function flowName(kind: 'allow' | 'permit' | 'deny', { from, to, on }: DeniedFlow): string {
  const names = (party: OneOrMore<string>): string => [party].flat().join('+');
  return `${kind} ${names(from)} ${names(to)}${on === undefined ? '' : ` ${on.replace(/\s*,\s*/g, ',').trim()}`}`;
}

export const listOf = <T>(given: OneOrMore<T>): readonly T[] => [given].flat() as readonly T[];

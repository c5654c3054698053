import type { Value } from '../topology/value';

/**
 * One Terraform configuration, plan or state, read into resource instances with their attributes as values.
 * The same words whatever it was read from; provider readers compile it into a topology.
 */
export interface TerraformDocument {
  readonly kind: 'synth' | 'plan' | 'state';
  /** Name of the stack or folder, the prefix in `stack:address`. */
  readonly stack: string;
  /** Where it was read from, as the user wrote it; undefined for text given in code. */
  readonly file: string | undefined;
  /** Managed resources and data sources, instances of count and for_each expanded, in document order. */
  readonly resources: readonly Resource[];
  /** Provider configurations: `hashicorp/aws` with alias and attributes. */
  readonly providers: readonly ProviderConfiguration[];
  /** Root outputs by name. */
  readonly outputs: ReadonlyMap<string, Value>;
  /** `//.netproof` of the document, as plain JSON, if there is one. */
  readonly netproof: unknown;
}

export interface Resource {
  /** Terraform's address: `module.m["k"].aws_instance.web[0]`. */
  readonly address: string;
  readonly mode: 'managed' | 'data';
  /** `aws_instance` */
  readonly type: string;
  /** `web` */
  readonly name: string;
  /** Index of count or key of for_each; undefined when the resource has neither. */
  readonly index: number | string | undefined;
  /** `module.m["k"]`, or the empty string at the root. */
  readonly module: string;
  /** Last two parts of the provider's source name: `hashicorp/aws`. */
  readonly provider: string;
  /** Alias of the provider configuration, or the empty string. */
  readonly providerAlias: string;
  /** Construct path from `//.metadata.path`, without a trailing `Resource` or `Default`. */
  readonly constructPath: string | undefined;
  /**
   * False when the number of instances is itself unknown (an unknown count or for_each): the one instance
   * listed then stands for none or any number of them, and `existence` says what would settle it.
   */
  readonly certain: boolean;
  readonly existence: Value | undefined;
  /**
   * Attribute values by name, nested blocks as lists of objects. An attribute that nobody wrote is absent,
   * also when the provider computes it: see `authored`.
   */
  readonly attributes: ReadonlyMap<string, Value>;
  /**
   * Attribute names that the configuration states. A plan lists optional-and-computed attributes (a security
   * group's `ingress`) among the unknown ones although nobody wrote them; only an authored one counts.
   * For a state, where no configuration is at hand, every attribute with a value counts.
   */
  readonly authored: ReadonlySet<string>;
}

export interface ProviderConfiguration {
  readonly provider: string;
  readonly alias: string;
  readonly attributes: ReadonlyMap<string, Value>;
}

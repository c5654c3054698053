import type { Value } from '../topology/value';

/**
 * One Terraform configuration, plan or state, read into resource instances with their attributes as values.
 * The same words whatever it was read from; provider readers compile it into a topology.
 */
export interface TerraformDocument {
  readonly kind: 'synth' | 'plan' | 'state';
  /** Name of the stack or folder, the prefix in `stack:address`. Empty for joined documents: see `parts`. */
  readonly stack: string;
  /** Where it was read from, as the user wrote it; undefined for text given in code. */
  readonly file: string | undefined;
  /** Managed resources and data sources, instances of count and for_each expanded, in document order. */
  readonly resources: readonly Resource[];
  /**
   * What a plan destroys without a successor at the same address, with the values it had. A plan still lists what a
   * deleted standalone rule or route contributed inside its group or table: subtract these. Empty for synth and state.
   */
  readonly deleted: readonly Resource[];
  /** What a plan changes or replaces, with the values it had, for the same purpose. @default - nothing */
  readonly changed?: readonly Resource[];
  /** Provider configurations: `hashicorp/aws` with alias and attributes. */
  readonly providers: readonly ProviderConfiguration[];
  /** Root outputs by name; `stack:name` for joined documents. */
  readonly outputs: ReadonlyMap<string, Value>;
  /** `//.netproof` of the document, as plain JSON, if there is one; of joined documents, see `parts`. */
  readonly netproof: unknown;
  /**
   * Names of modules that the document calls and does not contain: what they create is not among the resources.
   * @default - none
   */
  readonly moduleCalls?: readonly string[];
  /** Values of the root's variables that a plan was made with, by address: `var.open`. @default - not told */
  readonly variables?: ReadonlyMap<string, Value>;
  /** Where the configuration keeps its state, by which another stack finds its outputs. @default - not told */
  readonly backend?: Backend | undefined;
  /**
   * The documents this one was joined from. Every address and every ref of a joined document begins with
   * `stack:`; those of its parts do not.
   * @default - not joined
   */
  readonly parts?: readonly TerraformDocument[];
}

/** A `backend` or `cloud` block: the kind of place, and its settings as plain JSON. */
export interface Backend {
  readonly type: string;
  readonly config: unknown;
}

export interface Resource {
  /** Terraform's address: `module.m["k"].aws_instance.web[0]`; `stack:` before it in a joined document. */
  readonly address: string;
  /** Stack of the document that it comes from. */
  readonly stack: string;
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
   * `//.netproof` of its block, as plain JSON: what its author recorded and Terraform does not read. A plan has none
   * unless a synth is joined on. @default - nothing recorded
   */
  readonly netproof?: unknown;
  /**
   * False when the number of instances is itself unknown (an unknown count or for_each): the one instance
   * listed then stands for none or any number of them, and `existence` says what would settle it.
   */
  readonly certain: boolean;
  readonly existence: Value | undefined;
  /**
   * Attribute values by name. An attribute without a value (null) is absent, and so is one that the provider
   * will compute. Nested blocks are lists of objects; in a synth, where no schema tells a block from a map, a
   * single block may stand as one object: read blocks with `nestedBlocks`.
   */
  readonly attributes: ReadonlyMap<string, Value>;
  /**
   * Attribute names that the configuration states. A plan lists optional-and-computed attributes (a security
   * group's `ingress`) among the unknown ones although nobody wrote them; only an authored one counts. Blocks that
   * exist and that no expression states (dynamic ones) count, unless rules or routes that are resources of their
   * own may have made them.
   * For a state, where no configuration is at hand, every attribute with a value counts.
   */
  readonly authored: ReadonlySet<string>;
}

export interface ProviderConfiguration {
  readonly provider: string;
  readonly alias: string;
  /** Stack of the document that it comes from. */
  readonly stack: string;
  readonly attributes: ReadonlyMap<string, Value>;
}

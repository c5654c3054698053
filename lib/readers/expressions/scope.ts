import type { Instance, Term } from './term';

/**
 * What the names of an expression stand for, where it stands. A name that has no value yet is a term that says so
 * (a ref, an unknown with its key); a name that Terraform would not accept throws a `Fault`.
 */
export interface Scope {
  /** `var.NAME` */
  variable(name: string): Term;
  /** `local.NAME` */
  local(name: string): Term;
  /** `module.NAME`: an object of outputs, with count or for_each a sequence or mapping of them. */
  module(name: string): Term;
  /** `TYPE.NAME` or `data.TYPE.NAME`: one instance, a sequence, a mapping, or an unknown for an unknown number. */
  resource(mode: 'managed' | 'data', type: string, name: string): Term;
  /** An attribute of a resource instance: what its configuration states, or a ref. */
  attribute(instance: Instance, name: string): Term;
  /** An attribute path that only the provider or the user can fill: a ref, or the value that the user assumes. */
  ref(address: string, attribute: string): Term;
  /** Whether a resource instance is certainly there; not when the number of instances is unknown. */
  exists(address: string): boolean;
  /** `each.key`, `each.value`, `count.index`, `path.module`, `terraform.workspace`; undefined for any other name. */
  special(root: string, name: string): Term | undefined;
}

/** Terraform itself refuses this: a wrong type, an index outside, a division by zero. `try` and `can` see it. */
export class Fault extends Error {}

/**
 * The evaluator cannot tell what Terraform would make of this, so that the whole expression is unknown. `key` names
 * what would settle it; empty for the attribute that is being evaluated.
 */
export class Beyond extends Error {
  readonly key: string;

  constructor(key = '') {
    super(key === '' ? 'cannot be evaluated' : `needs ${key}`);
    this.key = key;
  }
}

const brand = Symbol.for('netproof/error');

/**
 * Every error that netproof throws on purpose: bad input, stated as what was wrong, where, and what to do.
 * `code` is stable and meant for programs (`InvalidCidr`, `InvalidProps`); the message is meant for people.
 * Two copies of the package may meet in one process, so test with `NetproofError.is`, not `instanceof`.
 */
export class NetproofError extends Error {
  readonly code: string;
  /** One entry per problem, when one construct had several. */
  readonly problems: readonly string[];

  constructor(code: string, message: string, problems: readonly string[] = [message]) {
    super(message);
    this.name = code;
    this.code = code;
    this.problems = problems;
    Object.defineProperty(this, brand, { value: true });
  }

  static is(value: unknown): value is NetproofError {
    return typeof value === 'object' && value !== null && brand in value;
  }
}

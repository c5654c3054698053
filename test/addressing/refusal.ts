import { NetproofError } from '../../lib/addressing/netproof-error';

/** The NetproofError that an action throws; fails when it throws none, or anything else. */
export function refusal(action: () => unknown): NetproofError {
  let result: unknown;
  try {
    result = action();
  } catch (error) {
    if (NetproofError.is(error)) return error;
    throw error;
  }
  throw new Error(`nothing was refused: the result is ${String(result)}`);
}

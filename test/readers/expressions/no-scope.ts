import { Fault } from '../../../lib/readers/expressions/fault';
import type { Scope } from '../../../lib/readers/expressions/scope';

function refuse(): never {
  throw new Fault('there are no names here');
}

/** A scope in which no name means anything. */
export const noScope: Scope = {
  variable: refuse,
  local: refuse,
  module: refuse,
  resource: refuse,
  attribute: refuse,
  ref: refuse,
  exists: refuse,
  special: refuse,
};

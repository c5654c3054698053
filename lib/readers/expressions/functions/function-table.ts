import { forEachOption } from '../choice';
import { Beyond } from '../fault';
import type { Scope } from '../scope';
import type { Term } from '../term';
import { collectionFunctions } from './collection-functions';
import { encodingFunctions } from './encoding-functions';
import { networkFunctions } from './network-functions';
import { numericFunctions } from './numeric-functions';
import type { TerraformFunction } from './signature';
import { textFunctions } from './text-functions';

const functions: ReadonlyMap<string, TerraformFunction> = new Map(
  [numericFunctions, textFunctions, collectionFunctions, encodingFunctions, networkFunctions].flatMap(
    (table) => Object.entries(table),
  ),
);

/**
 * Names of the functions that are evaluated, `try` and `can` aside. A call of any other (files, time, hashes,
 * those of providers) is unknown.
 */
export const functionNames: readonly string[] = [...functions.keys()].sort();

/** Calls a function; for a choice among the arguments, the choice of its results. */
export function callFunction(name: string, given: readonly Term[], scope: Scope): Term {
  const called = functions.get(name);
  if (called === undefined) throw new Beyond();
  return forEachOption(given, (terms) => called(terms, scope));
}

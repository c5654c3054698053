import { NetproofError } from '../addressing/netproof-error';
import { recordedRules } from '../policy/rule';
import { brokenRules } from './rule-check';
import { type Synthesizable, topologyOfStack } from './topology-of-stack';

/** An app or a stack of cdktf or cdktn, by its shape. */
export interface Provable {
  readonly node: {
    readonly path: string;
    findAll(): readonly ProvableNode[];
    addValidation(validation: { validate(): string[] }): void;
  };
}

export interface ProvableNode {
  readonly node: { readonly path: string; readonly scopes: readonly object[] };
}

/**
 * Checks at synth, on the Terraform that is written, everything that constructs recorded as guaranteed by their network:
 * whoever opens a way past one, by an override, an escape hatch or a resource beside it, gets an error with that way. What
 * cannot be told is an error too.
 *
 * ```ts
 * prove(app);
 * app.synth();
 * ```
 */
export function prove(app: Provable): void {
  if (typeof (app as Partial<Provable> | undefined)?.node?.addValidation !== 'function') {
    throw new NetproofError(
      'InvalidApp',
      'prove takes the App (or one TerraformStack): prove(app) before app.synth().',
    );
  }
  app.node.addValidation({ validate: () => problemsIn(app) });
}

function problemsIn(app: Provable): string[] {
  const byStack = new Map<Synthesizable, ProvableNode[]>();
  for (const construct of app.node.findAll()) {
    if (recordedRules(construct).length === 0) continue;
    const stack = construct.node.scopes.findLast(isSynthesizable);
    if (stack !== undefined) byStack.set(stack, [...(byStack.get(stack) ?? []), construct]);
  }
  return [...byStack].flatMap(([stack, constructs]) => {
    const topology = topologyOfStack(stack);
    return constructs.flatMap((construct) =>
      brokenRules(topology, recordedRules(construct)).map((problem) => `${construct.node.path}: ${problem}`),
    );
  });
}

/** A stack; its elements have a toTerraform of their own, and hold no others. */
function isSynthesizable(scope: object): scope is Synthesizable {
  return 'toTerraform' in scope && typeof scope.toTerraform === 'function' && 'prepareStack' in scope;
}

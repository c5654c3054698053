import { TerraformStack, Token } from 'cdktf';
import type { Construct } from 'constructs';
import { NetproofError } from '../addressing/netproof-error';

/** The construct path that a child of `scope` called `id` has or would have: `shop/net/private`. */
export function childPath(scope: Construct, id: string): string {
  return scope.node.path === '' ? id : `${scope.node.path}/${id}`;
}

/**
 * Throws one InvalidProps error that names every problem of the construct at `path`; returns when there is none.
 * Constructors call it before they create anything, so that a refused construct leaves nothing behind.
 */
export function refuseInvalid(path: string, problems: readonly string[]): void {
  if (problems.length === 0) return;
  const message =
    problems.length === 1
      ? `${path}: ${problems[0]}`
      : `${path}: ${problems.length} problems:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`;
  throw new NetproofError('InvalidProps', message, problems);
}

/**
 * CDKTF puts a construct of its own called "backend" directly under every stack, at synth and without being asked.
 * A user's construct of that name fails there with an error that does not say why.
 */
export function reservedIdProblems(scope: Construct, id: string): readonly string[] {
  if (id !== 'backend' || !TerraformStack.isStack(scope)) return [];
  return [
    'the construct id "backend" is taken directly under a stack: CDKTF puts its state backend there. ' +
      'Use another id, for example "backend-network".',
  ];
}

/**
 * Whether a prop holds a value that Terraform knows only later, a CDKTF token or a written-out `${...}`, so that it
 * cannot be checked at synth.
 */
export function isDeferred(value: unknown): boolean {
  return Token.isUnresolved(value) || (typeof value === 'string' && value.includes('${'));
}

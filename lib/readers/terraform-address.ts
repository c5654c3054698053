import { stepText } from './expressions/term';
import { SyntaxFault } from './expressions/cursor';
import { parseExpression } from './expressions/parser';
import type { Expression } from './expressions/syntax';

/** An address of Terraform, down to a leaf perhaps: `module.m["k"].aws_eip.e[0].public_ip`. */
export interface TerraformAddress {
  /** `module.m["k"]`, or empty at the root. */
  readonly module: string;
  /** `module.m["k"].aws_eip.e[0]`; `module.m["k"]` or `var.x` when it names no resource. */
  readonly instance: string;
  /** Path inside it: `public_ip`, `ingress[0].cidr_blocks`; empty for the whole. */
  readonly attribute: string;
}

/** Reads an address in any spelling that Terraform accepts; undefined for a text that is none. */
export function parseAddress(text: string): TerraformAddress | undefined {
  const steps = stepsOf(text);
  if (steps === undefined || steps.some((step) => step === '')) return undefined;
  let module = '';
  let at = 0;
  for (let name = steps[1]; steps[at] === 'module' && typeof name === 'string'; name = steps[at + 1]) {
    module += `${module === '' ? '' : '.'}module.${name}`;
    at += 2;
    if (isInstanceKey(steps[at])) module += keyText(steps[at++]!);
  }
  const instance = module === '' ? [] : [module];
  if (at < steps.length) {
    const names = steps[at] === 'data' ? 3 : 2;
    const head = steps.slice(at, at + names);
    if (head.length < names && module === '') return undefined;
    if (head.length === names && head.every((step) => typeof step === 'string')) {
      at += names;
      const key = isResource(head) && isInstanceKey(steps[at]) ? keyText(steps[at++]!) : '';
      instance.push(`${head.join('.')}${key}`);
    }
  }
  return { module, instance: instance.join('.'), attribute: pathText(steps.slice(at)) };
}

/** The one spelling of an address that two spellings of it share; a text that is no address as it is. */
export function canonicalAddress(text: string): string {
  const address = parseAddress(text);
  if (address === undefined) return text;
  const { instance, attribute } = address;
  return joinPath(instance, attribute);
}

/** A path put behind an address: `aws_vpc.a` and `id`, or `[0].id`. */
export function joinPath(address: string, path: string): string {
  if (path === '' || address === '') return `${address}${path}`;
  return path.startsWith('[') ? `${address}${path}` : `${address}.${path}`;
}

/** A name, a number, or (in an object) the key of an instance, which only the place tells from a name. */
type Step = string | number | { readonly key: string };

const pathText = (steps: readonly Step[]): string =>
  steps
    .map((step) => stepText(typeof step === 'object' ? step.key : step))
    .join('')
    .replace(/^\./, '');

const keyText = (step: Step): string => `[${JSON.stringify(typeof step === 'object' ? step.key : step)}]`;

const isInstanceKey = (step: Step | undefined): boolean =>
  typeof step === 'number' || typeof step === 'object';

const isResource = ([first]: readonly Step[]): boolean =>
  first !== 'var' && first !== 'local' && first !== 'output';

function stepsOf(text: string): Step[] | undefined {
  const steps: Step[] = [];
  let expression: Expression;
  try {
    expression = parseExpression(text);
  } catch (error) {
    if (error instanceof SyntaxFault) return undefined;
    throw error;
  }
  for (;;) {
    if (expression.kind === 'name') {
      steps.unshift(expression.name);
      return steps;
    }
    if (expression.kind === 'attribute') {
      steps.unshift(expression.name);
    } else if (expression.kind === 'index' && expression.index.kind === 'literal') {
      const { value } = expression.index;
      if (typeof value === 'string') steps.unshift({ key: value });
      else if (typeof value === 'object' && value !== null) steps.unshift(Number(value.number));
      else return undefined;
    } else {
      return undefined;
    }
    expression = expression.of;
  }
}

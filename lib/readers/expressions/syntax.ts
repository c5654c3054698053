import type { Scalar } from '../../topology/value';

/**
 * A Terraform expression as a tree. Names are not resolved: `aws_vpc.main.id` is attribute `id` of attribute `main`
 * of the name `aws_vpc`.
 * @see https://developer.hashicorp.com/terraform/language/expressions
 */
export type Expression =
  | Literal
  | Template
  | Name
  | AttributeOf
  | IndexOf
  | Splat
  | SplatItem
  | Call
  | Unary
  | Binary
  | Conditional
  | TupleOf
  | ObjectOf
  | ForOf;

export interface Literal {
  readonly kind: 'literal';
  /** A number stays text until it is evaluated: `1e3` and 2 to the 70th are exact there. */
  readonly value: Exclude<Scalar, number> | { readonly number: string };
}

/** A text made of pieces. A template that is one interpolation alone is that expression, not a template. */
export interface Template {
  readonly kind: 'template';
  readonly parts: readonly TemplatePart[];
}

export type TemplatePart = string | Expression | TemplateIf | TemplateFor;

export interface TemplateIf {
  readonly kind: 'template-if';
  readonly condition: Expression;
  readonly yes: readonly TemplatePart[];
  readonly no: readonly TemplatePart[];
}

export interface TemplateFor {
  readonly kind: 'template-for';
  readonly keyName: string | undefined;
  readonly valueName: string;
  readonly collection: Expression;
  readonly body: readonly TemplatePart[];
}

export interface Name {
  readonly kind: 'name';
  readonly name: string;
}

export interface AttributeOf {
  readonly kind: 'attribute';
  readonly of: Expression;
  readonly name: string;
}

export interface IndexOf {
  readonly kind: 'index';
  readonly of: Expression;
  readonly index: Expression;
}

/** `a[*].b` and `a.*.b`: `each` is evaluated for every item of `of`, which it names by {@link SplatItem}. */
export interface Splat {
  readonly kind: 'splat';
  readonly of: Expression;
  readonly each: Expression;
}

export interface SplatItem {
  readonly kind: 'splat-item';
}

export interface Call {
  readonly kind: 'call';
  readonly name: string;
  readonly arguments: readonly Expression[];
  /** The last argument is a list of arguments: `max(list...)`. */
  readonly expanded: boolean;
}

export interface Unary {
  readonly kind: 'unary';
  readonly operator: '-' | '!';
  readonly operand: Expression;
}

export type BinaryOperator =
  '||' | '&&' | '==' | '!=' | '<' | '>' | '<=' | '>=' | '+' | '-' | '*' | '/' | '%';

export interface Binary {
  readonly kind: 'binary';
  readonly operator: BinaryOperator;
  readonly left: Expression;
  readonly right: Expression;
}

export interface Conditional {
  readonly kind: 'conditional';
  readonly condition: Expression;
  readonly yes: Expression;
  readonly no: Expression;
}

export interface TupleOf {
  readonly kind: 'tuple';
  readonly items: readonly Expression[];
}

export interface ObjectOf {
  readonly kind: 'object';
  readonly entries: readonly { readonly key: Expression; readonly value: Expression }[];
}

/** `[for k, v in c : value if condition]`, or with `key` an object: `{for k, v in c : key => value...}`. */
export interface ForOf {
  readonly kind: 'for';
  readonly keyName: string | undefined;
  readonly valueName: string;
  readonly collection: Expression;
  readonly key: Expression | undefined;
  readonly value: Expression;
  /** `...` after the value: values of one key are gathered in a list. */
  readonly grouped: boolean;
  readonly condition: Expression | undefined;
}

import { known, ref, type Scalar, unknown, type Value } from '../topology/value';

/**
 * The value of a string in Terraform JSON, where `${...}` and `%{...}` are templates and `$${` is a plain `${`.
 * A template that is one reference to an attribute of a resource has a known identity; any other is unknown and
 * carries its text. `at` is the address of the attribute, the key that would settle it; `scope` says what
 * `each.key`, `each.value` and `count.index` stand for.
 */
export function templateValue(
  text: string,
  at: string,
  scope: ReadonlyMap<string, Scalar> = new Map(),
): Value {
  if (!/[$%]\{/.test(text)) return known(text);
  const iterator = /^\$\{\s*(each\.key|each\.value|count\.index)\s*\}$/.exec(text)?.[1];
  if (iterator !== undefined && scope.has(iterator)) return known(scope.get(iterator)!);
  const template = text.replace(
    /(?<!\$)\$\{\s*(each\.key|each\.value|count\.index)\s*\}/g,
    (whole, name: string) => (scope.has(name) ? String(scope.get(name)) : whole),
  );
  if (!/[$%]\{/.test(template.replace(/\$\$\{|%%\{/g, ''))) {
    return known(template.replace(/\$\$\{/g, '${').replace(/%%\{/g, '%{'));
  }
  const [, address, attribute] = reference.exec(template) ?? [];
  if (address !== undefined && attribute !== undefined && !reserved.test(address)) {
    return ref(address, attribute.slice(1));
  }
  const variable = /^\$\{\s*(var\.[\w-]+)\s*\}$/.exec(template)?.[1];
  return unknown(variable ?? at, text);
}

const index = String.raw`(?:\[(?:\d+|"[^"\\$%]*")\])?`;
const name = String.raw`[A-Za-z_][\w-]*`;
const reference = new RegExp(
  String.raw`^\$\{\s*((?:data\.)?${name}\.${name}${index})((?:\.${name}${index})+)\s*\}$`,
);

/** First words that are no resource types. */
const reserved = /^(var|local|module|each|count|self|path|terraform)\./;

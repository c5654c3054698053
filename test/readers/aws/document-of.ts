import type { Resource, TerraformDocument } from '../../../lib/readers/terraform-document';
import { known, list, object, ref, type Scalar, unknown, type Value } from '../../../lib/topology/value';

/** A document of plain JSON, `{ aws_vpc: { main: { ... } } }`, with `${type.name.attribute}` references. */
export function documentOf(
  resources: Record<string, Record<string, Record<string, unknown>>>,
): TerraformDocument {
  const all = Object.entries(resources).flatMap(([type, named]) =>
    Object.entries(named).map(([name, body]): Resource => {
      const attributes = new Map(
        Object.entries(body).map(([key, value]) => [key, valueOf(value, `${type}.${name}.${key}`)] as const),
      );
      const data = type.startsWith('data.');
      return {
        address: `${type}.${name}`,
        stack: 'test',
        mode: data ? 'data' : 'managed',
        type: type.replace(/^data\./, ''),
        name,
        index: undefined,
        module: '',
        provider: 'hashicorp/aws',
        providerAlias: '',
        constructPath: undefined,
        certain: true,
        existence: undefined,
        attributes,
        authored: new Set(attributes.keys()),
      };
    }),
  );
  return {
    kind: 'synth',
    stack: 'test',
    file: undefined,
    resources: all,
    deleted: [],
    providers: [],
    outputs: new Map(),
    netproof: undefined,
  };
}

function valueOf(value: unknown, at: string): Value {
  if (Array.isArray(value)) return list(value.map((item, index) => valueOf(item, `${at}[${index}]`)));
  if (typeof value === 'object' && value !== null) {
    return object(Object.entries(value).map(([key, inner]) => [key, valueOf(inner, `${at}.${key}`)]));
  }
  if (typeof value !== 'string' || !value.includes('${')) return known((value ?? null) as Scalar);
  const [, address, attribute] = /^\$\{((?:data\.)?\w+\.\w+)\.([\w.[\]]+)\}$/.exec(value) ?? [];
  if (address !== undefined && attribute !== undefined && !address.startsWith('var.'))
    return ref(address, attribute);
  const variable = /^\$\{(var\.\w+)\}$/.exec(value)?.[1];
  return unknown(variable ?? at, value);
}

import { createHash } from 'node:crypto';

type Resources = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;

/** What `terraform show -json` prints of a state that has these resources, references replaced by the ids of AWS. */
export function stateText(resources: Resources): string {
  const all = Object.entries(resources).flatMap(([type, named]) =>
    Object.entries(named).map(([name, body]) => ({ type, name, body })),
  );
  return JSON.stringify({
    format_version: '1.0',
    terraform_version: '1.11.4',
    values: {
      root_module: {
        resources: all.map(({ type, name, body }) => ({
          address: `${type}.${name}`,
          mode: 'managed',
          type,
          name,
          provider_name: 'registry.terraform.io/hashicorp/aws',
          schema_version: 1,
          values: { id: idOf(type, name), ...(applied(body) as object) },
          sensitive_values: {},
        })),
      },
    },
  });
}

const idOf = (type: string, name: string): string =>
  `${type.replace(/^aws_/, '').replaceAll('_', '-').slice(0, 12)}-${createHash('sha256').update(`${type}.${name}`).digest('hex').slice(0, 17)}`;

function applied(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(applied);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, applied(inner)]));
  }
  if (typeof value !== 'string') return value;
  const [, type, name] = /^\$\{(aws_\w+)\.(\w+)\.id\}$/.exec(value) ?? [];
  return type === undefined ? value : idOf(type, name!);
}

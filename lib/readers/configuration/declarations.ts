import { JsonArray, JsonObject, type Json, type JsonMember } from '../json/json-value';
import { invalidTerraform, type TerraformText } from '../json/terraform-text';

/** A block of one file: `resource "aws_vpc" "main"`, `locals`, with where it stands. */
export interface Declaration {
  readonly source: TerraformText;
  readonly body: JsonObject;
  /** Offset of the name in the text of the file. */
  readonly at: number;
}

export interface ResourceDeclaration extends Declaration {
  readonly mode: 'managed' | 'data';
  readonly type: string;
  readonly name: string;
  /** `aws_vpc.main`, `data.aws_vpc.main`: the address without index. */
  readonly address: string;
}

export interface NamedDeclaration extends Declaration {
  readonly name: string;
}

export interface Argument {
  readonly source: TerraformText;
  readonly value: Json;
}

/** What the JSON files of one module declare. */
export interface Declarations {
  readonly resources: ReadonlyMap<string, ResourceDeclaration>;
  readonly variables: ReadonlyMap<string, NamedDeclaration>;
  readonly locals: ReadonlyMap<string, Argument>;
  readonly outputs: ReadonlyMap<string, NamedDeclaration>;
  readonly providers: readonly NamedDeclaration[];
  /** Names of called modules; what they create is declared elsewhere. */
  readonly moduleCalls: readonly string[];
  readonly settings: readonly JsonObject[];
  /** Bodies of the comment property `//` of the root. */
  readonly comments: readonly JsonObject[];
}

/**
 * Gathers what the files of one module declare. Terraform takes a repeated name, and an array for an object, as
 * several blocks; two declarations of one name are refused, as it refuses them.
 */
export function declarationsOf(files: readonly { source: TerraformText; root: JsonObject }[]): Declarations {
  const blocks = (kind: string) =>
    files.flatMap(({ source, root }) => membersOf(root.all(kind)).map((member) => ({ source, member })));
  const named = (kind: string): NamedDeclaration[] =>
    blocks(kind).flatMap(({ source, member }) =>
      objectsOf([member.value]).map((body) => ({ source, body, at: member.at, name: member.name })),
    );
  const locals = blocks('locals').map(({ source, member }) => ({ source, ...member }));
  return {
    resources: unique(
      [...resourcesIn(blocks('resource'), 'managed'), ...resourcesIn(blocks('data'), 'data')],
      ({ address }) => address,
    ),
    variables: unique(named('variable'), ({ name }) => `var.${name}`, nameOf),
    locals: unique(locals, ({ name }) => `local.${name}`, nameOf),
    outputs: unique(named('output'), ({ name }) => `output.${name}`, nameOf),
    providers: named('provider'),
    moduleCalls: named('module').map(nameOf),
    settings: files.flatMap(({ root }) => objectsOf(root.all('terraform'))),
    comments: files.flatMap(({ root }) => objectsOf(root.all('//'))),
  };
}

const nameOf = ({ name }: { readonly name: string }): string => name;

/** Objects at a place where Terraform takes one object or an array of them. */
export function objectsOf(values: readonly Json[]): JsonObject[] {
  return values.flatMap((value) => {
    if (value instanceof JsonObject) return [value];
    return value instanceof JsonArray ? objectsOf(value.items) : [];
  });
}

/** Members of all objects at such places; `//` is a comment everywhere. */
export function membersOf(values: readonly Json[]): JsonMember[] {
  return objectsOf(values).flatMap(({ members }) => members.filter(({ name }) => name !== '//'));
}

function resourcesIn(
  blocks: readonly { source: TerraformText; member: JsonMember }[],
  mode: 'managed' | 'data',
): ResourceDeclaration[] {
  return blocks.flatMap(({ source, member: { name: type, value } }) =>
    membersOf([value]).flatMap(({ name, value: inner, at }) =>
      objectsOf([inner]).map((body) => {
        const address = mode === 'data' ? `data.${type}.${name}` : `${type}.${name}`;
        return { source, body, at, mode, type, name, address };
      }),
    ),
  );
}

function unique<T extends { readonly source: TerraformText; readonly at: number }>(
  declarations: readonly T[],
  addressOf: (declaration: T) => string,
  keyOf: (declaration: T) => string = addressOf,
): Map<string, T> {
  const byKey = new Map<string, T>();
  for (const declaration of declarations) {
    const key = keyOf(declaration);
    if (byKey.has(key)) {
      const problem = `declares ${addressOf(declaration)} twice`;
      throw invalidTerraform(declaration.source, problem, 'Rename or remove one of them.', declaration.at);
    }
    byKey.set(key, declaration);
  }
  return byKey;
}

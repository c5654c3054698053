/** A JSON value in which an object keeps members of one name apart. */
export type Json = null | boolean | number | string | JsonArray | JsonObject;

/** A JSON array and where it begins. */
export class JsonArray {
  readonly items: readonly Json[];
  /** Offset in the text, in UTF-16 units. */
  readonly at: number;

  constructor(items: readonly Json[], at: number) {
    this.items = items;
    this.at = at;
  }
}

/**
 * A JSON object with its members in the order of the text, repeated names included. Terraform creates what both
 * of two `resource` members declare; JSON.parse would lose the first.
 */
export class JsonObject {
  readonly members: readonly JsonMember[];
  /** Offset in the text, in UTF-16 units. */
  readonly at: number;

  constructor(members: readonly JsonMember[], at: number) {
    this.members = members;
    this.at = at;
  }

  has(name: string): boolean {
    return this.members.some((member) => member.name === name);
  }

  /** The value of a member; of the last one when the name is repeated, as JSON.parse does. */
  get(name: string): Json | undefined {
    return this.members.findLast((member) => member.name === name)?.value;
  }

  /** The values of all members of this name. */
  all(name: string): Json[] {
    return this.members.filter((member) => member.name === name).map(({ value }) => value);
  }
}

export interface JsonMember {
  readonly name: string;
  readonly value: Json;
  /** Offset of the name in the text, in UTF-16 units. */
  readonly at: number;
}

/** The same value as JSON.parse gives: plain objects, the last of repeated members. */
export function plainJson(value: Json): unknown {
  if (value instanceof JsonArray) return value.items.map(plainJson);
  if (!(value instanceof JsonObject)) return value;
  // Not Object.fromEntries over a literal: a member named __proto__ must stay a member.
  const plain: Record<string, unknown> = {};
  for (const { name, value: member } of value.members) {
    Object.defineProperty(plain, name, {
      value: plainJson(member),
      enumerable: true,
      writable: true,
      configurable: true,
    });
  }
  return plain;
}

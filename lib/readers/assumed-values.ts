import { canonicalAddress, parseAddress } from './terraform-address';

/**
 * Values that the user states for what Terraform does not know before apply. The key is Terraform's own address of
 * the leaf, with the stack before it where several are read: `aws_eip.nat.public_ip`, `shop:var.office_cidr`. The
 * value is plain JSON; a text may be a reference, `${aws_subnet.public[0].id}`, to say which resource is meant.
 */
export class AssumedValues {
  private readonly values = new Map<string, { readonly key: string; readonly value: unknown }>();
  /** Addresses of resource instances that something is assumed about, with and without stack. */
  private readonly instances = new Map<string, string[]>();
  private readonly touched = new Set<string>();
  private readonly wanted = new Set<string>();

  constructor(values: Readonly<Record<string, unknown>> = {}) {
    for (const [key, value] of Object.entries(values)) {
      this.values.set(canonicalKey(key), { key, value });
      const { stack, address } = splitKey(key);
      const parsed = parseAddress(address);
      if (parsed === undefined) continue;
      const instance = `${stack === '' ? '' : `${stack}:`}${parsed.instance}`;
      this.instances.set(instance, [...(this.instances.get(instance) ?? []), parsed.attribute]);
    }
  }

  get isEmpty(): boolean {
    return this.values.size === 0;
  }

  /** The value assumed for an address of a stack; asking for it counts as using it. */
  of(stack: string, address: string): { readonly value: unknown } | undefined {
    if (this.values.size === 0) return undefined;
    const found = this.values.get(`${stack}:${address}`) ?? this.values.get(address);
    if (found !== undefined) this.touched.add(found.key);
    else this.wanted.add(address);
    return found;
  }

  /** Attribute paths of a resource instance for which a value is assumed. */
  pathsIn(stack: string, instance: string): readonly string[] {
    if (this.instances.size === 0) return [];
    return [...(this.instances.get(`${stack}:${instance}`) ?? []), ...(this.instances.get(instance) ?? [])];
  }

  /** The value given for a key, as the user wrote both. */
  valueOf(key: string): unknown {
    return this.values.get(canonicalKey(key))?.value;
  }

  /** Addresses that were asked for and have no value, as long as there are any values at all. */
  get asked(): ReadonlySet<string> {
    return this.wanted;
  }

  /** Keys that settled something, as the user wrote them. */
  get used(): ReadonlySet<string> {
    return this.touched;
  }

  /** Keys that settled nothing: misspelt, or about something that is not there. */
  get unused(): readonly string[] {
    return [...this.values.values()].map(({ key }) => key).filter((key) => !this.touched.has(key));
  }
}

/** `shop:` before an address; a colon inside brackets or quotes belongs to a key. */
const stackPrefix = /^([^:"[\]]+):(.*)$/s;

/** A key by its parts; `stack` is empty without one. */
export function splitKey(key: string): { readonly stack: string; readonly address: string } {
  const [, stack = '', address = key] = stackPrefix.exec(key) ?? [];
  return { stack, address };
}

/** The one spelling of a key, its stack as it is. */
export function canonicalKey(key: string): string {
  const { stack, address } = splitKey(key);
  return `${stack === '' ? '' : `${stack}:`}${canonicalAddress(address)}`;
}

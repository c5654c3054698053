import { ref, type Ref, type Value } from '../topology/value';

/** What a resource instance is known by, as far as a plan of existing things or a state tells. */
export interface Identified {
  readonly address: string;
  readonly mode: 'managed' | 'data';
  readonly id: unknown;
  readonly arn: unknown;
}

/**
 * Ids and ARNs of existing resources, so that a known text (`vpc-0a1b2c3d4e5f60718`) is told as the resource that it
 * names. Only texts that can be nothing else count: an id that is a name (a subnet group, a role) also stands where
 * it names nothing, in a tag for example. An id that two managed resources share is left as text.
 */
export class ResourceIdentities {
  /** Addresses by id; null where several have it. */
  private readonly byText = new Map<string, string | null>();

  constructor(resources: Iterable<Identified>) {
    const all = [...resources];
    // A data source that found a managed resource of the same document means that one.
    for (const mode of ['managed', 'data'] as const) {
      const claims = new Map<string, string | null>();
      for (const resource of all) {
        if (resource.mode !== mode) continue;
        for (const text of new Set([resource.id, resource.arn])) {
          if (typeof text !== 'string' || !isUnmistakable(text)) continue;
          const before = claims.get(text);
          claims.set(text, before === undefined || before === resource.address ? resource.address : null);
        }
      }
      for (const [text, address] of claims) if (!this.byText.has(text)) this.byText.set(text, address);
    }
  }

  /** The resource that a text names, if it is another one than `own`. */
  named(text: string, own: string): Ref | undefined {
    const address = this.byText.get(text);
    if (address === undefined || address === null || address === own) return undefined;
    return ref(address, text.startsWith('arn:') ? 'arn' : 'id');
  }

  /** The value with every text in it that names another resource told as that. */
  told(value: Value, own: string): Value {
    switch (value.kind) {
      case 'known':
        return (typeof value.value === 'string' ? this.named(value.value, own) : undefined) ?? value;
      case 'list':
        return { kind: 'list', items: value.items.map((item) => this.told(item, own)) };
      case 'object':
        return {
          kind: 'object',
          entries: new Map([...value.entries].map(([name, entry]) => [name, this.told(entry, own)])),
        };
      case 'one-of':
        return { ...value, options: value.options.map((option) => this.told(option, own)) };
      case 'ref':
      case 'unknown':
        return value;
    }
  }
}

/** Whether a text is an id and nothing else: `sg-0123456789abcdef0`, an ARN, a long hexadecimal number. */
function isUnmistakable(text: string): boolean {
  return unmistakable.some((form) => form.test(text));
}

const unmistakable: readonly RegExp[] = [
  /^[a-z][a-z0-9]*(?:-[a-z][a-z0-9]*)*-(?:[0-9a-f]{8}|[0-9a-f]{17})$/,
  /^arn:[\w-]+:[\w-]+:/,
  /^[0-9a-f]{64}$/,
  /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
];

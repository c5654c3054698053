/** Values numbered in the order in which they are first met; values with the same key are one. */
export class Distinct<T> {
  readonly items: T[] = [];
  private readonly keyOf: (item: T) => string;
  private readonly byIdentity = new Map<T, number>();
  private readonly byKey = new Map<string, number>();

  constructor(keyOf: (item: T) => string) {
    this.keyOf = keyOf;
  }

  add(item: T): number {
    let id = this.byIdentity.get(item);
    if (id !== undefined) return id;
    const key = this.keyOf(item);
    id = this.byKey.get(key);
    if (id === undefined) {
      id = this.items.push(item) - 1;
      this.byKey.set(key, id);
    }
    this.byIdentity.set(item, id);
    return id;
  }
}

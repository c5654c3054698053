import type { Unknown } from '../topology/value';

/** A name as it is compared: in lower case, without the dot that ends a full one. */
export function plainName(name: string): string {
  return name.trim().toLowerCase().replace(/\.$/, '');
}

/** Whether a resolver takes it for a name: no address, no empty part, none of more than 63 characters. */
export function isName(name: string): boolean {
  return /^[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*$/.test(name) && !/^[\d.]+$/.test(name);
}

/** Whether a name that only apply tells may come out as this one: what is known of its pieces has to fit. */
export function mayBeCalled({ parts }: Unknown, name: string): boolean {
  if (parts === undefined) return true;
  const pattern = parts.map((part) =>
    part.kind === 'known' ? String(part.value).replace(/[.*+?^${}()|[\]\\]/g, '\\$&') : '.*',
  );
  return new RegExp(`^${pattern.join('')}$`, 'is').test(name);
}

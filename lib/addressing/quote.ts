/** A value for a message, as the user wrote it; cut when it is longer than anything of use could be. */
export function quote(value: unknown): string {
  if (typeof value === 'string')
    return JSON.stringify(value.length > 120 ? `${value.slice(0, 117)}...` : value);
  if (value === null || value === undefined) return String(value);
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') {
    return `${String(value)} (a ${typeof value})`;
  }
  return Array.isArray(value) ? 'A list' : `A value of type ${typeof value}`;
}

/** A number of addresses. Beyond 2 ** 53 it is text, because JSON numbers end there; null when it is not known. */
export type Count = number | string | null;

export function countOf(size: bigint): Count {
  return size <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(size) : String(size);
}

/** `1 container`, `3 containers`, `no containers`; the plural is the noun with an s unless given. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${count === 0 ? 'no' : grouped(count)} ${count === 1 ? noun : plural}`;
}

/** `12,345`. Intl would say the same, and takes longer to load than all else that a command does with it. */
function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

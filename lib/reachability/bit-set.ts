/** Words that a row of so many numbers takes in `BitRows`: a multiple of 32, so that 32 words have one in the summary. */
export const widthOf = (size: number): number => ((size + 1023) >>> 10) << 5;

/**
 * Sets of whole numbers from 0 up to `size`, one per row, in one block of memory. A summary tells which words are not
 * zero, so that walking and clearing nearly empty rows of a large matrix costs next to nothing.
 */
export class BitRows {
  /** Words per row. */
  readonly width: number;
  readonly words: Int32Array;
  /** A bit for each word. */
  readonly summary: Int32Array;

  constructor(rows: number, size: number) {
    this.width = widthOf(size);
    this.words = new Int32Array(rows * this.width);
    this.summary = new Int32Array(this.words.length >>> 5);
  }

  addAll(row: number, indices: Int32Array): void {
    addBits(this.words, this.summary, row * this.width, indices);
  }

  /** Adds all runs: pairs of from, and up to and without. */
  addRuns(row: number, runs: Int32Array): void {
    const start = row * this.width;
    for (let i = 0; i < runs.length; i += 2) {
      const from = runs[i]!;
      const to = runs[i + 1]!;
      fillBits(this.words, start, from, to);
      fillBits(this.summary, 0, start + (from >>> 5), start + ((to - 1) >>> 5) + 1);
    }
  }

  /** Adds words by their place among all words, those of the list from `from` up to and without `to`. */
  addWords(places: Int32Array, bits: Int32Array, from: number, to: number): void {
    joinWords(this.words, this.summary, places, bits, from, to);
  }

  /** How many words may hold something. */
  count(): number {
    return countBits(this.summary);
  }

  /** Puts the words that may hold something into lists, rising, from `start` on, and leaves the rows empty. */
  takeInto(places: Int32Array, bits: Int32Array, start: number): void {
    takeWords(this.words, this.summary, places, bits, start);
  }
}

// The loops that run millions of times are functions of their own over nothing but words: so they are soon compiled, and
// compiled at little cost.

function addBits(words: Int32Array, summary: Int32Array, start: number, indices: Int32Array): void {
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i]!;
    const place = start + (index >>> 5);
    words[place]! |= 1 << (index & 31);
    summary[place >>> 5]! |= 1 << (place & 31);
  }
}

function joinWords(
  words: Int32Array,
  summary: Int32Array,
  places: Int32Array,
  bits: Int32Array,
  from: number,
  to: number,
): void {
  for (let i = from; i < to; i++) {
    const place = places[i]!;
    words[place]! |= bits[i]!;
    summary[place >>> 5]! |= 1 << (place & 31);
  }
}

function takeWords(
  words: Int32Array,
  summary: Int32Array,
  places: Int32Array,
  bits: Int32Array,
  start: number,
): void {
  let size = start;
  for (let i = 0; i < summary.length; i++) {
    for (let left = summary[i]!; left !== 0; left &= left - 1) {
      const place = (i << 5) + (31 - Math.clz32(left & -left));
      places[size] = place;
      bits[size++] = words[place]!;
      words[place] = 0;
    }
    summary[i] = 0;
  }
}

function countBits(words: Int32Array): number {
  let count = 0;
  for (let i = 0; i < words.length; i++) if (words[i] !== 0) count += bitCount(words[i]!);
  return count;
}

/** Sets the bits of all runs: pairs of from, and up to and without. */
export function fillRuns(bits: Int32Array, runs: Int32Array): void {
  for (let i = 0; i < runs.length; i += 2) fillBits(bits, 0, runs[i]!, runs[i + 1]!);
}

/** Clears every word that the runs touch. */
export function clearRuns(bits: Int32Array, runs: Int32Array): void {
  for (let i = 0; i < runs.length; i += 2) bits.fill(0, runs[i]! >>> 5, ((runs[i + 1]! - 1) >>> 5) + 1);
}

/** Sets the bits of the numbers. */
export function setBits(bits: Int32Array, indices: ArrayLike<number>): void {
  for (let i = 0; i < indices.length; i++) bits[indices[i]! >>> 5]! |= 1 << (indices[i]! & 31);
}

/** Sets the bits `from` up to and without `to`, counted from the word at `start`. */
export function fillBits(words: Int32Array, start: number, from: number, to: number): void {
  const first = from >>> 5;
  const last = (to - 1) >>> 5;
  const head = -1 << (from & 31);
  const tail = -1 >>> (31 - ((to - 1) & 31));
  if (first === last) {
    words[start + first]! |= head & tail;
    return;
  }
  words[start + first]! |= head;
  words.fill(-1, start + first + 1, start + last);
  words[start + last]! |= tail;
}

/** Number of bits that are set in a word. */
export function bitCount(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return (((bits + (bits >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24;
}

/** The numbers in a row of bits, rising. */
export function* bitsOf(words: Int32Array, start = 0, end: number = words.length): Iterable<number> {
  for (let at = start; at < end; at++) {
    for (let left = words[at]!; left !== 0; left &= left - 1) {
      yield ((at - start) << 5) + (31 - Math.clz32(left & -left));
    }
  }
}

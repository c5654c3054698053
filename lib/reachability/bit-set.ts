/**
 * Sets of whole numbers from 0 up to `size`, one per row, in one block of memory. A summary tells which words of a row
 * are not zero, so that walking and clearing a nearly empty row of a large matrix costs next to nothing.
 */
export class BitRows {
  readonly words: Int32Array;
  /** Words per row. */
  readonly width: number;
  private readonly summary: Int32Array;
  private readonly summaryWidth: number;
  private readonly rows: number;

  constructor(rows: number, size: number) {
    this.rows = rows;
    this.width = (size + 31) >>> 5;
    this.summaryWidth = (this.width + 31) >>> 5;
    this.words = new Int32Array(rows * this.width);
    this.summary = new Int32Array(rows * this.summaryWidth);
  }

  add(row: number, index: number): void {
    const word = index >>> 5;
    this.words[row * this.width + word]! |= 1 << (index & 31);
    this.summary[row * this.summaryWidth + (word >>> 5)]! |= 1 << (word & 31);
  }

  addAll(row: number, indices: Int32Array): void {
    const { words, summary } = this;
    const start = row * this.width;
    const summaryStart = row * this.summaryWidth;
    for (let i = 0; i < indices.length; i++) {
      const index = indices[i]!;
      words[start + (index >>> 5)]! |= 1 << (index & 31);
      summary[summaryStart + (index >>> 10)]! |= 1 << ((index >>> 5) & 31);
    }
  }

  /** Adds `from` up to and without `to`. */
  fill(row: number, from: number, to: number): void {
    if (from >= to) return;
    fillBits(this.words, row * this.width, from, to);
    fillBits(this.summary, row * this.summaryWidth, from >>> 5, ((to - 1) >>> 5) + 1);
  }

  clear(): void {
    const { words, summary, rows, width, summaryWidth } = this;
    for (let row = 0; row < rows; row++) {
      const start = row * summaryWidth;
      const first = row * width;
      for (let i = 0; i < summaryWidth; i++) {
        for (let left = summary[start + i]!; left !== 0; left &= left - 1) {
          words[first + (i << 5) + (31 - Math.clz32(left & -left))] = 0;
        }
        summary[start + i] = 0;
      }
    }
  }

  /** Places in the row of the words that may hold something, in `into`; gives how many there are. */
  wordsOf(row: number, into: Int32Array): number {
    const start = row * this.summaryWidth;
    let count = 0;
    for (let i = 0; i < this.summaryWidth; i++) {
      for (let left = this.summary[start + i]!; left !== 0; left &= left - 1) {
        into[count++] = (i << 5) + (31 - Math.clz32(left & -left));
      }
    }
    return count;
  }
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

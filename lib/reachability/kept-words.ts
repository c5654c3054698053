import { BitRows } from './bit-set';

/** Words kept at one time. */
const limit = 2 ** 22;

/**
 * Sparse words that are asked for again and again, by number: all in two blocks of memory, as thousands of small ones
 * would cost more than they hold. When there are too many, all are made anew.
 */
export class KeptWords {
  /** Places among all words of rows one after the other, rising. */
  places: Int32Array = new Int32Array(0);
  bits: Int32Array = new Int32Array(0);
  /** Where the words asked for last begin and end. */
  from = 0;
  to = 0;
  private readonly rows: BitRows;
  private readonly make: (number: number, rows: BitRows) => void;
  /** Where the words of each number begin, plus one, and end. */
  private readonly begins: Int32Array;
  private readonly ends: Int32Array;
  private size = 0;

  /** `make` puts what belongs to a number into empty rows; numbers are below `count`. */
  constructor(count: number, rows: number, positions: number, make: (number: number, rows: BitRows) => void) {
    this.rows = new BitRows(rows, positions);
    this.make = make;
    this.begins = new Int32Array(count);
    this.ends = new Int32Array(count);
  }

  /** Points `from` and `to` at the words of the number, until the next one is asked for. */
  find(number: number): void {
    if (this.begins[number] === 0) this.add(number);
    this.from = this.begins[number]! - 1;
    this.to = this.ends[number]!;
  }

  private add(number: number): void {
    this.make(number, this.rows);
    const count = this.rows.count();
    if (this.size + count > limit) {
      this.begins.fill(0);
      this.size = 0;
    }
    if (this.size + count > this.places.length) this.grow(this.size + count);
    this.rows.takeInto(this.places, this.bits, this.size);
    this.begins[number] = this.size + 1;
    this.size += count;
    this.ends[number] = this.size;
  }

  private grow(least: number): void {
    const length = Math.max(least, this.places.length * 2, 1024);
    const { places, bits } = this;
    this.places = new Int32Array(length);
    this.places.set(places);
    this.bits = new Int32Array(length);
    this.bits.set(bits);
  }
}

import {
  type Boundaries,
  combine,
  gather,
  holdsAll,
  holdsSpan,
  meet,
  meetsSpan,
  sameBoundaries,
} from './boundaries';
import { NetproofError } from './netproof-error';
import { quote } from './quote';

/** Ports from `from` to `to`, both included. */
export interface PortRange {
  readonly from: number;
  readonly to: number;
}

const highest = 65535;

/**
 * Any set of ports, whole numbers from 0 to 65535, immutable. Equal sets are equal in structure. What is no port, or
 * a range the wrong way round, throws InvalidPorts.
 */
export class PortSet {
  static readonly empty = new PortSet([]);
  /** 0 to 65535. */
  static readonly all = new PortSet([0, highest + 1]);

  private readonly places: Boundaries<number>;

  private constructor(places: Boundaries<number>) {
    this.places = places;
  }

  /** The union of single ports, ranges and sets. */
  static of(...items: readonly (number | PortRange | PortSet)[]): PortSet {
    const spans: (readonly [from: number, after: number])[] = [];
    for (const item of items) {
      if (typeof item !== 'object') spans.push(span(item, item));
      else if ('places' in item) for (const { from, to } of item.ranges()) spans.push([from, to + 1]);
      else spans.push(span(item.from, item.to));
    }
    return new PortSet(gather(spans));
  }

  static range(from: number, to: number): PortSet {
    return new PortSet(span(from, to));
  }

  /** Reads what `toString` prints: `22`, `8000-8100`, `22,8000-8100`. Throws InvalidPorts naming the nearest text. */
  static parse(text: string): PortSet {
    if (typeof text !== 'string' || text === '') {
      throw invalid(`${quote(text)} is not a set of ports: write them like "22" or "8000-8100".`);
    }
    return PortSet.of(...text.split(',').map((part) => readRange(part.trim(), text)));
  }

  union(other: PortSet): PortSet {
    return this.combined(other, 'union');
  }

  intersect(other: PortSet): PortSet {
    return this.combined(other, 'intersect');
  }

  /** What is in this set and not in the other. */
  subtract(other: PortSet): PortSet {
    return this.combined(other, 'subtract');
  }

  /** Whether every port of the other is in this set; true for the empty set. */
  contains(other: number | PortSet): boolean {
    if (typeof other !== 'number') return holdsAll(this.places, other.places);
    return holdsSpan(this.places, other, other + 1);
  }

  /** Whether the two share a port. */
  overlaps(other: number | PortSet): boolean {
    if (typeof other !== 'number') return meet(this.places, other.places);
    return meetsSpan(this.places, other, other + 1);
  }

  isEmpty(): boolean {
    return this.places.length === 0;
  }

  equals(other: PortSet): boolean {
    return sameBoundaries(this.places, other.places);
  }

  /** Number of ports, 0 to 65536. */
  get size(): number {
    return this.ranges().reduce((sum, { from, to }) => sum + to - from + 1, 0);
  }

  /** The fewest ranges that together are the set: sorted, with gaps between them. */
  ranges(): readonly PortRange[] {
    const ranges: PortRange[] = [];
    for (let i = 0; i < this.places.length; i += 2) {
      ranges.push({ from: this.places[i]!, to: this.places[i + 1]! - 1 });
    }
    return ranges;
  }

  /**
   * The places where membership changes: members from the first up to and without the second, from the third up to and
   * without the fourth, and so on.
   */
  boundaries(): readonly number[] {
    return this.places;
  }

  /** `22,8000-8100`, which `parse` reads back; or `nothing`. */
  toString(): string {
    return this.isEmpty() ? 'nothing' : this.ranges().map(printRange).join(',');
  }

  toJSON(): string {
    return this.toString();
  }

  private combined(other: PortSet, operation: 'union' | 'intersect' | 'subtract'): PortSet {
    const boundaries = combine(this.places, other.places, operation);
    return boundaries.length === 0 ? PortSet.empty : new PortSet(boundaries);
  }
}

/** `22` or `8000-8100`. */
export function printRange({ from, to }: PortRange): string {
  return from === to ? String(from) : `${from}-${to}`;
}

function span(from: number, to: number): readonly [from: number, after: number] {
  checkPort(from);
  checkPort(to);
  if (from > to) {
    throw invalid(`ports ${from} to ${to} are the wrong way round. Write ${to} to ${from}.`);
  }
  return [from, to + 1];
}

function checkPort(port: unknown): void {
  if (typeof port === 'number' && Number.isInteger(port) && port >= 0 && port <= highest) return;
  if (typeof port === 'number' && /e\+/.test(String(port))) {
    throw invalid(
      `${port} is not a port but a number token, whose value is known only at deploy time. Give a number.`,
    );
  }
  const nearest =
    typeof port === 'number' && !Number.isNaN(port)
      ? Math.min(Math.max(Math.round(port), 0), highest)
      : undefined;
  throw invalid(
    `${quote(port)} is not a port: ports are whole numbers from 0 to ${highest}.` +
      (nearest === undefined ? '' : ` The nearest is ${nearest}.`),
  );
}

function readRange(part: string, text: string): PortRange {
  const ends = /^(\d{1,6})(?:-(\d{1,6}))?$/.exec(part);
  if (ends === null || /^0\d|-0\d/.test(part)) {
    throw invalid(
      `${quote(text)} is not a set of ports: ${quote(part)} is neither a port like "22" nor a range like "8000-8100".`,
    );
  }
  return { from: Number(ends[1]), to: Number(ends[2] ?? ends[1]) };
}

function invalid(message: string): NetproofError {
  return new NetproofError('InvalidPorts', message);
}

import type { Arrow, Link, Picture } from './picture';
import type { Box, Layout } from './picture-layout';

/** A line with its way, and where a label on it stands. */
export interface PlacedLine {
  readonly line: Link | Arrow;
  /** The `d` of an SVG path. */
  readonly path: string;
  readonly label: { readonly x: number; readonly y: number };
}

interface Ends {
  readonly line: Link | Arrow;
  readonly from: Box;
  readonly to: Box;
  readonly sides: readonly [Side, Side];
}

type Side = 'top' | 'bottom' | 'left' | 'right';

/**
 * Lines between what is placed. The ends at one side of a box are spread along it, in the order of where they lead, so that
 * lines do not begin in one point.
 */
export function linesOf({ links, arrows }: Picture, layout: Layout): readonly PlacedLine[] {
  const boxes = boxesOf(layout);
  const ends = [...links, ...arrows].flatMap((line): readonly Ends[] => {
    const [from, to] = [boxes.get(line.from), boxes.get(line.to)];
    return from === undefined || to === undefined ? [] : [{ line, from, to, sides: sidesOf(from, to) }];
  });
  const slots = slotsOf(ends);
  return ends.map((one) => {
    const start = pointOf(one.from, one.sides[0], slots.get(slotKey(one, 0))!);
    const end = pointOf(one.to, one.sides[1], slots.get(slotKey(one, 1))!);
    const reach = reachOf(start, end, one.sides);
    const a = pulled(start, one.sides[0], reach);
    const b = pulled(end, one.sides[1], reach);
    const path = `M${at(start)} C${at(a)} ${at(b)} ${at(end)}`;
    const [, last] = one.sides;
    // Just before the tip where the line comes from above or below, so that no heading is hidden; else in the middle.
    const label =
      last === 'top' || (last === 'bottom' && one.sides[0] === 'top')
        ? { x: end.x, y: end.y + (last === 'top' ? -15 : 16) }
        : { x: (start.x + 3 * a.x + 3 * b.x + end.x) / 8, y: (start.y + 3 * a.y + 3 * b.y + end.y) / 8 };
    return { line: one.line, path, label };
  });
}

interface Point {
  readonly x: number;
  readonly y: number;
}

function boxesOf({ zones, domains }: Layout): ReadonlyMap<string, Box> {
  return new Map<string, Box>([
    ...zones.map((zone) => [zone.id, zone] as const),
    ...domains.flatMap(({ edge, segments }) =>
      [...edge, ...segments.flatMap(({ chips }) => chips)].map(
        (placed) => [placed.chip.key, placed] as const,
      ),
    ),
  ]);
}

function sidesOf(from: Box, to: Box): readonly [Side, Side] {
  if (to.y >= from.y + from.height) return ['bottom', 'top'];
  if (from.y >= to.y + to.height) return ['top', 'bottom'];
  const apart = to.x > from.x ? to.x - from.x - from.width : from.x - to.x - to.width;
  // Neighbours in a row by their sides; over others, an arc below.
  if (apart < 30) return to.x > from.x ? ['right', 'left'] : ['left', 'right'];
  return ['bottom', 'bottom'];
}

const keys = new WeakMap<Box, number>();
let count = 0;

function boxKey(box: Box): number {
  let key = keys.get(box);
  if (key === undefined) keys.set(box, (key = count++));
  return key;
}

function slotKey({ line, from, to, sides }: Ends, end: 0 | 1): string {
  return `${boxKey(end === 0 ? from : to)} ${sides[end]} ${line.from}\n${line.to}\n${'label' in line ? line.label : line.kind}`;
}

/** Where on its side each end stands, from 0 to 1. */
function slotsOf(all: readonly Ends[]): ReadonlyMap<string, number> {
  const bySide = new Map<string, { readonly key: string; readonly toward: number }[]>();
  for (const one of all) {
    for (const end of [0, 1] as const) {
      const box = end === 0 ? one.from : one.to;
      const other = end === 0 ? one.to : one.from;
      const side = `${boxKey(box)} ${one.sides[end]}`;
      const isLevel = one.sides[end] === 'left' || one.sides[end] === 'right';
      const toward = isLevel ? other.y + other.height / 2 : other.x + other.width / 2;
      bySide.set(side, [...(bySide.get(side) ?? []), { key: slotKey(one, end), toward }]);
    }
  }
  const slots = new Map<string, number>();
  for (const ends of bySide.values()) {
    const order = [...ends].sort((a, b) => a.toward - b.toward || (a.key < b.key ? -1 : 1));
    order.forEach(({ key }, index) => slots.set(key, (index + 1) / (order.length + 1)));
  }
  return slots;
}

function pointOf({ x, y, width, height }: Box, side: Side, slot: number): Point {
  if (side === 'top') return { x: x + width * slot, y };
  if (side === 'bottom') return { x: x + width * slot, y: y + height };
  if (side === 'left') return { x, y: y + height * slot };
  return { x: x + width, y: y + height * slot };
}

/** How far a curve is pulled out of a box before it turns. */
function reachOf(start: Point, end: Point, [first, last]: readonly [Side, Side]): number {
  const [dx, dy] = [Math.abs(end.x - start.x), Math.abs(end.y - start.y)];
  if (first === last) return Math.min(60, 14 + dx * 0.12);
  if (first === 'left' || first === 'right') return dx / 2;
  return Math.min(dy / 2, 60);
}

function pulled({ x, y }: Point, side: Side, by: number): Point {
  if (side === 'top') return { x, y: y - by };
  if (side === 'bottom') return { x, y: y + by };
  return { x: side === 'left' ? x - by : x + by, y };
}

const at = ({ x, y }: Point): string => `${round(x)} ${round(y)}`;

/** One digit after the point: what differs by less is not seen, and would make every picture new. */
export const round = (value: number): string => String(Math.round(value * 10) / 10);

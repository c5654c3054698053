import type { Chip, Picture, PictureDomain, PictureSegment } from './picture';
import { displayWidth } from './text-table';

/** A rectangle in pixels, from the top left corner. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface PlacedChip extends Box {
  readonly chip: Chip;
}

export interface PlacedSegment extends Box {
  readonly segment: PictureSegment;
  readonly chips: readonly PlacedChip[];
}

export interface PlacedDomain extends Box {
  /** Undefined for the box of those that stand in no segment. */
  readonly domain: PictureDomain | undefined;
  readonly edge: readonly PlacedChip[];
  readonly segments: readonly PlacedSegment[];
  /** Baseline of its name. */
  readonly titleAt: number;
  /** Headings of tiers at the left and of availability zones above: text with its anchor point. */
  readonly headings: readonly { readonly text: string; readonly x: number; readonly y: number }[];
}

export interface PlacedZone extends Box {
  readonly id: string;
  readonly name: string;
}

/** Room between chips, which arrows and their labels need. */
interface Spacing {
  readonly across: number;
  readonly down: number;
  /** Between the heading of a segment and its first chips. */
  readonly head: number;
}

/** Everything of a picture but its lines, with its place. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly zones: readonly PlacedZone[];
  readonly domains: readonly PlacedDomain[];
}

/** Room around things, in pixels. */
const margin = 24;
const inner = 14;
const gap = 12;
const segmentHead = 46;
const widestShelf = 1240;

/** Places of everything, by names and sizes alone: the same picture has the same layout. */
export function layoutOf(picture: Picture): Layout {
  const spacing =
    picture.arrows.length === 0 ? { across: 10, down: 10, head: 8 } : { across: 56, down: 40, head: 26 };
  const zoneHeight = picture.zones.length === 0 ? 0 : 84;
  const widths = picture.zones.map(({ name }) => textWidth(name, 13) + 40);
  const total = widths.reduce((sum, width) => sum + width + 28, -28);
  const domains = shelves(
    [
      ...picture.domains.map((domain) => placedDomain(domain, spacing)),
      ...placedApart(picture.apart, spacing),
    ],
    48 + zoneHeight,
  );
  const right = Math.max(420, margin + inner + total, ...domains.map(({ x, width }) => x + width));
  const bottom = Math.max(48 + zoneHeight, ...domains.map(({ y, height }) => y + height));
  let x = margin + inner;
  const zones = picture.zones.map(({ id, name }, index): PlacedZone => {
    const placed = { id, name, x, y: 52, width: widths[index]!, height: 34 };
    x += widths[index]! + 28;
    return placed;
  });
  return { width: Math.ceil(right + margin), height: Math.ceil(bottom + 52), zones, domains };
}

/** Estimated width of a text in a proportional font of a size in pixels. */
export function textWidth(text: string, size: number): number {
  return displayWidth(text) * size * 0.58;
}

/** A text that fits a width, cut with an ellipsis where it does not. */
export function fitted(text: string, width: number, size: number): string {
  if (textWidth(text, size) <= width) return text;
  const letters = [...text];
  let kept = '';
  for (const letter of letters) {
    if (textWidth(`${kept}${letter}…`, size) > width) break;
    kept += letter;
  }
  return `${kept}…`;
}

function chipSize({ label, detail }: Chip): { readonly width: number; readonly height: number } {
  const width = Math.max(textWidth(label, 13.5), textWidth(detail, 11.5)) + 22;
  return { width: Math.min(250, Math.max(78, width)), height: detail === '' ? 30 : 42 };
}

/** Chips in rows of a width, with the height that they take. */
function flow(chips: readonly Chip[], x0: number, y0: number, width: number, { across, down }: Spacing) {
  const placed: PlacedChip[] = [];
  let [x, y, row] = [x0, y0, 0];
  for (const chip of chips) {
    const size = chipSize(chip);
    if (x > x0 && x + size.width > x0 + width) [x, y, row] = [x0, y + row + down, 0];
    placed.push({ chip, x, y, ...size });
    x += size.width + across;
    row = Math.max(row, size.height);
  }
  return { placed, height: chips.length === 0 ? 0 : y + row - y0 };
}

/** A width for chips: all in one row if they are few, else roughly square. */
function flowWidth(chips: readonly Chip[], { across }: Spacing): number {
  if (chips.length === 0) return 0;
  const widths = chips.map((chip) => chipSize(chip).width + across);
  const all = widths.reduce((sum, width) => sum + width, -across);
  const columns = Math.max(3, Math.ceil(Math.sqrt(chips.length / 2)));
  return Math.max(Math.min(all, columns * Math.max(...widths)), Math.max(...widths) - across);
}

function segmentWidth({ name, blocks, wayOut, chips }: PictureSegment, spacing: Spacing): number {
  const head = textWidth(name, 14) + textWidth(blocks.join(', '), 11.5) + 24;
  return Math.max(230, Math.min(head, 460), textWidth(wayOut, 12), flowWidth(chips, spacing)) + 2 * inner;
}

function placedSegment(
  segment: PictureSegment,
  x: number,
  y: number,
  width: number,
  spacing: Spacing,
): PlacedSegment {
  const { placed, height } = flow(
    segment.chips,
    x + inner,
    y + segmentHead + spacing.head,
    width - 2 * inner,
    spacing,
  );
  const body = segment.chips.length === 0 ? 4 : height + spacing.head + inner;
  return { segment, chips: placed, x, y, width, height: segmentHead + body };
}

/** Segments by tier and availability zone where they have these, and otherwise in up to three columns. */
function placedDomain(domain: PictureDomain, spacing: Spacing): PlacedDomain {
  const { segments, edge, name, blocks } = domain;
  const tiers = [...new Set(segments.map(({ tier }) => tier))];
  const zones = [...new Set(segments.map(({ zone }) => zone))].sort();
  const isGrid = zones.some((zone) => zone !== undefined);
  const cells: (readonly PictureSegment[])[][] = isGrid
    ? tiers.map((tier) =>
        zones.map((zone) => segments.filter((one) => one.tier === tier && one.zone === zone)),
      )
    : inRows(segments, segments.length <= 2 ? 1 : segments.length <= 6 ? 2 : 3);
  const gutter = isGrid && tiers.some((tier) => tier !== undefined) ? 66 : 0;
  const columns = Math.max(0, ...cells.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(0, ...cells.flatMap((row) => (row[column] ?? []).map((one) => segmentWidth(one, spacing)))),
  );
  const lefts = widths.map((_, column) =>
    widths.slice(0, column).reduce((x, width) => x + width + gap, inner + gutter),
  );
  const right = Math.max(260, lefts.length === 0 ? 0 : lefts.at(-1)! + widths.at(-1)!);
  const head = flow(
    edge,
    inner,
    0,
    Math.max(Math.min(flowWidth(edge, spacing), 900), right - inner),
    spacing,
  );
  // What stands on the edge straddles it, with its last row.
  const lastRow = head.placed.filter(({ y: own }) => own === head.placed.at(-1)!.y);
  const straddle = Math.max(0, ...lastRow.map(({ height }) => height));
  const edgeTop = head.height - straddle / 2;
  const titleAt = edgeTop + straddle / 2 + 24;
  const top = titleAt + 14;
  const placed: PlacedSegment[] = [];
  const headings: { text: string; x: number; y: number }[] = [];
  let y = top;
  if (isGrid) {
    zones.forEach((zone, column) => headings.push({ text: zone ?? '', x: lefts[column]! + 2, y: y + 12 }));
    y += 22;
  }
  cells.forEach((row, index) => {
    const tier = isGrid ? tiers[index] : undefined;
    if (tier !== undefined) headings.push({ text: fitted(tier, gutter - 6, 12), x: inner, y: y + 22 });
    const bottoms = row.map((cell, column) => {
      let bottom = y;
      for (const segment of cell) {
        const box = placedSegment(segment, lefts[column]!, bottom, widths[column]!, spacing);
        placed.push(box);
        bottom += box.height + gap;
      }
      return bottom;
    });
    y = Math.max(y, ...bottoms);
  });
  const title = textWidth(name, 15) + textWidth(blocks.join(', '), 12) + 40;
  const edgeRight = Math.max(0, ...head.placed.map((chip) => chip.x + chip.width));
  const width = Math.max(right, Math.min(title, 700), edgeRight) + inner;
  const box = { x: 0, y: edgeTop, width, height: y + 4 - edgeTop };
  return { domain, edge: head.placed, segments: placed, headings, titleAt, ...box };
}

function inRows(segments: readonly PictureSegment[], columns: number): (readonly PictureSegment[])[][] {
  const rows: (readonly PictureSegment[])[][] = [];
  segments.forEach((segment, index) => {
    if (index % columns === 0) rows.push([]);
    rows.at(-1)!.push([segment]);
  });
  return rows;
}

function placedApart(chips: readonly Chip[], spacing: Spacing): readonly PlacedDomain[] {
  if (chips.length === 0) return [];
  const width = Math.max(flowWidth(chips, spacing), 230);
  const { placed, height } = flow(chips, inner, 38, width, spacing);
  const box = { x: 0, y: 0, width: width + 2 * inner, height: 38 + height + inner };
  return [{ domain: undefined, edge: placed, segments: [], headings: [], titleAt: 24, ...box }];
}

/** Domains side by side as long as there is room, then below. */
function shelves(domains: readonly PlacedDomain[], top: number): readonly PlacedDomain[] {
  const placed: PlacedDomain[] = [];
  let [x, y, tallest] = [margin, top, 0];
  for (const domain of domains) {
    if (x > margin && x + domain.width > widestShelf) [x, y, tallest] = [margin, y + tallest + margin, 0];
    placed.push(moved(domain, x, y));
    x += domain.width + margin;
    tallest = Math.max(tallest, domain.y + domain.height);
  }
  return placed;
}

function moved(domain: PlacedDomain, dx: number, dy: number): PlacedDomain {
  const shift = <T extends { readonly x: number; readonly y: number }>(one: T): T => ({
    ...one,
    x: one.x + dx,
    y: one.y + dy,
  });
  return {
    ...shift(domain),
    titleAt: domain.titleAt + dy,
    edge: domain.edge.map(shift),
    headings: domain.headings.map(shift),
    segments: domain.segments.map((segment) => ({ ...shift(segment), chips: segment.chips.map(shift) })),
  };
}

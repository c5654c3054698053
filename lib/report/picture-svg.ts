import type { Arrow, Link, Picture } from './picture';
import {
  type Box,
  fitted,
  type Layout,
  layoutOf,
  type PlacedChip,
  type PlacedDomain,
  type PlacedSegment,
  type PlacedZone,
  textWidth,
} from './picture-layout';
import { linesOf, type PlacedLine, round } from './picture-lines';
import { pictureStyle } from './picture-style';
import { xmlText } from './xml-text';

/**
 * A picture as SVG, light and dark by what the reader prefers. It loads nothing, runs nothing, and the same picture gives
 * the same text. Full names stand in titles, which a pointer shows.
 */
export function pictureSvg(picture: Picture): string {
  const layout = layoutOf(picture);
  const lines = linesOf(picture, layout);
  const { width, height, zones, domains } = layout;
  const links = lines.filter(({ line }) => 'kind' in line);
  const arrows = lines.filter(({ line }) => !('kind' in line));
  const name = picture.title === '' ? 'network' : picture.title;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="netproof" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${xmlText(`Network of ${name}`)}">`,
    `<style>${pictureStyle}</style>`,
    `<defs>${heads.map(([id, style]) => head(id, style)).join('')}</defs>`,
    `<rect class="ground" width="${width}" height="${height}" rx="10"/>`,
    text('title', 24, 34, fitted(name, width - 48, 18)),
    ...domains.map(domainBox),
    ...domains.flatMap(({ segments }) => segments.map(segmentBox)),
    ...links.map(linkPath),
    ...domains.map(domainHead),
    ...domains.flatMap(({ segments }) => segments.map(segmentHead)),
    ...zones.map(zonePill),
    ...domains.flatMap(({ edge, segments }) =>
      [...edge, ...segments.flatMap(({ chips }) => chips)].map(chipBox),
    ),
    ...arrows.map(arrowPath),
    ...arrows.map(arrowLabel),
    legend(picture, layout),
    '</svg>',
  ].join('\n');
}

const heads = [
  ['np-door', 'door'],
  ['np-arrow', 'arrow'],
  ['np-perhaps', 'perhaps'],
] as const;

function head(id: string, style: string): string {
  return `<marker id="${id}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto-start-reverse"><path class="head ${style}" d="M0 0 L8 4 L0 8 z"/></marker>`;
}

function domainBox({ domain, ...box }: PlacedDomain): string {
  return rect(domain === undefined ? 'domain apart' : 'domain', box, 10);
}

/** Over the lines, which may have to cross it. */
function domainHead({ domain, headings, titleAt, x, width }: PlacedDomain): string {
  if (domain === undefined) return text('strong', x + 14, titleAt, 'On no network');
  const { id, name, blocks } = domain;
  const shown = fitted(name, width - 28, 15);
  const room = width - 44 - textWidth(shown, 15);
  return [
    `<g>${title([id, ...blocks].join('\n'))}`,
    text('strong', x + 14, titleAt, shown),
    room < 40 ? '' : text('mono end', x + width - 14, titleAt, fitted(blocks.join(', '), room, 12)),
    ...headings.map((heading) => text('soft', heading.x, heading.y, heading.text)),
    '</g>',
  ].join('');
}

function segmentBox({ segment, ...box }: PlacedSegment): string {
  const { hasWayOut, isOpen } = segment;
  return rect(`segment ${isOpen ? 'open' : hasWayOut ? 'out' : 'shut'}`, box, 8);
}

/** Over the lines, which may have to cross it. */
function segmentHead({ segment, x, y, width }: PlacedSegment): string {
  const { name, blocks, wayOut } = segment;
  const shown = fitted(name, width - 28, 14);
  const room = width - 40 - textWidth(shown, 14);
  return [
    `<g>${title([segment.id, ...blocks, wayOut].join('\n'))}`,
    text('name', x + 14, y + 21, shown),
    room < 50 ? '' : text('mono end', x + width - 14, y + 21, fitted(blocks.join(', '), room, 11.5)),
    text('soft', x + 14, y + 38, fitted(wayOut, width - 28, 12)),
    '</g>',
  ].join('');
}

function chipBox({ chip, ...box }: PlacedChip): string {
  const { x, y, width, height } = box;
  const { kind, label, detail, certain, id } = chip;
  const middle = x + width / 2;
  return [
    `<g class="chip" data-id="${xmlText(id)}">${title(`${id}${detail === '' ? '' : `\n${detail}`}`)}`,
    rect(`${kind}${certain ? '' : ' perhaps'}`, box, kind === 'gateway' || kind === 'door' ? height / 2 : 6),
    text('label', middle, detail === '' ? y + height / 2 + 4.5 : y + 18, fitted(label, width - 14, 13.5)),
    detail === '' ? '' : text('mono middle', middle, y + 33, fitted(detail, width - 12, 11.5)),
    '</g>',
  ].join('');
}

function zonePill({ id, name, ...box }: PlacedZone): string {
  const { x, y, width, height } = box;
  return [
    `<g class="chip" data-id="${xmlText(id)}">${title(id)}`,
    rect('zone', box, height / 2),
    text('label', x + width / 2, y + height / 2 + 4.5, name),
    '</g>',
  ].join('');
}

function linkPath({ line, path }: PlacedLine): string {
  const { kind } = line as Link;
  return `<path class="${kind}" d="${path}"${kind === 'door' ? ' marker-end="url(#np-door)"' : ''}/>`;
}

function arrowPath({ line, path }: PlacedLine): string {
  const { certain, both } = line as Arrow;
  const marker = `url(#${certain ? 'np-arrow' : 'np-perhaps'})`;
  return `<path class="arrow${certain ? '' : ' perhaps'}" d="${path}" marker-end="${marker}"${both ? ` marker-start="${marker}"` : ''}/>`;
}

function arrowLabel({ line, label }: PlacedLine): string {
  const { label: traffic } = line as Arrow;
  return `<g>${title(traffic)}${text('traffic', label.x, label.y + 4, fitted(traffic, 170, 11.5))}</g>`;
}

function legend({ domains }: Picture, { height }: Layout): string {
  const segments = domains.flatMap((domain) => domain.segments);
  const shown = [
    segments.some(({ isOpen }) => isOpen) && (['open', 'the Internet gets in'] as const),
    segments.some(({ isOpen, hasWayOut }) => !isOpen && hasWayOut) && (['out', 'way out'] as const),
    segments.some(({ isOpen, hasWayOut }) => !isOpen && !hasWayOut) && (['shut', 'no way out'] as const),
  ].filter((entry) => entry !== false);
  let x = 24;
  return shown
    .map(([kind, words]) => {
      const swatch = rect(`segment ${kind}`, { x, y: height - 34, width: 18, height: 14 }, 3);
      const said = text('soft', x + 25, height - 22.5, words);
      x += 25 + textWidth(words, 12) + 26;
      return swatch + said;
    })
    .join('');
}

function rect(style: string, { x, y, width, height }: Box, radius: number): string {
  return `<rect class="${style}" x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" rx="${round(radius)}"/>`;
}

function text(style: string, x: number, y: number, content: string): string {
  return content === ''
    ? ''
    : `<text class="${style}" x="${round(x)}" y="${round(y)}">${xmlText(content)}</text>`;
}

const title = (content: string): string => `<title>${xmlText(content)}</title>`;

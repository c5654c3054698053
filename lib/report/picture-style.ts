interface Palette {
  readonly ground: string;
  readonly ink: string;
  readonly soft: string;
  readonly line: string;
  readonly domain: readonly [fill: string, stroke: string];
  readonly open: readonly [fill: string, stroke: string];
  readonly out: readonly [fill: string, stroke: string];
  readonly shut: readonly [fill: string, stroke: string];
  readonly chip: readonly [fill: string, stroke: string];
  readonly gateway: readonly [fill: string, stroke: string];
  readonly door: readonly [fill: string, stroke: string];
  readonly arrow: string;
  readonly perhaps: string;
}

const light: Palette = {
  ground: '#ffffff',
  ink: '#1f2933',
  soft: '#52606d',
  line: '#9aa5b1',
  domain: ['#f5f7fa', '#cbd2d9'],
  open: ['#fff4e0', '#e0952b'],
  out: ['#e6f2fd', '#4b9bdc'],
  shut: ['#e6f6e8', '#4f9d57'],
  chip: ['#ffffff', '#7b8794'],
  gateway: ['#efe9fb', '#7c5cc4'],
  door: ['#fdeee4', '#c75f1e'],
  arrow: '#1d5fa8',
  perhaps: '#8a6d1c',
};

const dark: Palette = {
  ground: '#12171e',
  ink: '#e8ecf1',
  soft: '#a3b0bd',
  line: '#5c6975',
  domain: ['#1a212a', '#3a4653'],
  open: ['#33270f', '#d99632'],
  out: ['#10283d', '#4b9bdc'],
  shut: ['#122b19', '#57ab61'],
  chip: ['#0e1319', '#8793a0'],
  gateway: ['#221a38', '#9d82df'],
  door: ['#331c0f', '#e08148'],
  arrow: '#7fb8f0',
  perhaps: '#d8b85a',
};

/** Rules under a selector, so that a page around the picture can choose: `.netproof`. */
function colours(palette: Palette, under: string): string {
  const { ground, ink, soft, line, arrow, perhaps } = palette;
  const filled = (selector: string, [fill, stroke]: readonly [string, string]): string =>
    `${under} ${selector}{fill:${fill};stroke:${stroke}}`;
  return [
    `${under} .ground{fill:${ground}}`,
    `${under} text{fill:${ink}}`,
    `${under} .soft,${under} .mono{fill:${soft}}`,
    filled('.domain', palette.domain),
    filled('.segment.open', palette.open),
    filled('.segment.out', palette.out),
    filled('.segment.shut', palette.shut),
    filled('.endpoint', palette.chip),
    filled('.host', palette.domain),
    filled('.zone', palette.chip),
    filled('.unknown', palette.chip),
    filled('.gateway', palette.gateway),
    filled('rect.door', palette.door),
    `${under} path.leg,${under} path.same{stroke:${line}}`,
    `${under} path.door{stroke:${palette.door[1]}}`,
    `${under} path.arrow{stroke:${arrow}}`,
    `${under} path.arrow.perhaps{stroke:${perhaps}}`,
    `${under} .head.door{fill:${palette.door[1]};stroke:none}`,
    `${under} .head.arrow{fill:${arrow}}`,
    `${under} .head.perhaps{fill:${perhaps}}`,
    `${under} .traffic{fill:${arrow};stroke:${ground}}`,
  ].join('');
}

const shapes = [
  '.netproof text{font:13.5px system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}',
  '.netproof .title{font-size:18px;font-weight:600}',
  '.netproof .strong{font-size:15px;font-weight:600}',
  '.netproof .name{font-size:14px;font-weight:600}',
  '.netproof .label{font-weight:500;text-anchor:middle}',
  '.netproof .soft{font-size:12px}',
  '.netproof .mono{font:11.5px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}',
  '.netproof .end{text-anchor:end}',
  '.netproof .middle{text-anchor:middle}',
  '.netproof rect{stroke-width:1.2}',
  '.netproof .ground{stroke:none}',
  '.netproof .apart,.netproof .perhaps,.netproof rect.unknown{stroke-dasharray:5 4}',
  '.netproof path{fill:none;stroke-width:1.5}',
  '.netproof path.same{stroke-dasharray:3 4}',
  '.netproof path.head{stroke:none}',
  '.netproof .traffic{font-size:11.5px;text-anchor:middle;paint-order:stroke;stroke-width:4px;stroke-linejoin:round}',
].join('');

/** Style of every picture: light, dark where that is preferred, and either where a page says so with data-theme. */
export const pictureStyle = [
  shapes,
  colours(light, '.netproof'),
  `@media (prefers-color-scheme:dark){${colours(dark, '.netproof')}}`,
].join('');

/** For a page whose root says `data-theme="light"` or `"dark"`. */
export const themedPictureStyle = [
  colours(light, ':root[data-theme=light] .netproof'),
  colours(dark, ':root[data-theme=dark] .netproof'),
].join('');

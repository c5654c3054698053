import { NetproofError } from '../addressing/netproof-error';
import { allTraffic, Traffic } from '../addressing/traffic';
import { pictureOf } from '../report/picture-of-topology';
import type { Command, Invocation } from './command';
import { textOf, topologyOptions } from './input-options';
import { topologyOf } from './question';

const formats = ['svg', 'mermaid', 'html'] as const;

/** Arrows that one picture holds: beyond it is no picture any more. */
const mostArrows = 400;

/** `netproof graph INPUT...`: a picture of the networks. */
export const graph: Command = {
  description: `Draws the networks: segments as boxes by tier and availability zone, what stands in them, gateways, published ports. With
--arrows, who reaches whom too. svg is for files and pages, light and dark; mermaid is for Markdown; html is one page that needs
nothing else, with the picture, a table of who reaches whom with search and filter, and the path of every pair.`,
  options: {
    format: { type: 'string', value: 'FORMAT', help: 'svg, mermaid or html (default: svg)' },
    arrows: { type: 'boolean', help: 'draw who reaches whom' },
    on: {
      type: 'string',
      value: 'TRAFFIC',
      help: 'arrows and table of this traffic alone: tcp/5432 (default: all)',
    },
    ...topologyOptions,
  },
  run(invocation, { out }) {
    const { values } = invocation;
    const format = formatOf(invocation);
    const on = textOf(values, 'on');
    const asked = on === undefined ? undefined : Traffic.parse(on);
    const topology = topologyOf(invocation, 'graph');
    if (format === 'html') {
      out(`${writers.html()(topology, undefined, { on: asked })}\n`);
      return 0;
    }
    const arrows = asked ?? (values['arrows'] === true ? allTraffic() : undefined);
    const picture = pictureOf(topology, { arrows });
    if (picture.arrows.length > mostArrows) {
      throw new NetproofError(
        'TooManyArrows',
        `${picture.arrows.length} arrows would be no picture any more, ${mostArrows} are. Ask for less, for example --on tcp/443, or see netproof matrix.`,
      );
    }
    out(`${writers[format]()(picture)}\n`);
    return 0;
  },
};

/* eslint-disable @typescript-eslint/no-require-imports -- a format loads when it is asked for */
const writers = {
  svg: () => (require('../report/picture-svg') as typeof import('../report/picture-svg')).pictureSvg,
  mermaid: () =>
    (require('../report/picture-mermaid') as typeof import('../report/picture-mermaid')).pictureMermaid,
  html: () => (require('../report/page') as typeof import('../report/page')).pageOf,
} as const;
/* eslint-enable @typescript-eslint/no-require-imports */

function formatOf({ values }: Invocation): (typeof formats)[number] {
  const given = textOf(values, 'format') ?? 'svg';
  const found = formats.find((one) => one === given);
  if (found !== undefined) return found;
  throw new NetproofError(
    'InvalidOption',
    `--format ${given} means nothing. There are ${formats.join(', ')}.`,
  );
}

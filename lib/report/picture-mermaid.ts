import type { Chip, Picture, PictureDomain, PictureSegment } from './picture';

/**
 * A picture as a Mermaid flowchart, which code hosts draw in Markdown. Nodes are numbered, names stand in quotes with every
 * sign that Mermaid or HTML means something by as a number, so that no name can be markup.
 * @see https://mermaid.js.org/syntax/flowchart.html
 */
export function pictureMermaid(picture: Picture): string {
  const ids = new Map<string, string>();
  const idOf = (key: string): string => {
    let id = ids.get(key);
    if (id === undefined) ids.set(key, (id = `n${ids.size + 1}`));
    return id;
  };
  let groups = 0;
  const group = (label: string, body: readonly string[], indent: string): readonly string[] => [
    `${indent}subgraph g${++groups}["${label}"]`,
    ...body.map((line) => `${indent}  ${line}`),
    `${indent}end`,
  ];
  const node = (chip: Chip): string => {
    const label = words([chip.label, chip.detail].filter((part) => part !== '').join('\n'));
    const [open, close] = shapes[chip.kind];
    return `${idOf(chip.key)}${open}"${label}"${close}:::${chip.kind}`;
  };
  const segment = (one: PictureSegment): readonly string[] =>
    group(
      words([one.name, ...one.blocks, one.wayOut].join('\n')),
      one.chips.length === 0 ? [`${idOf(`empty ${one.id}`)}[ ]:::empty`] : one.chips.map(node),
      '',
    );
  const domain = ({ name, blocks, edge, segments }: PictureDomain): readonly string[] =>
    group(words([name, ...blocks].join('\n')), [...edge.map(node), ...segments.flatMap(segment)], '  ');
  const lines = picture.links.map(({ from, to, kind }) => {
    const stroke = { leg: '---', door: '-->', same: '-.-' }[kind];
    return `  ${idOf(from)} ${stroke} ${idOf(to)}`;
  });
  const arrows = picture.arrows.map(({ from, to, label, certain, both }) => {
    const [tail, tip] = certain ? [both ? '<==' : '==', '==>'] : [both ? '<-.' : '-.', '.->'];
    return `  ${idOf(from)} ${tail} "${words(label)}" ${tip} ${idOf(to)}`;
  });
  return [
    'flowchart TB',
    ...picture.zones.map(({ id, name }) => `  ${idOf(id)}(["${words(name)}"])`),
    ...picture.domains.flatMap(domain),
    ...(picture.apart.length === 0 ? [] : group('On no network', picture.apart.map(node), '  ')),
    ...lines,
    ...arrows,
    '  classDef empty fill:none,stroke:none',
    '  classDef gateway stroke:#7c5cc4',
    '  classDef door stroke:#c75f1e',
    '  classDef unknown stroke-dasharray:5 4',
  ].join('\n');
}

const shapes = {
  endpoint: ['[', ']'],
  host: ['[', ']'],
  unknown: ['[', ']'],
  gateway: ['([', '])'],
  door: ['([', '])'],
} as const;

/** Letters, digits and what harms nowhere as they are, line ends as breaks, all else by number. */
function words(text: string): string {
  return text
    .split('\n')
    .map((line) =>
      line.replace(/[^\p{L}\p{N} .,:/_()+-]/gu, (sign) => {
        const code = sign.codePointAt(0)!;
        const isSeen = /[\p{S}\p{P}\p{M}]/u.test(sign);
        return isSeen ? `#${code};` : `(u${code.toString(16)})`;
      }),
    )
    .join('<br/>');
}

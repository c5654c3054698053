import { createHash } from 'node:crypto';
import type { Topology } from '../topology/topology';
import type { FindingsReport, ReportedFinding, ReportedRule } from './findings-report';
import { type PageOptions, type PageData, pageDataOf } from './page-data';
import { pageScript } from './page-script';
import { pageStyle } from './page-style';
import { pictureOf } from './picture-of-topology';
import { pictureSvg } from './picture-svg';
import { printable, printableLines } from './printable';
import { xmlText } from './xml-text';

/**
 * One HTML page that needs nothing else: the networks drawn, who reaches whom as a table with search and filter, the path of a
 * pair when its cell is clicked and, of a policy, its rules. It loads nothing and says so (Content-Security-Policy); its own
 * script is the only one that it runs.
 */
export function pageOf(
  topology: Topology,
  report: FindingsReport | undefined,
  options: PageOptions = {},
): string {
  const picture = pictureOf(topology);
  const data = pageDataOf(topology, options);
  const title = picture.title === '' ? 'network' : printable(picture.title);
  const hash = createHash('sha256').update(pageScript).digest('base64');
  const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    `<title>${xmlText(title)} · netproof</title>`,
    `<style>${pageStyle}</style>`,
    '</head>',
    '<body>',
    `<header><h1>${xmlText(title)}</h1><span class="soft">${counts(data)}</span><button id="theme" type="button">dark or light</button></header>`,
    '<main>',
    ...(report === undefined ? [] : [rulesOf(report)]),
    `<details open id="drawing"><summary><h2>The networks</h2></summary><div class="drawing">${pictureSvg(picture)}</div></details>`,
    matrixOf(data),
    '</main>',
    `<script type="application/json" id="data">${jsonText(data)}</script>`,
    `<script>${pageScript}</script>`,
    '</body>',
    '</html>',
  ].join('\n');
}

function counts({ parties, told }: PageData): string {
  const endpoints = parties.filter(({ kind }) => kind === 'endpoint').length;
  const paths = told.pairs < told.of ? `, paths of ${told.pairs} of ${told.of} pairs` : '';
  return `${endpoints} ${endpoints === 1 ? 'endpoint' : 'endpoints'}${paths}`;
}

/** JSON inside an element: nothing in it ends the element. */
function jsonText(data: PageData): string {
  return JSON.stringify(data).replace(
    /[<>&\u2028\u2029]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

const matrixOf = ({ asked, gaps }: PageData): string => `<section id="matrix">
<h2>Who reaches whom</h2>
<p class="soft">Asked: ${xmlText(asked)}, replies included. Click a cell for the path.${gaps.length === 0 ? '' : ` Not modelled, and may pass flows on: ${xmlText(gaps.join(', '))}.`}</p>
<div class="filters">
<label>from <input id="from" type="search" placeholder="part of a name" autocomplete="off" spellcheck="false"></label>
<label>to <input id="to" type="search" placeholder="part of a name" autocomplete="off" spellcheck="false"></label>
<label>on <input id="on" type="search" placeholder="5432" autocomplete="off" spellcheck="false"></label>
<label>show <select id="show"><option value="all">all pairs</option><option value="open">what passes</option><option value="unknown">what is unknown</option><option value="shut">what is blocked</option></select></label>
<span id="count" class="soft" role="status"></span>
</div>
<div class="both">
<div id="grid" tabindex="0" role="grid" aria-label="Who reaches whom: sources in rows, targets in columns"><div id="space"></div></div>
<aside id="path" aria-live="polite"><p class="soft">No pair is chosen.</p></aside>
</div>
<p class="legend soft"><i class="open"></i> passes <i class="perhaps"></i> unknown <i class="other"></i> only by another way: a balancer, a published port <i class="shut"></i> blocked</p>
</section>`;

function rulesOf({ sections, status, command }: FindingsReport): string {
  const title = {
    check: { pass: 'The policy holds', fail: 'The policy is broken', unknown: 'The policy cannot be told' },
    lint: { pass: 'The rules hold', fail: 'Rules are broken', unknown: 'Rules cannot be told' },
  }[command][status];
  return [
    `<section id="rules"><h2>${title}</h2>`,
    ...sections.map(
      ({ name, rules, summary }) =>
        `<h3>${name === undefined ? '' : `${shown(name)}: `}${xmlText(summary)}</h3><ul class="rules">${rules.map(ruleOf).join('')}</ul>`,
    ),
    '</section>',
  ].join('\n');
}

function ruleOf({ status, id, place, findings, fix }: ReportedRule): string {
  const head = `<span class="status ${status}">${status}</span> <code>${shown(id)}</code>${place === undefined ? '' : ` <span class="soft">${shown(place)}</span>`}`;
  if (findings.length === 0) return `<li>${head}</li>`;
  const more = fix === undefined ? '' : `<p>${shown(fix)}</p>`;
  return `<li><details><summary>${head}</summary>${findings.slice(0, 20).map(findingOf).join('')}${more}</details></li>`;
}

function findingOf({ claim, unknowns, explain, waiver }: ReportedFinding, index: number): string {
  const settles = unknowns.map(({ key }) => `<p class="soft">settles it: <code>${shown(key)}</code></p>`);
  const waived =
    waiver === undefined
      ? ''
      : `<p class="soft">waived${waiver.until === undefined ? '' : ` until ${xmlText(waiver.until)}`}: ${shown(waiver.reason)}</p>`;
  // Each path is worked out here; a rule with very many is told by its first.
  const path = explain === undefined || index > 2 ? '' : `<pre>${xmlText(printableLines(explain()))}</pre>`;
  return `<p>${shown(claim)}</p>${waived}${settles.join('')}${path}`;
}

const shown = (text: string): string => xmlText(printable(text));

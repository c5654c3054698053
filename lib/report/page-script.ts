/**
 * What the page runs: search, filter, the table of which only what is seen is made (a million cells are no matter), the path of
 * the chosen pair, the theme. Every text of the data goes in by textContent, so that a name is never markup.
 */
export const pageScript = `'use strict';
(() => {
  const data = JSON.parse(document.getElementById('data').textContent);
  const root = document.documentElement;
  const byId = (id) => document.getElementById(id);
  const make = (tag, style, text) => {
    const element = document.createElement(tag);
    if (style) element.className = style;
    if (text !== undefined) element.textContent = text;
    return element;
  };

  // Theme: as the reader prefers until the button is pressed.
  const prefersDark = matchMedia('(prefers-color-scheme: dark)');
  const setTheme = (dark) => { root.dataset.theme = dark ? 'dark' : 'light'; };
  setTheme(prefersDark.matches);
  prefersDark.addEventListener('change', ({ matches }) => setTheme(matches));
  byId('theme').addEventListener('click', () => setTheme(root.dataset.theme !== 'dark'));

  const { parties, pairs, groups } = data;
  const zoneKind = (party) => party.kind === 'zone';
  const pairOf = (from, to) => pairs[from.group + ',' + to.group];
  const isAsked = (from, to) => from !== to && !(zoneKind(from) && zoneKind(to));
  const stateOf = (from, to) => {
    if (!isAsked(from, to)) return 'none';
    const pair = pairOf(from, to);
    if (pair === undefined) return 'shut';
    if (pair.passes !== undefined) return 'open';
    if (pair.perhaps !== undefined) return 'perhaps';
    return pair.ways !== undefined ? 'other' : 'shut';
  };
  const short = (pair) => {
    if (pair === undefined) return '';
    const perhaps = pair.perhaps === undefined ? '' : pair.passes === undefined ? pair.perhaps + '?' : ', ?';
    const text = (pair.passes ?? '') + perhaps;
    return (text === '' && pair.ways !== undefined ? 'by ...' : text).replace(/tcp\\//g, '');
  };

  // What is shown: rows and columns that hold a pair of which the filters are true.
  const inputs = ['from', 'to', 'on', 'show'].map(byId);
  let rows = [];
  let columns = [];
  let chosen;
  const holds = (party, words) =>
    words === '' || party.label.toLowerCase().includes(words) || party.id.toLowerCase().includes(words);
  // A port is looked for among ranges: 5432 is in tcp/5000-6000, and in all. Anything else is looked for as it is written.
  const carries = (text, words) => {
    const [, protocol, port] = /^(?:(tcp|udp|sctp)\\/)?(\\d+)$/.exec(words) ?? [];
    if (port === undefined) return text.includes(words);
    const items = text.matchAll(/\\b(all|any protocol|tcp|udp|sctp)\\b(?:\\/(\\d+)(?:-(\\d+))?)?/g);
    return [...items].some(([, name, first, last]) => {
      if (name === 'all' || name === 'any protocol') return true;
      if (protocol !== undefined && name !== protocol) return false;
      return first === undefined || (Number(first) <= Number(port) && Number(port) <= Number(last ?? first));
    });
  };
  const fits = (from, to, on, show) => {
    const state = stateOf(from, to);
    if (state === 'none') return false;
    const pair = pairOf(from, to);
    const isUnknown = pair !== undefined && (pair.perhaps !== undefined || (pair.ways ?? []).some((way) => way.includes('?')));
    if (show === 'open' && state !== 'open' && state !== 'other') return false;
    if (show === 'unknown' && !isUnknown) return false;
    if (show === 'shut' && state !== 'shut') return false;
    if (on === '') return true;
    return [pair?.passes, pair?.perhaps, ...(pair?.ways ?? [])].some((text) => text !== undefined && carries(text, on));
  };
  const select = () => {
    const [from, to, on, show] = inputs.map((input) => input.value.trim().toLowerCase());
    const sources = parties.filter((party) => holds(party, from));
    const targets = parties.filter((party) => holds(party, to));
    if (on === '' && show === 'all') {
      rows = sources;
      columns = targets;
    } else {
      // Asked once for each pair of groups, however many are in them.
      const known = new Map();
      const usedRows = new Set();
      const usedColumns = new Set();
      for (const a of sources) {
        for (const b of targets) {
          const key = a.group * groups + b.group;
          let fit = a === b ? false : known.get(key);
          if (fit === undefined) known.set(key, (fit = fits(a, b, on, show)));
          if (fit) { usedRows.add(a); usedColumns.add(b); }
        }
      }
      rows = sources.filter((party) => usedRows.has(party));
      columns = targets.filter((party) => usedColumns.has(party));
    }
    byId('count').textContent = rows.length + ' by ' + columns.length + ' of ' + parties.length;
    draw(true);
  };

  // The table: head and side stay in view, and only the cells in view are elements.
  const grid = byId('grid');
  const space = byId('space');
  const [side, top, width, height] = [210, 132, 76, 28];
  const place = (element, x, y, w, h) => {
    Object.assign(element.style, { left: x + 'px', top: y + 'px', width: w + 'px', height: h + 'px' });
    return element;
  };
  const draw = (fresh) => {
    space.style.width = side + columns.length * width + 'px';
    space.style.height = top + rows.length * height + 'px';
    // As tall as what it holds, up to what the style allows.
    grid.style.height = top + rows.length * height + 18 + 'px';
    if (fresh) grid.scrollTo(0, 0);
    const { scrollLeft: x, scrollTop: y, clientWidth, clientHeight } = grid;
    const firstRow = Math.max(0, Math.floor(y / height) - 1);
    const lastRow = Math.min(rows.length, Math.ceil((y + clientHeight - top) / height) + 1);
    const firstColumn = Math.max(0, Math.floor(x / width) - 1);
    const lastColumn = Math.min(columns.length, Math.ceil((x + clientWidth - side) / width) + 1);
    const made = [];
    for (let row = firstRow; row < lastRow; row++) {
      const from = rows[row];
      for (let column = firstColumn; column < lastColumn; column++) {
        const to = columns[column];
        const state = stateOf(from, to);
        const cell = make('div', 'cell ' + state, short(isAsked(from, to) ? pairOf(from, to) : undefined));
        cell.setAttribute('role', 'gridcell');
        cell.title = from.label + ' to ' + to.label;
        cell.dataset.row = row;
        cell.dataset.column = column;
        if (chosen && chosen[0] === from && chosen[1] === to) cell.classList.add('chosen');
        made.push(place(cell, side + column * width, top + row * height, width, height));
      }
      const name = make('div', 'side', from.label);
      name.title = from.id;
      made.push(place(name, x, top + row * height, side, height));
    }
    for (let column = firstColumn; column < lastColumn; column++) {
      const name = make('div', 'top', columns[column].label);
      name.title = columns[column].id;
      made.push(place(name, side + column * width, y, width, top));
    }
    made.push(place(make('div', 'corner', 'from, to'), x, y, side, top));
    space.replaceChildren(...made);
  };
  let waiting = false;
  const redraw = () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; draw(false); });
  };
  grid.addEventListener('scroll', redraw);
  addEventListener('resize', redraw);

  // The path of the chosen pair.
  const choose = (from, to) => {
    if (from === undefined || to === undefined || !isAsked(from, to)) return;
    chosen = [from, to];
    const pair = pairOf(from, to);
    const verdict = { open: 'passes', perhaps: 'unknown', other: 'only by another way', shut: 'blocked' }[stateOf(from, to)];
    const parts = [make('h3', '', from.label + ' to ' + to.label), make('p', '', verdict + (pair?.passes ? ': ' + pair.passes : ''))];
    if (pair?.perhaps) parts.push(make('p', '', 'may pass: ' + pair.perhaps));
    for (const way of pair?.ways ?? []) parts.push(make('p', '', way));
    for (const key of pair?.unknowns ?? []) parts.push(make('p', 'soft', 'settles it: ' + key));
    const same = parties.filter(({ group }) => group === from.group).length * parties.filter(({ group }) => group === to.group).length;
    if (same > 1) parts.push(make('p', 'soft', 'The same holds for ' + same + ' pairs; the path is that of the first.'));
    if (pair?.text !== undefined) parts.push(make('pre', '', pair.text));
    else {
      parts.push(make('p', 'soft', 'This path was not worked out for the page. Ask for it:'));
      parts.push(make('pre', '', 'netproof explain INPUT --from ' + quoted(from.id) + ' --to ' + quoted(to.id) + ' --on tcp/443'));
    }
    byId('path').replaceChildren(...parts);
    draw(false);
  };
  const quoted = (name) => (/^[\\w.:/-]+$/.test(name) ? name : "'" + name.replaceAll("'", "'\\\\''") + "'");
  space.addEventListener('click', ({ target }) => {
    const cell = target.closest('.cell');
    if (cell) choose(rows[cell.dataset.row], columns[cell.dataset.column]);
  });
  const steps = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
  grid.addEventListener('keydown', (event) => {
    const step = steps[event.key];
    if (step === undefined || rows.length === 0 || columns.length === 0) return;
    event.preventDefault();
    let row = chosen ? rows.indexOf(chosen[0]) : -1;
    let column = chosen ? columns.indexOf(chosen[1]) : 0;
    do {
      row += step[0];
      column += step[1];
    } while (rows[row] !== undefined && columns[column] !== undefined && !isAsked(rows[row], columns[column]));
    if (rows[row] === undefined || columns[column] === undefined) return;
    const [y, x] = [row * height, column * width];
    if (y < grid.scrollTop) grid.scrollTop = y;
    else if (y + height + top > grid.scrollTop + grid.clientHeight) grid.scrollTop = y + height + top - grid.clientHeight;
    if (x < grid.scrollLeft) grid.scrollLeft = x;
    else if (x + width + side > grid.scrollLeft + grid.clientWidth) grid.scrollLeft = x + width + side - grid.clientWidth;
    choose(rows[row], columns[column]);
  });

  // A click on something drawn shows its row and column.
  for (const chip of document.querySelectorAll('.chip')) {
    const id = chip.dataset.id;
    if (!parties.some((party) => party.id === id)) continue;
    chip.addEventListener('click', () => {
      inputs[0].value = id;
      inputs[1].value = '';
      select();
      byId('matrix').scrollIntoView({ behavior: 'smooth' });
    });
  }

  for (const input of inputs) input.addEventListener('input', select);
  select();
})();
`;

import { existsSync } from 'node:fs';
import { join, posix } from 'node:path';
import { rooms } from './import-table';
import { repositoryFiles, root, textOf } from './repository';

/** Rows of all tables of a Markdown text, cells trimmed, without head and rule. */
function tableRows(text: string): string[][] {
  const rows = text.split('\n').filter((line) => line.startsWith('|'));
  return rows
    .filter((line) => !/^\|[\s:|-]+\|$/.test(line))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

describe('docs/scenarios.md', () => {
  const text = textOf('docs/scenarios.md');
  const named = [...text.matchAll(/`(test\/[^`]+)` "([^"]+)"/g)].map(
    ([, file, title]) => [file!, title!] as const,
  );

  test.each(named)('%s has the test "%s"', (file, title) => {
    const titles = [
      ...textOf(file).matchAll(/\b(?:test|describe)(?:\.each\([^]*?\))?\(\s*(['"`])([^]*?)\1/g),
    ];
    // A title that holds quotes of its own is escaped in the source.
    expect(
      titles.map(([, , found]) => found!.replace(/\\(['"`])/g, '$1')).concat(eachTitles(file)),
    ).toContain(title);
  });

  /** Titles after a table of cases: `])('%s holds', ...)`. */
  function eachTitles(file: string): string[] {
    return [...textOf(file).matchAll(/^\s*\]\)\(\s*(['"`])([^]*?)\1/gm)].map(([, , title]) => title!);
  }

  test('names every scenario from S1 to S35 once, as held or as not held yet', () => {
    const [held = '', open = ''] = text.split('## Not held yet');
    const scenarios = [
      ...[...held.matchAll(/^### (S\d+)/gm)].map(([, id]) => id!),
      ...tableRows(open).flatMap(([ids = '']) => ids.match(/S\d+/g) ?? []),
    ];
    const all = Array.from({ length: 35 }, (_, at) => `S${at + 1}`);
    expect(scenarios.sort((a, b) => Number(a.slice(1)) - Number(b.slice(1)))).toEqual(all);
  });

  test('holds each of its scenarios by at least three tests', () => {
    for (const section of text.split(/^### /m).slice(1)) {
      expect((section.match(/`test\//g) ?? []).length).toBeGreaterThanOrEqual(3);
    }
  });
});

describe('docs/architecture.md', () => {
  const listed = tableRows(
    textOf('docs/architecture.md').split('## Rooms of lib/')[1]!.split('## ')[0]!,
  ).slice(1);

  test('has the table that the import test enforces', () => {
    const named = {
      nothing: '',
      'the engine rooms': rooms['cli']!.from.filter((name) => name !== 'report').join(', '),
    };
    const words = Object.entries(named);
    const written = listed.map(([room, , from]) => {
      const text = words.reduce((cell, [word, meaning]) => cell.replace(word, meaning), from!);
      return [room, text === '' ? [] : text.split(', ')];
    });
    const enforced = Object.entries(rooms).filter(([room]) => room !== 'index');
    expect(written).toEqual(enforced.map(([room, { from }]) => [room, from]));
  });

  test('lists every room that there is', () => {
    const found = new Set(repositoryFiles(/^lib\/[^/]+\/.*\.ts$/).map((file) => file.split('/')[1]!));
    expect(listed.map(([room]) => room)).toEqual(expect.arrayContaining([...found]));
  });
});

test('every decision is in the list of decisions', () => {
  const pages = repositoryFiles(/^docs\/decisions\/\d.*\.md$/).map((file) => posix.basename(file));
  const list = [...textOf('docs/decisions/README.md').matchAll(/\]\((\d[^)]+)\)/g)].map(([, page]) => page);
  expect(list).toEqual(pages);
});

describe('links', () => {
  const links = repositoryFiles(/\.md$/).flatMap((file) => {
    const prose = textOf(file).replace(/^```[^]*?^```$/gm, '');
    return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => [file, target!] as const);
  });
  const relative = links.filter(([, target]) => !/^[a-z]+:/.test(target));

  test.each(relative)('%s to %s leads somewhere', (file, target) => {
    const [path = '', anchor] = target.split('#');
    const page = path === '' ? file : posix.join(posix.dirname(file), path);
    expect(existsSync(join(root, page)) ? page : `${page} is missing`).toBe(page);
    if (anchor !== undefined && page.endsWith('.md')) expect(anchorsOf(page)).toContain(anchor);
  });

  /** Headings as GitHub makes anchors of them. */
  function anchorsOf(page: string): string[] {
    return [...textOf(page).matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
      heading!
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .replace(/ /g, '-'),
    );
  }
});

test.each(
  Object.keys(rooms).filter(
    (room) => !['index', 'policy/rule'].includes(room) && existsSync(join(root, 'lib', room)),
  ),
)('the room %s opens with a README that has an example', (room) => {
  const text = textOf(`lib/${room}/README.md`);
  expect(text).toMatch(/^# \S/);
  expect(text).toContain('```');
});

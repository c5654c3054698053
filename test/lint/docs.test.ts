import { lintRules } from '../../lib/lint/rules';
import { textOf } from '../house/repository';
import { found, lintOfText } from './lint-of';

const text = textOf('docs/lint.md');

test('docs/lint.md has every rule as the code has it, in its order, and no other', () => {
  const [, listed = ''] = text.split('## The rules\n\n');
  const [sections = ''] = listed.split('\n## ');
  const written = sections.split(/^### /m).slice(1);
  const expected = lintRules.map(
    ({ id, severity, title, why, fix, cis }) =>
      `\`${id}\`\n\n${severity}${cis === undefined ? '' : `, ${cis.benchmark}: ${cis.number}`}. ${title}.\n\n${why}\n\n**Fix**: ${fix}`,
  );
  expect(written.map((section) => section.trim())).toEqual(expected);
});

test('the waiver of docs/lint.md waives', () => {
  const [, json = ''] = /```json\n([^]*?)```/.exec(text) ?? [];
  expect(found(lintOfText(json), 'docker-host-network')).toEqual([
    'waived docker_container.agent has the network of the host',
  ]);
});

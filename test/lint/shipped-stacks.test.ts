import { lint } from '../../lib/lint/lint';
import { readSynth } from '../../lib/readers/synth';
import { topologyOfDocument } from '../../lib/readers/topology-of-documents';
import { shippedDockerStacks } from '../stacks/shipped';
import { today } from './lint-of';

test.each(shippedDockerStacks)('%s breaks no rule but those that it waives, with a reason', (_name, make) => {
  const text = JSON.stringify(make().toTerraform());
  const result = lint(topologyOfDocument(readSynth(text)), { today, failOn: 'note' });
  const open = result.rules.filter(({ status }) => status === 'fail' || status === 'unknown');
  expect(open.map(({ rule, findings }) => [rule.id, findings.map(({ claim }) => claim)])).toEqual([]);
});

import { monitoringLab } from '../stacks/shipped';
import { CommandLine } from './command-line';

const line = new CommandLine();
afterAll(() => line.remove());

const out = line.writeCdktfOut('cdktf.out', {
  'monitoring-lab': monitoringLab({ NETPROOF_VM_NAME: 'rocky' }).toTerraform() as object,
});
const check = (...args: readonly string[]) => line.run('explain', out, '--check', ...args);

test('explain --check prints the list, and exits 0', () => {
  const { code, out: text } = check('--from', 'browser', '--to', 'grafana');
  expect(code).toBe(0);
  expect(text).toMatch(/^reachable {3}browser to grafana on tcp\/3000\nsees {3}connects: /);
  expect(text.match(/^ {2,3}\d+ /gm)).toHaveLength(12);
});

test('--assume brings the firewall of the machine, and --json the items', () => {
  const assume = line.write('assume.yaml', 'docker: { hostFirewall: { forward: [{ action: drop }] } }\n');
  const { code, out: text } = check('--from', 'browser', '--to', 'grafana', '--assume', assume, '--json');
  const list = JSON.parse(text) as { format: number; sees: string; items: readonly { answer: string }[] };
  expect([code, list.format, list.sees, list.items[5]!.answer]).toEqual([0, 1, 'times out', 'no']);
});

test.each([
  [['--from', 'browser'], '--check needs --to'],
  [['--from', 'browser', '--to', 'grafana', '--via', 'x'], 'leave out --via'],
  [['--from', 'browser', '--to', 'grafana', '--on', 'tcp/x'], 'tcp/x'],
])('%j is refused', (args, message) => {
  const { code, err } = check(...args);
  expect([code, err]).toEqual([2, expect.stringContaining(message)]);
});

test('--dial without --check is refused', () => {
  const { code, err } = line.run(
    'explain',
    out,
    '--from',
    'grafana',
    '--to',
    'prometheus',
    '--on',
    'tcp/9090',
    '--dial',
    'x',
  );
  expect([code, err]).toEqual([2, expect.stringContaining('--dial goes with --check')]);
});

import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { compile, compiled } from '../../bench/compiled';
import { attempt, type CommandResult } from './machine/command';
import type { Piece } from './machine/live-machine';
import { liveSuite } from './machine/suite';

const groups = 1_000;
const rulesPerGroup = 1_000;
/** What the process may keep in its heap. It asks for about 2.5 GB. */
const heapMegabytes = 3_584;

liveSuite({ name: 'million-rules' }, [enoughMemory()], (_, ran) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'netproof-million-'));
  const whole = path.join(folder, 'whole.tf.json');

  beforeAll(() => {
    compile();
    writeRules(whole);
    ran(`${groups * rulesPerGroup} rules, ${Math.round(fs.statSync(whole).size / 1e6)} MB`);
  });

  afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

  test('a file of a million rules is answered, in a heap that is bounded', async () => {
    const queries = path.join(folder, 'queries.json');
    const ask = (id: string, on: string) => ({ id, from: 'aws_instance.web', to: 'aws_instance.db', on });
    fs.writeFileSync(queries, JSON.stringify([ask('named', 'tcp/7'), ask('beside it', 'tcp/1007')]));
    const { code, stdout, stderr } = await netproof('reach', whole, '--queries', queries, '--json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const answers = JSON.parse(stdout) as { id: string; verdict: string }[];
    expect(answers.map(({ id, verdict }) => [id, verdict])).toEqual([
      ['named', 'reachable'],
      ['beside it', 'blocked'],
    ]);
  });

  test('the same file cut short is one error with its place, and nothing on standard output', async () => {
    const cut = path.join(folder, 'cut.tf.json');
    fs.copyFileSync(whole, cut);
    fs.truncateSync(cut, fs.statSync(whole).size - 1_000);
    const { code, stdout, stderr } = await netproof('matrix', cut);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/cut\.tf\.json is cut short: .* \(line 1, column \d+\)/);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});

function netproof(...args: string[]): Promise<CommandResult> {
  const node = [`--max-old-space-size=${heapMegabytes}`, compiled('lib/cli/main.js')];
  return attempt(process.execPath, [...node, ...args], { timeoutSeconds: 300 });
}

/** Two instances and a thousand groups; group 0 is that of `db`, and rule n of a group opens port n. */
function writeRules(file: string): void {
  const write = fs.openSync(file, 'w');
  const vpc = '${aws_vpc.main.id}';
  const instance = (group: string) => ({
    subnet_id: '${aws_subnet.a.id}',
    vpc_security_group_ids: [`\${aws_security_group.${group}.id}`],
  });
  const small = {
    aws_vpc: { main: { cidr_block: '10.0.0.0/16' } },
    aws_subnet: { a: { vpc_id: vpc, cidr_block: '10.0.1.0/24' } },
    aws_instance: { web: instance('web'), db: instance('g0') },
  };
  const head = { terraform: { required_providers: { aws: { source: 'hashicorp/aws' } } } };
  fs.writeSync(
    write,
    `${JSON.stringify(head).slice(0, -1)},"resource":${JSON.stringify(small).slice(0, -1)}`,
  );
  const egress = [{ protocol: '-1', from_port: 0, to_port: 0, cidr_blocks: ['0.0.0.0/0'] }];
  fs.writeSync(write, `,"aws_security_group":{"web":${JSON.stringify({ vpc_id: vpc, egress })}`);
  for (let group = 0; group < groups; group++) {
    const ingress = Array.from({ length: rulesPerGroup }, (_, port) => ({
      protocol: 'tcp',
      from_port: port,
      to_port: port,
      cidr_blocks: ['10.0.0.0/16'],
    }));
    fs.writeSync(write, `,"g${group}":${JSON.stringify({ vpc_id: vpc, ingress })}`);
  }
  fs.writeSync(write, '}}}\n');
  fs.closeSync(write);
}

function enoughMemory(): Piece<undefined> {
  const needed = heapMegabytes + 1_024;
  const free = Math.round(os.freemem() / 1_048_576);
  return free >= needed
    ? { value: undefined }
    : { reason: `${needed} MB of memory are needed, ${free} are free` };
}

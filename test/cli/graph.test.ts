import { shopStack } from '../policy/shop-stack';
import { xmlFaults } from '../report/xml-faults';
import { CommandLine } from './command-line';

const line = new CommandLine();
afterAll(() => line.remove());

/** Thirty machines of one group, which lets in its own: each reaches each. */
const machines = Array.from({ length: 30 }, (_, index) => [
  `web_${index}`,
  {
    ami: 'ami-1',
    instance_type: 't3.micro',
    subnet_id: '${aws_subnet.a.id}',
    vpc_security_group_ids: ['${aws_security_group.own.id}'],
  },
]);
const own = { protocol: '-1', from_port: 0, to_port: 0, self: true };
const file = line.write('main.tf.json', {
  resource: {
    aws_vpc: { main: { cidr_block: '10.0.0.0/16' } },
    aws_subnet: { a: { vpc_id: '${aws_vpc.main.id}', cidr_block: '10.0.1.0/24' } },
    aws_security_group: { own: { vpc_id: '${aws_vpc.main.id}', ingress: [own], egress: [own] } },
    aws_instance: Object.fromEntries(machines) as object,
  },
});
const small = line.write('small.tf.json', shopStack());

describe('netproof graph', () => {
  test('prints SVG, or Mermaid where it is asked for', () => {
    const svg = line.run('graph', small);
    expect([svg.code, svg.err, xmlFaults(svg.out)]).toEqual([0, '', []]);
    const mermaid = line.run('graph', small, '--format', 'mermaid');
    expect([mermaid.code, mermaid.out.split('\n')[0]]).toEqual([0, 'flowchart TB']);
  });

  test('prints a page, of a policy and of rules too', () => {
    const policy = line.write('policy.yaml', 'version: 1\ndeny: [{ from: internet, to: api }]\n');
    const graph = line.run('graph', small, '--format', 'html', '--on', 'tcp/80');
    expect([graph.code, graph.out.split('\n')[0]]).toEqual([0, '<!doctype html>']);
    expect(graph.out).toContain('Asked: tcp/80,');
    const check = line.run('check', small, '--policy', policy, '--format', 'html');
    expect(check.out).toContain('<h2>The policy holds</h2>');
    expect(line.run('lint', small, '--format', 'html').out).toContain('<h2>The rules hold</h2>');
    expect(graph.out).not.toContain('id="rules"');
  });

  test('draws arrows where it is asked to, and refuses more than a picture holds', () => {
    expect(line.run('graph', small).out).not.toContain('class="arrow');
    expect(line.run('graph', small, '--arrows').out).toContain('class="arrow');
    const { code, err } = line.run('graph', file, '--arrows');
    expect(code).toBe(2);
    expect(err).toContain('arrows would be no picture any more, 400 are');
  });

  test.each([
    [['--format', 'png'], '--format png means nothing. There are svg, mermaid, html'],
    [['--on', 'tcp/x'], 'tcp/x'],
  ])('%j is an error', (options, message) => {
    const { code, err } = line.run('graph', file, ...options);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });
});

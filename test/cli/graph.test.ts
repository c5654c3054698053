import { container, networks } from '../lint/lint-of';
import { xmlFaults } from '../report/xml-faults';
import { CommandLine } from './command-line';

const line = new CommandLine();
afterAll(() => line.remove());

const many = Array.from({ length: 30 }, (_, index) => `web_${index}`);
const file = line.write('main.tf.json', {
  resource: {
    docker_network: networks,
    docker_container: Object.fromEntries(many.map((name) => [name, container(name, ['front'])])),
  },
});

describe('netproof graph', () => {
  test('prints SVG, or Mermaid where it is asked for', () => {
    const svg = line.run('graph', file);
    expect([svg.code, svg.err, xmlFaults(svg.out)]).toEqual([0, '', []]);
    const mermaid = line.run('graph', file, '--format', 'mermaid');
    expect([mermaid.code, mermaid.out.split('\n')[0]]).toEqual([0, 'flowchart TB']);
  });

  test('prints a page, of a policy and of rules too', () => {
    const small = line.write('small.tf.json', {
      resource: { docker_network: networks, docker_container: { web: container('web', ['front']) } },
    });
    const policy = line.write('policy.yaml', 'version: 1\ndeny: [{ from: internet, to: web }]\n');
    const graph = line.run('graph', small, '--format', 'html', '--on', 'tcp/80');
    expect([graph.code, graph.out.split('\n')[0]]).toEqual([0, '<!doctype html>']);
    expect(graph.out).toContain('Asked: tcp/80,');
    const check = line.run('check', small, '--policy', policy, '--format', 'html');
    expect(check.out).toContain('<h2>The policy holds</h2>');
    expect(line.run('lint', small, '--format', 'html').out).toContain('<h2>The rules hold</h2>');
    expect(graph.out).not.toContain('id="rules"');
  });

  test('draws arrows where it is asked to, and refuses more than a picture holds', () => {
    expect(line.run('graph', file).out).not.toContain('class="arrow');
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

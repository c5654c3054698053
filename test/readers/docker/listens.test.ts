import { Traffic } from '../../../lib/addressing/traffic';
import { explanation } from '../../../lib/reachability/explanation';
import { reach } from '../../../lib/reachability/solver';
import { block, DockerUnderTest, on, publishes } from './docker-under-test';

const under = (listens: unknown) =>
  new DockerUnderTest(
    {
      networks: { fe: block(1) },
      containers: {
        web: on('fe'),
        api: { ...on('fe'), ...publishes(8080) },
        beside: { network_mode: 'container:${docker_container.api.id}' },
      },
    },
    { listens },
  );

const answer = (net: DockerUnderTest, from: string, to: string, traffic: string) => {
  const { kind, answers } = reach(net.topologies.get('synth')!, { from, to, on: Traffic.parse(traffic) });
  return `${kind}, ${answers}`;
};

test('nobody has said what listens: nothing is said, and a ping is answered', () => {
  const net = under(undefined);
  expect(answer(net, 'web', 'api', 'tcp/80')).toBe('reachable, unsaid');
  expect(answer(net, 'web', 'api', 'icmp')).toBe('reachable, yes');
  expect(answer(net, 'web', 'internet', 'tcp/443')).toBe('reachable, unsaid');
});

describe('what a container listens on', () => {
  const net = under({ 'docker_container.api': ['tcp/80', 'tcp/9000@127.0.0.1'] });

  test('answers, or does not, and the verdict is the same', () => {
    expect(answer(net, 'web', 'api', 'tcp/80')).toBe('reachable, yes');
    expect(answer(net, 'host', 'api', 'tcp/80')).toBe('reachable, yes');
    expect(answer(net, 'web', 'web', 'tcp/80')).toBe('reachable, unsaid');
  });

  test('on its loopback answers those in its own stack alone; what shares the stack may listen elsewhere', () => {
    expect(answer(net, 'beside', 'api', 'tcp/9000')).toBe('reachable, yes');
    expect(answer(net, 'web', 'api', 'tcp/9000')).toBe('reachable, unsaid');
    const both = under({ api: ['tcp/80', 'tcp/9000@127.0.0.1'], beside: [] });
    expect(answer(both, 'web', 'api', 'tcp/9000')).toBe('reachable, no');
    expect(answer(both, 'web', 'api', 'tcp/81')).toBe('reachable, no');
  });

  test('answers behind a published port', () => {
    expect(answer(net, 'host-loopback', 'host:8080', 'tcp/8080')).toBe('reachable, yes');
    expect(answer(under({ api: [], beside: [] }), 'lan', 'host:8080', 'tcp/8080')).toBe('reachable, no');
  });

  test('is told to people where somebody said it', () => {
    const topology = net.topologies.get('synth')!;
    const question = { from: 'web', to: 'api', on: Traffic.parse('tcp/80') };
    expect(explanation(topology, question, reach(topology, question))).toContain(
      'answers     yes, something listens there',
    );
    const blocked = { ...question, from: 'internet' };
    expect(explanation(topology, blocked, reach(topology, blocked))).not.toContain('answers');
    const unsaid = under(undefined).topologies.get('synth')!;
    expect(explanation(unsaid, question, reach(unsaid, question))).not.toContain('answers');
  });
});

test('names of nobody and texts that are no traffic are refused together', () => {
  expect(() => under({ apy: ['tcp/80'], web: ['tpc/80'], api: 'tcp/80' })).toThrow(
    /listens\."apy": nothing is called "apy".*\nlistens\."web": .*\nlistens\."api" is a list of texts/,
  );
  expect(() => under(['web'])).toThrow('listens is an object');
});

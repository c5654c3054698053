import { Traffic } from '../../../lib/addressing/traffic';
import { topologyOfSynth } from '../../../lib/inputs/topology-of-text';
import { explanation } from '../../../lib/reachability/explanation';
import { resolve } from '../../../lib/reachability/name-resolution';
import { reach } from '../../../lib/reachability/solver';
import { configurations, terraformOf } from './riddle';

const ping = Traffic.parse('icmp');

describe('S14, by name it pings and by address it does not:', () => {
  test.each([
    ['foreign-alias', 'docker_container.api', '172.30.1.20', 'alias'],
    ['foreign-hostname', 'docker_container.other', '172.30.1.40', 'hostname'],
    ['extra-host', 'host', '172.17.0.1', 'extra host'],
    ['own-hostname', 'docker_container.web', '172.30.1.10', 'own hostname'],
    ['shared-network', 'docker_container.db', '172.30.3.30', 'container name'],
  ])(
    '%s: the name is %s at %s by its %s, and the explanation of the address says so',
    (name, owner, address, what) => {
      const topology = topologyOfSynth(terraformOf(configurations[name]!));
      const { kind, answers } = resolve(topology, 'web', 'db');
      expect(kind).toBe('found');
      expect(answers.map((one) => [one.owner, String(one.address), one.what])).toEqual([
        [owner, address, what],
      ]);
      const question = { from: 'web', to: 'db', on: ping, via: 'backend' };
      const verdict = reach(topology, question);
      expect(verdict.kind).toBe('blocked');
      const told = owner === 'docker_container.web' ? 'itself' : owner;
      expect(explanation(topology, question, verdict)).toMatch(
        new RegExp(`by name +db is ${told} to docker_container\\.web at ${address}`),
      );
    },
  );

  test.each(['textbook', 'search-domain'])('%s: nobody of the input answers to the name', (name) => {
    const topology = topologyOfSynth(terraformOf(configurations[name]!));
    const { kind, beyond, elsewhere } = resolve(topology, 'web', 'db');
    expect(kind).toBe('upstream');
    expect(beyond).toBe(
      name === 'textbook' ? 'the resolvers of the Docker host' : '192.168.213.10, for db and db.lab.example',
    );
    expect(elsewhere).toMatchObject([{ owner: 'docker_container.db', asked: false }]);
    const question = { from: 'web', to: 'db', on: ping };
    const verdict = reach(topology, question);
    expect(verdict.kind).toBe('blocked');
    expect(explanation(topology, question, verdict)).toMatch(
      /by name +nobody .* is called db, so it asks outside/,
    );
  });

  test('stale-address: the name follows, and nobody has the old address', () => {
    const topology = topologyOfSynth(terraformOf(configurations['stale-address']!));
    expect(resolve(topology, 'web', 'db').answers).toMatchObject([{ owner: 'docker_container.db' }]);
    expect(reach(topology, { from: 'web', to: 'db', on: ping }).kind).toBe('reachable');
    expect(() => reach(topology, { from: 'web', to: '172.30.3.30', on: ping })).toThrow(
      /172\.30\.3\.30 lies inside the Docker host\. No endpoint is known to have it/,
    );
  });

  test('shared-namespace: where api stands, both work, and from web neither', () => {
    const topology = topologyOfSynth(terraformOf(configurations['shared-namespace']!));
    expect(resolve(topology, 'probe', 'db').answers).toMatchObject([{ owner: 'docker_container.db' }]);
    expect(reach(topology, { from: 'probe', to: 'db', on: ping }).kind).toBe('reachable');
    expect(resolve(topology, 'web', 'db').kind).toBe('upstream');
    expect(reach(topology, { from: 'web', to: 'db', on: ping }).kind).toBe('blocked');
  });
});

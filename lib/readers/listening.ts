import { Address } from '../addressing/address';
import { NetproofError } from '../addressing/netproof-error';
import { Traffic } from '../addressing/traffic';
import type { Endpoint, Listening } from '../topology/endpoint';
import { lookupEndpoint } from '../topology/lookup';
import { changedAlike, type Topology } from '../topology/topology';

/** `tcp/9000`, or `tcp/9000@127.0.0.1` where it listens on one address. */
export function readListening(text: string): Listening {
  const [traffic = '', at] = text.split('@');
  return { traffic: Traffic.parse(traffic), at: at === undefined ? undefined : Address.parse(at) };
}

/**
 * The topology in which endpoints listen as the assumptions say: `{ "docker_container.api": ["tcp/8080"] }`. Throws
 * InvalidAssumptions with everything that is wrong, names of nobody included.
 */
export function withListening(topology: Topology, listens: unknown): Topology {
  if (listens === undefined) return topology;
  const problems: string[] = [];
  const said = new Map<string, readonly Listening[]>();
  if (typeof listens !== 'object' || listens === null || Array.isArray(listens)) {
    problems.push('listens is an object: { "docker_container.api": ["tcp/8080"], "host": ["tcp/9000"] }.');
  } else {
    for (const [name, value] of Object.entries(listens)) {
      for (const { id } of endpointsCalled(topology, name, problems)) {
        said.set(id, [...(said.get(id) ?? []), ...readList(name, value, problems)]);
      }
    }
  }
  if (problems.length > 0) throw new NetproofError('InvalidAssumptions', problems.join('\n'), problems);
  if (said.size === 0) return topology;
  return changedAlike(topology, (one) => ({
    ...one,
    endpoints: new Map(
      [...one.endpoints].map(([id, endpoint]): [string, Endpoint] => {
        const own = said.get(id);
        return [id, own === undefined ? endpoint : { ...endpoint, listens: own }];
      }),
    ),
  }));
}

/** The endpoint of a name; every machine where `host` is several. */
function endpointsCalled(topology: Topology, name: string, problems: string[]): readonly Endpoint[] {
  const machines = [...topology.endpoints.values()].filter(
    ({ stands, names, id }) => stands !== undefined && (id === name || names.includes(name)),
  );
  if (machines.length > 0) return machines;
  // What listens on a machine is no part of a topology that has none.
  if (name === 'host') return [];
  try {
    return [lookupEndpoint(topology, name)];
  } catch (error) {
    if (!NetproofError.is(error)) throw error;
    problems.push(`listens.${JSON.stringify(name)}: ${error.message}`);
    return [];
  }
}

function readList(name: string, value: unknown, problems: string[]): readonly Listening[] {
  if (!Array.isArray(value) || value.some((one) => typeof one !== 'string')) {
    problems.push(
      `listens.${JSON.stringify(name)} is a list of texts, for example ["tcp/8080", "tcp/9000@127.0.0.1"].`,
    );
    return [];
  }
  return (value as readonly string[]).flatMap((text) => {
    try {
      return [readListening(text)];
    } catch (error) {
      if (!NetproofError.is(error)) throw error;
      problems.push(`listens.${JSON.stringify(name)}: ${error.message}`);
      return [];
    }
  });
}

import { PortSet } from '../../lib/addressing/port-set';
import { Traffic } from '../../lib/addressing/traffic';
import { exactly } from '../../lib/topology/bounds';
import type { Topology } from '../../lib/topology/topology';
import { TopologyBuilder } from '../../lib/topology/topology-builder';
import { addresses, allow } from '../second-opinion/hand-made';

/**
 * One segment with `web`, `api`, `db` and the balancer `lb`, which takes tcp/80 and opens tcp/8080 on `api`. Everybody
 * may send; `api` is entered on tcp/8080 by `lb` alone, `lb` on tcp/80 by all, `db` on tcp/5432 by `api` alone.
 */
export function balancedNetwork(): Topology {
  const builder = new TopologyBuilder()
    .addDomain({ id: 'net', blocks: [] })
    .addSegment({ id: 'lan', domain: 'net', blocks: [], table: { options: ['table'], unknowns: [] } })
    .addTable({ id: 'table' })
    .addRelay({
      id: 'lb',
      endpoint: 'lb',
      listeners: [
        {
          traffic: Traffic.parse('tcp/80'),
          origin: { address: 'listener' },
          targets: exactly([
            {
              to: { endpoint: 'api' },
              traffic: Traffic.parse('tcp/8080'),
              sourceSeen: 'relay',
              ports: PortSet.range(1024, 65535),
              origin: { address: 'target' },
            },
          ]),
        },
      ],
    });
  const admits = {
    web: [],
    lb: [allow('tcp/80')],
    api: [allow('tcp/8080', 'members of lb-filter')],
    db: [allow('tcp/5432', 'members of api-filter')],
  };
  Object.entries(admits).forEach(([id, ingress], index) => {
    const own = { family: 4 as const, possible: addresses(`10.0.0.${10 * (index + 1)}`), unknown: undefined };
    builder
      .addFilter({
        id: `${id}-filter`,
        matching: 'union',
        stateful: true,
        ingress,
        egress: [allow('any')],
      })
      .addEndpoint({
        id,
        type: 'machine',
        interfaces: [{ id, segment: 'lan', addresses: [own], filters: exactly([`${id}-filter`]) }],
      });
  });
  return builder.build();
}

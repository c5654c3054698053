import { Traffic } from '../../../lib/addressing/traffic';
import { reach } from '../../../lib/reachability/solver';
import { readPlan } from '../../../lib/readers/plan';
import { topologyOfDocument } from '../../../lib/readers/topology-of-documents';
import type { Topology } from '../../../lib/topology/topology';
import { recorded } from './recorded-plan';

/** The parts of a plan that a test changes. */
interface Plan {
  readonly planned_values: { readonly root_module: { readonly child_modules: Module[] } };
  readonly configuration: {
    readonly root_module: { readonly module_calls: { readonly network: { readonly module: Configuration } } };
  };
}
interface Module {
  readonly address: string;
  resources: { readonly address: string; readonly values: Record<string, unknown> }[];
}
interface Configuration {
  readonly resources: { readonly address: string; readonly expressions: Record<string, unknown> }[];
}

const text = recorded('estate/plan.json');
const topologyOf = (plan: string): Topology => topologyOfDocument(readPlan(plan));

/** The estate with its network module changed. */
function changed(change: (planned: Module, written: (address: string) => Record<string, unknown>) => void) {
  const plan = JSON.parse(text) as Plan;
  const planned = plan.planned_values.root_module.child_modules.find(
    ({ address }) => address === 'module.network',
  )!;
  const { resources } = plan.configuration.root_module.module_calls.network.module;
  change(planned, (address) => resources.find((one) => one.address === address)!.expressions);
  return topologyOf(JSON.stringify(plan));
}

const ask = (topology: Topology, from: string, to: string, on: string) =>
  reach(topology, { from, to, on: Traffic.parse(on) });

const estate = topologyOf(text);
const service = (name: string) => `module.service["${name}"].aws_autoscaling_group.this`;
const [balancer, api, worker] = ['aws_lb.public', service('api'), service('worker')] as const;
const [db, bastion] = ['aws_db_instance.main', 'aws_instance.bastion'] as const;

describe('a plan of modules with count and for_each is decided before the first apply', () => {
  test.each([
    ['internet', balancer, 'tcp/443', 'reachable'],
    ['internet', balancer, 'tcp/22', 'blocked'],
    [balancer, api, 'tcp/8080', 'reachable'],
    [balancer, api, 'tcp/9090', 'blocked'],
    [balancer, worker, 'tcp/9090', 'reachable'],
    [api, 'internet', 'tcp/443', 'reachable'],
    ['internet', api, 'tcp/8080', 'blocked'],
    [api, db, 'tcp/5432', 'reachable'],
    [worker, db, 'tcp/5432', 'reachable'],
    [api, db, 'tcp/22', 'blocked'],
    [balancer, db, 'tcp/5432', 'blocked'],
    [bastion, db, 'tcp/5432', 'blocked'],
    ['internet', db, 'tcp/5432', 'blocked'],
    [db, 'internet', 'tcp/443', 'blocked'],
    [db, api, 'tcp/443', 'blocked'],
    ['203.0.113.9', bastion, 'tcp/22', 'reachable'],
    ['198.51.100.7', bastion, 'tcp/22', 'reachable'],
    ['198.51.100.8', bastion, 'tcp/22', 'blocked'],
    [bastion, 'internet', 'tcp/443', 'blocked'],
  ])('%s to %s on %s: %s', (from, to, on, kind) => {
    const { kind: found, unknowns } = ask(estate, from, to, on);
    expect([found, unknowns]).toEqual([kind, []]);
  });

  test.each([
    ['tcp/8080', 'reachable'],
    ['tcp/9090', 'blocked'],
  ])('the balancer passes on to the fleet that is attached, on %s: %s', (on, kind) => {
    const { passes, mayPass } = ask(estate, 'internet', api, on).anyWay;
    expect([passes.isEmpty(), mayPass.isEmpty()]).toEqual(
      kind === 'reachable' ? [false, false] : [true, true],
    );
  });
});

describe('an index that the plan does not tell is said to be', () => {
  const tables = (topology: Topology, tier: string) =>
    [0, 1, 2].map(
      (index) => topology.segments.get(`module.network.aws_subnet.${tier}[${index}]`)!.table.options,
    );

  test('the own one, where every table and every subnet is taken once and they are alike', () => {
    expect(tables(estate, 'private')).toEqual(
      [0, 1, 2].map((index) => [`module.network.aws_route_table.private[${index}]`]),
    );
    const routes = [0, 1, 2].map((index) =>
      estate.tables.get(`module.network.aws_route_table.private[${index}]`)!.routes.map(({ via }) => via),
    );
    expect(routes).toEqual(
      [0, 1, 2].map((index) => {
        const router = `module.network.aws_nat_gateway.this[${index}]`;
        return [{ kind: 'local' }, { kind: 'router', router, leg: `${router}/subnet` }];
      }),
    );
  });

  test('any, where one subnet is left over', () => {
    const fewer = changed((planned) => {
      planned.resources = planned.resources.filter(
        ({ address }) => address !== 'module.network.aws_route_table_association.public[2]',
      );
    });
    expect(ask(fewer, 'internet', balancer, 'tcp/443').kind).toBe('unknown');
    expect(ask(fewer, 'internet', balancer, 'tcp/22').kind).toBe('blocked');
    expect(ask(fewer, db, 'internet', 'tcp/443').kind).toBe('blocked');
  });

  test('any, where one route is missing: which table has none is open', () => {
    const fewer = changed((planned) => {
      planned.resources = planned.resources.filter(
        ({ address }) => address !== 'module.network.aws_route.private_nat[1]',
      );
    });
    expect(ask(fewer, api, 'internet', 'tcp/443').kind).toBe('unknown');
    expect(ask(fewer, api, db, 'tcp/5432').kind).toBe('reachable');
  });

  test('any, where one of the tables leads elsewhere', () => {
    const uneven = changed((_, written) => {
      written('aws_route.public').route_table_id = {
        references: [
          'aws_route_table.private[1].id',
          'aws_route_table.private[1]',
          'aws_route_table.private',
        ],
      };
    });
    expect(tables(uneven, 'private')[1]).toHaveLength(3);
    expect(tables(uneven, 'public')[1]).toHaveLength(1);
  });

  test('any, where the subnets that a NAT gateway may stand in have different ACLs', () => {
    const closed = changed((_, written) => {
      written('aws_network_acl.database').subnet_ids = {
        references: ['aws_subnet.public[1].id', 'aws_subnet.public[1]', 'aws_subnet.public'],
      };
    });
    expect(ask(closed, api, 'internet', 'tcp/443').kind).toBe('unknown');
    expect(ask(closed, 'internet', api, 'tcp/443').kind).toBe('blocked');
  });

  test('any, where a private NAT gateway shows which subnet it stands in', () => {
    const inside = topologyOf(
      text.replaceAll('"connectivity_type":"public"', '"connectivity_type":"private"'),
    );
    expect(ask(inside, api, 'internet', 'tcp/443').kind).toBe('unknown');
    expect(inside.routers.has('module.network.aws_nat_gateway.this[0]')).toBe(false);
  });
});

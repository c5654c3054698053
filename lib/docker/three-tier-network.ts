import type { TerraformProvider } from 'cdktf';
import { Construct } from 'constructs';
import type { Attachment } from './attachment';
import { Container, containerProblems, sharedNames, type Workload } from './container';
import { childPath, refuseInvalid, reservedIdProblems } from './invalid-props';
import type { NetworkNaming } from './network-name';
import type { PublishedPort } from './published-port';
import { Segment, segmentFacts, segmentProblems, type SegmentProps } from './segment';
import type { SegmentFacts } from './segment-facts';

/** One of the two networks of a ThreeTierNetwork. */
export interface Tier extends NetworkNaming {
  /** Name of the Docker network. @default - by convention, else "frontend-tier" or "backend-tier" */
  readonly name?: string;
  /** IPv4 block. @default "10.210.1.0/24" or "10.210.2.0/24", outside the pools from which Docker takes its own */
  readonly block?: string;
  /** Address of the host. @default - the first address of the block after its own */
  readonly gateway?: string;
  /** Without a way out. @default - false for the frontend, true for the backend; both false as written */
  readonly internal?: boolean;
}

/** A container that may be published. */
export interface PublishedWorkload extends Workload {
  /** Ports of the host that lead to it. @default - none; 80:80 for the front as written */
  readonly publish?: readonly PublishedPort[];
}

/** The words that publish a database. */
export interface DatabasePublication extends PublishedPort {
  /** Why it must be reached from outside its network; written into the Terraform. */
  readonly reason: string;
}

export interface ThreeTierNetworkProps {
  /** The web server: on the frontend alone. */
  readonly front: PublishedWorkload;
  /** The application: on both networks, the only way from one to the other. */
  readonly api: PublishedWorkload;
  /** The database: on the backend alone. */
  readonly db: Workload;
  /** @default - see Tier */
  readonly frontend?: Tier;
  /** @default - see Tier */
  readonly backend?: Tier;
  /**
   * `hardened`: the backend has no way out, ports are published on 127.0.0.1, containers run without capabilities
   * that they do not need, without new privileges and with a limit of memory, and the application does not forward.
   * `as-written`: what these commands make, and no more:
   * `docker network create` for both networks, `docker run -p 80:80` for the front on the frontend, `docker run` for
   * the application and the database on the backend, `docker network connect` of the application to the frontend.
   * Blocks, gateways and health checks are written out in both, for the plan after apply and the order of the start.
   * @default "hardened"
   */
  readonly form?: 'hardened' | 'as-written';
  /**
   * Address of the host for published ports that name none. "0.0.0.0" opens them to the LAN, and to containers on
   * every other network of this host that has a way out.
   * @default "127.0.0.1"; "0.0.0.0" as written
   */
  readonly publishAddress?: string;
  /** Publishes the database, which needs a backend with a way out (`backend: { internal: false }`). @default - never */
  readonly publishDatabase?: DatabasePublication;
  /** The Docker host, when the stack has several. @default - the stack's default Docker provider */
  readonly provider?: TerraformProvider;
}

/**
 * Front, application and database on two networks: the front reaches the application, the application reaches the
 * database, and the front does not reach the database. They start from the back, each when the one behind it is well.
 */
export class ThreeTierNetwork extends Construct {
  readonly frontend: Segment;
  readonly backend: Segment;
  readonly front: Container;
  readonly api: Container;
  readonly db: Container;

  constructor(scope: Construct, id: string, props: ThreeTierNetworkProps) {
    const plan = planOf(props);
    refuseInvalid(childPath(scope, id), [...reservedIdProblems(scope, id), ...planProblems(props, plan)]);
    super(scope, id);
    const { provider } = props;
    const hardened = plan.hardened;
    this.frontend = new Segment(this, 'frontend', { ...plan.frontend, provider });
    this.backend = new Segment(this, 'backend', { ...plan.backend, provider });
    const [frontend, backend]: readonly Attachment[] = [
      { segment: this.frontend },
      { segment: this.backend },
    ];
    this.db = new Container(this, 'db', {
      ...props.db,
      attachments: [backend!],
      publish: plan.publish.db,
      publishReason: props.publishDatabase?.reason,
      hardened,
      provider,
    });
    this.api = new Container(this, 'api', {
      ...props.api,
      attachments: [backend!, frontend!],
      publish: plan.publish.api,
      startAfter: [this.db],
      hardened,
      provider,
    });
    this.front = new Container(this, 'front', {
      ...props.front,
      attachments: [frontend!],
      publish: plan.publish.front,
      startAfter: [this.api],
      hardened,
      provider,
    });
  }
}

interface Plan {
  readonly hardened: boolean;
  readonly frontend: SegmentProps;
  readonly backend: SegmentProps;
  readonly publish: Readonly<Record<'front' | 'api' | 'db', readonly PublishedPort[]>>;
}

function planOf(props: ThreeTierNetworkProps): Plan {
  const hardened = props.form !== 'as-written';
  const address = props.publishAddress ?? (hardened ? '127.0.0.1' : '0.0.0.0');
  const ports = (published: readonly PublishedPort[]) =>
    published.map(({ host, container, protocol, ...port }) => ({
      host,
      container,
      protocol,
      address: port.address ?? address,
    }));
  return {
    hardened,
    frontend: {
      ...namingOf(props.frontend, 'frontend-tier'),
      block: props.frontend?.block ?? '10.210.1.0/24',
      gateway: props.frontend?.gateway,
      internal: props.frontend?.internal ?? false,
    },
    backend: {
      ...namingOf(props.backend, 'backend-tier'),
      block: props.backend?.block ?? '10.210.2.0/24',
      gateway: props.backend?.gateway,
      internal: props.backend?.internal ?? hardened,
    },
    publish: {
      front: ports(props.front.publish ?? (hardened ? [] : [{ host: 80, container: 80 }])),
      api: ports(props.api.publish ?? []),
      // A database keeps to the host even where the rest is opened, unless its own words say otherwise.
      db:
        props.publishDatabase === undefined
          ? []
          : [{ address: '127.0.0.1', ...withoutReason(props.publishDatabase) }],
    },
  };
}

/** What the tier is called or called after; with neither said, its usual name. */
function namingOf(tier: NetworkNaming | undefined, usual: string): NetworkNaming {
  const { name, environment, service, project } = tier ?? {};
  const said = [name, environment, service, project].some((part) => part !== undefined);
  return said ? { name, environment, service, project } : { name: usual };
}

function planProblems(props: ThreeTierNetworkProps, plan: Plan): readonly string[] {
  const [frontend, backend] = [segmentFacts(plan.frontend), segmentFacts(plan.backend)];
  const { front, api, db } = plan.publish;
  return [
    ...segmentProblems(plan.frontend),
    ...segmentProblems(plan.backend),
    ...pairProblems(frontend, backend),
    ...containerProblems({ ...props.front, publish: front, attachments: [{ segment: frontend }] }),
    ...containerProblems({
      ...props.api,
      publish: api,
      attachments: [{ segment: backend }, { segment: frontend }],
    }),
    ...containerProblems({ ...props.db, publish: db, attachments: [{ segment: backend }] }),
    ...databaseProblems(props),
    ...sharedNameProblems(props),
  ];
}

function pairProblems(frontend: SegmentFacts, backend: SegmentFacts): readonly string[] {
  const problems: string[] = [];
  if (frontend.name === backend.name) {
    problems.push(`both networks are called ${JSON.stringify(frontend.name)}: give each a name of its own.`);
  }
  if (frontend.block !== undefined && backend.block !== undefined && frontend.block.overlaps(backend.block)) {
    problems.push(
      `network ${backend.name} ${backend.block.toString()} overlaps network ${frontend.name} ` +
        `${frontend.block.toString()}. Give one of them another block, for example 10.210.2.0/24.`,
    );
  }
  return problems;
}

function databaseProblems({ db, publishDatabase }: ThreeTierNetworkProps): readonly string[] {
  const problems: string[] = [];
  if ('publish' in db && db.publish !== undefined) {
    problems.push(
      `container ${JSON.stringify(db.name)}: a database is not published by "publish". ` +
        "Say publishDatabase: { host: 5432, container: 5432, reason: '...' } where it must be.",
    );
  }
  if (publishDatabase !== undefined && publishDatabase.reason.trim() === '') {
    problems.push('publishDatabase has an empty reason: say why the database must be reached from outside.');
  }
  return problems;
}

function sharedNameProblems({ front, api, db }: ThreeTierNetworkProps): readonly string[] {
  const places = [
    [front, api, 'the frontend'],
    [api, db, 'the backend'],
  ] as const;
  return [
    ...places.flatMap(([a, b, network]) => nameProblems(a, b, network)),
    // These two share no network, so an alias may stand for each on its own side; the containers' names may not.
    ...(front.name === db.name ? nameProblems({ name: front.name }, { name: db.name }, 'their host') : []),
  ];
}

function nameProblems(a: Names, b: Names, place: string): readonly string[] {
  if (a.name === b.name) {
    return [`two containers are called ${JSON.stringify(a.name)}: give each a name of its own.`];
  }
  return sharedNames(a, b).map(
    (name) =>
      `${a.name} and ${b.name} both answer to the name ${JSON.stringify(name)} on ${place}, so that it resolves to ` +
      'either. Give each a name of its own.',
  );
}

type Names = Pick<Workload, 'name' | 'aliases'>;

function withoutReason({ reason: _reason, ...port }: DatabasePublication): PublishedPort {
  return port;
}

import { randomBytes } from 'node:crypto';
import { NetproofError } from '../addressing/netproof-error';
import { reach } from '../reachability/solver';
import type { Verdict } from '../reachability/verdict';
import type { Topology } from '../topology/topology';
import { best, compare, type Comparison, type Delivery } from './comparison';
import type { Deployment } from './deployment';
import { type Dial, Dialling, type DialPlan } from './dial-plan';
import { type PacketQuestion, type PacketTraffic, textOfTraffic, trafficOf } from './packet-question';
import { type Place, Places, type StationOpener } from './place';
import type { Station } from './station';

/** Verdict and packet of one question, side by side. */
export interface ProbeRow extends Comparison {
  readonly question: PacketQuestion;
  readonly verdict: Verdict;
  readonly delivery: Delivery;
}

export interface ProbeOptions {
  /** Milliseconds without an answer that count as dropped, twice. @default 500 */
  readonly patienceMs?: number;
  /** Seconds after which nothing more is sent; what is left cannot be told. @default 120 */
  readonly limitSeconds?: number;
  /** Agents that work at the same time; each is a process of Node. @default 16 */
  readonly parallel?: number;
  /** Namespaces of zones and others that are no containers, by name: `lan`. @default - none */
  readonly namespaces?: ReadonlyMap<string, string>;
  /** What shall listen in a place besides, as long as the probe runs. @default - nothing */
  readonly listeners?: readonly (PacketTraffic & { readonly party: string; readonly address?: string })[];
  /** Called as questions are answered. */
  readonly progress?: (done: number, of: number) => void;
}

/**
 * Asks every question as a verdict and as packets. Opens each place once, lets a responder answer on ports where nothing
 * listens, and asks again, with more patience, before it calls something a disagreement. Everything is closed in the end.
 */
export async function probe(
  topology: Topology,
  deployment: Deployment,
  opener: StationOpener,
  questions: readonly PacketQuestion[],
  options: ProbeOptions = {},
): Promise<readonly ProbeRow[]> {
  const places = new Places(topology, deployment, options.namespaces);
  const dialling = new Dialling(topology, deployment, places);
  const asked = questions.map((question) => ({ question, plan: dialling.plan(question) }));
  const field = new Field(opener, options);
  try {
    for (const { party, ...listener } of options.listeners ?? []) {
      const place = places.of(party);
      if (place !== undefined) await field.listen(place, listener, listener.address);
    }
    await field.prepare(asked.map(({ plan }) => plan));
    return await field.ask(topology, asked);
  } finally {
    await field.close();
  }
}

interface Asked {
  readonly question: PacketQuestion;
  readonly plan: DialPlan;
}

/** The places of one run, open. */
class Field {
  private readonly opener: StationOpener;
  private readonly options: ProbeOptions;
  private readonly stations = new Map<string, Promise<Station>>();
  private readonly listening = new Map<string, Promise<unknown>>();
  /** Who answers says it, so that an answer of somebody else is told apart. */
  private readonly greeting = `netproof ${randomBytes(4).toString('hex')} `;
  private readonly deadline: number;
  private readonly patienceMs: number;

  constructor(opener: StationOpener, options: ProbeOptions) {
    this.opener = opener;
    this.options = options;
    this.deadline = Date.now() + (options.limitSeconds ?? 120) * 1000;
    this.patienceMs = options.patienceMs ?? 500;
  }

  /** Opens all places and lets responders listen where packets are to come. */
  async prepare(plans: readonly DialPlan[]): Promise<void> {
    const open = plans.filter(({ cannot }) => cannot === undefined);
    await inLanes(
      this.parallel,
      open.flatMap(({ answers }) => answers),
      ({ place, on }) =>
        // Nothing of ours listens on the host: what is there is there.
        place.name === 'host' ? Promise.resolve() : this.listen(place, on),
    );
  }

  /** Listens unless something does already; once for each port. */
  async listen(place: Place, on: PacketTraffic, address?: string): Promise<void> {
    const { protocol, port } = on;
    if (protocol === 'icmp') return;
    const key = `${place.name} ${textOfTraffic(on)} ${address ?? ''}`;
    let started: Promise<unknown> | undefined = this.listening.get(key);
    if (started === undefined) {
      const says = `${this.greeting}${place.name}`;
      started = this.station(place).then((station) =>
        station.listen({ protocol, port, says, ...(address !== undefined && { address }) }),
      );
      // A place that cannot be opened is told where packets are sent from it.
      started = started.catch(onlyEnded);
      this.listening.set(key, started);
    }
    await started;
  }

  async ask(topology: Topology, asked: readonly Asked[]): Promise<readonly ProbeRow[]> {
    const rows: ProbeRow[] = [];
    const { progress } = this.options;
    // Packets of a place go out together: its agent keeps them in order.
    await inLanes(
      Math.max(this.parallel, 16) * 16,
      asked.map((one, at) => ({ ...one, at })),
      async (one) => {
        rows[one.at] = await this.row(topology, one, this.patienceMs);
        progress?.(rows.filter((row) => row !== undefined).length, asked.length);
      },
    );
    const doubtful = rows.flatMap((row, at) => (row.agreement === 'disagrees' ? [at] : []));
    await inLanes(8, doubtful, async (at) => {
      rows[at] = await this.row(topology, asked[at]!, this.patienceMs * 3, rows[at]!.verdict);
    });
    return rows;
  }

  async close(): Promise<void> {
    await Promise.all(
      [...this.stations.values()].map((station) => station.then((one) => one.close()).catch(() => undefined)),
    );
  }

  private async row(
    topology: Topology,
    { question, plan }: Asked,
    patienceMs: number,
    known?: Verdict,
  ): Promise<ProbeRow> {
    const verdict = known ?? verdictOf(topology, question);
    const late = Date.now() > this.deadline;
    const stopped =
      late && plan.cannot === undefined ? { ...plan, cannot: 'the time limit was reached' } : plan;
    if (stopped.cannot !== undefined) return rowOf(question, verdict, stopped, best([]));
    try {
      return rowOf(question, verdict, stopped, best(await this.deliver(stopped, patienceMs)));
    } catch (error) {
      const { message } = onlyEnded(error);
      return rowOf(question, verdict, { ...stopped, cannot: message }, best([]));
    }
  }

  private async deliver({ from, dials }: DialPlan, patienceMs: number): Promise<readonly Delivery[]> {
    const station = await this.station(from!);
    return Promise.all(dials.map((dial) => this.dial(station, dial, patienceMs)));
  }

  private async dial(station: Station, { address, on, atHost }: Dial, patienceMs: number): Promise<Delivery> {
    const { is, line } = await station.dial({ ...on, address, patienceMs, tries: 2 });
    const by = line?.startsWith(this.greeting) === true ? line.slice(this.greeting.length).trim() : undefined;
    const host = address.includes(':') ? `[${address}]` : address;
    return { is, dialled: on.protocol === 'icmp' ? address : `${host}:${on.port}`, by, atHost };
  }

  private get parallel(): number {
    return this.options.parallel ?? 16;
  }

  private station(place: Place): Promise<Station> {
    let station = this.stations.get(place.name);
    if (station === undefined) {
      station = this.opener.open(place, this.deadline - Date.now() + 30_000);
      this.stations.set(place.name, station);
    }
    return station;
  }
}

function rowOf(question: PacketQuestion, verdict: Verdict, plan: DialPlan, delivery: Delivery): ProbeRow {
  return { question, verdict, delivery, ...compare(verdict, plan, delivery) };
}

/** An agent that ended makes its own packets untold, and nobody else's; anything else is no matter of one place. */
function onlyEnded(error: unknown): NetproofError {
  if (NetproofError.is(error) && error.code === 'AgentEnded') return error;
  throw error;
}

function verdictOf(topology: Topology, { from, to, on, via }: PacketQuestion): Verdict {
  return reach(topology, { from, to, on: trafficOf(on), ...(via !== undefined && { via }) });
}

/** Does all of it, so many at a time; the first error ends it. */
async function inLanes<T>(
  lanes: number,
  items: readonly T[],
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = [...items];
  const lane = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(lanes, queue.length) }, lane));
}

/** Refuses more than a machine should be asked at once. */
export function refuseTooMany(
  questions: readonly PacketQuestion[],
  places: number,
  limits: ProbeLimits,
): void {
  if (questions.length > limits.questions) {
    throw new NetproofError(
      'TooManyPackets',
      `${questions.length} questions are more than --max-questions ${limits.questions}. Narrow them with --on, --from or ` +
        '--to, or raise the limit.',
    );
  }
  if (places > limits.places) {
    throw new NetproofError(
      'TooManyPackets',
      `packets in ${places} containers are more than --max-containers ${limits.places}: each takes about 40 MB while the ` +
        'probe runs. Take one stack with --stack, ask with --from and --to, or raise the limit.',
    );
  }
}

export interface ProbeLimits {
  readonly questions: number;
  readonly places: number;
}

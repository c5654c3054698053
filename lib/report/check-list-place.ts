import type { Address } from '../addressing/address';
import { NetproofError } from '../addressing/netproof-error';
import type { PortSet } from '../addressing/port-set';
import { Traffic } from '../addressing/traffic';
import { waysInto, type WayIn } from '../readers/docker/way-in';
import type { Resource, TerraformDocument } from '../readers/terraform-document';
import { reach } from '../reachability/solver';
import type { Verdict } from '../reachability/verdict';
import { isInStack, type Endpoint } from '../topology/endpoint';
import type { Relay } from '../topology/relay';
import type { Topology } from '../topology/topology';
import type { CheckCommand, CheckItem, CheckQuestion, Findings } from './check-list';
import { flagOf, written } from './written-value';

type Item = Findings['items'][number];

/** A port of the machine that leads into a container. */
export interface BoundPort {
  readonly relay: Relay;
  readonly dialled: Traffic;
  readonly traffic: Traffic;
  /** Ids of the machine's interfaces at which it listens. */
  readonly at: readonly string[];
}

/** Two parties of a check list, with what the configuration says about the places between them. */
export class CheckedPlace {
  readonly topology: Topology;
  readonly source: Endpoint;
  readonly target: Endpoint;
  readonly question: CheckQuestion;
  /** Ways in that lead to the machine of the target, whichever container they end at. */
  readonly ways: readonly WayIn[];
  /** The machine that the engine runs on. */
  readonly machine: Endpoint | undefined;
  private readonly document: TerraformDocument;

  constructor(
    topology: Topology,
    document: TerraformDocument,
    source: Endpoint,
    target: Endpoint,
    question: CheckQuestion,
  ) {
    this.topology = topology;
    this.document = document;
    this.source = source;
    this.target = target;
    this.question = question;
    const stack = /^([^:[\]"]+):/.exec(target.id)?.[1];
    this.ways = waysInto(document).ways.filter((way) => stack === undefined || way.stack === stack);
    const machines = [...topology.endpoints.values()].filter(
      ({ type, stack }) => type === 'host' && stack !== undefined,
    );
    this.machine =
      stack === undefined ? machines[0] : (machines.find((one) => isInStack(one, stack)) ?? machines[0]);
  }

  /** Ports of the machine that lead to the target. */
  get bound(): readonly BoundPort[] {
    return [...this.topology.relays.values()].flatMap((relay) =>
      relay.endpoint !== this.machine?.id
        ? []
        : relay.listeners.flatMap(({ traffic: dialled, at = [], targets }) =>
            targets.most.flatMap(({ to, traffic }) =>
              'endpoint' in to && to.endpoint === this.target.id ? [{ relay, dialled, traffic, at }] : [],
            ),
          ),
    );
  }

  /** The one port that is meant where nobody says which. */
  onlyTraffic(way: WayIn | undefined): Traffic {
    const { on } = this.question;
    if (on !== undefined) return on;
    const arrives = way === undefined ? undefined : `${way.protocol}/${way.arrives.port}`;
    const led = this.bound.find(({ dialled }) => dialled.toString() === arrives)?.traffic;
    const listens = this.target.listens ?? [];
    const only =
      led ??
      (listens.length === 1 ? listens[0]!.traffic : undefined) ??
      (this.bound.length === 1 ? this.bound[0]!.traffic : undefined);
    if (only !== undefined) return only;
    throw new NetproofError(
      'MissingOption',
      `which port of ${this.question.to} is meant cannot be told from the input: say --on, for example --on tcp/3000.`,
    );
  }

  ask(from: string, to: string, on: Traffic, via?: string): Verdict {
    return reach(this.topology, { from, to, on, ...(via !== undefined && { via }) });
  }

  /** Whether the machine has bound a port at one of its addresses. */
  boundAt(traffic: Traffic, address: Address): BoundPort | undefined {
    const here = new Set(
      (this.machine?.interfaces ?? [])
        .filter((one) => one.addresses.some(({ possible }) => possible.contains(address)))
        .map(({ id }) => id),
    );
    return this.bound.find(({ dialled, at }) => dialled.contains(traffic) && at.some((id) => here.has(id)));
  }

  /** The name of a container, as Docker's commands take it. */
  nameOf(endpoint: Endpoint): string {
    return endpoint.names[0] ?? endpoint.id;
  }

  /** The address of the target on a network, where it is known. */
  get address(): string | undefined {
    for (const { addresses } of this.target.interfaces) {
      for (const { possible, unknown } of addresses) if (unknown === undefined) return possible.toString();
    }
    return undefined;
  }

  /** Whether the container is not even started by Terraform. */
  get isStopped(): boolean {
    const { resource } = this;
    if (resource === undefined) return false;
    const start = written(resource, 'start');
    return start !== undefined && flagOf(start) === false;
  }

  private get resource(): Resource | undefined {
    const bare = (id: string): string => id.replace(/^[^:[\]"]+:/, '');
    return this.document.resources.find(({ address }) => bare(address) === bare(this.target.id));
  }

  /** Items 10 to 12: nobody but the machine tells what is in its logs. */
  logs(port: string): readonly Item[] {
    const name = this.nameOf(this.target);
    return [
      item(10, 'logs', 'Does the log of the container show errors?', 'ask', 'Only the machine knows.', [
        at('machine', `docker logs --tail 50 ${name}`, 'no line that says error'),
        at('machine', 'journalctl -u docker --since -10min', 'no error of the engine'),
      ]),
      item(11, 'logs', 'Does the log of the machine show errors?', 'ask', 'Only the machine knows.', [
        at('machine', 'journalctl -b -p warning', 'nothing about its network'),
        at('machine', 'dmesg | tail -50', 'no packets that were dropped, no memory that ran out'),
      ]),
      item(12, 'logs', 'Do packets really pass?', 'ask', 'Try while this runs in the machine, as root.', [
        at('machine', `tcpdump -ni any port ${port}`, 'packets in both directions'),
      ]),
    ];
  }

  /** Item 4, the same on every way. */
  running(others: readonly Endpoint[] = []): Item {
    const all = [this.target, ...others].map((one) => this.nameOf(one));
    const commands = all.map((name) =>
      at(
        'machine',
        `docker ps -a --filter name=^/${name}$ --format '{{.Names}} {{.Status}}'`,
        `${name} Up ...`,
      ),
    );
    const question = `Does the container run?`;
    if (this.isStopped) {
      const says = `Terraform does not start ${all[0]!} (start is false), and what does not run binds no port.`;
      return item(4, 'Docker', question, 'no', says, commands);
    }
    const says = `Terraform starts ${all.join(' and ')}; whether it still runs, the engine knows.`;
    return item(4, 'Docker', question, 'ask', says, commands);
  }
}

/** One item, without who answered. */
export function item(
  number: number,
  part: CheckItem['part'],
  question: string,
  answer: CheckItem['answer'],
  says: string,
  commands: readonly CheckCommand[] = [],
): Item {
  return { number, part, question, answer, says, commands };
}

export function at(where: CheckCommand['where'], command: string, expect: string): CheckCommand {
  return { where, command, expect };
}

/** `3000` of `tcp/3000`. */
export function portText(traffic: Traffic): string {
  for (const protocol of ['tcp', 'udp'] as const) {
    const ports: PortSet = traffic.ports(protocol);
    if (!ports.isEmpty()) return ports.toString();
  }
  return traffic.toString();
}

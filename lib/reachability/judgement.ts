import type { PortSet } from '../addressing/port-set';
import type { Traffic } from '../addressing/traffic';
import type { Unknown } from '../topology/value';
import type { End } from './end';
import { everythingPasses, type Passing, type Remote } from './filter-passing';
import { FlowSpace } from './flow-space';
import {
  type CrossingStep,
  type InterfaceStep,
  memberOf,
  type Outcome,
  type Packet,
  seen,
  type Step,
} from './journey';
import type { Network } from './network';
import type { Scenario } from './scenario';

/**
 * What passes, judged by everything met on the way, by the source ports in use: one space for the client's own, one
 * more for those of each router that translated the source. Destination ports are those that were dialled.
 */
export class Judgement {
  readonly unknowns: Unknown[] = [];
  private readonly stages: Stage[];
  private readonly network: Network;
  private readonly scenario: Scenario;
  /** Interfaces, and edges of segments, that the first packets passed: stateful filters there remember the flow. */
  private readonly passed = new Set<string>();
  private readonly crossed = new Set<string>();

  constructor(network: Network, scenario: Scenario, region: Traffic, sources: PortSet) {
    this.network = network;
    this.scenario = scenario;
    const space = FlowSpace.of(region);
    this.stages = [{ sources, must: space, may: space }];
  }

  /** The same judgement so far, to go on with separately. */
  fork(): Judgement {
    const fork: Judgement = Object.create(Judgement.prototype) as Judgement;
    return Object.assign(fork, this, {
      unknowns: [...this.unknowns],
      stages: this.stages.map((stage) => ({ ...stage })),
    });
  }

  /** Judges the way of the first packets, and remembers it. */
  forward({ steps, packet }: Way): readonly Passing[] {
    packet.sources.slice(this.stages.length).forEach((sources) => {
      this.stages.push({ sources, must: FlowSpace.everything, may: FlowSpace.everything });
    });
    return steps.map((step) => {
      const passing = this.forwardStep(step);
      return this.narrow(shiftedBack(passing, packetOf(step)), packetOf(step));
    });
  }

  /** Judges the way of the replies to the first packets. */
  reply({ steps }: Pick<Way, 'steps'>): readonly Passing[] {
    return steps.map((step) => {
      const passing = this.replyStep(step);
      return this.narrow(shiftedBack(passing, packetOf(step)), packetOf(step));
    });
  }

  /** What passes for certain with every source port that may be in use. */
  must(asked: Traffic): Traffic {
    return this.stages.reduce((left, { must, sources }) => must.fromAll(sources, left), asked);
  }

  /** What may pass with every source port that may be in use. */
  may(asked: Traffic): Traffic {
    return this.stages.reduce((left, { may, sources }) => may.fromAll(sources, left), asked);
  }

  /** What passes with at least one of the source ports that may be in use, for certain and perhaps. */
  withSomePort(asked: Traffic): { readonly must: Traffic; readonly may: Traffic } {
    return {
      must: this.stages.reduce((left, { must, sources }) => must.fromSome(sources, left), asked),
      may: this.stages.reduce((left, { may, sources }) => may.fromSome(sources, left), asked),
    };
  }

  /** The first range of source ports of which only a part may pass with this traffic. */
  portsInPart(asked: Traffic): { readonly passes: PortSet; readonly of: PortSet } | undefined {
    for (const { may, sources } of this.stages) {
      const passes = may.sourcePorts(asked).intersect(sources);
      if (!passes.isEmpty() && !passes.contains(sources)) return { passes, of: sources };
    }
    return undefined;
  }

  private forwardStep(step: Step): Passing {
    switch (step.kind) {
      case 'interface':
        return this.firstPacketAt(step);
      case 'crossing':
        this.crossed.add(edgeOf(step, step.packet.source, step.packet.destination));
        return this.filter(step.filter, step);
      case 'router':
        return { must: step.forwards, may: step.forwards, unknowns: [] };
      case 'route':
      case 'zone':
        return everythingPasses;
    }
  }

  private replyStep(step: Step): Passing {
    switch (step.kind) {
      case 'interface':
        return this.replyAt(step);
      case 'crossing':
        return this.isStateful(step.filter) && this.remembers(step)
          ? everythingPasses
          : answered(this.filter(step.filter, step));
      case 'router':
        return answered({ must: step.forwards, may: step.forwards, unknowns: [] });
      case 'route':
      case 'zone':
        return everythingPasses;
    }
  }

  /** Any one of the filters that an interface carries is enough. */
  private firstPacketAt(step: InterfaceStep): Passing {
    this.passed.add(step.at.interface.id);
    return carried(step, (filter) => this.filter(filter, step));
  }

  private replyAt(step: InterfaceStep): Passing {
    const remembered = this.passed.has(step.at.interface.id);
    return carried(step, (filter) =>
      remembered && this.isStateful(filter) ? everythingPasses : answered(this.filter(filter, step)),
    );
  }

  private remembers({ segment, packet }: CrossingStep): boolean {
    return this.crossed.has(edgeOf({ segment }, packet.destination, packet.source));
  }

  private isStateful(filter: string | null): boolean {
    return filter !== null && this.network.topology.filters.get(filter)!.stateful;
  }

  private filter(id: string | null, step: InterfaceStep | CrossingStep): Passing {
    if (id === null) return everythingPasses;
    const { packet, direction } = step;
    const end = direction === 'egress' ? packet.destination : packet.source;
    return this.network.filter(id, direction).passing(remoteOf(packet, end), this.scenario);
  }

  /** Lets only this pass from here on. */
  private narrow(passing: Passing, { sources }: Packet): Passing {
    if (passing === everythingPasses) return passing;
    const stage = this.stages[sources.length - 1]!;
    if (passing.unknowns.length > 0) {
      const open = stage.may.intersect(passing.may).subtract(passing.must);
      if (!open.isEmpty()) this.unknowns.push(...passing.unknowns);
    }
    const certain = stage.may === stage.must && passing.may === passing.must;
    stage.must = stage.must.intersect(passing.must);
    stage.may = certain ? stage.must : stage.may.intersect(passing.may);
    return passing;
  }
}

/** The end that a filter judges a packet by. */
export function remoteOf(packet: Packet, end: End): Remote {
  return { address: seen(packet, end).address, member: packet.altered ? undefined : memberOf(end) };
}

/** The packet as a step judges it; a router judges it with its destination translated. */
export function packetOf(step: Step): Packet {
  return step.kind === 'router' ? { ...step.before, shift: step.after.shift } : step.packet;
}

/** What of an outcome is judged. */
type Way = Pick<Outcome, 'steps' | 'packet'>;

interface Stage {
  readonly sources: PortSet;
  must: FlowSpace;
  may: FlowSpace;
}

/** The edge of a segment and a flow over it, from one end to the other. */
function edgeOf({ segment }: Pick<CrossingStep, 'segment'>, from: End, to: End): string {
  return `${segment.id}\n${from.address.id}\n${to.address.id}`;
}

function carried({ at }: InterfaceStep, judge: (filter: string) => Passing): Passing {
  const { least, most, unknowns } = at.interface.filters;
  if (most.length === 0) return everythingPasses;
  const each = new Map(most.map((filter) => [filter, judge(filter)]));
  if (most.length === 1) return each.get(most[0]!)!;
  const all = [...each.values()];
  const may = all.reduce((space, one) => space.union(one.may), FlowSpace.empty);
  // With an empty lower bound any one of them may be the only one there.
  const must =
    least.length > 0
      ? least.reduce((space, id) => space.union(each.get(id)!.must), FlowSpace.empty)
      : all.reduce((space, one) => space.intersect(one.must), FlowSpace.everything);
  const exact = least.length === most.length && all.every((one) => one.must === one.may);
  return { must, may: exact ? must : may, unknowns: [...unknowns, ...all.flatMap((one) => one.unknowns)] };
}

function answered({ must, may, unknowns }: Passing): Passing {
  const replies = must.replies();
  return { must: replies, may: may === must ? replies : may.replies(), unknowns };
}

function shiftedBack(passing: Passing, { shift }: Packet): Passing {
  if (shift === 0) return passing;
  const { must, may, unknowns } = passing;
  const shifted = must.shifted(-shift);
  return { must: shifted, may: may === must ? shifted : may.shifted(-shift), unknowns };
}

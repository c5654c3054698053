import { Traffic } from '../../../lib/addressing/traffic';
import { reach } from '../../../lib/reachability/solver';
import type { Verdict } from '../../../lib/reachability/verdict';
import { topologyOfDocument } from '../../../lib/readers/topology-of-documents';
import type { Topology } from '../../../lib/topology/topology';
import { readPlan } from '../../../lib/readers/plan';
import { readSynth } from '../../../lib/readers/synth';
import { type Resources, synthText, together } from './configuration';
import { planText } from './plan-text';

/** One configuration, read in every form in which it can come. */
export class NetworkUnderTest {
  readonly topologies: ReadonlyMap<string, Topology>;

  constructor(topologies: ReadonlyMap<string, Topology>) {
    this.topologies = topologies;
  }

  /** `reachable`, `blocked`, `partial` or `unknown`; when the forms disagree, what each says. */
  reach(from: string, to: string, on: string, via?: string): string {
    return this.each((topology) => ask(topology, from, to, on, via).kind);
  }

  /** As `reach`, by any way: `reachable` when some of it passes for certain, `blocked` when none can. */
  anyWay(from: string, to: string, on: string): string {
    return this.each((topology) => {
      const { passes, mayPass } = ask(topology, from, to, on).anyWay;
      if (mayPass.isEmpty()) return 'blocked';
      return passes.isEmpty() ? 'unknown' : 'reachable';
    });
  }

  /** What would settle an unknown verdict. */
  keys(from: string, to: string, on: string): readonly string[] {
    const found = this.each((topology) =>
      ask(topology, from, to, on)
        .unknowns.map(({ key }) => key)
        .sort()
        .join(' '),
    );
    return found === '' ? [] : found.split(' ');
  }

  /** What passes, as text. */
  passes(from: string, to: string, on: string): string {
    return this.each((topology) => ask(topology, from, to, on).passes.toString());
  }

  /** What arrives at all, answered or not, as text. */
  arrives(from: string, to: string, on: string): string {
    return this.each((topology) => ask(topology, from, to, on).firstPacket.passes.toString());
  }

  verdict(from: string, to: string, on: string): Verdict {
    return ask([...this.topologies.values()][0]!, from, to, on);
  }

  /** Something of the topology, the same in every form. */
  each(look: (topology: Topology) => string): string {
    const seen = [...this.topologies].map(([form, topology]) => [form, look(topology)] as const);
    const distinct = new Set(seen.map(([, answer]) => answer));
    return distinct.size === 1 ? seen[0]![1] : seen.map(([form, answer]) => `${form}: ${answer}`).join(', ');
  }
}

function ask(topology: Topology, from: string, to: string, on: string, via?: string): Verdict {
  const question = { from, to, on: Traffic.parse(on) };
  return reach(topology, via === undefined ? question : { ...question, via });
}

/** The network of a configuration. */
export function network(...parts: readonly Resources[]): NetworkUnderTest {
  const resources = together(...parts);
  return new NetworkUnderTest(
    new Map([
      ['synth', topologyOfDocument(readSynth(synthText(resources)))],
      ['plan', topologyOfDocument(readPlan(planText(resources)))],
    ]),
  );
}

import { Traffic } from '../../../lib/addressing/traffic';
import { type Resolution, resolve } from '../../../lib/reachability/name-resolution';
import { reach } from '../../../lib/reachability/solver';
import type { Verdict } from '../../../lib/reachability/verdict';
import type { GivenSettings } from '../../../lib/readers/docker/docker-assumptions';
import { readPlan } from '../../../lib/readers/plan';
import { readSynth } from '../../../lib/readers/synth';
import { topologyOfDocument } from '../../../lib/readers/topology-of-documents';
import type { Topology } from '../../../lib/topology/topology';
import { planText } from '../aws/plan-text';

export type Body = Readonly<Record<string, unknown>>;

/** Resources by type and name; each gets its name, and a container an image. */
export interface Written {
  readonly networks?: Readonly<Record<string, Body>>;
  readonly containers?: Readonly<Record<string, Body>>;
  readonly more?: Readonly<Record<string, Readonly<Record<string, Body>>>>;
}

/** A configuration, read as it is synthesized, as a plan of it and as a plan of the same in HCL. */
export class DockerUnderTest {
  readonly topologies: ReadonlyMap<string, Topology>;

  constructor({ networks = {}, containers = {}, more = {} }: Written, settings: GivenSettings = {}) {
    const named = (bodies: Readonly<Record<string, Body>>, added: Body): Readonly<Record<string, Body>> =>
      Object.fromEntries(Object.entries(bodies).map(([name, body]) => [name, { name, ...added, ...body }]));
    const resources = {
      docker_network: named(networks, {}),
      docker_container: named(containers, { image: 'nginx' }),
      ...more,
    };
    const synth = JSON.stringify({
      terraform: { required_providers: { docker: { source: 'kreuzwerker/docker' } } },
      provider: { docker: [{}] },
      resource: resources,
    });
    this.topologies = new Map([
      ['synth', topologyOfDocument(readSynth(synth), undefined, settings)],
      ['plan', topologyOfDocument(readPlan(planText(resources)), undefined, settings)],
      ['plan of HCL', topologyOfDocument(readPlan(planText(resources, 'hcl')), undefined, settings)],
    ]);
  }

  /** `reachable`, `blocked`, `partial` or `unknown`; when the forms disagree, what each says. */
  reach(from: string, to: string, on = 'tcp/80', via?: string): string {
    return this.each(from, to, on, via, ({ kind }) => kind);
  }

  /** As `reach`, by any way: `reachable` when some of it passes for certain, `blocked` when none can. */
  anyWay(from: string, to: string, on = 'tcp/80'): string {
    return this.each(from, to, on, undefined, ({ anyWay: { passes, mayPass } }) =>
      mayPass.isEmpty() ? 'blocked' : passes.isEmpty() ? 'unknown' : 'reachable',
    );
  }

  /** What arrives at all, answered or not. */
  arrives(from: string, to: string, on = 'tcp/80'): string {
    return this.each(from, to, on, undefined, ({ firstPacket }) => firstPacket.passes.toString());
  }

  /** What a person sees who tries it. */
  symptom(from: string, to: string, on = 'tcp/80', via?: string): string {
    return this.each(from, to, on, via, (verdict) => verdict.trace()[0]!.cuts[0]?.symptom ?? 'none');
  }

  /** What makes it unknown, and how. */
  unknowns(from: string, to: string, on = 'tcp/80', via?: string): string {
    return this.each(from, to, on, via, ({ unknowns }) =>
      unknowns.map(({ key, text }) => `${key}: ${text}`).join('; '),
    );
  }

  /** `web 172.30.1.2 by alias`, `?` for an address that only apply tells; else `upstream`, `not-found` or what is unknown. */
  resolves(from: string, name: string): string {
    const told = ({ kind, answers, unknowns }: Resolution): string =>
      kind === 'unknown'
        ? `unknown: ${unknowns.map(({ key }) => key).join(', ')}`
        : answers
            .map(({ owner = 'nobody', address, what }) => {
              return `${owner.replace('docker_container.', '')} ${address?.toString() ?? '?'} by ${what}`;
            })
            .join(', ') || kind;
    return agreed([...this.topologies].map(([form, one]) => [form, told(resolve(one, from, name))]));
  }

  private each(
    from: string,
    to: string,
    on: string,
    via: string | undefined,
    look: (verdict: Verdict) => string,
  ): string {
    const question = { from, to, on: Traffic.parse(on), ...(via !== undefined && { via }) };
    return agreed(
      [...this.topologies].map(([form, topology]) => [form, look(reach(topology, question))] as const),
    );
  }
}

/** What all forms answer; when they disagree, what each says. */
function agreed(seen: readonly (readonly [form: string, answer: string])[]): string {
  const distinct = new Set(seen.map(([, answer]) => answer));
  return distinct.size === 1 ? seen[0]![1] : seen.map(([form, answer]) => `${form}: ${answer}`).join(', ');
}

/** A network with a block of its own. */
export const block = (third: number, more: Body = {}): Body => ({
  ipam_config: [{ subnet: `172.30.${third}.0/24`, gateway: `172.30.${third}.1` }],
  ...more,
});

export const option = (name: string, value: string): Body => ({
  options: { [`com.docker.network.bridge.${name}`]: value },
});

/** On networks, by their ids. */
export const on = (...names: readonly string[]): Body => ({
  networks_advanced: names.map((name) => ({ name: `\${docker_network.${name}.id}` })),
});

export const publishes = (external: number, more: Body = {}): Body => ({
  ports: [{ internal: 80, external, ...more }],
});

/** Docker Engine of one version, IP forwarding off before it started. */
export const engine = (version: string, more: Body = {}): GivenSettings => ({
  docker: { version, ipForwardBefore: false, ...more },
});

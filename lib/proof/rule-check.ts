import { NetproofError } from '../addressing/netproof-error';
import { Traffic } from '../addressing/traffic';
import { evaluatePolicy } from '../policy/evaluation';
import { readPolicy } from '../policy/policy-reader';
import type { Rule } from '../policy/rule';
import { explanation } from '../reachability/explanation';
import { reach } from '../reachability/solver';
import type { PassingTraffic, Verdict } from '../reachability/verdict';
import { printableLines } from '../report/printable';
import { lookup, type Party } from '../topology/lookup';
import type { Topology } from '../topology/topology';

/** What of a rule does not hold or cannot be told, one text per path, with the path; nothing when it holds. */
export function brokenRules(topology: Topology, rules: readonly Rule[]): readonly string[] {
  return rules.flatMap((rule) => {
    try {
      return problemsOf(topology, rule).map(printableLines);
    } catch (error) {
      // An override may have taken away what the rule is about.
      if (!NetproofError.is(error)) throw error;
      return [`cannot be proven: ${error.message}`];
    }
  });
}

function problemsOf(topology: Topology, rule: Rule): readonly string[] {
  switch (rule.kind) {
    case 'reaches': {
      const [from, to] = [lookup(topology, rule.from), lookup(topology, rule.to)];
      const verdict = reach(topology, { from, to, on: Traffic.parse(rule.on) });
      if (verdict.kind === 'reachable') return [];
      return [told(topology, `${rule.from} must reach ${rule.to} on ${rule.on}`, from, to, verdict)];
    }
    case 'no-way-out':
      return wayOut(topology, rule.from);
    case 'entered-only':
      return entries(topology, rule.to, rule.allow, [...segmentsOf(topology), ...zonesOf(topology)]);
    case 'not-from-outside':
      return entries(topology, rule.to, [], zonesOf(topology), withoutRelays);
    case 'policy':
      return brokenPolicy(topology, rule.policy, rule.network);
  }
}

/** What of a policy does not hold or cannot be told, under its terms for a network, whatever the stack is called. */
function brokenPolicy(topology: Topology, policy: object, network: string): readonly string[] {
  const document = readPolicy(policy);
  const named = document.policy.networks === undefined ? {} : { network };
  const today = new Date().toISOString().slice(0, 10);
  return evaluatePolicy(document, topology, { today, ...named }).networks.flatMap(({ rules }) =>
    rules
      .filter(({ status }) => status === 'fail' || status === 'unknown')
      .flatMap(({ rule, findings }) =>
        findings
          .filter(({ status }) => status !== 'listed')
          .slice(0, toldFindings)
          .map(({ claim, explain }) => `${rule}: ${claim}:\n\n${explain()}\n`),
      ),
  );
}

/** As many paths are told of one rule of a policy. */
const toldFindings = 3;

function wayOut(topology: Topology, name: string): readonly string[] {
  const from = lookup(topology, name);
  const domain = domainOf(topology, from);
  const outside = [
    ...zonesOf(topology),
    ...segmentsOf(topology).filter((party) => domainOf(topology, party) !== domain),
  ];
  return outside.flatMap((to) => {
    const verdict = reach(topology, { from, to, on: Traffic.everything });
    const { firstPacket } = verdict.anyWay;
    if (firstPacket.mayPass.isEmpty()) return [];
    const sure = !firstPacket.passes.isEmpty();
    const leaks = sure ? firstPacket.passes : firstPacket.mayPass;
    const claim = `${name} must have no way out, and ${sure ? 'reaches' : 'may reach'} ${idOf(to)} with first packets of ${leaks.toString()}`;
    return [told(topology, claim, from, to, reach(topology, { from, to, on: leaks }))];
  });
}

function entries(
  topology: Topology,
  name: string,
  allow: readonly { readonly from: string; readonly on: string }[],
  sources: readonly Party[],
  waysOf: (verdict: Verdict) => PassingTraffic = ({ anyWay }) => anyWay,
): readonly string[] {
  const to = lookup(topology, name);
  const allowed = allow.map(({ from, on }) => ({ id: idOf(lookup(topology, from)), on: Traffic.parse(on) }));
  return sources.flatMap((from) => {
    if (idOf(from) === idOf(to)) return [];
    const free = allowed.filter(({ id }) => id === idOf(from)).map(({ on }) => on);
    const rest = Traffic.everything.subtract(Traffic.from(free));
    const { passes, mayPass } = waysOf(reach(topology, { from, to, on: rest }));
    if (mayPass.isEmpty()) return [];
    const found = passes.isEmpty() ? mayPass : passes;
    const claim = `${idOf(from)} must not reach ${name}, and ${passes.isEmpty() ? 'may reach' : 'reaches'} it on ${found.toString()}`;
    return [told(topology, claim, from, to, reach(topology, { from, to, on: found }))];
  });
}

/** What passes at the own address and by every other way that is no relay. */
function withoutRelays({ passes, mayPass, otherWays }: Verdict): PassingTraffic {
  const ways = otherWays.filter(({ kind }) => kind !== 'relay');
  return {
    passes: Traffic.from([passes, ...ways.map((way) => way.passes)]),
    mayPass: Traffic.from([mayPass, ...ways.map((way) => way.mayPass)]),
  };
}

function told(topology: Topology, claim: string, from: Party, to: Party, verdict: Verdict): string {
  const text = explanation(topology, { from, to, on: verdict.asked }, verdict);
  return `${claim}:\n\n${text}\n`;
}

const segmentsOf = ({ segments }: Topology): readonly Party[] =>
  [...segments.values()].map((segment) => ({ kind: 'segment', segment }));

const zonesOf = ({ zones }: Topology): readonly Party[] =>
  [...zones.values()].map((zone) => ({ kind: 'zone', zone }));

function domainOf(topology: Topology, party: Party): string | undefined {
  if (party.kind === 'segment') return party.segment.domain;
  if (party.kind === 'zone') return undefined;
  const [first] = party.endpoint.interfaces;
  return first === undefined ? undefined : topology.segments.get(first.segment)?.domain;
}

function idOf(party: Party): string {
  if (party.kind === 'endpoint') return party.endpoint.id;
  return party.kind === 'segment' ? party.segment.id : party.zone.id;
}

import { AddressSet } from '../../lib/addressing/address-set';
import { hasPorts, hasTypes } from '../../lib/addressing/protocol';
import type { Traffic } from '../../lib/addressing/traffic';
import type { OtherWay } from '../../lib/reachability/other-way';
import type { Verdict } from '../../lib/reachability/verdict';
import type { Endpoint } from '../../lib/topology/endpoint';
import type { Topology } from '../../lib/topology/topology';
import { type Answer, ask, type Question } from './ask';

/**
 * What a verdict says of other ways to an endpoint, in a network in which everything is known, that walking them packet by
 * packet contradicts; empty when they agree. Ping is left out: a way of one family is told for both.
 */
export function wayDisagreements(
  verdict: Verdict,
  topology: Topology,
  question: Question,
): readonly string[] {
  const { to } = question;
  if (to.kind !== 'endpoint') return [];
  return [
    ...publishedPorts(verdict, topology, question, to.endpoint),
    ...publicAddresses(verdict, topology, question, to.endpoint),
    ...relays(verdict, topology, question, to.endpoint),
  ];
}

function publishedPorts(verdict: Verdict, topology: Topology, question: Question, target: Endpoint) {
  const own = new Set(target.interfaces.map(({ id }) => id));
  const found: string[] = [];
  for (const router of topology.routers.values()) {
    for (const one of router.translations) {
      if (one.kind !== 'destination' || !own.has(one.interface)) continue;
      const dial = one.destination.inFamily(4);
      const ways = verdict.otherWays.filter(
        (way) => way.kind === 'published-port' && way.name === router.id && way.dial === dial.toString(),
      );
      const { answers } = ask(topology, { ...question, traffic: one.traffic, dial });
      for (const [point, each] of byPoint(answers)) {
        const { protocol, destinationPort } = each[0]!;
        const landed = destinationPort + one.shift;
        if (!holds(question.traffic, protocol, landed)) continue;
        const claimed = ways.some(
          (way) => holds(way.dialled, protocol, destinationPort) && holds(way.passes, protocol, landed),
        );
        const truth = each.some(({ passes }) => passes.every);
        if (claimed !== truth) found.push(`${point} at ${dial.toString()} of ${router.id} ${says(claimed)}`);
      }
    }
  }
  return found;
}

function publicAddresses(verdict: Verdict, topology: Topology, question: Question, target: Endpoint) {
  if (question.from.kind === 'zone') return [];
  const own = new Set(target.interfaces.map(({ id }) => id));
  const found: string[] = [];
  for (const router of topology.routers.values()) {
    for (const one of router.translations) {
      if (one.kind !== 'static' || !own.has(one.interface) || one.outside.address === undefined) continue;
      const { address } = one.outside;
      const ways = verdict.otherWays.filter(
        (way) => way.kind === 'public-address' && way.dial === address.toString(),
      );
      const { answers } = ask(topology, { ...question, dial: AddressSet.of(address) }, { mapped: true });
      found.push(...differences(ways, answers, `public address ${address.toString()}`));
    }
  }
  return found;
}

function relays(verdict: Verdict, topology: Topology, question: Question, target: Endpoint) {
  const found: string[] = [];
  const { from } = question;
  for (const relay of topology.relays.values()) {
    const endpoint = topology.endpoints.get(relay.endpoint)!;
    if (endpoint === target || (from.kind === 'endpoint' && from.endpoint.id === endpoint.id)) continue;
    for (const { traffic: listened, targets } of relay.listeners) {
      for (const { to, traffic, ports } of targets.least) {
        if (!('endpoint' in to) || to.endpoint !== target.id) continue;
        const ways = verdict.otherWays.filter((way) => way.kind === 'relay' && way.name === relay.id);
        const relayed = { kind: 'endpoint', endpoint: { ...endpoint, clientPorts: ports } } as const;
        const front = ask(
          topology,
          { from, to: { kind: 'endpoint', endpoint }, traffic: listened },
          { mapped: true },
        ).answers;
        const wanted = question.traffic.intersect(traffic);
        const back = ask(topology, { from: relayed, to: question.to, traffic: wanted }).answers;
        const opened = front.some(({ passes }) => passes.every);
        for (const [point, each] of byPoint(back)) {
          const { protocol, destinationPort } = each[0]!;
          const claimed = ways.some((way) => holds(way.mayPass, protocol, destinationPort));
          const passes = each.some((one) => one.passes.every);
          // Whoever does not reach the listener by its own address may reach it by another.
          if (passes ? opened && !claimed : claimed)
            found.push(`${point} by relay ${relay.id} ${says(claimed)}`);
        }
        const whole = wanted.isEmpty() ? undefined : ways.find((way) => !wanted.contains(way.mayPass));
        if (whole !== undefined) found.push(`relay ${relay.id} opens ${whole.mayPass.toString()}`);
      }
    }
  }
  return found;
}

function differences(ways: readonly OtherWay[], answers: readonly Answer[], name: string): readonly string[] {
  return [...byPoint(answers)].flatMap(([point, each]) => {
    const { protocol, destinationPort } = each[0]!;
    const claimed = ways.some((way) => holds(way.passes, protocol, destinationPort));
    return claimed === each.some(({ passes }) => passes.every)
      ? []
      : [`${point} by ${name} ${says(claimed)}`];
  });
}

/** Between whichever addresses: one that passes is a way. */
function byPoint(answers: readonly Answer[]): ReadonlyMap<string, readonly Answer[]> {
  const points = new Map<string, Answer[]>();
  for (const answer of answers) {
    if (hasTypes(answer.protocol)) continue;
    const key = `${answer.protocol}/${answer.destinationPort}`;
    points.set(key, [...(points.get(key) ?? []), answer]);
  }
  return points;
}

function holds(traffic: Traffic, protocol: number, port: number): boolean {
  return hasPorts(protocol)
    ? port >= 0 && port <= 65535 && traffic.ports(protocol).contains(port)
    : !traffic.ports(protocol).isEmpty();
}

const says = (claimed: boolean): string =>
  claimed ? 'is said to pass, and does not' : 'passes, and that is not said';

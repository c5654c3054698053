import { Traffic } from '../addressing/traffic';
import type { Endpoint, Listening } from '../topology/endpoint';
import type { Topology } from '../topology/topology';

/**
 * Whether anybody answers where packets are delivered, as far as it was said what listens: `yes` when something listens
 * on some of what is asked, `no` when nothing does, `unsaid` when nobody has said. It is no part of the verdict.
 */
export type Answering = 'yes' | 'no' | 'unsaid';

/** Pings are answered by whatever has the address. */
const pings = Traffic.parse('icmp');

/** What is said of an endpoint and one that asks it. */
export function answeringOf(
  topology: Topology,
  source: Endpoint | undefined,
  target: Endpoint | undefined,
  asked: Traffic,
): Answering {
  if (target === undefined || asked.isEmpty()) return 'unsaid';
  if (pings.contains(asked)) return 'yes';
  const passedOn = relayed(topology, target, asked);
  if (passedOn.length > 0) {
    const all = passedOn.map((one) => answeringOf(topology, undefined, one.target, one.traffic));
    return all.includes('yes') ? 'yes' : all.includes('unsaid') ? 'unsaid' : 'no';
  }
  const inStack = stackOf(topology, target);
  const ownLoopback = source !== undefined && inStack.includes(source);
  const said = inStack.map(({ listens }) => listens);
  const heard = said
    .flatMap((one) => one ?? [])
    .some((one) => one.traffic.overlaps(asked) && (ownLoopback || isDialled(inStack, one)));
  return heard ? 'yes' : said.includes(undefined) ? 'unsaid' : 'no';
}

/** The endpoints that share the network stack of one, itself included. */
function stackOf({ endpoints }: Topology, target: Endpoint): readonly Endpoint[] {
  if (target.stack === undefined) return [target];
  return [...endpoints.values()].filter(({ stack }) => stack === target.stack);
}

/** Whether others can dial the address on which something listens: a loopback is nobody else's. */
function isDialled(stack: readonly Endpoint[], { at }: Listening): boolean {
  if (at === undefined) return true;
  if (/^127\.|^::1$/.test(at.toString())) return false;
  const addresses = stack.flatMap(({ interfaces }) => interfaces.flatMap((one) => one.addresses));
  return addresses.some(({ possible }) => possible.contains(at));
}

/** Whom the relays of an endpoint pass the asked traffic on to. */
function relayed(
  { relays, endpoints }: Topology,
  { id }: Endpoint,
  asked: Traffic,
): readonly { readonly target: Endpoint; readonly traffic: Traffic }[] {
  return [...relays.values()]
    .filter(({ endpoint }) => endpoint === id)
    .flatMap(({ listeners }) => listeners)
    .filter(({ traffic }) => traffic.overlaps(asked))
    .flatMap(({ targets }) =>
      targets.least.flatMap(({ to, traffic }) => {
        const target = 'endpoint' in to ? endpoints.get(to.endpoint) : undefined;
        return target === undefined ? [] : [{ target, traffic }];
      }),
    );
}

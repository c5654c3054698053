/** Why a packet does not arrive, or why that cannot be told. Stable: programs and people's notes rely on them. */
export type ReasonCode = keyof typeof reasons;

/** What a person who tries it sees. */
export type Symptom = 'refused' | 'times out' | 'unreachable' | 'name not found' | 'cannot tell';

export interface Reason {
  /** One sentence: what it means. */
  readonly meaning: string;
  readonly symptom: Symptom;
}

const reasons = {
  'egress-filter': {
    meaning: 'No filter on the sending interface lets the packet out.',
    symptom: 'times out',
  },
  'ingress-filter': {
    meaning: 'No filter on the receiving interface lets the packet in.',
    symptom: 'times out',
  },
  'crossing-egress': {
    meaning: 'The filter on the edge of a segment does not let the packet out of it.',
    symptom: 'times out',
  },
  'crossing-ingress': {
    meaning: 'The filter on the edge of a segment does not let the packet into it.',
    symptom: 'times out',
  },
  'client-ports': {
    meaning:
      'Only part of the source ports that a client may happen to use passes, so connections fail now and then.',
    symptom: 'times out',
  },
  'no-route': {
    meaning: 'The route table that is asked holds no route to the destination.',
    symptom: 'unreachable',
  },
  'route-drops': {
    meaning: 'The route to the destination throws packets away.',
    symptom: 'times out',
  },
  'no-such-address': {
    meaning: 'The packet is delivered where nobody has the address it is sent to.',
    symptom: 'times out',
  },
  'not-forwarding': {
    meaning: 'A route leads to an interface that takes only what is addressed to itself.',
    symptom: 'times out',
  },
  'router-no-route': {
    meaning: 'A router gets the packet and has no leg that leads to its destination.',
    symptom: 'unreachable',
  },
  'router-drops': {
    meaning: 'No rule of a router lets it forward the packet.',
    symptom: 'times out',
  },
  untranslated: {
    meaning: 'A router passes only translated addresses there, and no translation applies to this one.',
    symptom: 'times out',
  },
  'ends-at-router': {
    meaning: 'The packet is addressed to a router itself, and no translation leads it on.',
    symptom: 'refused',
  },
  redirected: {
    meaning: 'A translation on the way leads the packet to somebody else.',
    symptom: 'refused',
  },
  'no-entry': {
    meaning: 'No router leads from outside to the address.',
    symptom: 'unreachable',
  },
  loop: {
    meaning: 'The packet comes by the same router again and again.',
    symptom: 'times out',
  },
  'takes-no-flows': {
    meaning: 'The target opens flows and never accepts any.',
    symptom: 'refused',
  },
  'never-answered': {
    meaning: 'Nobody answers such a message of ICMP: it arrives at most, and never passes there and back.',
    symptom: 'times out',
  },
  'no-common-family': {
    meaning: 'One side has only IPv4 addresses and the other only IPv6, or one of them has none at all.',
    symptom: 'unreachable',
  },
  asymmetric: {
    meaning:
      'The reply does not come back by the router that translated the first packet or keeps track of its flow, so the client never gets it as one.',
    symptom: 'times out',
  },
  'unknown-hop': {
    meaning: 'A route leads to something that is not modelled, or that only apply tells.',
    symptom: 'cannot tell',
  },
  'forwarding-software': {
    meaning:
      'A route leads to an interface that forwards, and what the software behind it does is not modelled.',
    symptom: 'cannot tell',
  },
  'not-modelled': {
    meaning: 'An endpoint of the question is of a type that is not modelled.',
    symptom: 'cannot tell',
  },
  'too-many-worlds': {
    meaning: 'What is unknown may come out in more ways than are tried one by one.',
    symptom: 'cannot tell',
  },
} as const satisfies Record<string, Reason>;

/** What a code means and how it shows. */
export function reasonOf(code: ReasonCode): Reason {
  return reasons[code];
}

export const reasonCodes = Object.keys(reasons) as readonly ReasonCode[];

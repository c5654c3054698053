import type { DockerSite } from './docker-site';
import type { Namespace } from './network-lab';
import { dial } from './packet';
import type { Sent } from './packet-table';

/** A packet to send: who dials whom, by what address or name, and whether it must arrive. */
export interface Planned {
  readonly from: string;
  readonly to: string;
  readonly at: string;
  readonly port: number;
  readonly arrives: boolean;
}

/** `a packet to web at 172.20.0.2 arrives`, to be read in a list of what went wrong. */
export interface Wrong extends Sent {
  readonly expected: 'connected' | 'anything else';
}

/** Sends them all, a few at a time, in the order of the list as far as the answer is concerned. */
export async function sendAll(
  packets: readonly Planned[],
  namespaceOf: (from: string) => Promise<Namespace>,
): Promise<{ readonly sent: readonly Sent[]; readonly wrong: readonly Wrong[] }> {
  const sent: Sent[] = [];
  const queue = packets.map((packet, index) => ({ packet, index }));
  const lane = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const { packet, index } = next;
      const outcome = await dial(await namespaceOf(packet.from), packet.at, packet.port);
      sent[index] = { from: packet.from, to: packet.to, at: packet.at, port: packet.port, outcome };
    }
  };
  await Promise.all(Array.from({ length: 6 }, lane));
  const wrong = sent.flatMap((one, index): readonly Wrong[] =>
    (one.outcome === 'connected') === packets[index]!.arrives
      ? []
      : [{ ...one, expected: packets[index]!.arrives ? 'connected' : 'anything else' }],
  );
  return { sent, wrong };
}

/** Where packets of a Docker site start: `host`, `neighbour`, or a container by its name after `prefix`. */
export function placesOf(site: DockerSite, prefix: string): (from: string) => Promise<Namespace> {
  const known = new Map<string, Promise<Namespace>>();
  return (from) => {
    if (from === 'the host') return Promise.resolve(site.host);
    if (from === 'a LAN neighbour') return Promise.resolve(site.neighbour);
    const place = known.get(from) ?? site.engine.namespaceOf(`${prefix}${from}`);
    known.set(from, place);
    return place;
  };
}

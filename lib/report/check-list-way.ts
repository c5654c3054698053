import { AddressSet } from '../addressing/address-set';
import type { Traffic } from '../addressing/traffic';
import { type FirewallRule, stoppingRule } from '../readers/docker/host-firewall';
import { trafficAt, type WayIn } from '../readers/docker/way-in';
import type { Seen } from './check-list';
import { type BoundPort, type CheckedPlace, portText } from './check-list-place';

/** A way from a browser into a container, with what the configuration says of each step, and what the browser sees. */
export class CheckedWay {
  protected readonly place: CheckedPlace;
  protected readonly way: WayIn | undefined;
  protected readonly on: Traffic;
  protected readonly machine: WayIn['machine'];
  protected readonly isNat: boolean;
  /** Where the way comes to the machine. */
  protected readonly arriving: Traffic;
  protected readonly door: BoundPort | undefined;

  constructor(place: CheckedPlace, way: WayIn | undefined, on: Traffic) {
    this.place = place;
    this.way = way;
    this.on = on;
    // Somebody asks for a browser, so that at least one way leads to the machine.
    this.machine = (way ?? place.ways[0]!).machine;
    this.isNat = this.machine.network === 'nat';
    this.arriving = way === undefined ? (place.bound[0]?.dialled ?? on) : trafficAt(way, way.arrives);
    this.door = place.boundAt(this.arriving, way?.arrives.address ?? this.machine.address);
  }

  /** What the browser sees: the first thing on the way that is wrong decides. */
  protected outcome(): { readonly sees: Seen; readonly because: string } {
    const { isNat, place } = this;
    const forward = this.forwardFault();
    if (forward !== undefined) return forward;
    if (this.bindingFault() !== undefined) {
      return isNat
        ? { sees: 'reset', because: 'the hypervisor takes the connection, and the machine refuses its own' }
        : { sees: 'refused', because: 'the machine has nobody on that port at the address that is dialled' };
    }
    const stops = this.stops;
    if (stops !== undefined) {
      const rejects = stops.action === 'reject';
      if (isNat) {
        return rejects
          ? {
              sees: 'reset',
              because: 'the hypervisor takes the connection, and a rule of the machine rejects its own',
            }
          : {
              sees: 'times out',
              because:
                'it connects, to the hypervisor, and then nothing comes: a rule of the machine drops it',
            };
      }
      return rejects
        ? { sees: 'refused', because: 'a rule of the machine rejects it' }
        : { sees: 'times out', because: 'a rule of the machine drops it' };
    }
    const passes = this.machineToContainer;
    if (passes === 'blocked')
      return { sees: 'times out', because: 'the machine does not reach the container' };
    if (this.isDeaf) {
      return isNat
        ? { sees: 'reset', because: `nothing in ${this.name} listens on ${this.on.toString()}` }
        : { sees: 'refused', because: `nothing in ${this.name} listens on ${this.on.toString()}` };
    }
    const whole = place.ask(place.source.id, place.target.id, this.on);
    if (whole.kind === 'reachable')
      return { sees: 'connects', because: 'every step that is written down passes' };
    if (whole.kind === 'blocked') {
      // The list knows no better: what the walk says.
      const cut = whole.trace()[0]?.cuts.find(({ certain }) => certain);
      const because = cut?.meaning ?? 'nothing passes';
      return { sees: isNat ? 'times out' : (cut?.symptom ?? 'times out'), because };
    }
    return {
      sees: 'cannot tell',
      because: whole.unknowns.map(({ key, text }) => `${key}: ${text}`).join('; '),
    };
  }

  protected get name(): string {
    return this.place.nameOf(this.place.target);
  }

  protected get isDeaf(): boolean {
    const { place, on } = this;
    return place.ask(place.machine!.id, place.target.id, on).answers === 'no';
  }

  protected get machineToContainer(): string {
    const { place, on } = this;
    return place.ask(place.machine!.id, place.target.id, on).kind;
  }

  /** Why nothing answers where the way comes to the machine. */
  protected bindingFault(): string | undefined {
    const { place, door, machine } = this;
    if (place.isStopped) return `${this.name} is not started, and what does not run binds no port.`;
    if (door !== undefined) return undefined;
    const wanted = `0.0.0.0:${portText(this.arriving)} or ${machine.address.toString()}:${portText(this.arriving)}`;
    const { bound } = place;
    if (bound.length === 0) return `${this.name} publishes nothing. Publish ${wanted}.`;
    const same = bound.find(({ dialled }) => dialled.contains(this.arriving));
    return same === undefined
      ? `The way arrives at port ${portText(this.arriving)}, and Docker has ${bound.map(boundText).join(', ')}. Publish ${wanted}.`
      : `Docker has ${boundText(same)}, and the way arrives at ${machine.address.toString()}. Publish ${wanted}.`;
  }

  /** The rule of the machine's firewall that stops the way. */
  protected get stops(): FirewallRule | undefined {
    const { place, way, door } = this;
    const source =
      way?.forward === undefined
        ? AddressSet.from(
            place.source.interfaces.flatMap((one) => one.addresses.map(({ possible }) => possible)),
          )
        : AddressSet.of(way.forward.source);
    if (door === undefined) return undefined;
    return stoppingRule(place.question.hostFirewall?.forward ?? [], door, source);
  }

  protected forwardFault():
    { readonly sees: Seen; readonly because: string; readonly says: string } | undefined {
    const { isNat, way, machine } = this;
    if (!isNat) return undefined;
    if (way?.forward === undefined) {
      const because = 'the hypervisor listens on no port for it';
      const says = `No forward leads to ${this.name}. Give one: VBoxManage controlvm "${machine.name}" natpf1 "${this.name},tcp,127.0.0.1,${portText(this.arriving)},${machine.address.toString()},${portText(this.arriving)}"`;
      return { sees: 'refused', because, says };
    }
    const { dial, forward } = way;
    const listens = forward.at.address.equals(dial.address) || forward.at.address.toString() === '0.0.0.0';
    if (!listens || forward.at.port !== dial.port) {
      const [opened, here] = [dial, forward.at].map(({ address, port }) => `${address.toString()}:${port}`);
      const because = `the hypervisor listens on ${here!}`;
      return {
        sees: 'refused',
        because,
        says: `The browser opens ${opened!}, and the hypervisor listens on ${here!}.`,
      };
    }
    if (!forward.to.address.equals(machine.address)) {
      const to = forward.to.address.toString();
      const because = `it connects, to the hypervisor, and then nothing comes: nobody is ${to}`;
      const says = `It leads to ${to}, and the machine is ${machine.address.toString()}.`;
      return { sees: 'times out', because, says };
    }
    return undefined;
  }
}

/** `0.0.0.0:3000->3000/tcp`, as `docker ps` shows a published port. */
export function boundText({ relay, dialled, traffic }: BoundPort): string {
  const address = / (\S+):[^:]*$/.exec(relay.name)?.[1] ?? '0.0.0.0';
  const protocol = traffic.ports('udp').isEmpty() ? 'tcp' : 'udp';
  return `${address}:${portText(dialled)}->${portText(traffic)}/${protocol}`;
}

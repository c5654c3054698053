import { Traffic } from '../addressing/traffic';
import { trafficAt, type WayIn } from '../readers/docker/way-in';
import type { CheckCommand, Findings, Seen } from './check-list';
import { at, type CheckedPlace, item, portText } from './check-list-place';
import { boundText, CheckedWay } from './check-list-way';

type Item = Findings['items'][number];

/** The list for a browser: what it opens, the forward of the hypervisor, the machine, the container. */
export function wayInFindings(place: CheckedPlace): Findings {
  const way = wayOf(place);
  const on = place.onlyTraffic(way);
  return new WayInList(place, way, on).findings();
}

/** The way that ends at the target, on the asked port where there are several. */
function wayOf({ ways, target, bound, question }: CheckedPlace): WayIn | undefined {
  const own = ways.filter(({ then }) => then === target.id);
  const { on } = question;
  if (on === undefined) return own[0];
  const fitting = own.find((way) =>
    bound.some(
      ({ dialled, traffic }) => dialled.contains(trafficAt(way, way.arrives)) && traffic.overlaps(on),
    ),
  );
  return fitting ?? own.find((way) => trafficAt(way, way.arrives).overlaps(on));
}

class WayInList extends CheckedWay {
  findings(): Findings {
    const { place, on } = this;
    const verdict = place.ask(place.source.id, place.target.id, on).kind;
    const { sees, because } = this.outcome();
    return {
      verdict,
      on,
      sees,
      because,
      items: [
        ...this.basics(),
        place.running(),
        this.binding(),
        this.firewall(),
        this.forward(),
        this.bridge(),
        this.steps(),
        ...place.logs(portText(on)),
      ],
    };
  }

  private basics(): readonly Item[] {
    const { machine, isNat, place } = this;
    const address = machine.address.toString();
    const ping = isNat
      ? undefined
      : place.ask(place.source.id, place.machine!.id, Traffic.parse('icmp'), address).kind;
    return [
      item(1, 'basics', 'Has the machine booted?', 'ask', 'Only its hypervisor knows.', [
        at('computer', 'VBoxManage list runningvms', `a line that begins with "${machine.name}"`),
      ]),
      isNat
        ? item(
            2,
            'basics',
            'Does the host ping the machine?',
            'not here',
            `Behind NAT nobody pings ${address}. A forward that connects says as much: item 9.`,
          )
        : item(
            2,
            'basics',
            'Does the host ping the machine?',
            ping === 'blocked' ? 'no' : 'ask',
            ping === 'blocked'
              ? 'The firewall of the machine drops pings: that nothing answers says nothing about the rest.'
              : `Nothing that is written stops a ping. Whether ${address} is on the LAN of the browser, only the LAN knows.`,
            [
              at(
                'computer',
                `ping -c 3 ${address}`,
                ping === 'blocked'
                  ? 'no answer, and that is as it should be'
                  : '3 received; unreachable: the machine is off or on another network',
              ),
            ],
          ),
      item(
        3,
        'basics',
        'Does the machine reach the Internet?',
        'ask',
        'It is needed to fetch images, and by nobody who opens a port.',
        [at('machine', 'curl -sSI -m 10 https://example.org', 'HTTP/2 200')],
      ),
    ];
  }

  private binding(): Item {
    const { place, door } = this;
    const fault = this.bindingFault();
    const port = portText(this.on);
    const said = place.bound.map(boundText).join(', ');
    const answer = fault === undefined ? `${boundText(door!)} is where the way arrives.` : fault;
    return item(5, 'Docker', 'Is the port bound right?', fault === undefined ? 'yes' : 'no', answer, [
      at(
        'machine',
        `docker port ${this.name}`,
        `${port}/${this.on.ports('udp').isEmpty() ? 'tcp' : 'udp'} -> 0.0.0.0:${portText(this.arriving)}${fault === undefined || said === '' ? '' : `; as written: ${said}`}`,
      ),
    ]);
  }

  private firewall(): Item {
    const { place } = this;
    const { hostFirewall } = place.question;
    const port = portText(this.arriving);
    const commands = [
      at('machine', 'iptables -L DOCKER-USER -n -v', 'no DROP or REJECT whose counter grows while you try'),
    ];
    const question = 'Is no firewall in the way?';
    const proxied = (place.topology.premises ?? []).some(({ text }) => text === 'docker.iptables is false');
    const passesInput = proxied
      ? 'Rules of INPUT (firewalld, ufw) do matter here: Docker writes no rules, and a process of the machine answers.'
      : 'Rules of INPUT (firewalld, ufw) do not matter here: Docker translates the packet before, and it is forwarded.';
    const stops = this.stops;
    if (stops !== undefined) {
      const says = `A rule of FORWARD or DOCKER-USER ${stops.action === 'drop' ? 'drops' : 'rejects'} it: ${stops.text}. ${passesInput}`;
      return item(6, 'Docker', question, 'no', says, commands);
    }
    if (hostFirewall === undefined) {
      const says = `Nobody said what the firewall of the machine holds (docker.hostFirewall of --assume). ${passesInput}`;
      return item(6, 'Docker', question, 'ask', says, commands);
    }
    const says = `No rule of FORWARD that was said stops port ${port}. ${passesInput}`;
    return item(6, 'Docker', question, 'yes', says, commands);
  }

  private forward(): Item {
    const { machine, isNat, way } = this;
    const question = "Is the hypervisor's forward right?";
    if (!isNat) {
      return item(
        7,
        'path',
        question,
        'not here',
        `The machine is bridged: ${machine.address.toString()} is dialled itself, and nothing is forwarded.`,
        [
          at(
            'computer',
            `VBoxManage showvminfo "${machine.name}" --machinereadable | grep -E '^(nic|bridgeadapter)'`,
            'nic1="bridged", on the interface that the computer is on the LAN by',
          ),
        ],
      );
    }
    const fault = this.forwardFault();
    const line = way?.forward === undefined ? undefined : forwardLine(way);
    const commands = [
      at(
        'computer',
        `VBoxManage showvminfo "${machine.name}" --machinereadable | grep Forwarding`,
        line === undefined
          ? `no line that ends with ",${portText(this.arriving)}"`
          : `Forwarding(..)="${line}"`,
      ),
    ];
    if (fault !== undefined) return item(7, 'path', question, 'no', fault.says, commands);
    const says = `${way!.forward!.at.address.toString()}:${way!.forward!.at.port} leads to ${machine.address.toString()}:${way!.forward!.to.port}, as far as it is written; the hypervisor was told by hand.`;
    return item(7, 'path', question, 'yes', says, commands);
  }

  private bridge(): Item {
    const { on, place } = this;
    const kind = this.machineToContainer;
    const address = place.address;
    const from = `nc -vz -w 5 ${address ?? `$(${addressOf(this.name)})`} ${portText(on)}`;
    const expected = kind === 'blocked' ? 'no answer' : this.isDeaf ? 'refused' : 'succeeded';
    const says =
      kind === 'blocked'
        ? 'The machine itself does not reach the container: its bridge has no address of the machine, or a rule stops it.'
        : this.isDeaf
          ? `The machine reaches ${address ?? 'the container'}, and nothing there listens on ${on.toString()}.`
          : `The machine reaches ${address ?? 'the container'} on ${on.toString()} without any published port.`;
    const well = kind !== 'blocked' && !this.isDeaf;
    return item(8, 'path', "Is Docker's bridge fine?", well ? 'yes' : 'no', says, [
      at('machine', from, expected),
    ]);
  }

  /** Each step by hand, from the container outwards, with what is to be expected of it. */
  private steps(): Item {
    const { way, machine } = this;
    const { sees } = this.outcome();
    const inside = this.bindingFault() !== undefined ? 'refused' : this.isDeaf ? 'refused' : 'succeeded';
    const stopped = this.machineToContainer === 'blocked';
    const commands: CheckCommand[] = [
      at(
        'machine',
        `nc -vz -w 5 ${this.place.address ?? `$(${addressOf(this.name)})`} ${portText(this.on)}`,
        stopped ? 'no answer' : this.isDeaf ? 'refused' : 'succeeded',
      ),
      at('machine', `nc -vz -w 5 ${machine.address.toString()} ${portText(this.arriving)}`, inside),
    ];
    const dialled = way?.dial;
    if (dialled !== undefined) {
      const opened =
        this.isNat && this.forwardFault()?.sees !== 'refused'
          ? 'succeeded, by the hypervisor alone'
          : wordFor(sees);
      commands.push(
        at(
          'computer',
          `telnet ${dialled.address.toString()} ${dialled.port}`,
          sees === 'connects'
            ? 'Connected'
            : opened === 'succeeded, by the hypervisor alone'
              ? `Connected, by the hypervisor alone; then ${wordFor(sees)}`
              : wordFor(sees),
        ),
      );
    }
    const good = sees === 'connects';
    const says = good
      ? 'As things are written each of them connects: the first that does not is where to look.'
      : `As things are written not all of them connect. The browser sees: ${wordFor(sees)}.`;
    return item(
      9,
      'path',
      'Does each step connect when tried by hand?',
      good ? 'yes' : sees === 'cannot tell' ? 'ask' : 'no',
      says,
      commands,
    );
  }
}

/** What `telnet` or a browser shows. */
export function wordFor(sees: Seen): string {
  return sees === 'reset' ? 'connection reset' : sees === 'cannot tell' ? 'what the machine says' : sees;
}

/** `grafana,tcp,127.0.0.1,3000,10.0.2.15,3000`, as VirtualBox shows a forward. */
function forwardLine({ name, protocol, forward }: WayIn): string {
  const { at: from, to } = forward!;
  return [name, protocol, from.address.toString(), from.port, to.address.toString(), to.port].join(',');
}

function addressOf(name: string): string {
  return `docker inspect -f '{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}' ${name}`;
}

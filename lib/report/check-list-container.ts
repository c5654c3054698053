import type { Address } from '../addressing/address';
import { literalAddress } from '../addressing/literal-address';
import type { Traffic } from '../addressing/traffic';
import { meansEndpoint, namesOf, resolve } from '../reachability/name-resolution';
import type { Verdict } from '../reachability/verdict';
import type { Endpoint } from '../topology/endpoint';
import type { Segment } from '../topology/segment';
import type { Findings, Seen } from './check-list';
import { at, type CheckedPlace, item, portText } from './check-list-place';
import { wordFor } from './check-list-way-in';

type Item = Findings['items'][number];

/** What a dialled name or address comes to. */
interface Dialled {
  /** As it was dialled. */
  readonly text: string;
  /** Who has it; undefined when nobody of the input does. */
  readonly owner: Endpoint | undefined;
  readonly address: string | undefined;
  /** Set when it comes to nothing or to somebody else. */
  readonly fault: { readonly sees: Seen; readonly says: string } | undefined;
}

/** The list for one container that dials another by name or address. */
export function containerFindings(place: CheckedPlace): Findings {
  const on = place.onlyTraffic(undefined);
  const { source, target } = place;
  const dialled = dialledBy(place);
  const verdict = place.ask(source.id, target.id, on);
  const { sees, because } = outcome(place, dialled, verdict, on);
  const shared = sharedSegments(place);
  const name = place.nameOf(source);
  const listening = verdict.answers;
  return {
    verdict: verdict.kind,
    on,
    sees,
    because,
    items: [
      ...basics(place),
      place.running([source]),
      item(
        5,
        'Docker',
        'Is the port right?',
        listening === 'yes' ? 'yes' : listening === 'no' ? 'no' : 'ask',
        listening === 'yes'
          ? `${place.nameOf(target)} listens on ${on.toString()}. Containers dial that port, published or not.`
          : listening === 'no'
            ? `${place.nameOf(target)} listens on ${listenText(target)}, not on ${on.toString()}: it refuses. Containers dial the container's own port, not the published one.`
            : `Nobody said what ${place.nameOf(target)} listens on (listens of --assume). Containers dial its own port, not the published one.`,
        [at('machine', inside(place.nameOf(target), 'netstat -ltn'), `a line with :${portText(on)}`)],
      ),
      firewall(place, on),
      item(
        7,
        'path',
        "Is the hypervisor's forward right?",
        'not here',
        'Containers of one machine reach each other inside it.',
      ),
      bridge(place, verdict, shared),
      item(
        9,
        'path',
        'Does each step connect when tried by hand?',
        sees === 'connects' ? 'yes' : sees === 'cannot tell' ? 'ask' : 'no',
        `Seen from inside ${name}: ${wordFor(sees)}. ${because}`,
        [
          ...(literalAddress(dialled.text) === undefined
            ? [at('machine', inside(name, `nslookup ${dialled.text}`), nameExpectation(dialled))]
            : []),
          at(
            'machine',
            inside(name, `nc -vz -w 5 ${dialled.text} ${portText(on)}`),
            sees === 'connects' ? 'open' : wordFor(sees),
          ),
        ],
      ),
      ...place.logs(portText(on)),
    ],
  };
}

function basics({ ways }: CheckedPlace): readonly Item[] {
  const [way] = ways;
  const says =
    'Containers on one engine need neither the hypervisor nor the Internet for each other, only a machine that runs.';
  const booted =
    way === undefined
      ? at('machine', 'docker version', 'a server, not only a client')
      : at('computer', 'VBoxManage list runningvms', `a line that begins with "${way.machine.name}"`);
  return [
    item(1, 'basics', 'Has the machine booted?', 'ask', 'Only the machine or its hypervisor knows.', [
      booted,
    ]),
    item(2, 'basics', 'Does the host ping the machine?', 'not here', says),
    item(3, 'basics', 'Does the machine reach the Internet?', 'not here', says),
  ];
}

function firewall(place: CheckedPlace, on: Traffic): Item {
  const { hostFirewall } = place.question;
  const question = 'Is no firewall in the way?';
  const commands = [
    at(
      'machine',
      'iptables -L FORWARD -n -v',
      'no DROP whose counter grows while you try, but between bridges',
    ),
  ];
  if (hostFirewall === undefined) {
    const says =
      'Nobody said what the firewall of the machine holds (docker.hostFirewall of --assume). Docker keeps its bridges apart by itself: item 8.';
    return item(6, 'Docker', question, 'ask', says, commands);
  }
  const open = place.ask(place.source.id, place.target.id, on);
  const rule = open
    .trace()[0]
    ?.cuts.find(({ reason }) => reason === 'ingress-filter' || reason === 'router-drops');
  const shared = sharedSegments(place).length > 0;
  if (shared && open.kind === 'blocked' && rule !== undefined && hostFirewall.forward.length > 0) {
    const says = 'They share a network, and a rule of FORWARD or DOCKER-USER stops them on it.';
    return item(6, 'Docker', question, 'no', says, commands);
  }
  return item(6, 'Docker', question, 'yes', 'No rule that was said stops them.', commands);
}

function bridge(place: CheckedPlace, { kind }: Verdict, shared: readonly Segment[]): Item {
  const [from, to] = [place.nameOf(place.source), place.nameOf(place.target)];
  const names = shared.map(({ name }) => name);
  const networks = (one: Endpoint): string =>
    one.interfaces.map(({ segment }) => place.topology.segments.get(segment)!.name).join(', ') || 'none';
  const says =
    kind === 'blocked'
      ? shared.length > 0
        ? `They share ${names.join(', ')}, whose containers may not talk to each other there.`
        : `${from} is on ${networks(place.source)} and ${to} on ${networks(place.target)}: Docker drops what goes from one bridge to another. Give them a network in common.`
      : kind === 'reachable'
        ? `They share ${names.join(', ')}, and every port is open there.`
        : 'It cannot be told from the configuration.';
  const answer = kind === 'blocked' ? 'no' : kind === 'reachable' ? 'yes' : 'ask';
  const template = '{{range $name, $_ := .NetworkSettings.Networks}}{{$name}} {{end}}';
  return item(8, 'path', "Is Docker's bridge fine?", answer, says, [
    at('machine', `docker inspect -f '${template}' ${from} ${to}`, 'a network that stands in both lines'),
  ]);
}

function outcome(
  place: CheckedPlace,
  { fault, owner, text }: Dialled,
  verdict: Verdict,
  on: Traffic,
): { readonly sees: Seen; readonly because: string } {
  if (fault !== undefined && owner === undefined) return { sees: fault.sees, because: fault.says };
  const asked =
    owner === undefined || owner === place.target ? verdict : place.ask(place.source.id, owner.id, on);
  const other = fault === undefined ? '' : `${fault.says} `;
  const target =
    fault === undefined || owner === undefined ? place.nameOf(place.target) : place.nameOf(owner);
  const cut = asked.kind === 'blocked' ? asked.trace()[0]?.cuts.find(({ certain }) => certain) : undefined;
  if (asked.kind === 'blocked') {
    return { sees: cut?.symptom ?? 'times out', because: `${other}${cut?.meaning ?? 'Nothing passes.'}` };
  }
  if (asked.kind === 'unknown') {
    return {
      sees: 'cannot tell',
      because: `${other}${asked.unknowns.map((one) => `${one.key}: ${one.text}`).join('; ')}`,
    };
  }
  if (asked.answers === 'no') {
    return { sees: 'refused', because: `${other}Nothing in ${target} listens on ${on.toString()}.` };
  }
  if (fault !== undefined && asked.answers === 'unsaid') return { sees: 'cannot tell', because: fault.says };
  const who = text === target ? '' : `${text} is ${target}, and `;
  return { sees: 'connects', because: `${other}${who}what is dialled arrives` };
}

/** What the source dials: a name or address that was said, else a name of the target. */
function dialledBy(place: CheckedPlace): Dialled {
  const { topology, source, target, question } = place;
  const known = namesOf(topology, target.id);
  const means = (name: string): boolean =>
    meansEndpoint(topology, resolve(topology, { kind: 'endpoint', endpoint: source }, name), target) ===
    'yes';
  const text = question.dial ?? known.find(means) ?? place.nameOf(target);
  const address = literalAddress(text);
  return address === undefined ? byName(place, text) : byAddress(place, text, address);
}

function byName({ topology, source, target }: CheckedPlace, text: string): Dialled {
  const found = resolve(topology, { kind: 'endpoint', endpoint: source }, text);
  const none = { text, owner: undefined, address: undefined };
  const who = `${JSON.stringify(text)}`;
  if (found.kind === 'not-found') {
    return {
      ...none,
      fault: {
        sees: 'name not found',
        says: `No network of the asker knows the name ${who}: ${found.beyond}.`,
      },
    };
  }
  if (found.kind === 'upstream') {
    const says = `No network of the asker knows the name ${who}, and it is asked outside: ${found.beyond}.`;
    return { ...none, fault: { sees: 'name not found', says } };
  }
  if (found.kind === 'unknown') {
    return {
      ...none,
      fault: { sees: 'cannot tell', says: found.unknowns.map((one) => `${one.key}: ${one.text}`).join('; ') },
    };
  }
  const [first] = found.answers;
  const owner = first?.owner === undefined ? undefined : topology.endpoints.get(first.owner);
  const address = first?.address?.toString();
  if (meansEndpoint(topology, found, target) === 'yes')
    return { text, owner: target, address, fault: undefined };
  const whose = owner === undefined ? `the address ${address ?? 'that apply picks'}` : owner.id;
  return {
    text,
    owner,
    address,
    fault: { sees: 'cannot tell', says: `The name ${who} means ${whose}, not ${target.id}.` },
  };
}

function byAddress({ topology, source, target }: CheckedPlace, text: string, address: Address): Dialled {
  const has = (one: Endpoint): boolean =>
    one.interfaces.some(({ addresses }) =>
      addresses.some(({ possible, unknown }) => unknown === undefined && possible.contains(address)),
    );
  if (has(target)) return { text, owner: target, address: text, fault: undefined };
  const owner = [...topology.endpoints.values()].find((one) => one.type !== 'host' && has(one));
  const perhaps = [...topology.endpoints.values()].find((one) =>
    one.interfaces.some(({ addresses }) => addresses.some(({ possible }) => possible.contains(address))),
  );
  if (owner !== undefined) {
    return {
      text,
      owner,
      address: text,
      fault: { sees: 'cannot tell', says: `${text} is an address of ${owner.id}, not of ${target.id}.` },
    };
  }
  const segment = [...topology.segments.values()].find(({ blocks }) =>
    blocks.some((block) => block.contains(address)),
  );
  const none = { text, owner: undefined, address: text };
  if (segment !== undefined && source.interfaces.some((one) => one.segment === segment.id)) {
    return perhaps === undefined
      ? {
          ...none,
          fault: {
            sees: 'unreachable',
            says: `Nobody on ${segment.name} has ${text}: the question who has it is not answered.`,
          },
        }
      : {
          ...none,
          fault: {
            sees: 'cannot tell',
            says: `${text} is one that the engine hands out on ${segment.name}: whose, only it knows.`,
          },
        };
  }
  const where =
    segment === undefined ? 'an address outside' : `an address of ${segment.name}, on which the asker is not`;
  return {
    ...none,
    fault: { sees: 'times out', says: `${text} is ${where}: what goes there is dropped on the way.` },
  };
}

function sharedSegments({ topology, source, target }: CheckedPlace): readonly Segment[] {
  const own = new Set(source.interfaces.map(({ segment }) => segment));
  const ids = new Set(target.interfaces.map(({ segment }) => segment).filter((id) => own.has(id)));
  return [...ids].map((id) => topology.segments.get(id)!);
}

/** A command in the network of a container, whatever its image holds. */
function inside(container: string, command: string): string {
  return `docker run --rm --network container:${container} busybox:1.37.0 ${command}`;
}

function nameExpectation({ address, fault, owner }: Dialled): string {
  if (owner === undefined && fault?.sees === 'name not found') return 'name not found';
  return address ?? 'an address';
}

function listenText({ listens = [] }: Endpoint): string {
  return listens.map(({ traffic }) => traffic.toString()).join(', ') || 'nothing';
}

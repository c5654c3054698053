import type { Premise } from '../../topology/topology';
import type { DockerAssumptions } from './docker-assumptions';
import { isBefore, type EngineVersion, readEngineVersion, versionLines } from './engine-version';

/** A value per setting that the user left open. */
export type Profile = ReadonlyMap<string, string>;

/**
 * What one Docker engine does with packets, as questions with an answer. It notes which questions were asked: an
 * engine that answers all of them alike compiles a document into the same topology.
 */
export class Engine {
  private readonly assumed: DockerAssumptions;
  private readonly version: EngineVersion;
  private readonly forwardBefore: boolean;
  private readonly asked = new Map<Question, boolean>();

  constructor(assumed: DockerAssumptions, profile: Profile) {
    this.assumed = assumed;
    this.version = readEngineVersion(
      profile.get('docker.version') ?? assumed.version ?? versionLines.at(-1)!,
    );
    this.forwardBefore =
      (profile.get('docker.ipForwardBefore') ?? String(assumed.ipForwardBefore)) === 'true';
  }

  /** Whether it would answer everything that another was asked as that one did. */
  answersAs(other: Engine): boolean {
    return [...other.asked].every(([question, answer]) => question(this) === answer);
  }

  /** Whether the daemon writes packet filters at all. */
  get filters(): boolean {
    return this.assumed.iptables;
  }

  /** Whether filters also see what stays on one bridge. */
  get filtersBridged(): boolean {
    return this.assumed.iptables && this.assumed.brNetfilter;
  }

  /** Whether published ports are answered by a process of the host rather than by translation, for local clients. */
  get proxies(): boolean {
    return this.assumed.userlandProxy;
  }

  /** Whether the proxy answers a datagram from the address that was dialled. */
  get proxyAnswersAsDialled(): boolean {
    return this.ask(from28);
  }

  /** Up to 26 the daemon leaves IPv6 unfiltered unless told otherwise. @see https://docs.docker.com/engine/release-notes/27/ */
  get filtersIpv6(): boolean {
    return this.assumed.iptables && this.ask(from27);
  }

  /** Up to 24 a container on internal networks alone has a default route, which leads nowhere but to the host. */
  get internalHasDefaultRoute(): boolean {
    return this.ask(before25);
  }

  /** 25.0.0 to 25.0.3 gave the host no address on internal bridges. @see https://github.com/moby/moby/pull/47481 */
  get hostIsOnInternalBridges(): boolean {
    return this.ask(hostOnInternal);
  }

  /** Whether an option that begins with `gateway_mode` is understood with this value; otherwise the mode is nat. */
  knowsGatewayMode(mode: string): boolean {
    return this.ask(mode === 'routed' ? from27 : from28);
  }

  /** From 28.0 on, published ports of a routed network are open to the other bridges. */
  get routedIsOpenToBridges(): boolean {
    return this.ask(from28);
  }

  /** 29.0 removed the chains that kept bridges apart; each bridge's own rules remained. */
  get unprotectedIsOpenToBridges(): boolean {
    return this.ask(from29);
  }

  /** Without the proxy, a port published by a container of another bridge is translated and then dropped up to 28. */
  get translatedCrossesBridges(): boolean {
    return this.ask(from29);
  }

  /** With nftables an accepted published port ends the chain before the rule of the internal bridge is asked. */
  get internalReachesPublished(): boolean {
    if (this.assumed.firewallBackend !== 'nftables') return false;
    return this.ask(from29);
  }

  /** What a machine that routes to the addresses of containers reaches of a bridge that translates. */
  get fromOutside(): 'all' | 'published' | 'nothing' {
    if (!this.assumed.iptables) return 'all';
    if (this.ask(from28)) {
      if (!this.assumed.allowDirectRouting) return 'nothing';
      return this.ask(from28dot2) ? 'published' : 'nothing';
    }
    return this.ask(forwardsBefore) ? 'all' : 'published';
  }

  /**
   * From 28.2 on, packets to a container that come in by another interface are dropped before flows are remembered: from
   * outside and from other bridges.
   */
  get dropsRepliesFromOutside(): boolean {
    if (!this.assumed.iptables || this.assumed.allowDirectRouting) return false;
    return this.ask(from28dot2);
  }

  /** Up to 27 a neighbour that sends packets for 127.0.0.1 to the host gets them to a port published there. */
  get loopbackFromOutside(): boolean {
    return !this.ask(from28);
  }

  /** Up to 28 a macvlan network without a gateway gets the first address of its block as one. */
  get macvlanInventsGateway(): boolean {
    return !this.ask(from29);
  }

  private ask(question: Question): boolean {
    const answer = question(this);
    this.asked.set(question, answer);
    return answer;
  }

  /** Whether it is older than a version. */
  private static before(version: string): Question {
    return (engine) => isBefore(engine.version, version);
  }

  /** The questions by which engines differ. */
  static readonly questions = {
    before25: Engine.before('25.0'),
    hostOnInternal: (engine: Engine): boolean =>
      Engine.before('25.0')(engine) || !Engine.before('25.0.4')(engine),
    from27: not(Engine.before('27.0')),
    from28: not(Engine.before('28.0')),
    from28dot2: not(Engine.before('28.2')),
    from29: not(Engine.before('29.0')),
    forwardsBefore: (engine: Engine): boolean => engine.forwardBefore,
  };
}

type Question = (engine: Engine) => boolean;

function not(question: Question): Question {
  return (engine) => !question(engine);
}

const { before25, hostOnInternal, from27, from28, from28dot2, from29, forwardsBefore } = Engine.questions;

/** The settings that the assumptions leave open, with the values they may have. */
export function openSettings(
  assumed: DockerAssumptions,
): readonly { readonly key: string; readonly values: readonly string[] }[] {
  return [
    ...(assumed.version === undefined ? [{ key: 'docker.version', values: linesFrom(assumed.oldest) }] : []),
    ...(assumed.ipForwardBefore === 'either'
      ? [{ key: 'docker.ipForwardBefore', values: ['false', 'true'] }]
      : []),
  ];
}

/** The lines of versions that are not before the oldest. */
function linesFrom(oldest: DockerAssumptions['oldest']): readonly string[] {
  if (oldest === undefined) return versionLines;
  return versionLines.filter((line) => !isBefore(readEngineVersion(line), oldest.version));
}

/** All combinations of what is left open. */
export function profilesOf(settings: ReturnType<typeof openSettings>): readonly Profile[] {
  return settings.reduce<readonly Profile[]>(
    (profiles, { key, values }) =>
      profiles.flatMap((profile) => values.map((value) => new Map([...profile, [key, value]]))),
    [new Map()],
  );
}

/** What the answers about a Docker host rest on, in the order of the settings. */
export function premisesOf(assumed: DockerAssumptions): readonly Premise[] {
  const { version, stated, oldest } = assumed;
  const lines = linesFrom(oldest);
  const because = oldest === undefined ? '' : ` (${oldest.by} is for no older one)`;
  const first: Premise =
    version === undefined
      ? {
          key: 'docker.version',
          text: `Docker Engine ${lines[0]!} to ${lines.at(-1)!}, settings as they come${because}`,
        }
      : { key: 'docker.version', text: `Docker Engine ${version}` };
  return [
    first,
    ...[...stated]
      .filter(([key]) => key !== 'docker.version')
      .map(([key, value]) => ({ key, text: `${key} is ${JSON.stringify(value)}` })),
  ];
}

import { NetproofError } from '../addressing/netproof-error';
import type { Traffic } from '../addressing/traffic';
import type { HostFirewall } from '../readers/docker/host-firewall';
import { documentOfTopology } from '../readers/document-of-topology';
import type { VerdictKind } from '../reachability/verdict';
import { lookup } from '../topology/lookup';
import type { Topology } from '../topology/topology';
import { containerFindings } from './check-list-container';
import { CheckedPlace } from './check-list-place';
import { wayInFindings } from './check-list-way-in';

/** What a person sees who tries it. */
export type Seen =
  'connects' | 'refused' | 'reset' | 'times out' | 'unreachable' | 'name not found' | 'cannot tell';

/** A command and where it is typed. */
export interface CheckCommand {
  readonly where: 'computer' | 'machine';
  readonly command: string;
  /** What it shows when all is well, or what is to be expected of it as things are written. */
  readonly expect: string;
}

/** One item of the list. */
export interface CheckItem {
  /** 1 to 12. */
  readonly number: number;
  readonly part: 'basics' | 'Docker' | 'path' | 'logs';
  readonly question: string;
  /** `ask`: the configuration cannot tell, and the commands do. `not here`: it is no matter on this way. */
  readonly answer: 'yes' | 'no' | 'ask' | 'not here';
  /** Who answered: the configuration, or for `ask` the machine that is still to be asked. */
  readonly by: 'configuration' | 'machine';
  readonly says: string;
  readonly commands: readonly CheckCommand[];
}

/** The twelve items that stand between somebody and an answer, in the order in which one goes through them. */
export interface CheckList {
  readonly from: string;
  readonly to: string;
  readonly on: string;
  readonly verdict: VerdictKind;
  readonly sees: Seen;
  /** What `sees` looks like on this way, and why. */
  readonly because: string;
  readonly items: readonly CheckItem[];
  readonly assumptions: readonly string[];
}

export interface CheckQuestion {
  readonly from: string;
  readonly to: string;
  /** @default - the one port by which the target is published on the way, or on which it says that it listens */
  readonly on?: Traffic | undefined;
  /** Name or address that a container dials. @default - the target's name */
  readonly dial?: string | undefined;
  /** Rules of the machine's firewall, as they were assumed. @default - nobody said any */
  readonly hostFirewall?: HostFirewall | undefined;
}

/** What a way contributes to the list. */
export interface Findings {
  readonly verdict: VerdictKind;
  readonly on: Traffic;
  readonly sees: Seen;
  readonly because: string;
  readonly items: readonly Omit<CheckItem, 'by'>[];
}

/**
 * The check list for a browser before a machine, or one container, that wants to reach a container. Throws
 * InvalidQuestion for others, and the errors of `lookup`.
 */
export function checkList(topology: Topology, question: CheckQuestion): CheckList {
  const document = documentOfTopology(topology);
  if (document === undefined) throw invalid('there is no Terraform behind this topology to check.');
  const browsers = [...topology.endpoints.values()].filter(({ type }) => type === 'browser');
  if (question.from === 'browser' && browsers.length === 0) {
    throw invalid(
      'no way in is recorded in the input (//.netproof.hops), so that there is no browser. A PortForwardChain records one; ' +
        'to a plan or state, add what it was made from: --synth cdktf.out.',
    );
  }
  const from = lookup(topology, question.from, question.to);
  const to = lookup(topology, question.to, question.from);
  const source = from.kind === 'endpoint' ? from.endpoint : undefined;
  const target = to.kind === 'endpoint' ? to.endpoint : undefined;
  if (target?.type !== 'docker_container') {
    throw invalid(`the check list is about a container, and ${question.to} is none.`);
  }
  if (source?.type !== 'browser' && source?.type !== 'docker_container') {
    throw invalid(
      `the check list begins at a browser or a container, and ${question.from} is neither. Ask netproof explain without --check.`,
    );
  }
  const place = new CheckedPlace(topology, document, source, target, question);
  const found = source.type === 'browser' ? wayInFindings(place) : containerFindings(place);
  return {
    from: question.from,
    to: question.to,
    on: found.on.toString(),
    verdict: found.verdict,
    sees: found.sees,
    because: found.because,
    items: found.items.map((item) => ({ ...item, by: item.answer === 'ask' ? 'machine' : 'configuration' })),
    assumptions: (topology.premises ?? []).map(({ text }) => text),
  };
}

function invalid(message: string): NetproofError {
  return new NetproofError('InvalidQuestion', message);
}

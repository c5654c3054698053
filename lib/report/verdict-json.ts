import type { Question } from '../reachability/question';
import { nameOf } from '../reachability/explanation';
import type { Verdict } from '../reachability/verdict';
import { dataWithoutConcealed } from '../topology/concealed';
import type { Topology } from '../topology/topology';

/** What an unknown answer needs to know. */
export interface UnknownJson {
  readonly key: string;
  readonly text: string;
}

/** The short form of an answer, as lists of them print it. Traffic is text, `nothing` when it is empty. */
export interface AnswerJson {
  readonly verdict: Verdict['kind'];
  readonly passes: string;
  readonly mayPass: string;
  readonly unknowns: readonly UnknownJson[];
  /** Whether anybody answers there; only where it was said what listens. */
  readonly answers?: 'yes' | 'no';
  /** Keys of given values that were used while reading, and what is taken for granted, as sentences. */
  readonly assumptions: readonly string[];
}

export function answerJson(topology: Topology, verdict: Verdict): AnswerJson {
  const { kind, passes, mayPass, unknowns, answers } = verdict;
  return {
    verdict: kind,
    passes: passes.toString(),
    mayPass: mayPass.toString(),
    unknowns: unknowns.map(({ key, text }) => ({ key, text })),
    ...(answers !== 'unsaid' && { answers }),
    assumptions: [...topology.usedValues, ...(topology.premises ?? []).map(({ text }) => text)],
  };
}

/** The whole answer to one question, as `--json` prints it. */
export function verdictJson(topology: Topology, question: Question, verdict: Verdict) {
  const { firstPacket, clientPorts, otherWays, anyWay } = verdict;
  return dataWithoutConcealed(topology, {
    format: 1,
    from: nameOf(question.from),
    to: nameOf(question.to),
    ...(question.via !== undefined && { via: question.via }),
    on: question.on.toString(),
    ...answerJson(topology, verdict),
    answers: verdict.answers,
    firstPacket: { passes: firstPacket.passes.toString(), mayPass: firstPacket.mayPass.toString() },
    ...(clientPorts !== undefined && {
      clientPorts: { passes: clientPorts.passes.toString(), of: clientPorts.of.toString() },
    }),
    otherWays: otherWays
      .filter(({ mayPass }) => !mayPass.isEmpty())
      .map((way) => ({
        kind: way.kind,
        name: way.name,
        address: way.origin.address,
        dial: way.dial,
        dialled: way.dialled.toString(),
        passes: way.passes.toString(),
        mayPass: way.mayPass.toString(),
      })),
    anyWay: { passes: anyWay.passes.toString(), mayPass: anyWay.mayPass.toString() },
  });
}

/** The same with what stops it, by reason code, and the text for people. */
export function explanationJson(topology: Topology, question: Question, verdict: Verdict, text: string) {
  const [first] = verdict.trace();
  return dataWithoutConcealed(topology, {
    ...verdictJson(topology, question, verdict),
    cuts: (first?.cuts ?? []).map((cut) => ({
      reason: cut.reason,
      meaning: cut.meaning,
      symptom: cut.symptom,
      direction: cut.direction,
      subject: cut.subject,
      stops: cut.stops.toString(),
      certain: cut.certain,
      unknowns: cut.unknowns.map(({ key, text: expression }) => ({ key, text: expression })),
    })),
    text,
  });
}

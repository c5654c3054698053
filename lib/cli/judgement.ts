import { NetproofError } from '../addressing/netproof-error';
import type { FindingsReport } from '../report/findings-report';
import { printableJson, printableLines } from '../report/printable';
import type { Topology } from '../topology/topology';
import type { Invocation, Output } from './command';
import { formatOf, written } from './report-format';

/** What a command found against a network, in every form in which it can be written. */
export interface Judgement {
  readonly status: 'pass' | 'fail' | 'unknown';
  readonly topology: Topology;
  readonly text: () => string;
  readonly json: () => object;
  readonly report: () => FindingsReport;
}

/**
 * Writes a judgement in the `--format` that was asked for, and gives the exit code: 0 holds, 1 broken, 2 cannot be told.
 * With `json` bad input is an object too, so that a program that reads it always finds one.
 */
export function writeJudgement(invocation: Invocation, { out, err }: Output, judge: () => Judgement): number {
  const format = formatOf(invocation);
  let judgement: Judgement;
  try {
    judgement = judge();
  } catch (error) {
    if (format !== 'json' || !NetproofError.is(error)) throw error;
    const { code, message, problems } = error;
    out(`${printableJson({ format: 1, status: 'invalid', error: { code, message, problems } })}\n`);
    err(`${printableLines(message)}\n`);
    return 2;
  }
  out(`${textIn(format, judgement)}\n`);
  return { pass: 0, fail: 1, unknown: 2 }[judgement.status];
}

function textIn(format: ReturnType<typeof formatOf>, { topology, text, json, report }: Judgement): string {
  if (format === 'pretty') return text();
  return format === 'json' ? printableJson(json()) : written(report(), format, topology);
}

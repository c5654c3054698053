import { NetproofError } from '../addressing/netproof-error';
import type { FindingsReport } from '../report/findings-report';
import type { Topology } from '../topology/topology';
import { printableJson } from '../report/printable';
import type { Invocation } from './command';
import { textOf } from './input-options';

/* eslint-disable @typescript-eslint/no-require-imports -- a format loads when it is asked for */
const writers = {
  markdown: (report: FindingsReport): string =>
    (require('../report/findings-markdown') as typeof import('../report/findings-markdown')).findingsMarkdown(
      report,
    ),
  junit: (report: FindingsReport): string =>
    (require('../report/junit') as typeof import('../report/junit')).junitOf(report),
  sarif: (report: FindingsReport): string => {
    const { sarifOf } = require('../report/sarif') as typeof import('../report/sarif');
    const { version } = require('../../package.json') as { readonly version: string };
    return printableJson(sarifOf(report, version));
  },
  html: (report: FindingsReport, topology: Topology): string =>
    (require('../report/page') as typeof import('../report/page')).pageOf(topology, report),
} as const;
/* eslint-enable @typescript-eslint/no-require-imports */

/** Formats that every command with findings writes in the same way. */
export type ReportFormat = keyof typeof writers;

const reportFormats = Object.keys(writers) as readonly ReportFormat[];

/** `--format` of a command with findings; `--json` is short for one of them. Throws InvalidOption. */
export function formatOf({ values }: Invocation): 'pretty' | 'json' | ReportFormat {
  if (values['json'] === true) return 'json';
  const known = ['pretty', 'json', ...reportFormats] as const;
  const format = textOf(values, 'format') ?? 'pretty';
  const found = known.find((one) => one === format);
  if (found !== undefined) return found;
  throw new NetproofError(
    'InvalidOption',
    `--format ${format} means nothing. There are ${known.join(', ')}.`,
  );
}

export function written(report: FindingsReport, format: ReportFormat, topology: Topology): string {
  return writers[format](report, topology);
}

import type { Traffic } from '../addressing/traffic';
import { matrix as matrixOf, type MatrixOptions } from '../reachability/matrix';
import { matrixJson, matrixRows, matrixTextWithGaps, type MatrixRow } from '../report/matrix-table';
import { plainPaint } from '../report/terminal-style';
import type { Topology } from '../topology/topology';

/** Who reaches whom on what, as data. As text (`String(matrix)`) it is the table of `netproof matrix`, and as JSON its `--json`. */
export interface ReachMatrix {
  /** In as few rows as equal sources and targets allow; what takes part from outside first. */
  readonly rows: readonly MatrixRow[];
  /**
   * What passes from one endpoint to another for certain, and what may pass, by any of their names. Throws UnknownEndpoint
   * and AmbiguousName.
   */
  between(from: string, to: string): { readonly passes: Traffic; readonly mayPass: Traffic };
  toString(): string;
  toJSON(): object;
}

/** See {@link ReachMatrix}. */
export function reachMatrix(topology: Topology, options: MatrixOptions = {}): ReachMatrix {
  const found = matrixOf(topology, { otherWays: true, ...options });
  const rows = matrixRows(found);
  return withMethods(
    { rows },
    {
      between: (from: string, to: string) => {
        const { passes, mayPass } = found.canReach(from, to);
        return { passes, mayPass };
      },
      toString: () => matrixTextWithGaps(rows, found, plainPaint),
      toJSON: () => matrixJson(rows, found),
    },
  );
}

/** Methods that are no part of the data: it prints, compares and copies without them. */
export function withMethods<T extends object, M extends object>(data: T, methods: M): T & M {
  for (const [name, value] of Object.entries(methods)) Object.defineProperty(data, name, { value });
  return data as T & M;
}

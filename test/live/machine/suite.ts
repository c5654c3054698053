import type { Piece } from './live-machine';

/** The values of several pieces, in order. */
type Values<Pieces extends readonly Piece<unknown>[]> = {
  [K in keyof Pieces]: Pieces[K] extends Piece<infer T> ? T : never;
};

/** How a suite is named, and whether a machine that calls itself complete must run it. */
export interface SuiteOptions {
  readonly name: string;
  /**
   * Whether `CI=true` makes it a failure that the suite did not run. `NETPROOF_REQUIRE_LIVE` says otherwise for all:
   * `all`, or names separated by commas.
   * @default true
   */
  readonly required?: boolean;
}

/**
 * A live suite: runs with the pieces that it needs, or says which one is missing and why. It prints its name, what
 * really ran and the seconds.
 */
export function liveSuite<const Pieces extends readonly Piece<unknown>[]>(
  { name, required = true }: SuiteOptions,
  pieces: Pieces,
  body: (values: Values<Pieces>, ran: (what: string) => void) => void,
): void {
  const reasons = pieces.flatMap((piece) => ('reason' in piece ? [piece.reason] : []));
  if (reasons.length > 0) {
    const reason = [...new Set(reasons)].join('; ');
    if (isRequired(name, required)) {
      test(`${name} is required here`, () => {
        throw new Error(`${name} could not run: ${reason}`);
      });
    } else {
      say(`${name}: skipped, ${reason}`);
      test.skip(`${name} runs (${reason})`, () => {});
    }
    return;
  }
  const values = pieces.map((piece) => ('value' in piece ? piece.value : undefined)) as Values<Pieces>;
  describe(name, () => {
    const versions: string[] = [];
    let started = 0;
    beforeAll(() => {
      started = Date.now();
    });
    body(values, (what) => versions.push(what));
    afterAll(() => {
      say(`${name}: ${((Date.now() - started) / 1000).toFixed(1)} s with ${versions.join(', ')}`);
    });
  });
}

/** One line on standard error, past jest's own console, which adds a stack to each. */
export function say(line: string): void {
  process.stderr.write(`live: ${line}\n`);
}

function isRequired(name: string, byDefault: boolean): boolean {
  const named = process.env['NETPROOF_REQUIRE_LIVE'];
  if (named === undefined || named === '') return process.env['CI'] === 'true' && byDefault;
  return (
    named === 'all' ||
    named
      .split(',')
      .map((entry) => entry.trim())
      .includes(name)
  );
}

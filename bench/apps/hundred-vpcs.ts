import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ThreeSubnetVpc } from '../../lib/aws';
import { bareVpc } from './bare-vpc';
import { type MakeVpc, synthVpcs } from './synth-app';

// Prints one JSON line per round, `{"netproof": ms, "bare": ms}`: both in one process, in turns, the first round
// left out because it is spent on compiling. Called with the number of rounds.
const makers: Readonly<Record<string, MakeVpc>> = {
  netproof: (scope, id, region) => void new ThreeSubnetVpc(scope, id, { region }),
  bare: bareVpc,
};
const outdir = mkdtempSync(join(tmpdir(), 'netproof-bench-'));
try {
  for (let round = 0; round <= Number(process.argv[2]); round++) {
    const names = round % 2 === 0 ? ['netproof', 'bare'] : ['bare', 'netproof'];
    const times = names.map((name) => {
      globalThis.gc?.();
      const start = process.hrtime.bigint();
      synthVpcs(makers[name]!, 100, outdir);
      return [name, Number(process.hrtime.bigint() - start) / 1e6] as const;
    });
    if (round > 0)
      console.log(JSON.stringify(Object.fromEntries(times.sort(([a], [b]) => b.localeCompare(a)))));
  }
} finally {
  rmSync(outdir, { recursive: true, force: true });
}

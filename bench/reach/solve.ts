import { Matrix } from '../../lib/reachability/matrix';
import { estate } from './estate';

// node solve.js ENDPOINTS [4|6|46] [DOUBTS]: one solve of all pairs, as JSON. Building the topology is not part of it.
const [endpoints = '10000', families = '4', doubts = '0'] = process.argv.slice(2);
const size = {
  endpoints: Number(endpoints),
  families: [...families].map((family) => (family === '6' ? 6 : 4)),
  doubts: Number(doubts),
};

const lap = stopwatch();
const topology = estate(size);
const built = lap();
const all = new Matrix(topology);
const prepared = lap();
const counts = all.counts();
const solved = lap();
const peakMegabytes = Math.round(process.resourceUsage().maxRSS / 1024);
process.stdout.write(`${JSON.stringify({ ...size, ...counts, built, prepared, solved, peakMegabytes })}\n`);

/** Milliseconds since it was last asked, on the clock and of this process's processor time. */
function stopwatch(): () => { readonly clock: number; readonly processor: number } {
  let clock = performance.now();
  let usage = process.cpuUsage();
  return () => {
    const spent = process.cpuUsage(usage);
    const elapsed = { clock: performance.now() - clock, processor: (spent.user + spent.system) / 1000 };
    clock = performance.now();
    usage = process.cpuUsage();
    return { clock: Math.round(elapsed.clock), processor: Math.round(elapsed.processor) };
  };
}

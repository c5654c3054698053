import type { ProbeRow } from '../../lib/probe/prober';
import type { Topology } from '../../lib/topology/topology';
import { deploy, remove } from './conformance/deploy';
import { conformanceTerraform, terraformOf } from './conformance/fixture';
import { type IdleImage, idleImage } from './conformance/idle-image';
import { cellsOf, committedCells, type Measured, writePage } from './conformance/page';
import { type EngineSetting, openProbedEngine, textOfRow } from './conformance/probed-engine';
import { type LiveMachine, liveMachine } from './machine/live-machine';
import { randomLabs } from './conformance/random-labs';
import { liveSuite, say } from './machine/suite';

/** `npm run conformance`: all engines, and docs/conformance.md is written. */
const whole = process.env['NETPROOF_CONFORMANCE'] === 'all';

const proxyOn: EngineSetting = { name: 'as it comes', flags: [] };
const proxyOff: EngineSetting = { name: 'userland-proxy off', flags: ['--userland-proxy=false'] };
const nftables = '--firewall-backend=nftables';

const engines: readonly {
  readonly line: string;
  readonly piece: keyof LiveMachine & ('docker' | 'newerDocker' | 'docker26' | 'docker29');
  readonly settings: readonly EngineSetting[];
}[] = [
  { line: '20.10', piece: 'docker', settings: [proxyOn, proxyOff] },
  {
    line: '28.5',
    piece: 'newerDocker',
    settings: [proxyOn, proxyOff],
  },
  {
    line: '29',
    piece: 'docker29',
    settings: [
      proxyOn,
      // With nftables the engine asks for forwarding to be on, and does not switch it on itself.
      { name: 'nftables', flags: [nftables], forwardsBefore: true },
      proxyOff,
    ],
  },
  { line: '26.1', piece: 'docker26', settings: [proxyOn] },
];

const machine = liveMachine();
const measured: Measured[] = [];
const missing: string[] = [];
let broken = false;

/** Random labs stand side by side on one engine, so many at a time. */
const [batches, together] = [3, 8];

liveSuite({ name: 'random Docker topologies' }, [machine.newerDocker], ([release], ran) => {
  test(`${batches * together} of them: every packet does what its verdict says`, async () => {
    const seed = Number(process.env['NETPROOF_SEED'] ?? 20_261_121);
    ran(`Docker Engine ${release.version}`);
    ran(`seed ${seed}`);
    const site = await openProbedEngine(release, proxyOn, await idleImage());
    const labs = randomLabs(batches * together, seed, true);
    let cells = 0;
    try {
      for (let batch = 0; batch < batches; batch += 1) {
        const some = labs.slice(batch * together, (batch + 1) * together);
        const terraform = terraformOf(
          Object.assign({}, ...some.map(({ networks }) => networks)) as Parameters<typeof terraformOf>[0],
          Object.assign({}, ...some.map(({ containers }) => containers)) as Parameters<typeof terraformOf>[1],
        );
        await deploy(site.api, terraform);
        const asked = await site.ask(terraform, { outside: false });
        const rows = asked.rows.filter((row) => !answersByAnotherWay(asked.topology, row));
        cells += rows.length;
        expect(rows.filter(({ agreement }) => agreement !== 'agrees').map(textOfRow)).toEqual([]);
        if (batch < batches - 1) await remove(site.api, terraform);
      }
      say(`random Docker topologies: ${cells} cells agree`);
    } finally {
      await site.close();
    }
  });
});

for (const { line, piece, settings } of engines) {
  const found = machine[piece];
  if (!whole && (piece === 'docker26' || piece === 'docker29')) continue;
  if ('reason' in found) missing.push(`Docker Engine ${line} (${found.reason})`);
  const required = piece === 'docker' || piece === 'newerDocker';
  liveSuite({ name: `conformance on Docker Engine ${line}`, required }, [found], ([release], ran) => {
    let image: IdleImage;
    beforeAll(async () => {
      ran(`Docker Engine ${release.version}`);
      image = await idleImage();
    });

    test.each(settings)('$name: every packet does what its verdict says', async (setting) => {
      const started = Date.now();
      const site = await openProbedEngine(release, setting, image);
      try {
        const terraform = conformanceTerraform();
        await deploy(site.api, terraform);
        const { rows } = await site.ask(terraform);
        const wrong = rows.filter(({ agreement }) => agreement !== 'agrees').map(textOfRow);
        const one: Measured = { engine: line, version: release.version, setting: setting.name, rows };
        measured.push(one);
        broken ||= wrong.length > 0;
        // Written after every engine, so that a run that is stopped leaves what it has.
        if (whole && !broken) writePage(measured, missing);
        say(`conformance: ${cellsOf(one).join(' ')} in ${((Date.now() - started) / 1000).toFixed(1)} s`);
        if (wrong.length > 0) say(wrong.join('\n'));
        expect(wrong).toEqual([]);
        if (!whole)
          expect(withoutVersion(cellsOf(one))).toEqual(
            withoutVersion(committedCells(line, setting.name) ?? []),
          );
      } finally {
        await site.close();
      }
    });
  });
}

/**
 * Not modelled: a container on several networks that is dialled from the LAN, by who routes to the containers' blocks, on
 * another than that of its gateway. Its reply leaves by the gateway, and on a network that lets direct packets in it arrives.
 */
function answersByAnotherWay(topology: Topology, { question: { from, to } }: ProbeRow): boolean {
  const segments = new Set(topology.endpoints.get(to)?.interfaces.map(({ segment }) => segment));
  return from === 'lan' && segments.size > 1 && topology.endpoints.get(to)?.stack === to;
}

/** Debian may have a later patch release than the page was written with. */
function withoutVersion(cells: readonly string[]): readonly string[] {
  return cells.filter((_, at) => at !== 1);
}

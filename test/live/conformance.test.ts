import { deploy } from './conformance/deploy';
import { conformanceTerraform } from './conformance/fixture';
import { type IdleImage, idleImage } from './conformance/idle-image';
import { cellsOf, committedCells, type Measured, writePage } from './conformance/page';
import { type EngineSetting, openProbedEngine, textOfRow } from './conformance/probed-engine';
import { type LiveMachine, liveMachine } from './machine/live-machine';
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
  { line: '26.1', piece: 'docker26', settings: [proxyOn, proxyOff] },
  {
    line: '28.5',
    piece: 'newerDocker',
    settings: [
      proxyOn,
      proxyOff,
      ...(whole ? [{ name: 'allow-direct-routing', flags: ['--allow-direct-routing'] }] : []),
    ],
  },
  {
    line: '29',
    piece: 'docker29',
    settings: [
      proxyOn,
      proxyOff,
      // With nftables the engine asks for forwarding to be on, and does not switch it on itself.
      { name: 'nftables', flags: [nftables], forwardsBefore: true },
      {
        name: 'nftables, userland-proxy off',
        flags: [nftables, '--userland-proxy=false'],
        forwardsBefore: true,
      },
    ],
  },
];

const machine = liveMachine();
const measured: Measured[] = [];
const missing: string[] = [];
let broken = false;

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
        say(`conformance: ${cellsOf(one).join(' ')} in ${((Date.now() - started) / 1000).toFixed(1)} s`);
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

afterAll(() => {
  if (!whole || broken || measured.length === 0) return;
  writePage(measured, missing);
  say('conformance: docs/conformance.md is written');
});

/** Debian may have a later patch release than the page was written with. */
function withoutVersion(cells: readonly string[]): readonly string[] {
  return cells.filter((_, at) => at !== 1);
}

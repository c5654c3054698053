import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { readSynth } from '../../lib/readers/synth';
import { topologyOfDocument } from '../../lib/readers/topology-of-documents';
import { pageOf } from '../../lib/report/page';
import type { Topology } from '../../lib/topology/topology';
import { container, networks } from '../lint/lint-of';
import { hostile } from '../report/hostile-names';
import { manyInstances } from '../report/many-instances';
import { dockerThreeTier } from '../stacks/shipped';
import { BrowserPage } from './machine/chromium';
import { liveMachine } from './machine/live-machine';
import { liveSuite } from './machine/suite';

const { chromium } = liveMachine();

liveSuite({ name: 'page' }, [chromium], ([program], ran) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'netproof-page-'));
  let page: BrowserPage;

  /** Writes the page of a topology and opens it. */
  async function show(name: string, topology: Topology): Promise<void> {
    const file = path.join(folder, `${name}.html`);
    if (!fs.existsSync(file)) fs.writeFileSync(file, pageOf(topology, undefined, { mostTold: 60 }));
    await page.load(file);
  }

  /** Texts of all elements of a selector. */
  const texts = (selector: string): Promise<readonly string[]> =>
    page.evaluate(
      `[...document.querySelectorAll(${JSON.stringify(selector)})].map((one) => one.textContent)`,
    );

  const type = (id: string, value: string): Promise<void> =>
    page.evaluate(
      `(() => { const input = document.getElementById('${id}'); input.value = ${JSON.stringify(value)}; input.dispatchEvent(new Event('input')); })()`,
    );

  /** Clicks the cell of a pair, by its title. */
  const click = (title: string): Promise<void> =>
    page.evaluate(`document.querySelector('.cell[title=${JSON.stringify(title)}]').click()`);

  const background = (): Promise<string> => page.evaluate('getComputedStyle(document.body).backgroundColor');

  beforeAll(async () => {
    ran(program.version);
    page = await BrowserPage.open(program);
  });

  afterAll(async () => {
    await page.close();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  describe('of the three tiers', () => {
    const tiers = topologyOf(dockerThreeTier().toTerraform() as object, 'docker-three-tier');
    beforeEach(() => show('tiers', tiers));

    test('opens without an error, and loads nothing', async () => {
      expect(page.troubles()).toEqual([]);
      expect(await texts('h1')).toEqual(['docker-three-tier']);
    });

    test('shows the path of a pair when its cell is clicked', async () => {
      await click('nginx to postgres');
      expect((await texts('#path h3'))[0]).toBe('nginx to postgres');
      expect((await texts('#path p'))[0]).toBe('blocked');
      expect((await texts('#path pre'))[0]).toContain('No rule of a router lets it forward the packet');
      await click('api to postgres');
      expect((await texts('#path p'))[0]).toBe('passes: all');
    });

    test('keeps to the rows and columns that are searched for', async () => {
      await type('from', 'nginx');
      await type('to', 'postgres');
      expect(await texts('.side')).toEqual(['nginx']);
      expect(await texts('.top')).toEqual(['postgres']);
      await type('from', 'nobody');
      expect(await texts('.cell')).toEqual([]);
    });

    test('keeps to what passes, by port too', async () => {
      await page.evaluate(`document.getElementById('show').value = 'open'`);
      await type('to', 'nginx');
      await type('on', '80');
      expect(await texts('.side')).toEqual(['api', 'host', 'host-loopback']);
      await type('on', 'tcp/81');
      expect(await texts('.side')).toEqual(['api', 'host']);
      await type('on', 'udp/80');
      expect(await texts('.side')).toEqual(['api', 'host']);
    });

    test('goes from pair to pair by the arrow keys', async () => {
      await page.evaluate(`document.getElementById('grid').focus()`);
      await page.press('ArrowDown');
      const [first] = await texts('#path h3');
      await page.press('ArrowDown');
      const [second] = await texts('#path h3');
      expect([first, second]).not.toContain(undefined);
      expect(second).not.toBe(first);
    });

    test('shows the row of what is clicked in the picture', async () => {
      await page.evaluate(
        `[...document.querySelectorAll('.chip')].find((one) => one.querySelector('.label').textContent === 'postgres').dispatchEvent(new MouseEvent('click', { bubbles: true }))`,
      );
      expect(await texts('.side')).toEqual(['postgres']);
    });

    test('is light or dark as its reader prefers, and the other way round by its button', async () => {
      await page.prefer('light');
      await show('tiers', tiers);
      expect(await background()).toBe('rgb(255, 255, 255)');
      const light = await page.screenshot();
      const ground = `getComputedStyle(document.querySelector('.netproof .ground')).fill`;
      expect(await page.evaluate(ground)).toBe('rgb(255, 255, 255)');
      await page.evaluate(`document.getElementById('theme').click()`);
      expect(await background()).toBe('rgb(18, 23, 30)');
      expect(await page.evaluate(ground)).toBe('rgb(18, 23, 30)');
      const dark = await page.screenshot();
      expect(dark.equals(light)).toBe(false);
      await page.prefer('dark');
      await show('tiers', tiers);
      expect(await background()).toBe('rgb(18, 23, 30)');
      await page.prefer('light');
    });

    test('has text that stands out from its ground, light and dark', async () => {
      for (const scheme of ['light', 'dark'] as const) {
        await page.prefer(scheme);
        await show('tiers', tiers);
        expect(await page.evaluate<readonly string[]>(faint)).toEqual([]);
      }
      await page.prefer('light');
    });
  });

  test('of 1,000 endpoints opens at once, and makes only the cells that are seen', async () => {
    await show('many', topologyOf(manyInstances(1000), 'many'));
    expect(page.troubles()).toEqual([]);
    expect(await texts('#count')).toEqual(['1002 by 1002 of 1002']);
    expect((await texts('.cell')).length).toBeLessThan(2000);
    const milliseconds = await page.evaluate<number>(
      `new Promise((resolve) => {
        const started = performance.now();
        const grid = document.getElementById('grid');
        grid.scrollTo(grid.scrollWidth, grid.scrollHeight);
        requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now() - started)));
      })`,
    );
    expect(milliseconds).toBeLessThan(3000);
    expect((await texts('.side')).at(-1)).toBe('internet6');
    await type('to', 'machine-999');
    await page.evaluate(`document.getElementById('show').value = 'open'`);
    await type('on', '8004');
    expect((await texts('#count'))[0]).toMatch(/^200 by 1 of/);
  });

  test('of hostile names runs nothing of theirs, and shows them as text', async () => {
    const resource = {
      docker_network: networks,
      docker_container: {
        web: container(hostile, ['front']),
        api: container('<img src=x onerror=alert(2)>', ['front']),
      },
    };
    await show('hostile', topologyOf({ resource }, hostile));
    await click('<img src=x onerror=alert(2)> to internet');
    expect(page.troubles()).toEqual([]);
    expect(await texts('.side')).toContain('<img src=x onerror=alert(2)>');
    expect(await page.evaluate(`document.querySelectorAll('img, iframe, main script').length`)).toBe(0);
  });
});

function topologyOf(terraform: object, stack: string): Topology {
  return topologyOfDocument(readSynth(JSON.stringify(terraform), { stack }));
}

/** Texts whose contrast with the ground behind them is below 4.5, which is what WCAG 2.1 asks for (AA). */
const faint = `(() => {
  const read = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = (colour) => {
    const [r, g, b] = read(colour).slice(0, 3).map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const groundOf = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const colour = getComputedStyle(one).backgroundColor;
      if (read(colour)[3] !== 0) return colour;
    }
    return 'rgb(255, 255, 255)';
  };
  const faint = [];
  for (const element of document.querySelectorAll('h1, h2, h3, p, span, label, button, pre, code, .cell, .side, .top')) {
    if (element.closest('svg') || element.textContent.trim() === '') continue;
    const [a, b] = [light(getComputedStyle(element).color), light(groundOf(element))];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (contrast < 4.5) faint.push(element.className + ' ' + contrast.toFixed(2));
  }
  return [...new Set(faint)];
})()`;

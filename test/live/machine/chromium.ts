import { type ChildProcess, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { onPath, run } from './command';
import { unpackedPackages } from './debian-packages';
import { Unavailable } from './unavailable';

/** A Chromium of the distribution, and how to start it. */
export interface Chromium {
  readonly program: string;
  readonly env: Readonly<Record<string, string>>;
  readonly version: string;
}

/** The machine's own Chromium, or Debian's, unpacked. */
export async function chromium(): Promise<Chromium> {
  const own = await Promise.all(
    ['chromium', 'chromium-browser', 'google-chrome'].map((name) => onPath(name)),
  );
  const program = own.find((one) => one !== undefined);
  const found = program === undefined ? await unpacked() : { program, env: {} };
  const version = await run(found.program, ['--version', '--no-sandbox'], {
    env: found.env,
    timeoutSeconds: 60,
  });
  return { ...found, version: version.trim().split('\n').at(-1) ?? '' };
}

async function unpacked(): Promise<Omit<Chromium, 'version'>> {
  const folder = await unpackedPackages({ key: 'chromium-1', packages: ['chromium', 'fonts-dejavu-core'] });
  const program = path.join(folder, 'usr/lib/chromium/chromium');
  if (!fs.existsSync(program)) throw new Unavailable('Debian has no Chromium for this machine');
  const libraries = fs
    .readdirSync(path.join(folder, 'usr/lib'))
    .filter((name) => /-linux-gnu/.test(name))
    .map((name) => path.join(folder, 'usr/lib', name));
  return { program, env: { LD_LIBRARY_PATH: libraries.join(':') } };
}

/** Something that the browser says by itself: `Runtime.exceptionThrown`. */
export interface BrowserEvent {
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/**
 * A page in a headless Chromium, spoken to over a pipe: no port is opened. It may load files alone, and what it tried to load
 * is among its events.
 * @see https://chromedevtools.github.io/devtools-protocol/
 */
export class BrowserPage {
  /** What happened since the page was opened. */
  readonly events: BrowserEvent[] = [];
  private readonly child: ChildProcess;
  private readonly profile: string;
  private readonly waiting = new Map<
    number,
    { readonly done: (value: unknown) => void; readonly fail: (error: Error) => void }
  >();
  private session: string | undefined;
  private count = 0;

  private constructor({ program, env }: Chromium) {
    this.profile = fs.mkdtempSync(path.join(os.tmpdir(), 'netproof-chromium-'));
    const args = [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--no-first-run',
      '--host-resolver-rules=MAP * ~NOTFOUND',
      '--window-size=1400,1000',
      '--remote-debugging-pipe',
      `--user-data-dir=${this.profile}`,
      'about:blank',
    ];
    this.child = spawn(program, args, {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env, HOME: this.profile },
    });
    this.child.on('exit', () => {
      for (const { fail } of this.waiting.values()) fail(new Error('Chromium ended'));
    });
    let rest = '';
    (this.child.stdio[4] as Readable).setEncoding('utf8').on('data', (text: string) => {
      const messages = (rest + text).split('\0');
      rest = messages.pop() ?? '';
      for (const message of messages) this.receive(JSON.parse(message) as Message);
    });
  }

  static async open(chromium: Chromium): Promise<BrowserPage> {
    const page = new BrowserPage(chromium);
    const { targetId } = (await page.send('Target.createTarget', { url: 'about:blank' })) as {
      targetId: string;
    };
    const attached = (await page.send('Target.attachToTarget', { targetId, flatten: true })) as {
      sessionId: string;
    };
    page.session = attached.sessionId;
    for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await page.send(`${domain}.enable`);
    return page;
  }

  /** Opens a file and waits until it is loaded; events before that are forgotten. */
  async load(file: string): Promise<void> {
    this.events.length = 0;
    await this.send('Page.navigate', { url: `file://${file}` });
    await this.until(() => this.events.some(({ method }) => method === 'Page.loadEventFired'));
  }

  /** What an expression comes to in the page, as JSON has it. Throws what it throws. */
  async evaluate<T>(expression: string): Promise<T> {
    const { result, exceptionDetails } = (await this.send('Runtime.evaluate', {
      expression,
      returnByValue: true,
      awaitPromise: true,
    })) as {
      result: { value: T };
      exceptionDetails?: { text: string; exception?: { description?: string } };
    };
    if (exceptionDetails !== undefined) {
      throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    }
    return result.value;
  }

  /** What the reader prefers. */
  async prefer(scheme: 'light' | 'dark'): Promise<void> {
    await this.send('Emulation.setEmulatedMedia', {
      features: [{ name: 'prefers-color-scheme', value: scheme }],
    });
  }

  async press(key: string): Promise<void> {
    for (const type of ['rawKeyDown', 'keyUp'])
      await this.send('Input.dispatchKeyEvent', { type, key, code: key });
  }

  /** What is seen, as PNG. */
  async screenshot(): Promise<Buffer> {
    const { data } = (await this.send('Page.captureScreenshot', { format: 'png' })) as { data: string };
    return Buffer.from(data, 'base64');
  }

  /** What went wrong or was loaded, in a line each; the page's own file is no news. */
  troubles(): readonly string[] {
    return this.events.flatMap(({ method, params }) => {
      const told = JSON.stringify(params).slice(0, 400);
      if (method === 'Runtime.exceptionThrown' || method === 'Page.javascriptDialogOpening')
        return [`${method} ${told}`];
      if (method === 'Log.entryAdded') return [`${method} ${told}`];
      if (method !== 'Network.requestWillBeSent') return [];
      return params['type'] === 'Document' ? [] : [`${method} ${told}`];
    });
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    await this.send('Browser.close').catch(() => undefined);
    const late = setTimeout(() => this.child.kill('SIGKILL'), 10_000);
    await ended;
    clearTimeout(late);
    fs.rmSync(this.profile, { recursive: true, force: true, maxRetries: 5 });
  }

  private async until(holds: () => boolean): Promise<void> {
    const deadline = Date.now() + 60_000;
    while (!holds()) {
      if (Date.now() > deadline) throw new Error('the page did not load within a minute');
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  private send(method: string, params: object = {}): Promise<unknown> {
    const id = ++this.count;
    const sessionId =
      method.startsWith('Browser.') || method.startsWith('Target.') ? undefined : this.session;
    (this.child.stdio[3] as Writable).write(
      `${JSON.stringify({ id, method, params, ...(sessionId !== undefined && { sessionId }) })}\0`,
    );
    return new Promise((done, fail) => {
      const late = setTimeout(() => fail(new Error(`${method}: no answer within a minute`)), 60_000);
      const settle =
        <T>(next: (value: T) => void) =>
        (value: T): void => {
          clearTimeout(late);
          this.waiting.delete(id);
          next(value);
        };
      this.waiting.set(id, { done: settle(done), fail: settle(fail) });
    });
  }

  private receive({ id, method, params = {}, result, error }: Message): void {
    if (id === undefined) {
      if (method !== undefined) this.events.push({ method, params });
      // A dialog would stop the page for ever.
      if (method === 'Page.javascriptDialogOpening')
        void this.send('Page.handleJavaScriptDialog', { accept: false });
      return;
    }
    const waiting = this.waiting.get(id);
    if (error === undefined) waiting?.done(result);
    else waiting?.fail(new Error(error.message));
  }
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

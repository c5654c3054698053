import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as net from 'node:net';
import * as path from 'node:path';
import { cached } from './cache';
import { onPath, run } from './command';
import { runSubfolder } from './run-folder';
import { Unavailable } from './unavailable';

/** An emulator of the AWS API on 127.0.0.1, with an empty account. */
export interface AwsEmulator {
  /** Makes every AWS client, the Terraform provider too, talk to the emulator with keys that are no keys. */
  readonly env: Readonly<Record<string, string>>;
  /** Requests since the start, in order. */
  readonly calls: () => readonly AwsCall[];
  readonly stop: () => Promise<void>;
}

/** One request to the API, as its signature and body name it. */
export interface AwsCall {
  /** `ec2`, `sts` ... */
  readonly service: string;
  /** `CreateVpc` ... */
  readonly action: string;
  readonly parameters: URLSearchParams;
  /** Whether Terraform or OpenTofu asked, and not a test. */
  readonly byTerraform: boolean;
}

/** Version of moto, the emulator. */
export const emulatorVersion = '5.2.5';

/** Folder with the emulator's program, installed into a Python environment of its own; about 35 seconds. */
export async function emulatorProgram(): Promise<string> {
  const python = await onPath('python3');
  if (python === undefined) throw new Unavailable('python3 is missing');
  // Not `cached`: an environment names its own folder and cannot be moved. The marker says that it is complete.
  const parent = await cached('moto', () => Promise.resolve());
  const folder = path.join(parent, emulatorVersion);
  const marker = path.join(folder, 'complete');
  if (!fs.existsSync(marker)) {
    fs.rmSync(folder, { recursive: true, force: true });
    await run(python, ['-m', 'venv', folder], { timeoutSeconds: 120 });
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
    await run(path.join(folder, 'bin/python'), [...pip, `moto[server]==${emulatorVersion}`], {
      timeoutSeconds: 600,
    });
    fs.writeFileSync(marker, '');
  }
  return path.join(folder, 'bin/moto_server');
}

/** Starts the emulator on a free port; two to four seconds. */
export async function startAwsEmulator(program: string, region: string): Promise<AwsEmulator> {
  const folder = runSubfolder('aws');
  const recording = path.join(folder, 'calls');
  const port = await freePort();
  const server = spawn(
    'setpriv',
    ['--pdeathsig', 'KILL', program, '--host', '127.0.0.1', '--port', String(port)],
    {
      env: { ...process.env, MOTO_ENABLE_RECORDING: 'true', MOTO_RECORDER_FILEPATH: recording },
      stdio: 'ignore',
    },
  );
  const stop = async () => {
    if (server.exitCode === null) {
      const ended = new Promise((resolve) => server.once('exit', resolve));
      server.kill('SIGKILL');
      await ended;
    }
    fs.rmSync(folder, { recursive: true, force: true });
  };
  if (!(await untilAnswers(port))) {
    await stop();
    throw new Unavailable('the AWS emulator did not start within 30 s');
  }
  return {
    env: {
      AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
      AWS_ACCESS_KEY_ID: 'emulated',
      AWS_SECRET_ACCESS_KEY: 'emulated',
      AWS_REGION: region,
      AWS_EC2_METADATA_DISABLED: 'true',
    },
    calls: () => (fs.existsSync(recording) ? readCalls(fs.readFileSync(recording, 'utf8')) : []),
    stop,
  };
}

/** One line of JSON per request; the service stands in the scope of the signature. */
function readCalls(text: string): readonly AwsCall[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .flatMap((line) => {
      const entry = JSON.parse(line) as {
        headers: Record<string, string>;
        body: string;
        body_encoded?: boolean;
      };
      const header = (name: string) =>
        Object.entries(entry.headers).find(([key]) => key.toLowerCase() === name)?.[1] ?? '';
      const service = /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\//.exec(header('authorization'))?.[1];
      const body = entry.body_encoded ? Buffer.from(entry.body, 'base64').toString('utf8') : entry.body;
      const parameters = new URLSearchParams(body);
      const action = header('x-amz-target').split('.').at(-1) || parameters.get('Action');
      const byTerraform = header('user-agent').includes('terraform-provider-aws');
      return service !== undefined && action ? [{ service, action, parameters, byTerraform }] : [];
    });
}

async function untilAnswers(port: number): Promise<boolean> {
  for (let waited = 0; waited < 30_000; waited += 200) {
    const answered = await fetch(`http://127.0.0.1:${port}/moto-api/data.json`).then(
      (response) => response.ok,
      () => false,
    );
    if (answered) return true;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return false;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = net.createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

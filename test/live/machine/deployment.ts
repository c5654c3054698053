import * as fs from 'node:fs';
import * as path from 'node:path';
import { attempt, type CommandResult, run } from './command';
import { runSubfolder } from './run-folder';
import { reasonOf } from './unavailable';

/** One stack of this project, deployed as a user would, from a copy of the project so that nobody's state is touched. */
export interface Deployment {
  /** The copy's folder: state, secrets and cdktf.out lie in it. */
  readonly folder: string;
  /** The stack's folder in cdktf.out, in which Terraform works. */
  readonly stackFolder: string;
  /** `npx cdktf deploy STACK`. Settings given here are added to the environment, and hold from then on. */
  readonly deploy: (settings?: Readonly<Record<string, string>>) => Promise<void>;
  /** Writes the Terraform without deploying and prepares its folder: `npm run synth`, `terraform init`. */
  readonly synthesize: () => Promise<void>;
  /** Any Terraform command in the stack's folder. */
  readonly terraform: (...args: readonly string[]) => Promise<CommandResult>;
  /** What the state file says is deployed. Read from the file, because asking Terraform starts the provider again. */
  readonly deployed: () => readonly DeployedResource[];
  /**
   * What `terraform plan -detailed-exitcode` finds to change; undefined when nothing. The plan itself is written to
   * `latestPlan` in the stack's folder.
   */
  readonly pendingChanges: () => Promise<string | undefined>;
  /** `npx cdktf destroy STACK`. */
  readonly destroy: () => Promise<void>;
  /** Destroys what is still there, and removes the copy. */
  readonly close: () => Promise<void>;
}

/** A resource of the state: what Terraform created. */
export interface DeployedResource {
  readonly address: string;
  readonly type: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

export interface DeploymentOptions {
  readonly stack: string;
  /** Path of `terraform` or `tofu`. */
  readonly program: string;
  readonly env: Readonly<Record<string, string>>;
  /** Seconds that one command may take. @default 400 */
  readonly patienceSeconds?: number;
}

/** What belongs to the app; tests, docs and earlier outputs stay behind. */
const appFiles = ['cdktf.json', 'package.json', 'tsconfig.json', 'lib', 'stacks', 'policies'];

/** Name of the file with the plan that was made last. */
export const latestPlan = 'latest.plan';

const project = path.join(__dirname, '..', '..', '..');

/** Copies the app. Nothing is deployed yet. */
export function newDeployment({
  stack,
  program,
  env,
  patienceSeconds: timeoutSeconds = 400,
}: DeploymentOptions): Deployment {
  const folder = runSubfolder('app');
  for (const name of appFiles) {
    const from = path.join(project, name);
    if (fs.existsSync(from)) fs.cpSync(from, path.join(folder, name), { recursive: true });
  }
  fs.symlinkSync(path.join(project, 'node_modules'), path.join(folder, 'node_modules'));
  const stackFolder = path.join(folder, 'cdktf.out', 'stacks', stack);
  let own: Readonly<Record<string, string | undefined>> = {
    // What jest sets for itself, and what the user may have set for other clouds and engines.
    NODE_ENV: undefined,
    JEST_WORKER_ID: undefined,
    DOCKER_CONTEXT: undefined,
    AWS_PROFILE: undefined,
    NO_COLOR: '1',
    TERRAFORM_BINARY_NAME: program,
    ...env,
  };
  const cdktf = (...args: readonly string[]) =>
    run('npx', ['cdktf', ...args], { cwd: folder, env: own, timeoutSeconds });
  const terraform = (...args: readonly string[]) =>
    attempt(program, args, { cwd: stackFolder, env: own, timeoutSeconds });
  let inPlace = false;
  const destroy = async () => {
    await cdktf('destroy', stack, '--auto-approve', '--skip-provider-lock');
    inPlace = false;
  };
  return {
    folder,
    stackFolder,
    terraform,
    destroy,
    async deploy(settings = {}) {
      own = { ...own, ...settings };
      inPlace = true;
      await cdktf('deploy', stack, '--auto-approve', '--skip-provider-lock');
    },
    deployed() {
      const file = path.join(folder, `terraform.${stack}.tfstate`);
      return resourcesOf(JSON.parse(fs.readFileSync(file, 'utf8')) as State);
    },
    async synthesize() {
      await run('npm', ['run', '--silent', 'synth'], { cwd: folder, env: own, timeoutSeconds: 120 });
      await succeed(terraform('init', '-input=false', '-no-color'));
    },
    async pendingChanges() {
      const plan = await terraform(
        'plan',
        `-out=${latestPlan}`,
        '-detailed-exitcode',
        '-input=false',
        '-no-color',
      );
      if (plan.code === 0) return undefined;
      if (plan.code === 2) return plan.stdout;
      throw new Error(`terraform plan ended with ${plan.code}:\n${plan.stdout}\n${plan.stderr}`);
    },
    async close() {
      if (inPlace)
        await destroy().catch((error: unknown) => console.warn(`destroy failed: ${reasonOf(error)}`));
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The result of a command that must end with 0. */
export async function succeed(running: Promise<CommandResult>): Promise<CommandResult> {
  const result = await running;
  if (result.code !== 0) throw new Error(`ended with ${result.code}:\n${result.stdout}\n${result.stderr}`);
  return result;
}

/** The part of a state file, format 4, that is read here. None of our stacks counts a resource. */
interface State {
  readonly resources: readonly {
    readonly mode: string;
    readonly type: string;
    readonly name: string;
    readonly instances: readonly { readonly attributes: Readonly<Record<string, unknown>> }[];
  }[];
}

function resourcesOf({ resources }: State): readonly DeployedResource[] {
  return resources
    .filter(({ mode }) => mode === 'managed')
    .flatMap(({ type, name, instances }) =>
      instances.map(({ attributes }) => ({ address: `${type}.${name}`, type, attributes })),
    );
}

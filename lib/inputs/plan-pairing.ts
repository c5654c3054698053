import { NetproofError } from '../addressing/netproof-error';
import { readJsonObject } from '../readers/json/terraform-text';
import { membersOf, objectsOf } from '../readers/configuration/declarations';
import { rawObject, rawObjects, rawText, rawEntries } from '../readers/plan/raw-plan';
import type { DocumentText } from './document-text';
import type { Input } from './input';

/** The text of an INPUT. */
export interface InputText extends DocumentText {
  readonly input: Input;
}

/**
 * The stack among those of `--synth` that a plan or state was made from: the one of its name, else the only one that
 * declares what it holds. Throws `OtherSynth` when none does, and `SeveralStacks` when several do alike.
 */
export function synthOf(planned: InputText, synths: readonly InputText[]): InputText {
  const named = synths.find(({ input }) => input.stack === planned.input.stack);
  if (named !== undefined) return named;
  const [only, ...others] = synths;
  if (only !== undefined && others.length === 0) return only;
  const wanted = plannedNames(planned);
  const shared = synths.map((synth) => ({ synth, count: sharedNames(wanted, declaredNames(synth)) }));
  const most = Math.max(0, ...shared.map(({ count }) => count));
  const best = most === 0 ? [] : shared.filter(({ count }) => count === most);
  if (best.length === 1) return best[0]!.synth;
  const file = fileOf(planned.input);
  const stacks = (best.length === 0 ? shared : best).map(({ synth }) => synth.input.stack).join(', ');
  if (best.length === 0) {
    throw new NetproofError(
      'OtherSynth',
      `No stack of --synth declares what ${file} holds. There are: ${stacks}. Give the synth that it was made from.`,
    );
  }
  throw new NetproofError(
    'SeveralStacks',
    `${file} may be of several stacks of --synth: ${stacks}. Name one with --stack, or call the file after it.`,
  );
}

export const fileOf = ({ files, stack }: Input): string =>
  files.length === 1 ? files[0]!.file : `the folder ${stack}`;

/** Values of the root's variables as a plan tells them; of a state nothing is told. */
export function plannedVariables({ files }: DocumentText): ReadonlyMap<string, unknown> {
  const variables = rawEntries(rawObject(files[0]?.plain).variables);
  return new Map(
    variables.flatMap(([name, raw]) => {
      const { value } = rawObject(raw);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** `aws_vpc.main`, of all managed resources of the root module. */
function plannedNames({ files }: DocumentText): ReadonlySet<string> {
  const plain = rawObject(files[0]?.plain);
  const values = rawObject(plain.planned_values ?? plain.values);
  const resources = rawObjects(rawObject(values.root_module).resources);
  const managed = resources.filter(({ mode }) => mode !== 'data');
  return new Set(managed.map(({ type, name }) => `${rawText(type)}.${rawText(name)}`));
}

function declaredNames({ files }: DocumentText): ReadonlySet<string> {
  const names = new Set<string>();
  for (const file of files) {
    for (const { name: type, value } of membersOf(readJsonObject(file).all('resource'))) {
      for (const { name } of objectsOf([value]).flatMap(({ members }) => members))
        names.add(`${type}.${name}`);
    }
  }
  return names;
}

function sharedNames(wanted: ReadonlySet<string>, declared: ReadonlySet<string>): number {
  return [...wanted].filter((name) => declared.has(name)).length;
}

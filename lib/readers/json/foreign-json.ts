import { givenInstead, invalidTerraform, type TerraformText } from './terraform-text';

/** What a JSON object is read as. */
export type TerraformForm = 'configuration' | 'plan' | 'state';

/**
 * Refuses a JSON object that is something else than it is read as, by its member names: another form of Terraform
 * JSON, or what other tools write. Throws one `InvalidTerraform` that says what it is and what to give.
 */
export function refuseForeignJson(
  source: TerraformText,
  names: ReadonlySet<string>,
  wanted: TerraformForm,
): void {
  const form = formOf(names);
  if (form === wanted || (wanted === 'configuration' && form === undefined && isConfiguration(names))) return;
  const known = foreign.find(({ members }) => members.every((name) => names.has(name)));
  if (form !== undefined)
    throw invalidTerraform(source, isForm[form], `It is read as ${isRead[wanted]} here.`);
  if (known !== undefined) throw invalidTerraform(source, known.problem, known.remedy);
  const shown = [...names]
    .slice(0, 4)
    .map((name) => JSON.stringify(name))
    .join(', ');
  const holds = names.size === 0 ? 'is empty' : `holds ${shown}${names.size > 4 ? ' and more' : ''}`;
  throw invalidTerraform(source, `is JSON, but no Terraform: it ${holds}`, givenInstead);
}

/** Which form of Terraform JSON an object is, by its member names; undefined for none of them. */
export function formOf(names: ReadonlySet<string>): TerraformForm | undefined {
  if (names.has('format_version')) {
    if (['planned_values', 'resource_changes', 'configuration'].some((name) => names.has(name)))
      return 'plan';
    return ['values', 'terraform_version'].some((name) => names.has(name)) || names.size === 1
      ? 'state'
      : undefined;
  }
  const blocks = [...names].filter((name) => name !== '//');
  return blocks.length > 0 && blocks.every((name) => blockTypes.has(name)) ? 'configuration' : undefined;
}

/** A file with nothing in it is a module that creates nothing. One unknown block among known ones is no reason to refuse. */
function isConfiguration(names: ReadonlySet<string>): boolean {
  return [...names].every((name) => name === '//') || names.has('resource') || names.has('terraform');
}

const blockTypes: ReadonlySet<string> = new Set([
  ...['resource', 'data', 'provider', 'terraform', 'output', 'variable', 'locals', 'module'],
  ...['moved', 'import', 'removed', 'check', 'ephemeral'],
]);

const isForm: Readonly<Record<TerraformForm, string>> = {
  configuration: 'is Terraform as it is written, no plan and no state',
  plan: 'is the JSON of a plan',
  state: 'is the JSON of a state',
};

const isRead: Readonly<Record<TerraformForm, string>> = {
  configuration: 'Terraform as it is written (cdk.tf.json, *.tf.json)',
  plan: 'a plan (terraform show -json plan)',
  state: 'a state (terraform show -json)',
};

/** Files that are given by mistake, by members that only they have together. */
const foreign: readonly { members: readonly string[]; problem: string; remedy: string }[] = [
  {
    members: ['version', 'terraform_version', 'serial', 'lineage'],
    problem: 'is a state file as Terraform stores it',
    remedy: 'Ask for it as JSON: terraform show -json',
  },
  {
    members: ['format_version', 'provider_schemas'],
    problem: 'is the schema of providers',
    remedy: givenInstead,
  },
  {
    members: ['format_version', 'valid'],
    problem: 'is the result of terraform validate',
    remedy: givenInstead,
  },
  {
    members: ['version', 'stacks'],
    problem: 'is the manifest of a cdktf.out folder',
    remedy: 'Give the folder that it is in.',
  },
  {
    members: ['language', 'app'],
    problem: 'is the cdktf.json of a project',
    remedy: 'Synthesize (npx cdktf synth) and give the folder cdktf.out.',
  },
  {
    members: ['AWSTemplateFormatVersion'],
    problem: 'is a CloudFormation template, no Terraform',
    remedy: givenInstead,
  },
  {
    members: ['Resources'],
    problem: 'looks like a CloudFormation template, no Terraform',
    remedy: givenInstead,
  },
  {
    members: ['apiVersion', 'kind'],
    problem: 'is a Kubernetes manifest, no Terraform',
    remedy: givenInstead,
  },
  { members: ['services'], problem: 'is a Compose file, no Terraform', remedy: givenInstead },
  { members: ['name', 'dependencies'], problem: 'is a package.json, no Terraform', remedy: givenInstead },
  { members: ['name', 'devDependencies'], problem: 'is a package.json, no Terraform', remedy: givenInstead },
];

import type { Value } from '../topology/value';
import { AssumedValues } from './assumed-values';
import { Configuration, type RemoteOutputs } from './configuration/configuration';
import {
  declarationsOf,
  membersOf,
  objectsOf,
  type Declarations,
  type ResourceDeclaration,
} from './configuration/declarations';
import { evaluationOrder } from './configuration/evaluation-order';
import { ProviderNames } from './configuration/provider-names';
import { Templates } from './configuration/templates';
import { refuseForeignJson } from './json/foreign-json';
import { JsonObject, plainJson } from './json/json-value';
import { readJsonObject, type TerraformText } from './json/terraform-text';
import { rereadable } from './reread';
import type { ProviderConfiguration, Resource, TerraformDocument } from './terraform-document';

export interface ReadOptions {
  /** Name of the stack or folder. @default - what CDKTF wrote into the file, else nothing */
  readonly stack?: string;
  /** Values for what is not known before apply. @default - none */
  readonly assumed?: AssumedValues;
}

export interface SynthOptions extends ReadOptions {
  /** Values of variables, where a plan of the same stack tells them. @default - their defaults */
  readonly variables?: ReadonlyMap<string, unknown>;
}

/**
 * Reads Terraform JSON as it is written before any plan: a cdk.tf.json, or all `*.tf.json` of one folder. Repeated
 * members and array bodies count, as they do for Terraform.
 *
 * Locals, variables by their defaults, count, for_each and dynamic blocks are evaluated. What a called module creates
 * is declared elsewhere: its outputs are unknown, and `moduleCalls` names it. Throws `InvalidTerraform` for a text that
 * is no Terraform JSON and for a name declared twice, `CyclicReference` for names that refer to each other in a ring.
 */
export function readSynth(
  given: string | readonly TerraformText[],
  options: SynthOptions = {},
): TerraformDocument {
  const files = typeof given === 'string' ? [{ text: given }] : given;
  const roots = files.map((source) => {
    const root = readJsonObject(source);
    refuseForeignJson(source, new Set(root.members.map(({ name }) => name)), 'configuration');
    return { source, root };
  });
  const declarations = declarationsOf(roots);
  const templates = new Templates();
  const order = evaluationOrder(declarations, templates);
  const stack = options.stack ?? stackNameIn(declarations.comments) ?? '';
  const assumed = options.assumed ?? new AssumedValues();
  const read = (remote: RemoteOutputs) => {
    const context = { stack, assumed, remote, variables: options.variables ?? new Map<string, unknown>() };
    const configuration = new Configuration(declarations, templates, context);
    order.forEach((node) => configuration.prepare(node));
    return documentOf(declarations, configuration, stack, files.length === 1 ? files[0]!.file : undefined);
  };
  const document = read(() => undefined);
  // What holds on to the text and all that was read of it, only a stack that takes from others needs.
  const takes = document.resources.some(({ type }) => type === 'terraform_remote_state');
  return takes ? rereadable(document, read) : document;
}

function documentOf(
  declarations: Declarations,
  configuration: Configuration,
  stack: string,
  file: string | undefined,
): TerraformDocument {
  const names = new ProviderNames(declarations.settings);
  const [netproof] = declarations.comments.map((comment) => comment.get('netproof')).filter(isThere);
  return {
    kind: 'synth',
    stack,
    file,
    resources: [...declarations.resources.values()].flatMap((declaration) =>
      resourcesOf(declaration, configuration, names, stack),
    ),
    deleted: [],
    providers: providersOf(declarations, configuration, names, stack),
    outputs: outputsOf(declarations, configuration),
    netproof: netproof === undefined ? undefined : plainJson(netproof),
    moduleCalls: declarations.moduleCalls,
    backend: backendIn(declarations.settings),
  };
}

/** Where the stack keeps its state. Terraform takes no expressions there. */
function backendIn(settings: readonly JsonObject[]): TerraformDocument['backend'] {
  for (const { name: type, value } of membersOf(settings.flatMap((block) => block.all('backend')))) {
    const [config] = objectsOf([value]);
    if (config !== undefined) return { type, config: plainJson(config) };
  }
  const [cloud] = objectsOf(settings.flatMap((block) => block.all('cloud')));
  return cloud === undefined ? undefined : { type: 'remote', config: plainJson(cloud) };
}

function resourcesOf(
  declaration: ResourceDeclaration,
  configuration: Configuration,
  names: ProviderNames,
  stack: string,
): Resource[] {
  const { mode, type, name, body } = declaration;
  const provider = names.of(type, body);
  const constructPath = constructPathOf(body);
  const netproof = objectsOf(body.all('//'))
    .map((comment) => comment.get('netproof'))
    .find(isThere);
  const { places, existence } = configuration.instancesOf(declaration.address);
  return places.map(({ address, index }) => {
    const attributes = configuration.attributesOf(address);
    return {
      address,
      stack,
      mode,
      type,
      name,
      index,
      module: '',
      ...provider,
      constructPath,
      ...(netproof !== undefined && { netproof: plainJson(netproof) }),
      certain: existence === undefined,
      existence,
      attributes,
      authored: new Set(attributes.keys()),
    };
  });
}

function providersOf(
  { providers }: Declarations,
  configuration: Configuration,
  names: ProviderNames,
  stack: string,
): ProviderConfiguration[] {
  return providers.map((declaration) => {
    const attributes = configuration.attributesOfProvider(declaration);
    const alias = declaration.body.get('alias');
    attributes.delete('alias');
    const provider = names.sourceOf(declaration.name);
    return { provider, alias: typeof alias === 'string' ? alias : '', stack, attributes };
  });
}

function outputsOf({ outputs }: Declarations, configuration: Configuration): Map<string, Value> {
  return new Map(
    [...outputs].map(([name, declaration]) => {
      const json = declaration.body.get('value') ?? null;
      return [name, configuration.valueOf(declaration, json, `output.${name}`)];
    }),
  );
}

/** Where CDKTF says that a construct made it; `Resource` and `Default` at the end are no names that a person gave. */
function constructPathOf(body: JsonObject): string | undefined {
  const path = metadataIn(objectsOf(body.all('//')), 'path');
  return path?.replace(/(?:\/(?:Resource|Default))+$/, '');
}

const stackNameIn = (comments: readonly JsonObject[]): string | undefined =>
  metadataIn(comments, 'stackName');

function metadataIn(comments: readonly JsonObject[], name: string): string | undefined {
  const metadata = comments.flatMap((comment) => objectsOf(comment.all('metadata')));
  return metadata.map((entry) => entry.get(name)).find((entry) => typeof entry === 'string');
}

const isThere = <T>(value: T | undefined): value is T => value !== undefined;

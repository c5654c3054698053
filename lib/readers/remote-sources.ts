import type { Value } from '../topology/value';
import type { Backend, Resource, TerraformDocument } from './terraform-document';

/** The name that CDKTF gives the data source which reads the outputs of another stack. */
const crossStackName = /^cross-stack-reference-input-(.+)$/;

/**
 * The stacks that the `terraform_remote_state` data sources of a document read, by the name of the data source. In this
 * order: the stack that CDKTF names in it; the one stack that keeps its state there, as its `backend` or `cloud` block
 * says; the stack that the data source, or the folder of a local state, is called after, unless that keeps its state
 * elsewhere.
 */
export function remoteSources(
  document: TerraformDocument,
  documents: readonly TerraformDocument[],
): ReadonlyMap<string, TerraformDocument> {
  const others = documents.filter(({ stack }) => stack !== document.stack);
  const found = new Map<string, TerraformDocument>();
  for (const resource of document.resources) {
    if (resource.mode !== 'data' || resource.type !== 'terraform_remote_state') continue;
    const source = sourceOf(resource, others);
    if (source !== undefined)
      found.set(resource.address.slice('data.terraform_remote_state.'.length), source);
  }
  return found;
}

function sourceOf(
  { name, attributes }: Resource,
  others: readonly TerraformDocument[],
): TerraformDocument | undefined {
  const stack = crossStackName.exec(name)?.[1];
  if (stack !== undefined) return others.find((other) => other.stack === stack);
  const read = placeOf(attributes);
  const same = others.filter(({ backend }) => isSame(read, backend));
  if (same.length === 1) return same[0];
  const called = others.find((other) => other.stack === name || other.stack === read?.folder);
  const isElsewhere = read !== undefined && called?.backend !== undefined && !isSame(read, called.backend);
  return isElsewhere && read.settings.size > 0 ? undefined : called;
}

/** Where a data source reads a state. */
interface Place {
  readonly type: string;
  /** Settings that tell the state, by their path. */
  readonly settings: ReadonlyMap<string, string>;
  /** Folder that a local state lies in. */
  readonly folder: string | undefined;
}

function placeOf(attributes: ReadonlyMap<string, Value>): Place | undefined {
  const backend = attributes.get('backend');
  const config = attributes.get('config');
  if (backend?.kind !== 'known' || config === undefined) return undefined;
  const type = String(backend.value);
  const leaves = leavesOf(config, '');
  const path = type === 'local' ? leaves.find(([name]) => name === 'path')?.[1] : undefined;
  return { type, settings: new Map(telling(type, leaves)), folder: path?.split('/').at(-2) };
}

function isSame(read: Place | undefined, backend: Backend | undefined): boolean {
  if (read === undefined || backend?.type !== read.type) return false;
  const own = new Map(telling(backend.type, plainLeaves(backend.config, '')));
  const { settings } = read;
  return (
    own.size > 0 &&
    own.size === settings.size &&
    [...own].every(([name, value]) => settings.get(name) === value)
  );
}

/** The settings that tell one state from another; credentials, regions and roles do not. */
function telling(
  type: string,
  leaves: readonly (readonly [string, string])[],
): (readonly [string, string])[] {
  const names = tellingSettings[type];
  const secret = /secret|token|key_id|password|profile/;
  const own = leaves.filter(([name]) => (names === undefined ? !secret.test(name) : names.test(name)));
  if (type !== 'local') return [...own];
  // Paths are written from wherever their reader stands; a name that every state has by default tells nothing.
  return own
    .map(([name, path]) => [name, path.replace(/^.*[\\/]/, '')] as const)
    .filter(([, file]) => file !== 'terraform.tfstate');
}

const tellingSettings: Readonly<Record<string, RegExp>> = {
  local: /^path$/,
  s3: /^(bucket|key)$/,
  gcs: /^(bucket|prefix)$/,
  azurerm: /^(storage_account_name|container_name|key)$/,
  http: /^address$/,
  remote: /^(organization|workspaces\.name)$/,
  consul: /^path$/,
};

/** Leaves that are known; an unknown text keeps its end, `${path.module}/../network.tfstate`. */
function leavesOf(value: Value, path: string): readonly (readonly [string, string])[] {
  switch (value.kind) {
    case 'known':
      return value.value === null ? [] : [[path, String(value.value)]];
    case 'unknown':
      return /\}[^${}]+$/.test(value.text) ? [[path, value.text]] : [];
    case 'object':
      return [...value.entries].flatMap(([name, entry]) =>
        leavesOf(entry, path === '' ? name : `${path}.${name}`),
      );
    // A nested block that is written as a list of one.
    case 'list':
      return value.items.length === 1 ? leavesOf(value.items[0]!, path) : [];
    case 'ref':
    case 'one-of':
      return [];
  }
}

function plainLeaves(value: unknown, path: string): readonly (readonly [string, string])[] {
  if (Array.isArray(value)) return value.length === 1 ? plainLeaves(value[0], path) : [];
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([name, entry]) =>
      plainLeaves(entry, path === '' ? name : `${path}.${name}`),
    );
  }
  return typeof value === 'string' || typeof value === 'number' ? [[path, String(value)]] : [];
}

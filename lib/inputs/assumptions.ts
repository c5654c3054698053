import { NetproofError } from '../addressing/netproof-error';
import { JsonArray, JsonObject, plainJson } from '../readers/json/json-value';
import { readJsonObject } from '../readers/json/terraform-text';
import { canonicalKey } from '../readers/assumed-values';
import { didYouMean } from './did-you-mean';
import { readSourceText, shownFile } from './source-text';

/** What this version takes of assumptions. */
const members = ['values', 'docker', 'listens'];

/** What Terraform does not say, as the user states it. */
export interface Assumptions {
  /**
   * Values by Terraform's own address of the leaf, with the stack in front where there are several:
   * `aws_eip.nat.public_ip`, `shop:var.office_cidr`. A text may be a reference: `${aws_subnet.a.id}`.
   */
  readonly values?: Readonly<Record<string, unknown>>;
  /** Engine and host of Docker: `version`, `lan` and others, see docs/settings.md. @default - any engine as it comes */
  readonly docker?: unknown;
  /** What listens where, by endpoint: `{ host: ["tcp/9000", "tcp/9001@127.0.0.1"] }`. @default - unsaid */
  readonly listens?: unknown;
}

/**
 * Reads a file of assumptions, YAML or JSON: `values: { var.office_cidr: 203.0.113.0/24 }`. Throws InvalidAssumptions for
 * anything else in it and for a key that is given two values, in whatever spelling; InvalidYaml for what is no YAML.
 */
export function readAssumptions(file: string): Assumptions {
  const shown = shownFile(file);
  const text = readSourceText(file);
  const isJson = /\.json$/i.test(file) || (!/\.ya?ml$/i.test(file) && /^\ufeff?\s*\{\s*["}]/.test(text));
  const root = isJson ? jsonMembers(text, shown) : yamlMembers(text, shown);
  for (const { name } of root) {
    if (members.includes(name)) continue;
    throw invalid(
      `${shown}: there is no assumption ${JSON.stringify(name)}.${didYouMean(name, members)} There are "values", "docker" and "listens".`,
    );
  }
  const given = new Map<string, Member>();
  for (const { name, value } of root) {
    if (name !== 'values') continue;
    const entries = membersOf(value);
    if (entries === undefined)
      throw invalid(`${shown}: "values" is an object of addresses and their values.`);
    for (const entry of entries) {
      const key = canonicalKey(entry.name);
      const known = given.get(key);
      if (known !== undefined) refuseTwo(known, entry, shown);
      given.set(key, entry);
    }
  }
  return {
    values: Object.fromEntries([...given.values()].map(({ name, value }) => [name, plainOf(value)])),
    ...only('docker', root, shown),
    ...only('listens', root, shown),
  };
}

/** A member that may be given once. */
function only(
  name: 'docker' | 'listens',
  root: readonly Member[],
  file: string,
): Pick<Assumptions, typeof name> {
  const [first, ...more] = root.filter((one) => one.name === name);
  if (first === undefined) return {};
  for (const other of more) refuseTwo(first, other, file);
  return { [name]: plainOf(first.value) };
}

interface Member {
  readonly name: string;
  readonly value: unknown;
}

function jsonMembers(text: string, file: string): readonly Member[] {
  return readJsonObject({ text, file }).members;
}

/** Nothing at all in the file is no assumption at all. */
function yamlMembers(text: string, file: string): readonly Member[] {
  /* eslint-disable-next-line @typescript-eslint/no-require-imports -- loads for a file that is YAML */
  const { readYaml } = require('./yaml-text') as typeof import('./yaml-text');
  const root = readYaml({ text, file }) ?? {};
  const found = membersOf(root);
  if (found === undefined) {
    throw invalid(`${file} holds no assumptions: these are an object. It takes values: { KEY: VALUE }.`);
  }
  return found;
}

/** The members of an object of either form, repeated ones too; undefined for anything else. */
function membersOf(value: unknown): readonly Member[] | undefined {
  if (value instanceof JsonObject) return value.members;
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof JsonArray)
    return undefined;
  return Object.entries(value).map(([name, inner]) => ({ name, value: inner as unknown }));
}

function refuseTwo(one: Member, other: Member, file: string): void {
  const [first, second] = [one, other].map(({ value }) => JSON.stringify(plainOf(value)));
  if (first === second) return;
  const both =
    one.name === other.name
      ? `${JSON.stringify(one.name)} is given two different values`
      : `${JSON.stringify(one.name)} and ${JSON.stringify(other.name)}, which are one, are given two different values`;
  throw invalid(`${file}: ${both}, ${first} and ${second}. Leave one out.`);
}

function plainOf(value: unknown): unknown {
  return value instanceof JsonObject || value instanceof JsonArray ? plainJson(value) : value;
}

function invalid(message: string): NetproofError {
  return new NetproofError('InvalidAssumptions', message);
}

import { NetproofError } from '../addressing/netproof-error';
import { identityOf, list, printable, type Value, type ValueList } from '../topology/value';
import { reread, rereadable } from './reread';
import type { Resource, TerraformDocument } from './terraform-document';

/**
 * A plan or state together with the synthesized Terraform of the same stack, read with the values that the plan's
 * variables have: one document. What the plan says counts; the synth adds construct paths and what the plan cannot tell,
 * such as the values of locals and which of several nested blocks names which group. What the stack no longer declares keeps no path.
 *
 * Throws `OtherSynth` for a synth that declares nothing of it, and `ContradictoryInputs` for two that state different
 * addresses for one thing.
 */
export function withSynth(document: TerraformDocument, synth: TerraformDocument): TerraformDocument {
  return rereadable(joined(document, synth), (remote) => joined(document, reread(synth, remote)));
}

function joined(document: TerraformDocument, synth: TerraformDocument): TerraformDocument {
  const declared = new Map(synth.resources.map((resource) => [nameOf(resource), resource.constructPath]));
  const written = new Map(synth.resources.map((resource) => [resource.address, resource]));
  const inRoot = document.resources.filter(({ mode, module }) => mode === 'managed' && module === '');
  if (inRoot.length > 0 && !inRoot.some((resource) => declared.has(nameOf(resource)))) {
    throw new NetproofError(
      'OtherSynth',
      `${shown(synth)} declares nothing of what ${shown(document)} holds, so that is of another stack. Give the synth that it was made from.`,
    );
  }
  refuseContradictions(document, synth, written);
  const resources = document.resources.map((resource): Resource => {
    if (resource.module !== '') return resource;
    const constructPath = declared.get(nameOf(resource)) ?? resource.constructPath;
    const same = written.get(resource.address);
    if (same === undefined) return { ...resource, constructPath };
    const stated = [...same.authored].filter((name) => resource.attributes.has(name));
    return {
      ...resource,
      constructPath,
      ...(same.netproof !== undefined && { netproof: same.netproof }),
      attributes: completedEntries(resource.attributes, same.attributes),
      authored: new Set([...resource.authored, ...stated]),
    };
  });
  return {
    ...document,
    resources,
    outputs: completedEntries(document.outputs, synth.outputs),
    netproof: document.netproof ?? synth.netproof,
    backend: document.backend ?? synth.backend,
  };
}

const nameOf = ({ mode, type, name }: Resource): string => `${mode} ${type}.${name}`;
const shown = ({ file, kind }: TerraformDocument): string => file ?? `the ${kind}`;

/** What no provider rewrites: the plan of a stack says of it what the stack says. */
const unchanging = ['cidr_block', 'private_ip', 'destination_cidr_block'];

function refuseContradictions(
  document: TerraformDocument,
  synth: TerraformDocument,
  written: ReadonlyMap<string, Resource>,
): void {
  const found = document.resources.flatMap(({ address, attributes }) =>
    unchanging.flatMap((name) => {
      const planned = attributes.get(name);
      const stated = written.get(address)?.attributes.get(name);
      if (planned?.kind !== 'known' || stated?.kind !== 'known') return [];
      if (planned.value === null || stated.value === null || isEqual(planned.value, stated.value)) return [];
      return [
        `${address}.${name} is ${printable(planned)} in ${shown(document)} and ${printable(stated)} in ${shown(synth)}`,
      ];
    }),
  );
  if (found.length === 0) return;
  const rest = found.length > 3 ? [...found.slice(0, 3), `and ${found.length - 3} more`] : found;
  throw new NetproofError(
    'ContradictoryInputs',
    `${rest.join('; ')}. They are one stack, but not of one moment: synthesize and plan again.`,
  );
}

const isEqual = (one: unknown, other: unknown): boolean =>
  String(one).toLowerCase() === String(other).toLowerCase();

function completedEntries(
  planned: ReadonlyMap<string, Value>,
  written: ReadonlyMap<string, Value>,
): ReadonlyMap<string, Value> {
  return new Map(
    [...planned].map(([name, value]) => {
      const stated = written.get(name);
      return [name, stated === undefined ? value : completed(value, stated)];
    }),
  );
}

/** The value of a plan, and where that leaves anything open, what is written, if it tells more. */
function completed(planned: Value, written: Value): Value {
  switch (planned.kind) {
    case 'known':
    case 'ref':
      return planned;
    case 'unknown':
      return written.kind === 'unknown' ? planned : written;
    case 'one-of':
      return isSettled(written) && mayBe(planned, written) ? written : planned;
    case 'object':
      return written.kind === 'object'
        ? { kind: 'object', entries: completedEntries(planned.entries, written.entries) }
        : planned;
    case 'list':
      return completedList(planned, written);
  }
}

function completedList(planned: ValueList, written: Value): Value {
  // A single nested block may be written as an object; a plan lists it.
  const stated = written.kind === 'list' ? written.items : written.kind === 'object' ? [written] : [];
  if (planned.items.every(isSettled) || stated.length === 0) return planned;
  const isOfBlocks = [...planned.items, ...stated].some(({ kind }) => kind === 'object');
  if (!isOfBlocks) {
    // A list in which something selects has an item per candidate: how many there are is told by what is written.
    const fits = stated.every((item) => isSettled(item) && planned.items.some((one) => mayBe(one, item)));
    return fits ? list(stated) : planned;
  }
  return list(
    planned.items.map((item) => {
      // The items of a set stand in an order of their own: what is known of one tells which it is.
      const fitting = stated.filter((one) => mayBe(item, one));
      const [only] = fitting;
      const alike = only !== undefined && fitting.every((one) => identityOf(one) === identityOf(only));
      return alike ? completed(item, only) : item;
    }),
  );
}

function isSettled(value: Value): boolean {
  switch (value.kind) {
    case 'known':
    case 'ref':
      return true;
    case 'unknown':
    case 'one-of':
      return false;
    case 'list':
      return value.items.every(isSettled);
    case 'object':
      return [...value.entries.values()].every(isSettled);
  }
}

/** Whether what a plan says may have been made of what is written; the provider fills in what is not. */
function mayBe(planned: Value, written: Value): boolean {
  if (planned.kind === 'one-of') return planned.options.some((option) => mayBe(option, written));
  if (written.kind === 'one-of') return written.options.some((option) => mayBe(planned, option));
  if (planned.kind === 'known' && written.kind === 'known') {
    return isEmpty(planned.value) || isEmpty(written.value)
      ? isEmpty(planned.value) && isEmpty(written.value)
      : isEqual(planned.value, written.value);
  }
  if (planned.kind === 'ref' && written.kind === 'ref') return identityOf(planned) === identityOf(written);
  if (planned.kind === 'object' && written.kind === 'object') {
    return [...planned.entries].every(([name, value]) => {
      const stated = written.entries.get(name);
      return stated === undefined || mayBe(value, stated);
    });
  }
  if (planned.kind === 'list' && written.kind === 'list') {
    if (planned.items.length === 0 || written.items.length === 0)
      return planned.items.length === written.items.length;
    return written.items.every((item) => planned.items.some((one) => mayBe(one, item)));
  }
  return true;
}

/** What a provider makes of an argument that is left out. */
const isEmpty = (value: unknown): boolean => value === null || value === '' || value === false || value === 0;

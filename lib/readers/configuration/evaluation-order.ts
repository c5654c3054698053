import { NetproofError } from '../../addressing/netproof-error';
import { referencesIn } from '../expressions/references';
import { JsonArray, JsonObject, type Json } from '../json/json-value';
import type { Declarations } from './declarations';
import type { Templates } from './templates';

/**
 * Locals (`local.x`) and resources (`aws_vpc.main`) of a module, each after what it refers to. Throws
 * `CyclicReference`, which names the cycle, for what Terraform would refuse for the same reason.
 */
export function evaluationOrder(declarations: Declarations, templates: Templates): string[] {
  const nodes = new Map<string, readonly string[]>();
  const names = (json: Json) => [...new Set(namesIn(json, templates, declarations))];
  for (const [name, { value }] of declarations.locals) nodes.set(`local.${name}`, names(value));
  for (const [address, { body }] of declarations.resources) {
    const members = body.members.filter(({ name }) => !silent.has(name));
    nodes.set(address, [...new Set(members.flatMap(({ name, value }) => memberNames(name, value)))]);
  }
  return sorted(nodes, (cycle) => {
    const first = declarations.resources.get(cycle[0]!) ?? declarations.locals.get(cycle[0]!.slice(6));
    return cyclic(cycle, first?.source.file);
  });

  function memberNames(name: string, value: Json): string[] {
    return name === 'depends_on' ? dependencies(value, declarations) : names(value);
  }
}

/** Members that Terraform does not evaluate while it makes the resource. */
const silent: ReadonlySet<string> = new Set(['//', 'lifecycle', 'provisioner', 'connection', 'provider']);

function cyclic(cycle: readonly string[], file: string | undefined): NetproofError {
  const where = file === undefined ? '' : `${file}: `;
  const ring = [...cycle, cycle[0]!];
  const shown = ring.length > 12 ? [...ring.slice(0, 6), '...', ...ring.slice(-5)] : ring;
  const problem =
    cycle.length === 1
      ? `${where}${cycle[0]} refers to itself.`
      : `${where}these refer to each other in a ring: ${shown.join(' -> ')}.`;
  const remedy =
    'Terraform refuses that too: take one reference out of the ring, for example by a rule or route of its own.';
  return new NetproofError('CyclicReference', `${problem} ${remedy}`);
}

/** Locals and resources that a value refers to. */
function* namesIn(json: Json, templates: Templates, declarations: Declarations): Generator<string> {
  if (json instanceof JsonArray) {
    for (const item of json.items) yield* namesIn(item, templates, declarations);
  } else if (json instanceof JsonObject) {
    for (const { name, value } of json.members) {
      if (name === '//') continue;
      yield* namesIn(name, templates, declarations);
      yield* namesIn(value, templates, declarations);
    }
  } else if (typeof json === 'string') {
    const expression = templates.of(json);
    if (expression === undefined || expression instanceof Error) return;
    for (const path of referencesIn(expression)) {
      const name = nodeOf(path, declarations);
      if (name !== undefined) yield name;
    }
  }
}

function nodeOf([root, ...path]: readonly string[], declarations: Declarations): string | undefined {
  if (root === 'local') return declarations.locals.has(path[0] ?? '') ? `local.${path[0]}` : undefined;
  const address = root === 'data' ? `data.${path[0]}.${path[1]}` : `${root}.${path[0]}`;
  return declarations.resources.has(address) ? address : undefined;
}

/** `depends_on` holds addresses as plain text. */
function dependencies(value: Json, declarations: Declarations): string[] {
  const items = value instanceof JsonArray ? value.items : [value];
  return items
    .filter((item) => typeof item === 'string')
    .map((item) => item.replace(/^\$\{(.*)\}$/, '$1').replace(/\[.*$/, ''))
    .filter((address) => declarations.resources.has(address));
}

/** Depth first, without recursion: a chain of references may be longer than the stack is deep. */
function sorted(
  nodes: ReadonlyMap<string, readonly string[]>,
  refuse: (cycle: readonly string[]) => Error,
): string[] {
  const order: string[] = [];
  const state = new Map<string, 'open' | 'done'>();
  for (const start of nodes.keys()) {
    const path: { readonly name: string; next: number }[] = [];
    const enter = (name: string): void => {
      state.set(name, 'open');
      path.push({ name, next: 0 });
    };
    if (!state.has(start)) enter(start);
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const following = nodes.get(top.name)![top.next++];
      if (following === undefined) {
        state.set(top.name, 'done');
        order.push(top.name);
        path.pop();
      } else if (state.get(following) === 'open') {
        const names = path.map(({ name }) => name);
        throw refuse(names.slice(names.indexOf(following)));
      } else if (!state.has(following)) {
        enter(following);
      }
    }
  }
  return order;
}

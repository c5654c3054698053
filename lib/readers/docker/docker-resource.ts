import { nothing, type Ref, unknown, type Unknown, type Value } from '../../topology/value';
// Attributes of any provider's resource; only the folder is one provider's.
import { Attributes, isUnknown } from '../attributes';
import type { Resource, TerraformDocument } from '../terraform-document';

/** One resource instance or data source of Docker. */
export class DockerResource extends Attributes {
  readonly type: string;
  readonly managed: boolean;
  /** Stack of the document that it comes from. */
  readonly stack: string;
  /** Alias of the provider configuration that makes it. */
  readonly alias: string;
  /** Set when the instance stands for none or any number of them. */
  readonly existence: Unknown | undefined;
  /** What a construct of this package wrote about it. */
  readonly netproof: unknown;
  private readonly authored: ReadonlySet<string>;

  constructor(resource: Resource, settle: (value: Value) => Value) {
    const { address, constructPath, attributes } = resource;
    super({ id: address, path: '', constructPath, settle }, attributes);
    this.type = resource.type;
    this.managed = resource.mode === 'managed';
    this.stack = resource.stack;
    this.alias = resource.providerAlias;
    this.authored = resource.authored;
    this.netproof = resource.netproof;
    this.existence = resource.certain
      ? undefined
      : isUnknown(resource.existence)
        ? resource.existence
        : unknown(`${address}.count`, 'the number of instances');
  }

  /** What the author or the engine says; what only apply computes and nobody wrote is left out. */
  override written(name: string): Value {
    const value = super.written(name);
    return isUnknown(value) && !this.authored.has(name) ? nothing : value;
  }
}

/** What a value names: a resource of the input, a name by itself, or something that only apply tells. */
export type Named =
  | { readonly kind: 'resource'; readonly resource: DockerResource }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'unknown'; readonly unknown: Unknown };

/** The Docker resources of a document, by address and by what names them. */
export class DockerEstate {
  readonly resources: readonly DockerResource[];
  private readonly byAddress: ReadonlyMap<string, DockerResource>;

  constructor(document: TerraformDocument) {
    const settle = (value: Value): Value => this.settle(value, 0);
    this.resources = document.resources
      .filter(({ provider, type }) => provider === 'kreuzwerker/docker' || type.startsWith('docker_'))
      .map((resource) => new DockerResource(resource, settle));
    this.byAddress = new Map(this.resources.map((resource) => [resource.id, resource]));
  }

  of(type: string): readonly DockerResource[] {
    return this.resources.filter((resource) => resource.type === type && resource.managed);
  }

  /** What a value names among the resources of a type: by reference, by id, or by name on the same engine. */
  named(value: Value, type: string, alias: string, at: Attributes, attribute: string): Named {
    const reference = referenceOf(value, type);
    const referred = reference === undefined ? undefined : this.byAddress.get(reference.address);
    if (referred !== undefined) return { kind: 'resource', resource: this.managedOf(referred) };
    const settled = this.settle(value, 0);
    if (settled.kind === 'known' && settled.value !== null) {
      const text = String(settled.value);
      const found = this.resources.find(
        (one) =>
          one.type === type &&
          one.managed &&
          one.alias === alias &&
          (one.text('id') === text || one.text('name') === text),
      );
      return found === undefined ? { kind: 'name', name: text } : { kind: 'resource', resource: found };
    }
    return { kind: 'unknown', unknown: at.unknownOf(attribute, value) };
  }

  /** A data source that finds a managed resource of the same input is that one. */
  private managedOf(resource: DockerResource): DockerResource {
    if (resource.managed) return resource;
    const name = resource.text('name');
    return (
      this.of(resource.type).find(
        (one) => name !== undefined && one.alias === resource.alias && one.text('name') === name,
      ) ?? resource
    );
  }

  private settle(value: Value, depth: number): Value {
    if (value.kind !== 'ref' || depth > 20) return value;
    const held = this.byAddress.get(value.address)?.written(value.attribute) ?? nothing;
    return held === nothing ? value : this.settle(held, depth + 1);
  }
}

/** The reference to a resource of a type that a value is, or is made of. */
function referenceOf(value: Value, type: string): Ref | undefined {
  const fits = (one: Ref): boolean => new RegExp(`(?:^|[.:])${type}\\.`).test(one.address);
  if (value.kind === 'ref') return fits(value) ? value : undefined;
  if (value.kind === 'known') return value.from !== undefined && fits(value.from) ? value.from : undefined;
  if (value.kind === 'unknown') {
    const refs = (value.parts ?? []).filter((part): part is Ref => part.kind === 'ref' && fits(part));
    return refs.length === 1 ? refs[0] : undefined;
  }
  if (value.kind !== 'one-of') return undefined;
  // A plan of HCL names all that an expression refers to: `id` of one resource, and the resource itself.
  const found = value.options.map((option) => referenceOf(option, type)).filter((one) => one !== undefined);
  const addresses = new Set(found.map(({ address }) => address));
  return addresses.size === 1 ? found[0] : undefined;
}

import { isUnknown } from '../readers/attributes';
import { type Stack, stackOf } from '../readers/docker/docker-container';
import { DockerEstate, type DockerResource, type Named } from '../readers/docker/docker-resource';
import type { TerraformDocument } from '../readers/terraform-document';
import type { Topology } from '../topology/topology';
import type { Unknown } from '../topology/value';
import type { Observation } from './rule';

/** What rules look at: a topology, and the Docker resources of its Terraform. */
export class LintSubject {
  readonly topology: Topology;
  readonly document: TerraformDocument;
  readonly estate: DockerEstate;
  /** Managed containers that exist for certain, in document order. */
  readonly containers: readonly LintedContainer[];

  constructor(topology: Topology, document: TerraformDocument) {
    this.topology = topology;
    this.document = document;
    this.estate = new DockerEstate(document);
    this.containers = this.estate
      .of('docker_container')
      .filter(({ existence }) => existence === undefined)
      .map((resource) => new LintedContainer(resource, stackOf(resource, this.estate)));
  }
}

/** A container, with whose network stack it has. */
export class LintedContainer {
  readonly resource: DockerResource;
  readonly stack: Stack;

  constructor(resource: DockerResource, stack: Stack) {
    this.resource = resource;
    this.stack = stack;
  }

  /** What a person calls it. */
  get name(): string {
    return nameOf(this.resource);
  }

  /** The networks that its own stack stands on; none where it shares another's or has no network. */
  get networks(): readonly Named[] {
    return this.stack.kind === 'networks' ? this.stack.attachments.map(({ network }) => network) : [];
  }

  /** Set when only apply tells which networks it stands on. */
  get unsure(): Unknown | undefined {
    if (this.stack.kind === 'unknown') return this.stack.unknown;
    return this.networks.find((network) => network.kind === 'unknown')?.unknown;
  }

  /** That a rule is broken: `claim` goes on from the container's name. */
  breaks(claim: string, attribute?: string): Observation {
    return { claim: `${this.name} ${claim}`, origin: this.resource.origin(attribute) };
  }

  /** That only apply tells. */
  doubt(claim: string, attribute: string | undefined, ...unknowns: readonly Unknown[]): Observation {
    return { ...this.breaks(claim, attribute), unknowns };
  }

  /** Broken when a flag is set, in doubt when it is not known. */
  *whenSet(attribute: string, claim: string): Iterable<Observation> {
    const flag = this.resource.flag(attribute);
    if (isUnknown(flag)) yield this.doubt(`perhaps ${claim}`, attribute, flag);
    else if (flag === true) yield this.breaks(claim, attribute);
  }
}

export function nameOf(resource: DockerResource): string {
  return resource.label('name') ?? resource.id;
}

/** Texts that two networks share exactly when they are the same. */
export function networkKey(network: Named): string | undefined {
  if (network.kind === 'unknown') return undefined;
  return network.kind === 'resource' ? network.resource.id : `name ${network.name}`;
}

/** What a network is called. */
export function networkName(network: Named): string {
  if (network.kind === 'unknown') return network.unknown.text;
  return network.kind === 'resource' ? nameOf(network.resource) : network.name;
}

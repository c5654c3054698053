import type { Annotation } from '../inputs/manifest';
import type { TerraformDocument } from '../readers/terraform-document';
import { awsInventory, type AwsInventory } from './aws-inventory';
import { dockerInventory, type DockerInventory } from './docker-inventory';
import type { Guarantees } from './verdict-guarantees';

/**
 * What one stack will create, told from its written Terraform alone. It says what is declared (blocks, routes,
 * publishings), not who reaches whom. Everything in it is plain data: it is printed as JSON as it is.
 */
export interface StackInventory {
  readonly stack: string;
  /** The Terraform files that it was read from, as they were named. */
  readonly files: readonly string[];
  /** Managed resources, instances of count and for_each counted one by one. */
  readonly resources: number;
  readonly dataSources: number;
  /** Undefined when the stack declares nothing of this provider that is described here. */
  readonly aws?: AwsInventory;
  readonly docker?: DockerInventory;
  /** What the network alone guarantees; absent when nothing in it is modelled, or nobody asked. */
  readonly guarantees?: Guarantees;
  /** Managed resources of other types, by type: they are created too, and nothing here speaks of them. */
  readonly notDescribed: Readonly<Record<string, number>>;
  /** Addresses whose number of instances is not known before apply; each is described once. */
  readonly unsureCount: readonly string[];
  /** Modules that the stack calls: what they create stands in files of their own and is not read. */
  readonly moduleCalls: readonly string[];
  /** Remarks that constructs left at synth. */
  readonly annotations: readonly Annotation[];
}

export function stackInventory(
  document: TerraformDocument,
  origin: Pick<StackInventory, 'files' | 'annotations'>,
): StackInventory {
  const described = [awsInventory(document), dockerInventory(document)] as const;
  const [aws, docker] = described;
  const speaksOf = new Set(described.flatMap((part) => part?.describes ?? []));
  const resources = document.resources.filter(({ mode }) => mode === 'managed');
  const notDescribed = new Map<string, number>();
  for (const { type } of resources) {
    if (!speaksOf.has(type)) notDescribed.set(type, (notDescribed.get(type) ?? 0) + 1);
  }
  return {
    stack: document.stack,
    files: origin.files,
    resources: resources.length,
    dataSources: document.resources.length - resources.length,
    ...(aws && { aws: aws.inventory }),
    ...(docker && { docker: docker.inventory }),
    notDescribed: Object.fromEntries(notDescribed),
    unsureCount: resources.filter(({ certain }) => !certain).map(({ address }) => address),
    moduleCalls: document.moduleCalls ?? [],
    annotations: origin.annotations,
  };
}

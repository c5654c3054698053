import { TopologyBuilder } from '../topology/topology-builder';
import type { Topology } from '../topology/topology';
import { addAws } from './aws/aws-topology';
import type { TerraformDocument } from './terraform-document';

/** The topology of a Terraform document: what every provider's reader makes of it, in one. */
export function topologyOfDocument(document: TerraformDocument): Topology {
  const builder = new TopologyBuilder();
  addAws(document, builder);
  return builder.build();
}

import type { Topology } from '../topology/topology';
import type { TerraformDocument } from './terraform-document';

const documents = new WeakMap<Topology, TerraformDocument>();

/** Notes what a topology was made of. */
export function rememberDocument(topology: Topology, document: TerraformDocument): Topology {
  documents.set(topology, document);
  return topology;
}

/** The Terraform that a topology was made of; undefined for one that was made otherwise. */
export function documentOfTopology(topology: Topology): TerraformDocument | undefined {
  return documents.get(topology);
}

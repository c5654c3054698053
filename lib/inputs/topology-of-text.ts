import { topologyOfDocument } from '../readers/topology-of-documents';
import { named, type NamedTopology } from '../topology/subject';
import { readSynth } from '../readers/synth';

/** The topology of Terraform JSON as it is written before any plan: the text of a cdk.tf.json or `*.tf.json`. */
export function topologyOfSynth(json: string, options: { readonly stack?: string } = {}): NamedTopology {
  return named(topologyOfDocument(readSynth(json, options)));
}

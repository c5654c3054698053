import type { RemoteOutputs } from './configuration/configuration';
import type { TerraformDocument } from './terraform-document';

const readers = new WeakMap<TerraformDocument, (remote: RemoteOutputs) => TerraformDocument>();

/** Remembers how a document is read again once the outputs of other stacks are at hand. */
export function rereadable(
  document: TerraformDocument,
  read: (remote: RemoteOutputs) => TerraformDocument,
): TerraformDocument {
  readers.set(document, read);
  return document;
}

/** The document with the outputs of other stacks in it; as it is, where it cannot be read again. */
export function reread(document: TerraformDocument, remote: RemoteOutputs): TerraformDocument {
  const read = readers.get(document);
  return read === undefined ? document : rereadable(read(remote), read);
}

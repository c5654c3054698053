import type { TerraformDocument } from './terraform-document';

/**
 * A plan or state with the construct paths that the synthesized Terraform of the same stack tells: a plan has none. What
 * the stack no longer declares keeps none either.
 */
export function withConstructPaths(document: TerraformDocument, synth: TerraformDocument): TerraformDocument {
  const paths = new Map(
    synth.resources.map(({ mode, type, name, constructPath }) => [`${mode} ${type}.${name}`, constructPath]),
  );
  const resources = document.resources.map((resource) => {
    const { mode, type, name, module } = resource;
    const constructPath = module === '' ? paths.get(`${mode} ${type}.${name}`) : undefined;
    return constructPath === undefined ? resource : { ...resource, constructPath };
  });
  return { ...document, resources, netproof: document.netproof ?? synth.netproof };
}

import type { TerraformDocument } from '../terraform-document';
import { isUnknown } from '../attributes';
import { DockerEstate } from './docker-resource';

/** A docker_network as it is written, for comparing it with one that runs. */
export interface WrittenDockerNetwork {
  readonly id: string;
  readonly name: string;
  readonly driver: string;
  readonly internal: boolean;
  readonly options: ReadonlyMap<string, string>;
}

/** Networks of which name, driver and options are known; what only apply tells is left out. */
export function writtenDockerNetworks(document: TerraformDocument): readonly WrittenDockerNetwork[] {
  return new DockerEstate(document).of('docker_network').flatMap((resource) => {
    const name = resource.text('name');
    const driver = resource.scalar('driver') ?? 'bridge';
    const internal = resource.flag('internal') ?? false;
    if (name === undefined || isUnknown(driver) || isUnknown(internal)) return [];
    const value = resource.written('options');
    const options = new Map<string, string>();
    for (const [key, held] of value.kind === 'object' ? value.entries : []) {
      if (held.kind === 'known' && held.value !== null) options.set(key, String(held.value));
    }
    return [{ id: resource.id, name, driver: String(driver), internal, options }];
  });
}

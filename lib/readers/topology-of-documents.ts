import { NetproofError } from '../addressing/netproof-error';
import type { PortSet } from '../addressing/port-set';
import { conceal, withoutTexts } from '../topology/concealed';
import { brandTopology, type Topology, type Variant } from '../topology/topology';
import { TopologyBuilder } from '../topology/topology-builder';
import { unknown } from '../topology/value';
import { AssumedValues } from './assumed-values';
import { addAws } from './aws/aws-topology';
import {
  type DockerAssumptions,
  type GivenSettings,
  readDockerAssumptions,
} from './docker/docker-assumptions';
import { addDocker, hasDocker } from './docker/docker-topology';
import { Engine, openSettings, premisesOf, type Profile, profilesOf } from './docker/engine';
import { withListening } from './listening';
import { withOldestEngine } from './docker/oldest-engine';
import { rememberDocument } from './document-of-topology';
import { concealedTexts } from './sensitive';
import type { TerraformDocument } from './terraform-document';

/** How documents become a topology; `docker` and `listens` are what no Terraform says of a Docker host. */
export interface CompilationSettings extends GivenSettings {
  /** Source ports of ordinary clients. @default - 32768 to 60999 */
  readonly clientPorts?: PortSet | undefined;
}

/**
 * The topology of a Terraform document, or of several joined into one: what the readers of all providers make of it.
 * `assumed` are the values it was read with; `usedValues` tells which of them settled something. What the settings leave
 * open of a Docker host makes variants. A module that a document calls and does not contain is listed among the gaps.
 */
export function topologyOfDocument(
  document: TerraformDocument,
  assumed = new AssumedValues(),
  settings: CompilationSettings = {},
): Topology {
  const docker = withOldestEngine(readDockerAssumptions(settings), document);
  const { clientPorts } = settings;
  const secrets = secretsOf(document);
  const read = refusing(document, secrets, () => topologyIn(document, assumed, docker, secrets, clientPorts));
  const heard = withListening(read, settings.listens);
  return heard === read ? read : rememberDocument(conceal(heard, secrets), document);
}

function topologyIn(
  document: TerraformDocument,
  assumed: AssumedValues,
  docker: DockerAssumptions,
  secrets: ReadonlySet<string>,
  clientPorts: PortSet | undefined,
): Topology {
  if (!hasDocker(document)) {
    return rememberDocument(conceal(compiled(document, assumed, clientPorts), secrets), document);
  }
  const open = openSettings(docker);
  const found: (Mutable<Variant> & { readonly engine: Engine })[] = [];
  for (const profile of profilesOf(open)) {
    const engine = new Engine(docker, profile);
    const known = found.find((one) => engine.answersAs(one.engine));
    if (known !== undefined) known.profiles.push(profile);
    else {
      const topology = conceal(compiled(document, assumed, clientPorts, { engine, docker }), secrets);
      found.push({ engine, topology, profiles: [profile] });
    }
  }
  const options = found.map(({ profiles, topology }): Variant => ({ profiles, topology }));
  const whole = brandTopology({
    ...options[0]!.topology,
    premises: [...premisesOf(docker), ...(options[0]!.topology.premises ?? [])],
    variants: { settings: open, options },
  });
  return rememberDocument(conceal(whole, secrets), document);
}

/** What a reader refuses, with the file that holds it and without what is sensitive. */
function refusing<T>({ file }: TerraformDocument, secrets: ReadonlySet<string>, compile: () => T): T {
  try {
    return compile();
  } catch (error) {
    if (!NetproofError.is(error)) throw error;
    const shown = (text: string) => withoutTexts(secrets, text);
    const place = file === undefined ? '' : `${file}: `;
    throw new NetproofError(error.code, `${place}${shown(error.message)}`, error.problems.map(shown));
  }
}

type Mutable<T extends Variant> = Omit<T, 'profiles'> & { readonly profiles: Profile[] };

function compiled(
  document: TerraformDocument,
  assumed: AssumedValues,
  clientPorts: PortSet | undefined,
  host?: { readonly engine: Engine; readonly docker: DockerAssumptions },
): Topology {
  const builder = new TopologyBuilder(clientPorts);
  const parts = document.parts ?? [document];
  for (const { stack } of parts) if (stack !== '') builder.addStack(stack);
  addAws(document, builder);
  if (host !== undefined) addDocker(document, builder, host.engine, host.docker);
  for (const { stack, moduleCalls = [] } of parts) {
    for (const name of moduleCalls) {
      const address = `${document.stack === '' && stack !== '' ? `${stack}:` : ''}module.${name}`;
      builder.addGap({
        type: 'module',
        origin: { address },
        segments: [],
        unknown: unknown(address, 'what a module creates is written elsewhere: ask a plan'),
      });
    }
  }
  for (const key of assumed.used) builder.useValue(key);
  return builder.build();
}

/** Addresses, blocks and ids that Terraform holds sensitive; words that say nothing (`tcp`, `all`, ports) apart. */
function secretsOf({ resources, deleted, providers, outputs }: TerraformDocument): ReadonlySet<string> {
  const found = new Set<string>();
  const values = [...resources, ...deleted, ...providers].map(({ attributes }) => attributes);
  for (const value of [...values.flatMap((attributes) => [...attributes.values()]), ...outputs.values()]) {
    for (const text of concealedTexts(value)) if (/\d[.:-]|[.:-][\da-f]/.test(text)) found.add(text);
  }
  return found;
}

import { type TerraformProvider, TerraformStack } from 'cdktf';
import { Container as DockerContainer } from '@cdktf/provider-docker/lib/container';
import { Image } from '@cdktf/provider-docker/lib/image';
import { Volume } from '@cdktf/provider-docker/lib/volume';
import { Construct } from 'constructs';
import type { Traffic } from '../addressing/traffic';
import { type Attachment, attachmentProblems, placeOf } from './attachment';
import { defaultRouteOf, defaultRouteProblems } from './default-route';
import { ensureDockerProvider } from './docker-provider';
import { type HealthCheck, healthcheckBlock, healthCheckProblems } from './health-check';
import { checkDockerHost } from './host-check';
import {
  type Capability,
  contractOf,
  type ImageContract,
  imageContracts,
  type KnownImage,
} from './image-contract';
import { childPath, isDeferred, refuseInvalid, reservedIdProblems } from './invalid-props';
import { type Binding, bindings, type PublishedPort, publishedPortProblems } from './published-port';
import type { ContainerNetwork, SegmentFacts } from './segment-facts';
import { type SecretFile, uploadBlocks, type UploadedFile, uploadProblems } from './uploaded-file';

/** What runs in a container, apart from its place in the network. */
export interface Workload {
  /** Name of the container, and its name on every network it joins; two characters or more. */
  readonly name: string;
  /** Image as `docker run` takes it. A tag can move; a digest (`nginx@sha256:...`) cannot. */
  readonly image: string;
  /**
   * The known image whose contract this one keeps: its capabilities, health check and memory.
   * @default - the image's own repository, if it is in the table
   */
  readonly like?: KnownImage;
  /** What it listens on, for readers of the synthesized Terraform; Docker itself needs no such list. @default - unsaid */
  readonly listens?: readonly Traffic[];
  /** Further names on each network, beside the container's own. @default - none */
  readonly aliases?: readonly string[];
  /** Environment; it can be read in the Terraform, the state and the container's settings: not for secrets. */
  readonly env?: Readonly<Record<string, string>>;
  /** Files put in before it starts. @default - none */
  readonly uploads?: readonly UploadedFile[];
  /** Files put in before it starts whose content stays out of sight. @default - none */
  readonly secrets?: readonly SecretFile[];
  /** Volumes, made with the container and removed with it. @default - those that the image declares */
  readonly volumes?: readonly NamedVolume[];
  /** Arguments in place of the image's own. @default - the image's */
  readonly command?: readonly string[];
  /** When the container counts as well; false for started is well. @default - the contract's, else none */
  readonly healthCheck?: HealthCheck | false;
  /** MB of memory, 6 or more, swap included (so: no swap); "unlimited" for none. @default - the contract's, else 256 */
  readonly memory?: number | 'unlimited';
  /** Capabilities it keeps; all others are dropped. @default - the contract's, else none */
  readonly capabilities?: readonly Capability[];
  /**
   * What Docker does when it stops by itself. `on-failure` tries 5 times, so a container that cannot work is seen as
   * stopped rather than restarting for ever, and a stop by hand stays one; `unless-stopped` also brings it back after
   * the machine restarts.
   * @default "on-failure"
   */
  readonly restart?: 'no' | 'on-failure' | 'unless-stopped' | 'always';
}

/** A Docker volume at a path of the container. */
export interface NamedVolume {
  readonly name: string;
  /** Absolute path in the container. */
  readonly path: string;
  /** @default false */
  readonly readOnly?: boolean;
}

export interface ContainerProps extends Workload {
  /**
   * Networks it joins, at least one, in any order. It is on these alone: not on Docker's default bridge, unless that is
   * one of them. The network of the host, none, and that of another container are joined by themselves only.
   */
  readonly attachments: readonly Attachment[];
  /**
   * The network that is to give it its default route and its published ports. Docker takes the first by name of those
   * with a way out; another one is refused here, with the name that would make it first.
   * @default - whichever is the first by name
   */
  readonly defaultRoute?: ContainerNetwork;
  /** Ports of the host that lead to it. @default - none */
  readonly publish?: readonly PublishedPort[];
  /** Why it is published, where that is not a matter of course; written into the Terraform. */
  readonly publishReason?: string;
  /** Containers that must be well before this one starts. @default - none */
  readonly startAfter?: readonly Container[];
  /**
   * All capabilities dropped but those it needs, no new privileges, a limit of memory, restarts, and no forwarding
   * between its networks. false is `docker run` without flags; single props that are given still hold.
   * @default true
   */
  readonly hardened?: boolean;
  /** The Docker host, when the stack has several. @default - the stack's default Docker provider */
  readonly provider?: TerraformProvider;
}

/**
 * One container on networks of ours, with everything set that keeps `terraform plan` empty after apply: networks by
 * id and never `network_mode`, ports in the order they are read back, `CAP_` names, memory with its swap, canonical
 * durations, the image by id and kept on destroy.
 */
export class Container extends Construct {
  readonly name: string;
  /** Traffic that it was said to listen on: `tcp/8080`. */
  readonly listens: readonly string[];
  /**
   * The network through which it leaves and is published; undefined when none of its networks has a way out, or when
   * their names are known to apply alone.
   */
  readonly defaultRoute: ContainerNetwork | undefined;
  /** The docker_container. */
  readonly container: DockerContainer;
  private readonly props: ContainerProps;
  private bound: readonly Binding[];

  constructor(scope: Construct, id: string, props: ContainerProps) {
    refuseInvalid(childPath(scope, id), [...reservedIdProblems(scope, id), ...containerProblems(props)]);
    super(scope, id);
    const { provider } = props;
    const hardened = props.hardened ?? true;
    const contract = contractFor(props);
    const health = healthCheckFor(props);
    const memory = props.memory ?? (hardened ? (contract?.memory ?? 256) : 'unlimited');
    const restart = props.restart ?? (hardened ? 'on-failure' : undefined);
    const capabilities = props.capabilities ?? (hardened ? (contract?.capabilities ?? []) : undefined);
    this.name = props.name;
    this.props = props;
    this.bound = bindings(props.publish ?? []);
    this.listens = (props.listens ?? []).map(String);
    this.defaultRoute = defaultRouteOf(props.attachments.map(({ segment }) => segment));

    const image = new Image(this, 'Image', { name: props.image, keepLocally: true, provider });
    const volumes = (props.volumes ?? []).map(({ name, path, readOnly }) => ({
      volumeName: new Volume(this, `volume-${name}`, { name, provider }).name,
      containerPath: path,
      readOnly,
    }));
    this.container = new DockerContainer(this, 'Resource', {
      name: props.name,
      image: image.imageId,
      command: props.command && [...props.command],
      env:
        props.env &&
        Object.entries(props.env)
          .map(([name, value]) => `${name}=${value}`)
          .sort(),
      ...placeOf(props.attachments, [props.name, ...(props.aliases ?? [])]),
      ports: this.published.length === 0 ? undefined : this.published.map(portBlock),
      upload: nonEmpty(uploadBlocks(this, props.uploads ?? [], props.secrets ?? [])),
      volumes: nonEmpty(volumes),
      healthcheck: health && healthcheckBlock(health),
      wait: health !== undefined || undefined,
      waitTimeout: health && 120,
      memory: memory === 'unlimited' ? undefined : memory,
      memorySwap: memory === 'unlimited' ? undefined : memory,
      capabilities: capabilities && { add: nonEmpty([...capabilities].sort()), drop: ['ALL'] },
      securityOpts: hardened ? ['no-new-privileges:true'] : undefined,
      // The engine turns forwarding on in every container, so one on two networks would be a router between them for
      // whoever may set a route.
      sysctls: hardened && props.attachments.length > 1 ? { 'net.ipv4.ip_forward': '0' } : undefined,
      restart,
      maxRetryCount: restart === 'on-failure' ? 5 : undefined,
      dependsOn: props.startAfter?.map((other) => other.container),
      provider,
    });
    this.recordWhatTerraformDoesNotSay(props);
    checkDockerHost(TerraformStack.of(this));
    ensureDockerProvider(TerraformStack.of(this));
  }

  /** Id of the docker_container, as Docker gives it. */
  get containerId(): string {
    return this.container.id;
  }

  /** Ports of the host that lead here. */
  get published(): readonly Binding[] {
    return this.bound;
  }

  /** Publishes further ports, for a construct that leads here from elsewhere; refused as in the constructor. */
  publish(ports: readonly PublishedPort[]): void {
    refuseInvalid(this.node.path, this.publishProblems(ports));
    this.bound = bindings([...this.bound, ...ports]);
    this.container.putPorts(this.bound.map(portBlock));
  }

  /** Why these ports cannot be published beside those that are, each as one sentence. */
  publishProblems(ports: readonly PublishedPort[]): readonly string[] {
    return containerProblems({ ...this.props, publish: [...this.bound, ...ports] });
  }

  private recordWhatTerraformDoesNotSay({ publishReason }: ContainerProps): void {
    if (this.listens.length > 0) this.container.addOverride('//.netproof.listens', [...this.listens]);
    if (publishReason !== undefined) this.container.addOverride('//.netproof.publishReason', publishReason);
  }
}

/** Everything that is wrong with the props of one container, each as one sentence that begins with its name. */
export function containerProblems(
  props: Omit<ContainerProps, 'attachments' | 'startAfter' | 'defaultRoute'> & {
    readonly attachments: readonly Attachment<SegmentFacts>[];
    readonly defaultRoute?: SegmentFacts;
  },
): readonly string[] {
  const label = `container ${JSON.stringify(props.name)}`;
  const ports = bindings(props.publish ?? []);
  const problems = [
    ...(isDeferred(props.image) || props.image.trim() !== ''
      ? []
      : ['the image is empty: give one as `docker run` takes it, for example "nginx:1.30-alpine".']),
    ...(props.aliases ?? []).flatMap(aliasProblems),
    ...attachmentProblems(props.attachments, {
      name: props.name,
      aliases: props.aliases,
      ports,
      listens: (props.listens ?? []).map(String),
    }),
    ...defaultRouteProblems(
      props.attachments.map(({ segment }) => segment),
      props.defaultRoute,
    ),
    ...publishedPortProblems(ports),
    ...uploadProblems(props.uploads ?? [], props.secrets ?? []),
    ...(props.healthCheck ? healthCheckProblems(props.healthCheck) : []),
    ...memoryProblems(props.memory),
    ...(props.capabilities ?? []).flatMap(capabilityProblems),
    ...(props.volumes ?? []).flatMap(volumeProblems),
    ...Object.keys(props.env ?? {}).flatMap(envProblems),
  ];
  return [...containerNameProblems(props.name), ...problems.map((problem) => `${label}: ${problem}`)];
}

/** Names that two containers of one network would both answer to. Docker's name server does not tell case apart. */
export function sharedNames(
  a: Pick<Workload, 'name' | 'aliases'>,
  b: Pick<Workload, 'name' | 'aliases'>,
): readonly string[] {
  const names = ({ name, aliases = [] }: typeof a) => [name, ...aliases].map((one) => one.toLowerCase());
  const ofB = new Set(names(b));
  return [...new Set(names(a))].filter((name) => ofB.has(name));
}

/** The contract that an image keeps, said or by its repository. */
function contractFor({ like, image }: Workload): ImageContract | undefined {
  return like === undefined ? contractOf(image) : imageContracts[like];
}

function healthCheckFor(props: ContainerProps): HealthCheck | undefined {
  if (props.healthCheck !== undefined) return props.healthCheck || undefined;
  const contract = contractFor(props);
  const test = contract?.health?.(contract.port);
  return test && { test };
}

function containerNameProblems(name: string): readonly string[] {
  if (isDeferred(name) || /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/.test(name)) return [];
  const because =
    name.length === 1
      ? 'has one character, and Docker wants two or more'
      : 'is not a name of a container: a letter or digit, then letters, digits, "_", "." and "-"';
  return [`container ${JSON.stringify(name)}: the name ${because}. For example "web-1".`];
}

function aliasProblems(alias: string): readonly string[] {
  if (isDeferred(alias) || /^[a-zA-Z0-9]([a-zA-Z0-9_.-]*[a-zA-Z0-9])?$/.test(alias)) return [];
  return [`the alias ${JSON.stringify(alias)} is not a name that can be resolved: for example "db".`];
}

function memoryProblems(memory: Workload['memory']): readonly string[] {
  if (memory === undefined || memory === 'unlimited' || isDeferred(memory)) return [];
  if (Number.isInteger(memory) && memory >= 6) return [];
  return [`memory ${memory}: a whole number of MB from 6, Docker's least; or "unlimited".`];
}

function capabilityProblems(capability: string): readonly string[] {
  if (/^CAP_[A-Z_]+$/.test(capability)) return [];
  const nearest = `CAP_${capability.toUpperCase().replace(/^CAP_/, '')}`;
  return [
    `the capability ${JSON.stringify(capability)}: write ${JSON.stringify(nearest)}, as the engine answers it.`,
  ];
}

function volumeProblems({ name, path }: NamedVolume): readonly string[] {
  if (isDeferred(path) || path.startsWith('/')) return [];
  return [`the volume ${name} at ${JSON.stringify(path)}: a path in the container begins with "/".`];
}

function envProblems(name: string): readonly string[] {
  if (/^[^=\s]+$/.test(name)) return [];
  return [`the environment variable ${JSON.stringify(name)}: a name without "=" and blanks.`];
}

function portBlock({ host, container, address, protocol }: Binding) {
  return { internal: container, external: host, ip: address, protocol };
}

function nonEmpty<T>(items: T[]): T[] | undefined {
  return items.length === 0 ? undefined : items;
}

import type { DockerApi } from '../../../lib/probe/docker-api';

interface Written {
  readonly resource: {
    readonly docker_network?: Readonly<Record<string, NetworkBody>>;
    readonly docker_container: Readonly<Record<string, ContainerBody>>;
  };
}

interface NetworkBody {
  readonly name: string;
  readonly driver?: string;
  readonly internal?: boolean;
  readonly options?: Readonly<Record<string, string>>;
  readonly ipam_config?: readonly { readonly subnet: string; readonly gateway?: string }[];
}

interface ContainerBody {
  readonly name: string;
  readonly image: string;
  readonly network_mode?: string;
  readonly networks_advanced?: readonly { readonly name: string }[];
  readonly ports?: readonly {
    readonly internal: number;
    readonly external: number;
    readonly ip?: string;
    readonly protocol?: string;
  }[];
}

/**
 * Makes the networks and containers of a Terraform JSON as its provider does, by the engine's own interface: created on
 * the default bridge unless a mode is written, taken off it when networks are named, connected, and then started. It takes a
 * tenth of what Terraform does, and knows the attributes that the fixtures have.
 * @see https://github.com/kreuzwerker/terraform-provider-docker/blob/v3.6.2/internal/provider/resource_docker_container_funcs.go
 */
export async function deploy(api: DockerApi, terraform: string): Promise<void> {
  const { resource } = JSON.parse(terraform) as Written;
  for (const network of Object.values(resource.docker_network ?? {})) await createNetwork(api, network);
  const containers = Object.values(resource.docker_container);
  const owners = containers.filter(({ network_mode: mode }) => mode?.startsWith('container:') !== true);
  await inLanes(owners, (container) => createContainer(api, container));
  await inLanes(
    containers.filter((one) => !owners.includes(one)),
    (container) => createContainer(api, container),
  );
}

/** Takes it all away again. */
export async function remove(api: DockerApi, terraform: string): Promise<void> {
  const { resource } = JSON.parse(terraform) as Written;
  await inLanes(Object.values(resource.docker_container), ({ name }) =>
    api.delete(`/containers/${name}?force=true&v=true`),
  );
  for (const { name } of Object.values(resource.docker_network ?? {})) await api.delete(`/networks/${name}`);
}

async function createNetwork(api: DockerApi, network: NetworkBody): Promise<void> {
  await api.post('/networks/create', {
    Name: network.name,
    Driver: network.driver ?? 'bridge',
    Internal: network.internal ?? false,
    Options: network.options ?? {},
    IPAM: {
      Driver: 'default',
      Config: (network.ipam_config ?? []).map(({ subnet, gateway }) => ({
        Subnet: subnet,
        ...(gateway !== undefined && { Gateway: gateway }),
      })),
    },
  });
}

async function createContainer(api: DockerApi, container: ContainerBody): Promise<void> {
  const { name, image, network_mode: mode, networks_advanced: networks = [], ports = [] } = container;
  const key = ({ internal, protocol = 'tcp' }: (typeof ports)[number]): string => `${internal}/${protocol}`;
  await api.post(`/containers/create?name=${name}`, {
    Image: image,
    ...(mode === undefined && { Hostname: name }),
    ExposedPorts: Object.fromEntries(ports.map((port) => [key(port), {}])),
    HostConfig: {
      NetworkMode: mode === undefined ? 'bridge' : nameIn(mode),
      PortBindings: Object.fromEntries(
        ports.map((port) => [
          key(port),
          // The provider's own default.
          [{ HostIp: port.ip ?? '0.0.0.0', HostPort: String(port.external) }],
        ]),
      ),
    },
  });
  if (networks.length > 0) {
    await api.post('/networks/bridge/disconnect', { Container: name, Force: true });
    for (const network of networks) {
      await api.post(`/networks/${nameIn(network.name)}/connect`, { Container: name });
    }
  }
  await api.post(`/containers/${name}/start`);
}

/** `${docker_network.fe.id}` is `fe`: in the fixtures a resource is called as it is named. */
function nameIn(text: string): string {
  return text.replace(/\$\{docker_\w+\.(\w+)\.\w+\}/g, '$1');
}

async function inLanes<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items];
  const lane = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: 4 }, lane));
}

/** Terraform of the setup in which "by name it pings, by address it does not", and of every cause that shows it. */
type Body = Readonly<Record<string, unknown>>;

export interface Configuration {
  readonly networks?: Readonly<Record<string, Body>>;
  readonly containers: Readonly<Record<string, Body>>;
}

const network = (name: string, third: number, more: Body = {}): Body => ({
  name,
  ipam_config: [{ subnet: `172.30.${third}.0/24`, gateway: `172.30.${third}.1` }],
  ...more,
});

/** On a network, at an address of one's own where it matters. */
export const joins = (name: string, last: number, more: Body = {}): Body => {
  const third = { frontend: 1, backend: 2, shared: 3 }[name];
  return { name: `\${docker_network.${name}.id}`, ipv4_address: `172.30.${third}.${last}`, ...more };
};

const machine = (name: string, ...networks_advanced: readonly Body[]): Body => ({
  name,
  image: 'busybox:stand-in',
  command: ['sleep', '600'],
  networks_advanced,
});

const frontend = network('frontend', 1);
const backend = network('backend', 2);
const web = machine('web', joins('frontend', 10));
const api = machine('api', joins('frontend', 20), joins('backend', 20));
const db = machine('db', joins('backend', 30));

const textbook: Configuration = { networks: { frontend, backend }, containers: { web, api, db } };
const changed = (containers: Readonly<Record<string, Body>>, networks: Configuration['networks'] = {}) => ({
  networks: { ...textbook.networks, ...networks },
  containers: { ...textbook.containers, ...containers },
});

/** The textbook form, the same with a published port, and with what each cause adds; by the name that the pages give it. */
export const configurations: Readonly<Record<string, Configuration>> = {
  textbook,
  published: changed({ web: { ...web, ports: [{ internal: 80, external: 8080 }] } }),
  'shared-network': changed(
    {
      web: machine('web', joins('frontend', 10), joins('shared', 10)),
      db: machine('db', joins('backend', 30), joins('shared', 30)),
    },
    { shared: network('shared', 3) },
  ),
  'foreign-alias': changed({
    api: machine('api', joins('frontend', 20, { aliases: ['db'] }), joins('backend', 20)),
  }),
  'foreign-hostname': changed({
    other: { ...machine('other', joins('frontend', 40)), hostname: 'db' },
  }),
  'extra-host': changed({ web: { ...web, host: [{ host: 'db', ip: 'host-gateway' }] } }),
  'own-hostname': changed({ web: { ...web, hostname: 'db' } }),
  'search-domain': changed({ web: { ...web, dns_search: ['lab.example'], dns: ['192.168.213.10'] } }),
  'stale-address': changed(
    { web: machine('web', joins('shared', 10)), db: machine('db', joins('shared', 31)) },
    { shared: network('shared', 3) },
  ),
  'shared-namespace': changed({
    probe: {
      name: 'probe',
      image: 'busybox:stand-in',
      command: ['sleep', '600'],
      network_mode: 'container:${docker_container.api.id}',
    },
  }),
};

/** Terraform's JSON of a configuration. */
export function terraformOf({ networks, containers }: Configuration): object {
  return {
    terraform: { required_providers: { docker: { source: 'kreuzwerker/docker' } } },
    provider: { docker: [{}] },
    resource: { docker_network: networks, docker_container: containers },
  };
}

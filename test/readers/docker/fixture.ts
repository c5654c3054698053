/** Networks and containers on which the packets of the measured tables were sent, as a Terraform of its own. */
type Body = Readonly<Record<string, unknown>>;

const network = (index: number, options: Body = {}): Body => ({
  ipam_config: [{ subnet: `172.30.${index}.0/24`, gateway: `172.30.${index}.1` }],
  ...options,
});

const bridgeOption = (name: string, value: string): Body => ({
  options: { [`com.docker.network.bridge.${name}`]: value },
});

export const networks: Readonly<Record<string, Body>> = {
  fe: network(1),
  be: network(2),
  noicc: network(3, bridgeOption('enable_icc', 'false')),
  nomasq: network(4, bridgeOption('enable_ip_masquerade', 'false')),
  hblo: network(5, bridgeOption('host_binding_ipv4', '127.0.0.1')),
  int: network(6, { internal: true }),
  int2: network(7, { internal: true }),
  intnoicc: network(8, { internal: true, ...bridgeOption('enable_icc', 'false') }),
  isolated: network(9, { internal: true, ...bridgeOption('gateway_mode_ipv4', 'isolated') }),
  routed: network(10, bridgeOption('gateway_mode_ipv4', 'routed')),
  unprotected: network(11, bridgeOption('gateway_mode_ipv4', 'nat-unprotected')),
  lanside: {
    driver: 'macvlan',
    options: { parent: 'eth1' },
    ipam_config: [{ subnet: '192.168.50.0/24', gateway: '192.168.50.1' }],
  },
};

const on = (...names: readonly string[]): Body => ({
  networks_advanced: names.map((name) => ({ name: `\${docker_network.${name}.id}` })),
});

const port = (external: number, ip?: string): Body => ({
  ports: [{ internal: 80, external, ...(ip !== undefined && { ip }) }],
});

export const containers: Readonly<Record<string, Body>> = {
  web: on('fe'),
  web2: on('fe'),
  api: on('fe', 'be'),
  db: on('be'),
  bepub: { ...on('be'), ...port(8081) },
  belo: { ...on('be'), ...port(8082, '127.0.0.1') },
  fepub: { ...on('fe'), ...port(8083) },
  begw: { ...on('be'), ...port(8088, '172.30.1.1') },
  int1: on('int'),
  int1b: on('int'),
  intp: { ...on('int'), ...port(8084) },
  intm: on('int', 'be'),
  int2a: on('int2'),
  ini1: on('intnoicc'),
  ini2: on('intnoicc'),
  ni1: on('noicc'),
  ni2: on('noicc'),
  nipub: { ...on('noicc'), ...port(8085) },
  nm1: on('nomasq'),
  hbpub: { ...on('hblo'), ...port(8087) },
  def1: {},
  def2: {},
  shares: { network_mode: 'container:${docker_container.web.id}' },
  hostc: { network_mode: 'host', ...port(8090) },
  nonec: { network_mode: 'none', ...port(8091) },
  iso1: on('isolated'),
  iso2: on('isolated'),
  rt: on('routed'),
  rtpub: { ...on('routed'), ...port(8089) },
  un: on('unprotected'),
  beudp: { ...on('be'), ports: [{ internal: 53, external: 8093, protocol: 'udp' }] },
  nmfe: on('nomasq', 'fe'),
  nmpub: { ...on('nomasq'), ...port(8094) },
  mv1: { ...on('lanside'), ...port(8092) },
  mv2: on('lanside'),
};

/** The fixture as a `cdk.tf.json`; `only` keeps the networks and containers that are named. */
export function fixture(only?: readonly string[]): string {
  const kept = (bodies: Readonly<Record<string, Body>>): Body =>
    Object.fromEntries(
      Object.entries(bodies)
        .filter(([name]) => only === undefined || only.includes(name))
        .map(([name, body]) => [name, { name, ...body }]),
    );
  const images = Object.fromEntries(
    Object.entries(kept(containers)).map(([name, body]) => [name, { image: 'nginx', ...(body as Body) }]),
  );
  return JSON.stringify({
    terraform: { required_providers: { docker: { source: 'kreuzwerker/docker' } } },
    provider: { docker: [{}] },
    resource: { docker_network: kept(networks), docker_container: images },
  });
}

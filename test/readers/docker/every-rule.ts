type Body = Readonly<Record<string, unknown>>;

const network = (name: string, third: number, more: Body = {}): Body => ({
  name,
  ipam_config: [{ subnet: `172.30.${third}.0/24`, gateway: `172.30.${third}.1` }],
  ...more,
});
const option = (name: string, value: string): Body => ({
  options: { [`com.docker.network.bridge.${name}`]: value },
});
const on = (name: string, address: string, more: Body = {}): Body => ({
  image: 'x',
  networks_advanced: [{ name: `\${docker_network.${name}.id}`, ipv4_address: address }],
  ...more,
});
const publishes = (external: number, more: Body = {}): Body => ({
  ports: [{ internal: 80, external, ...more }],
});

/** A Docker host on which an engine writes every rule that explanations show. */
export const everyRule = {
  networks: {
    fe: network('fe', 1),
    be: network('be', 2),
    inside: network('inside', 3, { internal: true }),
    quiet: network('quiet', 4, option('enable_icc', 'false')),
    plain: network('plain', 5, option('enable_ip_masquerade', 'false')),
    routed: network('routed', 6, option('gateway_mode_ipv4', 'routed')),
    open: network('open', 7, option('gateway_mode_ipv4', 'nat-unprotected')),
    named: network('named', 8, option('name', 'brLAB')),
  },
  containers: {
    web: { name: 'web', ...on('fe', '172.30.1.10', publishes(8080)) },
    web2: { name: 'web2', ...on('fe', '172.30.1.11') },
    db: { name: 'db', ...on('be', '172.30.2.30', publishes(8081, { ip: '127.0.0.1' })) },
    alone: { name: 'alone', ...on('inside', '172.30.3.10') },
    q1: { name: 'q1', ...on('quiet', '172.30.4.10') },
    q2: { name: 'q2', ...on('quiet', '172.30.4.11') },
    p1: { name: 'p1', ...on('plain', '172.30.5.10') },
    r1: { name: 'r1', ...on('routed', '172.30.6.10', publishes(8086)) },
    o1: { name: 'o1', ...on('open', '172.30.7.10') },
    n1: { name: 'n1', ...on('named', '172.30.8.10') },
    dflt: { name: 'dflt', image: 'x', ...publishes(9090) },
  },
};

import { containers as measuredContainers, networks as measuredNetworks } from '../../readers/docker/fixture';

type Body = Readonly<Record<string, unknown>>;

/** The LAN on which the macvlan network of the fixture stands. */
export const macvlanRouter = '192.168.50.1';

/** The networks of the measured tables, in the lab of the live suites. */
const networks: Readonly<Record<string, Body>> = {
  ...measuredNetworks,
  lanside: { ...measuredNetworks['lanside'], options: { parent: 'lan0' } },
};

/** The fixture as a `cdk.tf.json`. */
export function conformanceTerraform(): string {
  return terraformOf(networks, measuredContainers);
}

/** Networks and containers by name, as a `cdk.tf.json`. */
export function terraformOf(
  networks: Readonly<Record<string, Body>>,
  containers: Readonly<Record<string, Body>>,
): string {
  const named = (bodies: Readonly<Record<string, Body>>, more: Body): Body =>
    Object.fromEntries(Object.entries(bodies).map(([name, body]) => [name, { name, ...more, ...body }]));
  return JSON.stringify({
    terraform: { required_providers: { docker: { source: 'kreuzwerker/docker' } } },
    provider: { docker: [{}] },
    resource: {
      ...(Object.keys(networks).length > 0 && { docker_network: named(networks, {}) }),
      docker_container: named(containers, { image: 'netproof/idle', must_run: true }),
    },
  });
}

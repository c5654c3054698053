import * as fc from 'fast-check';

type Body = Readonly<Record<string, unknown>>;

/** A few networks and containers whose names and blocks nobody else has. */
export interface RandomLab {
  readonly networks: Readonly<Record<string, Body>>;
  readonly containers: Readonly<Record<string, Body>>;
}

/** What of a network is drawn. Gateway modes are for engines that know them. */
interface DrawnNetwork {
  readonly internal: boolean;
  readonly icc: boolean;
  readonly masquerade: boolean;
  readonly mode: 'nat' | 'routed' | 'nat-unprotected' | 'isolated';
}

interface DrawnContainer {
  /** By position; on the default bridge when there is none. */
  readonly networks: readonly number[];
  readonly stack: 'own' | 'host' | 'none' | 'shared';
  readonly port: 'none' | 'everywhere' | 'loopback' | 'udp';
}

const drawnNetwork = (modes: boolean): fc.Arbitrary<DrawnNetwork> =>
  fc.record({
    internal: often(false, true),
    icc: often(true, false),
    masquerade: often(true, false),
    mode: modes
      ? fc.constantFrom('nat', 'nat', 'nat', 'routed', 'nat-unprotected', 'isolated')
      : fc.constant('nat'),
  });

const drawnContainer: fc.Arbitrary<DrawnContainer> = fc.record({
  networks: fc.uniqueArray(fc.nat(1), { maxLength: 2 }),
  stack: fc.constantFrom('own', 'own', 'own', 'own', 'own', 'host', 'none', 'shared'),
  port: fc.constantFrom('none', 'none', 'everywhere', 'loopback', 'udp'),
});

/** The first three times out of four. */
function often<T>(usual: T, other: T): fc.Arbitrary<T> {
  return fc.constantFrom(usual, usual, usual, other);
}

/**
 * So many small labs, drawn from a seed: the same seed draws the same. Each has blocks and host ports of its own, so that
 * several of them stand on one engine.
 * @param modes - whether the engine knows gateway modes, as those from 28 on do
 */
export function randomLabs(count: number, seed: number, modes: boolean): readonly RandomLab[] {
  const lab = fc.record({
    networks: fc.array(drawnNetwork(modes), { minLength: 1, maxLength: 2 }),
    containers: fc.array(drawnContainer, { minLength: 2, maxLength: 3 }),
  });
  return fc.sample(lab, { numRuns: count, seed }).map(({ networks, containers }, at) => ({
    networks: Object.fromEntries(
      networks.map((one, index) => [`r${at}n${index}`, networkBody(one, at * 2 + index)]),
    ),
    containers: Object.fromEntries(
      containers.map((one, index) => [`r${at}c${index}`, containerBody(one, at, index, networks)]),
    ),
  }));
}

function networkBody({ internal, icc, masquerade, mode }: DrawnNetwork, third: number): Body {
  // Isolated is for internal networks, and the other modes are for the others: an engine refuses the rest.
  const known = mode === 'isolated' ? internal : !internal;
  const option = (name: string, value: string): readonly (readonly [string, string])[] => [
    [`com.docker.network.bridge.${name}`, value],
  ];
  return {
    internal,
    ipam_config: [{ subnet: `172.29.${third}.0/24`, gateway: `172.29.${third}.1` }],
    options: Object.fromEntries([
      ...(icc ? [] : option('enable_icc', 'false')),
      ...(masquerade ? [] : option('enable_ip_masquerade', 'false')),
      ...(known && mode !== 'nat' ? option('gateway_mode_ipv4', mode) : []),
    ]),
  };
}

function containerBody(
  { networks: drawn, stack, port }: DrawnContainer,
  at: number,
  index: number,
  { length }: readonly DrawnNetwork[],
): Body {
  const joined = [...new Set(drawn.map((one) => one % length))].map((one) => ({
    name: `\${docker_network.r${at}n${one}.id}`,
  }));
  if (stack === 'host' || stack === 'none') return { network_mode: stack };
  // The first of a lab has a stack of its own for the others to share.
  if (stack === 'shared' && index > 0) return { network_mode: `container:\${docker_container.r${at}c0.id}` };
  const external = 8200 + at * 4 + index;
  const ports =
    port === 'none'
      ? []
      : [
          {
            internal: port === 'udp' ? 53 : 80,
            external,
            ...(port === 'udp' && { protocol: 'udp' }),
            ip: port === 'loopback' ? '127.0.0.1' : '0.0.0.0',
          },
        ];
  return {
    ...(joined.length > 0 && { networks_advanced: joined }),
    ...(ports.length > 0 && { ports }),
  };
}

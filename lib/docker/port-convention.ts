import type { PublishedPort } from './published-port';

/**
 * Ports by convention: the three services of a monitoring stack keep their own, applications are counted from 8080.
 * A published port without a host port gets one of these.
 */
export const conventionalPorts = {
  grafana: 3000,
  prometheus: 9090,
  nodeExporter: 9100,
  /** The first application; the next ones get 8081, 8082 and so on. */
  applications: 8080,
} as const;

const kept: readonly number[] = [
  conventionalPorts.grafana,
  conventionalPorts.prometheus,
  conventionalPorts.nodeExporter,
];

/** The published ports of several containers of one host, each with its host port, in the same order. */
export function withHostPorts(
  containers: readonly (readonly PublishedPort[])[],
): readonly (readonly (PublishedPort & { readonly host: number })[])[] {
  const taken = new Set(containers.flat().flatMap(({ host }) => host ?? []));
  const take = (port: number): number => {
    const host = kept.includes(port) && !taken.has(port) ? port : firstFree(taken);
    taken.add(host);
    return host;
  };
  return containers.map((ports) =>
    ports.map((port) => ({ ...port, host: port.host ?? take(port.container) })),
  );
}

function firstFree(taken: ReadonlySet<number>): number {
  let port: number = conventionalPorts.applications;
  while (taken.has(port)) port += 1;
  return port;
}

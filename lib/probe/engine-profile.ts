import { Cidr } from '../addressing/cidr';
import type { Listening } from './agent';
import type { Daemon } from './daemon';
import type { Deployment } from './deployment';

/** Settings as an assumptions file has them, as far as a running engine tells. */
export interface EngineProfile {
  readonly docker: Readonly<Record<string, unknown>>;
  readonly listens?: { readonly host: readonly string[] };
}

/** What was looked at in the namespace of the host. */
export interface HostView {
  readonly addresses: readonly string[];
  readonly listeners: readonly Listening[];
}

/**
 * The assumptions under which this very engine is to be judged. What nobody tells is left out, and then counts as it comes:
 * without the daemon's process, its flags; without a look into the host's namespace, its addresses and services.
 */
export function engineProfile(
  { engine, networks, containers }: Deployment,
  daemon: Daemon | undefined,
  host: HostView | undefined,
): EngineProfile {
  const { flags } = daemon ?? {};
  // Of a gateway that nobody wrote, some engines say nothing: it is the first address.
  const gateways = [...networks.values()].flatMap(({ blocks }) =>
    blocks.map(({ subnet, gateway }) => gateway ?? String(Cidr.containing(subnet).at(1))),
  );
  const own = host?.addresses.filter(
    (one) => !isLoopback(one) && !gateways.includes(one) && !one.includes(':'),
  );
  const docker = {
    version: readableVersion(engine.version),
    ...(engine.platform === 'desktop' && { platform: 'desktop' }),
    ...(flags?.userlandProxy !== undefined && { userlandProxy: flags.userlandProxy }),
    ...(flags?.iptables !== undefined && { iptables: flags.iptables }),
    ...(flags?.allowDirectRouting !== undefined && { allowDirectRouting: flags.allowDirectRouting }),
    ...backendOf(engine.firewallBackend ?? flags?.firewallBackend),
    ...(!engine.defaultBridge.icc && { icc: false }),
    ...(engine.defaultBridge.block !== undefined && { defaultBridgeSubnet: engine.defaultBridge.block }),
    ...(own !== undefined && own.length > 0 && { hostAddresses: own }),
  };
  if (host === undefined) return { docker };
  const published = [...containers.values()].flatMap(({ ports }) => ports);
  const services = host.listeners.filter(
    (one) => !published.some(({ protocol, hostPort }) => protocol === one.protocol && hostPort === one.port),
  );
  const listens = services.map(
    ({ protocol, port, address }) =>
      `${protocol}/${port}${address === '0.0.0.0' || address === '::' ? '' : `@${address}`}`,
  );
  return { docker, listens: { host: [...new Set(listens)].sort() } };
}

function backendOf(backend: 'iptables' | 'nftables' | undefined): { readonly firewallBackend?: string } {
  return backend === 'nftables' ? { firewallBackend: backend } : {};
}

/** `20.10.24+dfsg1` is 20.10.24, as far as packets go. */
function readableVersion(text: string): string {
  return /^\d+\.\d+(\.\d+)?/.exec(text)?.[0] ?? text;
}

function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address === '::1';
}

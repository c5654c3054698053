import { Address } from '../addressing/address';
import { isDeferred, problemOf } from './invalid-props';
import { withHostPorts } from './port-convention';

/** One port of the host that leads into a container: `docker run -p address:host:container`. */
export interface PublishedPort {
  /**
   * Port on the host, 1 to 65535.
   * @default - by convention: 3000, 9090 and 9100 keep their number, others get the first free one from 8080
   */
  readonly host?: number;
  /** Port in the container, 1 to 65535. */
  readonly container: number;
  /**
   * Address of the host that answers. `127.0.0.1` is for the host alone; `0.0.0.0` is every address of the host, and
   * with it the LAN and the containers of every other network that has a way out.
   * @default "127.0.0.1", or what the construct says
   */
  readonly address?: string;
  /** @default "tcp" */
  readonly protocol?: 'tcp' | 'udp';
}

/** A published port with everything said. */
export type Binding = Required<PublishedPort>;

/** The ports in the order in which the provider reads them back, so that a second plan finds them unchanged. */
export function bindings(ports: readonly PublishedPort[], address = '127.0.0.1'): readonly Binding[] {
  return withHostPorts([ports.map(withoutUndefined)])
    .flat()
    .map((port) => ({ address, protocol: 'tcp' as const, ...port }))
    .sort((a, b) => a.container - b.container || a.protocol.localeCompare(b.protocol) || a.host - b.host);
}

/** Whether two published ports want the same socket of the host. 0.0.0.0 and :: stand for every address of theirs. */
export function collide(a: Binding, b: Binding): boolean {
  return (
    a.host === b.host &&
    a.protocol === b.protocol &&
    (a.address === b.address || isEvery(a.address, b.address) || isEvery(b.address, a.address))
  );
}

/** `127.0.0.1:8080/tcp`, the socket of the host. */
export function socketText(binding: Binding): string {
  const address = binding.address.includes(':') ? `[${binding.address}]` : binding.address;
  return `${address}:${binding.host}/${binding.protocol}`;
}

/** What is wrong with the published ports of one container. */
export function publishedPortProblems(ports: readonly Binding[]): readonly string[] {
  return [
    ...ports.flatMap((port) => [
      ...portProblems('host', port.host),
      ...portProblems('container', port.container),
      ...addressProblems(port),
    ]),
    ...ports.flatMap((port, index) =>
      ports
        .slice(0, index)
        .filter((earlier) => collide(earlier, port))
        .map(
          (earlier) =>
            `publishes ${socketText(earlier)} and ${socketText(port)}, which are one socket of the host. ` +
            'Give each published port a host port of its own.',
        ),
    ),
  ];
}

function portProblems(side: string, port: number): readonly string[] {
  if (isDeferred(port) || (Number.isInteger(port) && port >= 1 && port <= 65535)) return [];
  return [`publishes ${side} port ${port}: a port is a whole number from 1 to 65535, for example 8080.`];
}

function addressProblems(port: Binding): readonly string[] {
  if (isDeferred(port.address)) return [];
  const problem = problemOf(() => Address.parse(port.address));
  return problem === undefined
    ? []
    : [
        `publishes port ${port.host} on ${JSON.stringify(port.address)}: ${problem} Docker takes no name here.`,
      ];
}

function isEvery(address: string, of: string): boolean {
  return address === '::' || (address === '0.0.0.0' && !of.includes(':'));
}

function withoutUndefined(port: PublishedPort): PublishedPort {
  return Object.fromEntries(
    Object.entries(port).filter(([, value]) => value !== undefined),
  ) as unknown as PublishedPort;
}

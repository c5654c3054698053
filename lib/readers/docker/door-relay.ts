import { between, exactly } from '../../topology/bounds';
import { ordinaryClientPorts } from '../../topology/client-ports';
import type { HostFrame } from './host-frame';
import type { Door } from './published-door';

/** A published port: whoever reaches it at the host reaches the container behind it. */
export function addDoorRelay(host: HostFrame, door: Door): void {
  const { id, container, network, port } = door;
  const name = host.id('host');
  const segments = [
    ...host.shims.map(({ segment }) => segment),
    ...host.bridges.filter(({ gateways }) => gateways.length > 0).map((one) => one.id),
    host.id('host addresses'),
    host.id('host loopback'),
  ];
  const targets = host.parts.containers
    .filter(({ stackOf, place }) => stackOf === container.resource.id && place === 'networks')
    .map(({ resource }) => ({
      to: { endpoint: resource.id },
      traffic: port.traffic,
      sourceSeen: host.engine.proxies ? ('relay' as const) : ('client' as const),
      ports: ordinaryClientPorts,
      from: [`${name} at ${network.id}`],
      origin: port.origin,
    }));
  host.builder.addRelay({
    id,
    name: `published port ${port.at}:${port.dialled.toString().replace(/^\w+\//, '')}`,
    endpoint: name,
    naturalFrom: [
      'lan',
      'internet',
      'internet6',
      host.id('host-loopback'),
      ...(host.ways.length > 0 ? [host.id('browser')] : []),
    ],
    listeners: [
      {
        traffic: port.dialled,
        at: segments
          .filter((segment) => host.bindsIn(door, segment))
          .map((segment) => `${name} at ${segment}`),
        targets: port.unknown === undefined ? exactly(targets) : between([], targets, [port.unknown]),
        origin: port.origin,
      },
    ],
    origin: port.origin,
  });
}

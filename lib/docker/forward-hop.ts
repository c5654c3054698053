import type { Binding } from './published-port';

/** An address and a port of it. */
export interface Socket {
  readonly address: string;
  readonly port: number;
}

/** What a person does: opens an address and port of the host, or of a bridged machine. */
export interface DialHop extends Socket {
  readonly kind: 'dial';
  readonly by: 'browser';
}

/** What the hypervisor does for a machine behind its NAT. No Terraform provider carries it. */
export interface ForwardHop {
  readonly kind: 'forward';
  readonly by: 'hypervisor';
  /** Where it listens on the host. */
  readonly at: Socket;
  /** Where it passes to in the machine. */
  readonly to: Socket;
  /**
   * Whom the machine sees as the caller: the NAT's own gateway, and not the browser.
   * @see https://www.qemu.org/docs/master/system/devices/net.html
   */
  readonly source: string;
}

/** What the Docker Engine in the machine does: its published port. It is a `ports` block of the docker_container. */
export interface PublishHop {
  readonly kind: 'publish';
  readonly by: 'docker';
  readonly at: Socket;
  readonly to: { readonly container: string; readonly port: number };
}

/** One hop of a way in. */
export type Hop = DialHop | ForwardHop | PublishHop;

/** A way in with everything said, from the browser to what answers. */
export interface ForwardedWay {
  /** Name of the forward: the hypervisor's rule, and what errors call it. */
  readonly name: string;
  readonly protocol: 'tcp' | 'udp';
  /** In the order in which a packet meets them. */
  readonly hops: readonly Hop[];
}

/** How the machine is reached: by forwards of its NAT, or as a machine of the LAN. */
export interface WayPlan {
  readonly name: string;
  readonly protocol: 'tcp' | 'udp';
  /** Undefined for a bridged machine. */
  readonly host: Socket | undefined;
  readonly machine: Socket;
  readonly gateway: string | undefined;
  /** Undefined when a service of the machine itself answers. */
  readonly published: Binding | undefined;
  readonly container: string | undefined;
}

/** The hops of a planned way. */
export function hopsOf({ host, machine, gateway, published, container }: WayPlan): readonly Hop[] {
  const dialled = host ?? machine;
  const dial: DialHop = {
    kind: 'dial',
    by: 'browser',
    address: dialled.address === '0.0.0.0' ? '127.0.0.1' : dialled.address,
    port: dialled.port,
  };
  const forward: readonly ForwardHop[] =
    host === undefined || gateway === undefined
      ? []
      : [{ kind: 'forward', by: 'hypervisor', at: host, to: machine, source: gateway }];
  const publish: readonly PublishHop[] =
    published === undefined || container === undefined
      ? []
      : [
          {
            kind: 'publish',
            by: 'docker',
            at: { address: published.address, port: published.host },
            to: { container, port: published.container },
          },
        ];
  return [dial, ...forward, ...publish];
}

/** `127.0.0.1:3000 -> 10.0.2.15:3000 -> grafana:3000`. */
export function hopsText({ hops }: Pick<ForwardedWay, 'hops'>): string {
  return hops
    .map((hop, index) => {
      if (hop.kind === 'dial') return `${hop.address}:${hop.port}`;
      if (hop.kind === 'forward') return `${hop.to.address}:${hop.to.port}`;
      return `${index === 0 ? `${hop.at.address}:${hop.at.port} -> ` : ''}${hop.to.container}:${hop.to.port}`;
    })
    .join(' -> ');
}

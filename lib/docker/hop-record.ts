import type { TerraformStack } from 'cdktf';
import type { Container as DockerContainer } from '@cdktf/provider-docker/lib/container';
import type { DialHop, ForwardedWay, ForwardHop } from './forward-hop';
import type { DockerDocument } from './host-check';
import { type Binding, collide, socketText } from './published-port';

/**
 * What is written at the top of a synthesized stack as `//.netproof.hops`: the hops that no Terraform provider carries.
 * Docker's own hop is not in it: `then` names the docker_container whose `ports` carry it.
 */
export interface HopRecord {
  readonly format: 1;
  readonly ways: readonly RecordedWay[];
}

/** One way in, up to where Terraform takes over. */
export interface RecordedWay {
  /** Construct path of the chain. */
  readonly chain: string;
  readonly name: string;
  readonly protocol: 'tcp' | 'udp';
  readonly machine: RecordedMachine;
  readonly hops: readonly (DialHop | ForwardHop)[];
  /** Where the last hop arrives in the machine. */
  readonly arrives: { readonly address: string; readonly port: number };
  /** Terraform address of the container that publishes that port; absent for a service of the machine itself. */
  readonly then?: string;
}

/** The machine, by its name in the hypervisor. */
export interface RecordedMachine {
  readonly name: string;
  readonly network: 'nat' | 'bridged';
  readonly address: string;
}

/** One chain, as it hands itself in. */
export interface Chain {
  readonly chain: string;
  readonly machine: RecordedMachine;
  readonly ways: readonly (ForwardedWay & { readonly container: DockerContainer | undefined })[];
}

const recorded = Symbol.for('netproof/docker/hops');

/** Writes the ways of one more chain into the stack, and has the stack check them at synth with all others of it. */
export function recordHops(stack: TerraformStack, chain: Chain): void {
  const marked = stack as TerraformStack & { [recorded]?: RecordedWay[] };
  let all = marked[recorded];
  if (all === undefined) {
    all = [];
    Object.defineProperty(stack, recorded, { value: all });
    stack.node.addValidation({ validate: () => [...hopProblems(stack.toTerraform() as HopDocument)] });
  }
  all.push(...recordedWays(chain));
  stack.addOverride('//.netproof.hops', { format: 1, ways: all } satisfies HopRecord);
}

/** The part of a synthesized stack that the check reads. */
export interface HopDocument extends DockerDocument {
  readonly '//'?: { readonly netproof?: { readonly hops?: HopRecord } };
}

/**
 * What only the whole stack shows: two chains on one socket of the host, and a container that, once all overrides are in,
 * does not publish where the way arrives.
 */
export function hopProblems(document: HopDocument): readonly string[] {
  const ways = document['//']?.netproof?.hops?.ways ?? [];
  const sockets = ways.flatMap((way) =>
    way.hops.flatMap((hop) =>
      hop.kind === 'forward'
        ? [
            {
              way,
              binding: { address: hop.at.address, host: hop.at.port, container: 0, protocol: way.protocol },
            },
          ]
        : [],
    ),
  );
  return [
    ...sockets.flatMap((b, index) =>
      sockets
        .slice(0, index)
        .filter((a) => a.way.chain !== b.way.chain && collide(a.binding, b.binding))
        .map(
          (a) =>
            `${b.way.chain}: way ${b.way.name}, hop host: listens on ${socketText(b.binding)}, where way ${a.way.name} ` +
            `of ${a.way.chain} listens on ${socketText(a.binding)}. Give each a host port of its own.`,
        ),
    ),
    ...ways.flatMap((way) => publishProblems(way, document)),
  ];
}

function publishProblems(way: RecordedWay, { resource }: HopDocument): readonly string[] {
  const [type, id] = way.then?.split('.') ?? [];
  const container =
    type === 'docker_container' && id !== undefined ? resource?.docker_container?.[id] : undefined;
  if (container === undefined) return [];
  const { address, port } = way.arrives;
  const bound: readonly Binding[] = (container.ports ?? []).map((one) => ({
    host: one.external ?? 0,
    container: one.internal,
    address: one.ip ?? '0.0.0.0',
    protocol: one.protocol ?? 'tcp',
  }));
  const asked: Binding = { host: port, container: 0, address, protocol: way.protocol };
  if (bound.some((binding) => collide(binding, asked))) return [];
  const said = bound.length === 0 ? 'publishes nothing' : `publishes ${bound.map(socketText).join(', ')}`;
  return [
    `${way.chain}: way ${way.name}, hop machine: arrives at ${socketText(asked)}, but container ${container.name} ` +
      `${said}. Publish it on 0.0.0.0 or ${address}.`,
  ];
}

function recordedWays({ chain, machine, ways }: Chain): readonly RecordedWay[] {
  const { name, network, address } = machine;
  return ways.map((way) => {
    const hops = way.hops.filter((hop) => hop.kind !== 'publish');
    const last = hops.at(-1)!;
    const arrives = last.kind === 'forward' ? last.to : { address: last.address, port: last.port };
    const then = way.container && `${way.container.terraformResourceType}.${way.container.friendlyUniqueId}`;
    return {
      chain,
      name: way.name,
      protocol: way.protocol,
      machine: { name, network, address },
      hops,
      arrives,
      ...(then === undefined ? {} : { then }),
    };
  });
}

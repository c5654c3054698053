import { type Deployment, newDeployment, succeed } from './deployment';
import type { DockerRelease } from './docker-release';
import { type DockerSite, openDockerSite } from './docker-site';
import type { ImageSet } from './image-set';
import type { Piece, ProviderInPlace } from './live-machine';
import { addAddress, inside, type Namespace } from './network-lab';
import { type Planned, placesOf, sendAll, type Wrong } from './packet-plan';
import type { Sent } from './packet-table';
import type { TerraformProgram } from './terraform-program';

/** What a suite needs that deploys a stack into an engine of its own. */
export type DockerPieces = readonly [
  program: Piece<TerraformProgram>,
  provider: Piece<ProviderInPlace>,
  docker: Piece<DockerRelease>,
  images: Piece<ImageSet>,
];

type Found = readonly [TerraformProgram, ProviderInPlace, DockerRelease, ImageSet];

/** Addresses of the stack's own LAN on the one cable of the site; all in one /24. */
export interface StackLan {
  readonly host: string;
  readonly neighbour: string;
  /** The neighbour's second address: it is the router too. */
  readonly router: string;
}

/** A stack that stands on a Docker site, its bridged part included, and the packets that were sent through it. */
export interface DeployedStack {
  readonly site: DockerSite;
  readonly app: Deployment;
  /** `20.10`: what tables of packets are called after. */
  readonly engine: string;
  /** Where packets start: `the host`, `a LAN neighbour`, or a container by its name without the stack's. */
  readonly from: (name: string) => Promise<Namespace>;
  /** Sends packets and keeps what became of them; those that went otherwise than planned. */
  readonly send: (packets: readonly Planned[]) => Promise<readonly Wrong[]>;
  /** All that was sent so far. */
  readonly measured: readonly Sent[];
  /** Runs on the host what the stack prints for it, so that it reaches its bridged guests. */
  readonly letHostIn: () => Promise<void>;
  /** Takes that back. */
  readonly keepHostOut: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Opens a site, gives its ends the LAN's addresses and deploys the stack onto it. `ran` is told what with. */
export async function deployStack(
  stack: string,
  lan: StackLan,
  [program, provider, release, images]: Found,
  ran: (what: string) => void,
): Promise<DeployedStack> {
  ran(`Docker Engine ${release.version}`);
  ran(program.version);
  ran(`kreuzwerker/docker ${provider.version}`);
  ran(`${images.kind} images`);
  const site = await openDockerSite(release, images);
  const env = { ...provider.env, ...site.env, NETPROOF_PARENT_INTERFACE: 'lan0' };
  const app = newDeployment({ stack, program: program.path, env });
  const close = async () => {
    await app.close();
    await site.close();
  };
  try {
    await addAddress(site.host, lan.host);
    await addAddress(site.neighbour, lan.neighbour);
    await addAddress(site.neighbour, lan.router);
    await app.deploy();
  } catch (error) {
    await close();
    throw error;
  }
  const from = placesOf(site, `${stack}-`);
  const measured: Sent[] = [];
  return {
    site,
    app,
    engine: release.version.split('.').slice(0, 2).join('.'),
    from,
    measured,
    close,
    async send(packets) {
      const { sent, wrong } = await sendAll(packets, from);
      measured.push(...sent);
      return wrong;
    },
    async letHostIn() {
      const { stdout } = await succeed(app.terraform('output', '-json', 'host-access'));
      for (const command of JSON.parse(stdout) as readonly string[]) {
        await inside(site.host, 'sh', '-c', command);
      }
    },
    async keepHostOut() {
      await inside(site.host, 'ip', 'link', 'delete', 'netproof-shim');
    },
  };
}

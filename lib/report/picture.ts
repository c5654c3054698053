/** A network as it is drawn, before anything has a place. Names are as the input has them. */
export interface Picture {
  readonly title: string;
  readonly zones: readonly PictureZone[];
  readonly domains: readonly PictureDomain[];
  /** Endpoints that stand in no segment: without a network, or not modelled. */
  readonly apart: readonly Chip[];
  readonly links: readonly Link[];
  /** Who reaches whom, when it is asked for. */
  readonly arrows: readonly Arrow[];
}

export interface PictureZone {
  readonly id: string;
  readonly name: string;
}

/** An address space: a VPC, a Docker host. */
export interface PictureDomain {
  readonly id: string;
  readonly name: string;
  readonly blocks: readonly string[];
  /** Routers on its edge, and what stands on the machine that carries its segments. */
  readonly edge: readonly Chip[];
  readonly segments: readonly PictureSegment[];
}

export interface PictureSegment {
  readonly id: string;
  readonly name: string;
  readonly blocks: readonly string[];
  /** Group that its author named by a tag `Tier`. */
  readonly tier: string | undefined;
  /** Availability zone. */
  readonly zone: string | undefined;
  /** `way out by NAT gateway main`, `no way out`. */
  readonly wayOut: string;
  readonly hasWayOut: boolean;
  /** Whether the Internet gets in, replies included, to whatever could be placed there. */
  readonly isOpen: boolean;
  readonly chips: readonly Chip[];
}

export interface Chip {
  /** Unique in the picture: `docker_container.api in docker_network.back`. */
  readonly key: string;
  /** Id of the endpoint, router or relay. */
  readonly id: string;
  readonly label: string;
  /** Address, or what a port leads to. */
  readonly detail: string;
  readonly kind: 'endpoint' | 'gateway' | 'door' | 'host' | 'unknown';
  /** False where it may stand there, and only apply tells. */
  readonly certain: boolean;
}

/** A line without a claim about who reaches whom: a foot of a router, a port that leads on, one endpoint in two segments. */
export interface Link {
  readonly from: string;
  readonly to: string;
  readonly kind: 'leg' | 'door' | 'same';
}

export interface Arrow {
  /** Keys of chips, or ids of zones. */
  readonly from: string;
  readonly to: string;
  readonly label: string;
  readonly certain: boolean;
  /** Whether the way back is an arrow as well, with the same label. */
  readonly both: boolean;
}

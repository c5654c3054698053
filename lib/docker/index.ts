export {
  Container,
  type Attachment,
  type ContainerProps,
  type NamedVolume,
  type Workload,
} from './container';
export { type HealthCheck } from './health-check';
export { type Guest, HostOnlySegment, type HostOnlySegmentProps } from './host-only-segment';
export {
  type Capability,
  contractOf,
  type ImageContract,
  imageContracts,
  type KnownImage,
} from './image-contract';
export { type PublishedPort } from './published-port';
export { Segment, type SegmentProps } from './segment';
export {
  type DatabasePublication,
  type PublishedWorkload,
  ThreeTierNetwork,
  type ThreeTierNetworkProps,
  type Tier,
} from './three-tier-network';
export { type SecretFile, type UploadedFile } from './uploaded-file';

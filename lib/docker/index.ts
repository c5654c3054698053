export { type Attachment } from './attachment';
export { BridgedSegment, type BridgedSegmentProps } from './bridged-segment';
export { Container, type ContainerProps, type NamedVolume, type Workload } from './container';
export { DefaultBridge, type DefaultBridgeProps } from './default-bridge';
export {
  type DialHop,
  type ForwardedWay,
  type ForwardHop,
  type Hop,
  type PublishHop,
  type Socket,
} from './forward-hop';
export { type Guest } from './guest';
export { type HealthCheck } from './health-check';
export { type HopRecord, type RecordedMachine, type RecordedWay } from './hop-record';
export { HostNetwork } from './host-network';
export { HostOnlySegment, type HostOnlySegmentProps } from './host-only-segment';
export { type HostShim, type HostShimCommands } from './host-shim';
export { type HypervisorCommands } from './hypervisor-commands';
export {
  type Capability,
  contractOf,
  type ImageContract,
  imageContracts,
  type KnownImage,
} from './image-contract';
export { InternalSegment, type InternalSegmentProps } from './internal-segment';
export { NatSegment, type NatSegmentProps } from './nat-segment';
export { type NetworkNaming } from './network-name';
export { NoNetwork } from './no-network';
export { conventionalPorts } from './port-convention';
export {
  type GuestMachine,
  PortForwardChain,
  type PortForwardChainProps,
  type WayIn,
} from './port-forward-chain';
export { type PublishedPort } from './published-port';
export { Segment, type SegmentProps } from './segment';
export { type ContainerNetwork, type SegmentFacts, type SegmentKind } from './segment-facts';
export { SharedNetwork, type SharedNetworkProps } from './shared-network';
export {
  type DatabasePublication,
  type PublishedWorkload,
  ThreeTierNetwork,
  type ThreeTierNetworkProps,
  type Tier,
} from './three-tier-network';
export { type SecretFile, type UploadedFile } from './uploaded-file';
export { UserNetwork, type UserNetworkProps } from './user-network';
export { type RecordedWaiver, waiveLint } from './waive-lint';

// The door `netproof`: addresses and the engine. No CDK code is loaded by it; constructs have doors of their own.
export { Address, type Family } from './addressing/address';
export {
  addressPlan,
  defaultPlan,
  slots,
  type AddressPlan,
  type AddressPlanProps,
  type Slot,
  type TierBlocks,
} from './addressing/address-plan';
export { AddressRange } from './addressing/address-range';
export { AddressSet, type Addresses } from './addressing/address-set';
export { Cidr } from './addressing/cidr';
export { NetproofError } from './addressing/netproof-error';
export { PortSet, type PortRange } from './addressing/port-set';
export { type Protocol, type ProtocolName } from './addressing/protocol';
export { allTraffic, icmp, tcp, Traffic, udp } from './addressing/traffic';
export { explain, prove, reach, topologyOfStack, topologyOfSynth } from './proof/engine-door';
export { type Provable } from './proof/prove';
export { type Synthesizable } from './proof/topology-of-stack';
export { type OtherWay } from './reachability/other-way';
export { type Question } from './reachability/question';
export { type Verdict, type VerdictKind } from './reachability/verdict';
export { type Party } from './topology/lookup';
export { type NamedTopology, type Subject } from './topology/subject';
export { type Topology } from './topology/topology';
export { type Unknown } from './topology/value';

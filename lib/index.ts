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
export { type PlanReading, type TerraformJson, type TopologyReading } from './inputs/topology-of-text';
export { type Finding } from './policy/finding';
export { type NetworkResult, type PolicyResult, type RuleResult, type RuleStatus } from './policy/evaluation';
export {
  type DeniedFlow,
  type NetworkTerms,
  type OneOrMore,
  type PermittedFlow,
  type Policy,
  type PolicyDocument,
  type Waiver,
} from './policy/policy';
export { type LintedRule, type LintFinding, type LintOptions, type LintResult } from './lint/lint';
export { type LintRule, type Severity } from './lint/rule';
export { type LintWaiver } from './lint/waiver';
export {
  checkPolicy,
  diff,
  explain,
  lint,
  matrix,
  policyOfFile,
  prove,
  reach,
  resolve,
  topologyOfPlan,
  topologyOfStack,
  topologyOfState,
  topologyOfSynth,
  type CheckOptions,
  type NameQuestion,
} from './proof/engine-door';
export { type Provable } from './proof/prove';
export { type ReachDifference } from './proof/reach-difference';
export { type ReachMatrix } from './proof/reach-matrix';
export { type Synthesizable } from './proof/topology-of-stack';
export {
  type Cause,
  type DifferenceOptions,
  type DifferenceRow,
  type Doubt,
} from './reachability/difference';
export { type MatrixOptions, type MatrixWay } from './reachability/matrix';
export {
  type NamedAddress,
  type Namesake,
  type Resolution,
  type ResolutionKind,
} from './reachability/name-resolution';
export { type OtherWay } from './reachability/other-way';
export { type Question } from './reachability/question';
export { type Verdict, type VerdictKind } from './reachability/verdict';
export { type MatrixRow } from './report/matrix-table';
export { type Party } from './topology/lookup';
export { type NamedTopology, type Subject } from './topology/subject';
export { type Topology } from './topology/topology';
export { type Unknown } from './topology/value';

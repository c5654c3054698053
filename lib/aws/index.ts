export { type DbTier } from './db-tier';
export { type PublicTier } from './public-tier';
export { regionOf } from './region';
export { type SubnetTier } from './subnet-tier';
export { type Tags } from './tag-maker';
export { type TierName } from './tier-name';
export { type TierSubnet } from './tier-subnet';
export { ThreeSubnetVpc } from './three-subnet-vpc';
export { type DbTierProps, type ThreeSubnetVpcProps, type TierProps } from './vpc-props';

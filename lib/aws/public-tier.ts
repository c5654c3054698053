import type { InternetGateway } from '@cdktf/provider-aws/lib/internet-gateway';
import type { RouteTable } from '@cdktf/provider-aws/lib/route-table';
import { Route } from '@cdktf/provider-aws/lib/route';
import type { Construct } from 'constructs';
import { SubnetTier, type SubnetTierProps } from './subnet-tier';

export interface PublicTierProps extends Omit<SubnetTierProps, 'routeTables'> {
  readonly internetGateway: InternetGateway;
}

/** Subnets of one route table, whose default route leads to the Internet gateway. */
export class PublicTier extends SubnetTier {
  readonly internetRoute: Route;

  constructor(scope: Construct, { internetGateway, ...props }: PublicTierProps) {
    super(scope, { ...props, routeTables: 'shared' });
    this.internetRoute = new Route(this, 'internet-route', {
      routeTableId: this.routeTable.id,
      destinationCidrBlock: '0.0.0.0/0',
      gatewayId: internetGateway.id,
    });
  }

  /** The table that all subnets of the tier follow. */
  get routeTable(): RouteTable {
    return this.routeTables[0]!;
  }
}

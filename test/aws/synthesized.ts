import { type App, TerraformStack, Testing } from 'cdktf';
import { ThreeSubnetVpc, type ThreeSubnetVpcProps } from '../../lib/aws';

/** A resource as Terraform will read it. */
export type Body = Readonly<Record<string, unknown>>;

export interface Resource {
  /** Type and logical id: `aws_subnet.net_private_a_subnet_D6F2B6E2`. */
  readonly address: string;
  readonly body: Body;
}

/** Every resource of a stack by its construct path below the stack, such as `net/private/a/subnet`. */
export function resourcesOf(stack: TerraformStack): ReadonlyMap<string, Resource> {
  const { resource = {} } = stack.toTerraform() as { resource?: Record<string, Record<string, Body>> };
  const found = new Map<string, Resource>();
  for (const [type, ofType] of Object.entries(resource)) {
    for (const [logicalId, { '//': note, ...body }] of Object.entries(ofType)) {
      const { path } = (note as { metadata: { path: string } }).metadata;
      found.set(path.slice(stack.node.path.length + 1), { address: `${type}.${logicalId}`, body });
    }
  }
  return found;
}

export interface Synthesized {
  readonly stack: TerraformStack;
  readonly net: ThreeSubnetVpc;
  /** Construct paths below the VPC, sorted. */
  readonly paths: readonly string[];
  readonly has: (path: string) => boolean;
  /** Arguments of the resource at a path below the VPC. */
  readonly at: (path: string) => Body;
  readonly addressOf: (path: string) => string;
  /** How other resources name the one at a path. */
  readonly idOf: (path: string) => string;
}

/** A stack with one ThreeSubnetVpc called `net`. */
export function synthesized(
  props?: ThreeSubnetVpcProps | ((stack: TerraformStack) => ThreeSubnetVpcProps),
  app: App = Testing.app(),
): Synthesized {
  const stack = new TerraformStack(app, 'stack');
  const net = new ThreeSubnetVpc(stack, 'net', typeof props === 'function' ? props(stack) : props);
  const resources = resourcesOf(stack);
  const find = (path: string): Resource => {
    const resource = resources.get(`net/${path}`);
    if (resource === undefined) throw new Error(`no resource at net/${path}`);
    return resource;
  };
  return {
    stack,
    net,
    paths: [...resources.keys()].map((path) => path.slice('net/'.length)).sort(),
    has: (path) => resources.has(`net/${path}`),
    at: (path) => find(path).body,
    addressOf: (path) => find(path).address,
    idOf: (path) => `\${${find(path).address}.id}`,
  };
}

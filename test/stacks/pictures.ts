import type { TerraformStack } from 'cdktf';
import { readSynth } from '../../lib/readers/synth';
import { topologyOfDocument } from '../../lib/readers/topology-of-documents';
import { pictureOf } from '../../lib/report/picture-of-topology';
import { pictureSvg } from '../../lib/report/picture-svg';
import { AwsShop } from '../../stacks/aws-shop';
import { AwsThreeSubnetVpc } from '../../stacks/aws-three-subnet-vpc';
import { aProject, dockerThreeTier, hostOnlyLab, monitoringLab, networkModes, vmwareLab } from './shipped';

function awsThreeSubnetVpc(): TerraformStack {
  const { app, settings } = aProject();
  return new AwsThreeSubnetVpc(app, 'aws-three-subnet-vpc', settings);
}

function awsShop(): TerraformStack {
  const { app, settings } = aProject();
  return new AwsShop(app, 'aws-shop', settings);
}

/** Every shipped stack as it comes, with the page that shows its picture: docs/NAME.md shows docs/images/NAME.svg. */
export const drawnStacks: readonly (readonly [name: string, make: () => TerraformStack])[] = [
  ['aws-three-subnet-vpc', awsThreeSubnetVpc],
  ['aws-shop', awsShop],
  ['docker-three-tier', dockerThreeTier],
  ['host-only-lab', hostOnlyLab],
  ['monitoring-lab', monitoringLab],
  ['network-modes', networkModes],
  ['vmware-lab', vmwareLab],
];

/** The picture of a stack, from the Terraform that it writes. */
export function pictureOfStack(name: string, stack: TerraformStack): string {
  const document = readSynth(JSON.stringify(stack.toTerraform()), { stack: name });
  return `${pictureSvg(pictureOf(topologyOfDocument(document)))}\n`;
}

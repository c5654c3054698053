import { existsSync, readFileSync } from 'node:fs';
import { AnnotationMetadataEntryType, App } from 'cdktf';
import { prove } from '../lib';
import { AwsShop } from './aws-shop';
import { AwsThreeSubnetVpc } from './aws-three-subnet-vpc';
import { DockerThreeTier } from './docker-three-tier';
import { HostOnlyLab } from './host-only-lab';
import { hostInterfaces, machineInterfaces } from './machine-interfaces';
import { MonitoringLab } from './monitoring-lab';
import { NetworkModes } from './network-modes';
import { readSettings } from './settings';
import { VmwareLab } from './vmware-lab';

// The CDKTF command line sets this, reads the errors from the manifest and stops. Run by itself, the app goes on as
// well: an overlap with this machine's networks is no reason not to look at what would be made.
const byItself = process.env['CDKTF_CONTINUE_SYNTH_ON_ERROR_ANNOTATIONS'] === undefined;
if (byItself) process.env['CDKTF_CONTINUE_SYNTH_ON_ERROR_ANNOTATIONS'] = 'true';

const app = new App({ context: contextOfProject(), stackTraces: false });
const settings = readSettings((key) => app.node.tryGetContext(key) as unknown);
const interfaces = machineInterfaces();

new AwsThreeSubnetVpc(app, 'aws-three-subnet-vpc', settings);
new AwsShop(app, 'aws-shop', settings);
new DockerThreeTier(app, 'docker-three-tier', settings, interfaces);
new HostOnlyLab(app, 'host-only-lab', settings, interfaces);
new MonitoringLab(app, 'monitoring-lab', settings, interfaces);
new NetworkModes(app, 'network-modes', settings, interfaces, hostInterfaces());
new VmwareLab(app, 'vmware-lab', settings, interfaces, hostInterfaces());
prove(app);
app.synth();
if (byItself) printErrorsOf(app);

/** The context of cdktf.json, which the command line passes on and an app that is run by itself must read. */
function contextOfProject(): Record<string, unknown> {
  if (!existsSync('cdktf.json')) return {};
  const project = JSON.parse(readFileSync('cdktf.json', 'utf8')) as { context?: Record<string, unknown> };
  return project.context ?? {};
}

function printErrorsOf({ manifest }: App): void {
  for (const { name, annotations } of Object.values(manifest.stacks)) {
    for (const { level, message } of annotations) {
      if (level === AnnotationMetadataEntryType.ERROR)
        console.error(`${name} cannot be deployed on this machine: ${message}`);
    }
  }
}

import { existsSync, readFileSync } from 'node:fs';
import { App } from 'cdktf';
import { DockerThreeTier } from './docker-three-tier';
import { HostOnlyLab } from './host-only-lab';
import { machineInterfaces } from './machine-interfaces';
import { readSettings } from './settings';

const app = new App({ context: contextOfProject() });
const settings = readSettings((key) => app.node.tryGetContext(key) as unknown);
const interfaces = machineInterfaces();

new DockerThreeTier(app, 'docker-three-tier', settings, interfaces);
new HostOnlyLab(app, 'host-only-lab', settings, interfaces);
app.synth();

/** The context of cdktf.json, which the CLI passes on and an app that is run by itself must read. */
function contextOfProject(): Record<string, unknown> {
  if (!existsSync('cdktf.json')) return {};
  const project = JSON.parse(readFileSync('cdktf.json', 'utf8')) as { context?: Record<string, unknown> };
  return project.context ?? {};
}

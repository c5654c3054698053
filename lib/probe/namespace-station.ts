import { spawn } from 'node:child_process';
import { agentProgram } from './agent';
import { AgentStation, type AgentLine, type Station } from './station';

/**
 * Opens a network namespace by the path of it, `/proc/4711/ns/net`, and runs an agent there with the Node that runs this.
 * Needs root and nsenter, and nothing in the container. `lifeMs` ends the agent in any case.
 */
export function namespaceStation(place: string, namespace: string, lifeMs: number): Station {
  return new AgentStation(place, agentIn(namespace, lifeMs));
}

function agentIn(namespace: string, lifeMs: number): AgentLine {
  const child = spawn('nsenter', [`--net=${namespace}`, '--', process.execPath, '-e', agentProgram(lifeMs)], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'] },
  });
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()));
  // Writing to an agent that has just ended: its end is told by `close`.
  child.stdin.on('error', () => undefined);
  return {
    write: (text) => void child.stdin.write(text),
    start(said, ended) {
      let complaint = '';
      child.stdout.on('data', (data: Buffer) => said(data.toString('utf8')));
      child.stderr.on(
        'data',
        (data: Buffer) => (complaint = `${complaint}${data.toString('utf8')}`.slice(-500)),
      );
      child.on('error', (error: NodeJS.ErrnoException) =>
        ended(error.code === 'ENOENT' ? 'nsenter is missing here; it comes with util-linux' : error.message),
      );
      child.on('close', (code) => ended(complaint.trim() || `its agent ended with ${code}`));
    },
    async close() {
      child.stdin.end();
      const limit = setTimeout(() => child.kill('SIGKILL'), 2000);
      await gone;
      clearTimeout(limit);
    },
  };
}

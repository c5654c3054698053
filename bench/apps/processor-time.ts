import { writeSync } from 'node:fs';

// node --require processor-time.js ...: at the end, the milliseconds of processor time of the whole process, on standard error.
process.on('exit', () => {
  const { user, system } = process.cpuUsage();
  writeSync(2, `\nprocessor ${(user + system) / 1000}\n`);
});

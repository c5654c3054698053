import * as net from 'node:net';

/** The shell on a serial port of a virtual machine. */
export interface SerialConsole {
  /** Runs a line of shell; what it printed. Throws when it does not end with 0, or not within two minutes. */
  readonly run: (line: string) => Promise<string>;
  readonly close: () => void;
}

/** Opens the console: one line at a time, each answered by its output and an end mark. */
export async function openSerialConsole(socketPath: string): Promise<SerialConsole> {
  const socket = net.connect(socketPath);
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  let received = '';
  let heard: () => void = () => undefined;
  socket.on('data', (chunk: Buffer) => {
    received += chunk.toString('utf8');
    heard();
  });
  // Counted from the time, because the console of a machine that was saved may still have to say what it was asked before.
  let count = Date.now();
  return {
    close: () => socket.destroy(),
    async run(line) {
      count += 1;
      received = '';
      // The marks are put together by the shell, so that the line itself, where it is echoed, does not hold them.
      socket.write(`echo "--begin-""${count}-"; { ${line}; } 2>&1; echo "--end-""${count}-$?-"\n`);
      const pattern = new RegExp(`--begin-${count}-\r?\n([^]*?)--end-${count}-(\\d+)-`);
      const found = await new Promise<RegExpExecArray>((resolve, reject) => {
        const limit = setTimeout(
          () => reject(new Error(`${line} did not end within 120 s:\n${received}`)),
          120_000,
        );
        heard = () => {
          const match = pattern.exec(received);
          if (match === null) return;
          clearTimeout(limit);
          resolve(match);
        };
      });
      const [, output = '', code] = found;
      if (code !== '0') throw new Error(`${line} ended with ${code}:\n${output}`);
      return output.replaceAll('\r', '');
    },
  };
}

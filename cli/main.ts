import { createInterface } from 'node:readline/promises';
import { text } from 'node:stream/consumers';
import type { Io } from './io.ts';
import { run } from './run.ts';
import { VERSION } from './version.ts';

const interrupted = new AbortController();
process.once('SIGINT', () => interrupted.abort());
// `tiffin … | head` closes the pipe: nobody reads any more, and that is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

const io: Io = {
  env: process.env,
  out: (chunk) => void process.stdout.write(chunk),
  err: (chunk) => void process.stderr.write(chunk),
  isTerminal: process.stdout.isTTY && process.stdin.isTTY,
  confirm: async (question) => {
    const lines = createInterface({ input: process.stdin, output: process.stderr });
    try {
      return /^y(es)?$/i.test((await lines.question(`${question} [y/N] `, { signal: interrupted.signal })).trim());
    } finally {
      lines.close();
    }
  },
  stdin: () => text(process.stdin),
  signal: interrupted.signal,
};

process.exitCode = await run(process.argv.slice(2), io, VERSION);

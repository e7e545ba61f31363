/** `npm run dev`: compiles what changes and starts `npm start`'s program again with it; arguments go on to the program. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

const TSC = ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.json'];
const GRACE_MS = 30_000;

/** In a process group of its own: Ctrl-C reaches this process alone, which stops the others in order. */
const start = (args: readonly string[]): ChildProcess =>
  spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'], detached: true });

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
  await ended;
  clearTimeout(late);
}

// Once before the watch: the program must not start on what is half written.
const { status } = spawnSync(process.execPath, TSC, { stdio: 'inherit' });
if (status !== 0) process.exit(status ?? 1);

const compiler = start([...TSC, '--watch', '--preserveWatchOutput']);
const program = start([
  '--watch',
  '--watch-path=dist',
  '--watch-preserve-output',
  'dist/main.js',
  ...process.argv.slice(2),
]);

let stopping: Promise<void> | undefined;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    stopping ??= Promise.all([stop(compiler), stop(program)]).then(() => process.exit(0));
  });
}
for (const child of [compiler, program]) {
  child.once('exit', (code) => {
    if (stopping === undefined) void Promise.all([stop(compiler), stop(program)]).then(() => process.exit(code ?? 1));
  });
}

import { spawn, spawnSync } from 'node:child_process';
import { text } from 'node:stream/consumers';

/** Runs a program in the Python that `npm run interop` makes: JSON in by stdin, JSON out by stdout. */
export function python(program: string, input: unknown): any {
  const { status, stdout, stderr, error } = spawnSync('.interop/python/bin/python', ['-c', program], {
    input: JSON.stringify(input),
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 0) throw new Error(error?.message ?? stderr);
  return JSON.parse(stdout);
}

/** As `python`, without holding up this process: for a client that waits for its answers. */
export async function pythonApart(
  program: string,
  input: unknown,
  interpreter = '.interop/python/bin/python',
): Promise<any> {
  const child = spawn(interpreter, ['-c', program], { stdio: 'pipe' });
  child.stdin.end(JSON.stringify(input));
  const ended = new Promise<number | null>((end, failed) => child.once('close', end).once('error', failed));
  const [out, errors, status] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  if (status !== 0) throw new Error(errors);
  return JSON.parse(out);
}

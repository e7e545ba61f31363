import { spawnSync } from 'node:child_process';

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

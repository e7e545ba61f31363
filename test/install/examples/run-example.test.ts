import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { isExampleDone, runExample, type ExampleDefinition } from '../../../install/examples/run-example.ts';
import { processInfo } from '../../../install/process/process-info.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

/** An example whose process runs this code. */
function make(code: string): ExampleDefinition & { readonly folder: string } {
  const folder = temporaryFolder('example');
  const script = join(folder, 'example.mjs');
  writeFileSync(script, code);
  return { folder, script, args: [join(folder, 'trace')], env: process.env, doneFile: join(folder, 'done') };
}
const trace = `import { writeFileSync } from 'node:fs'; writeFileSync(process.argv[2], String(process.pid));`;

it('remembers that it got through', async () => {
  const example = make(trace);
  expect(isExampleDone(example.doneFile)).toBe(false);
  expect(await runExample(example).end).toBe('DONE');
  expect(existsSync(join(example.folder, 'trace'))).toBe(true);
  expect(isExampleDone(example.doneFile)).toBe(true);
});

it.each([
  ['ends badly', `${trace} process.exitCode = 1;`],
  ['is killed', `${trace} process.kill(process.pid, 'SIGKILL');`],
])('forgets nothing of one that %s: the next start tries again', async (_, code) => {
  const example = make(code);
  expect(await runExample(example).end).toBe('FAILED');
  expect(isExampleDone(example.doneFile)).toBe(false);
});

it.each([
  ['', 'SIGTERM'],
  ["process.on('SIGTERM', () => {});", 'SIGKILL'],
])('stops one that is under way (%s)', async (handler) => {
  const example = make(`${handler} ${trace} setInterval(() => {}, 1000);`);
  const running = runExample(example);
  const file = join(example.folder, 'trace');
  await vi.waitFor(() => expect(existsSync(file) && readFileSync(file, 'utf8')).toMatch(/^\d+$/), { timeout: 10_000 });
  await running.stop();
  expect(await running.end).toBe('STOPPED');
  expect(processInfo(Number(readFileSync(file, 'utf8')))).toBeUndefined();
  expect(isExampleDone(example.doneFile)).toBe(false);
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { utimesSync } from 'node:fs';
import { expect, it, onTestFinished, vi } from 'vitest';
import { bareEnvironment } from '../support/bare-environment.ts';
import { freePort } from '../support/install.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

it('starts again with what was compiled anew, and stops all of it on Ctrl-C', { timeout: 120_000 }, async () => {
  const [port, edgePort] = [await freePort(), await freePort()];
  const env = {
    ...bareEnvironment(),
    PORT: String(port),
    EDGE_PORT: String(edgePort),
    TIFFIN_DATA_DIR: temporaryFolder('dev'),
    TIFFIN_EXAMPLE: 'false',
  };
  const child = spawn(process.execPath, ['--experimental-transform-types', '--no-warnings', 'install/dev.ts'], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const starts = (count: number): Promise<void> =>
    vi.waitFor(() => expect(text.split('Tiffin is ready').length - 1, text).toBe(count), {
      timeout: 50_000,
      interval: 100,
    });
  await starts(1);
  utimesSync('dist/main.js', new Date(), new Date());
  await starts(2);
  const answer = await fetch(`http://127.0.0.1:${port}/readyz`);
  expect(answer.status).toBe(200);
  const ended = once(child, 'exit');
  child.kill('SIGINT');
  expect(await ended).toEqual([0, null]);
  await expect(fetch(`http://127.0.0.1:${port}/readyz`)).rejects.toThrow('fetch failed');
});

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startInstall, type Install } from '../support/install.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** A Python with the packages of `python/tests/requirements.txt`; `npm run interop` makes one. */
const PYTHON = process.env['TIFFIN_CLIENT_PYTHON'] ?? `${process.cwd()}/.interop/client-python/bin/python`;

/** Runs a module of that Python in `python/`; answers how it ended, with all that it printed. */
async function run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<[number, string]> {
  const child = spawn(PYTHON, ['-m', ...args], {
    cwd: 'python',
    env: { ...process.env, PYTHONPATH: 'src', PYTHONDONTWRITEBYTECODE: '1', OMP_NUM_THREADS: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number>((end, failed) => child.once('close', end).once('error', failed));
  const [out, errors, status] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return [status, out + errors];
}

describe.skipIf(!existsSync(PYTHON))('the Python client', { timeout: 900_000 }, () => {
  const folder = temporaryFolder('python-client');
  let install: Install;

  beforeAll(async () => {
    // The page and the notebook start from the example.
    const env = { TIFFIN_EXAMPLE: 'flights', TIFFIN_SOURCE_DIRS: `data:${tmpdir()}`, TIFFIN_EDGE_POLL_MS: '200' };
    install = await startInstall({ env, readyMs: 240_000 });
  }, 270_000);
  afterAll(() => install?.stop());

  it('does what it says with the real trainers, against an install', async () => {
    // ONNX Runtime leaves a file in the folder for temporary ones.
    const [status, printed] = await run(['pytest', '-p', 'no:cacheprovider', '--basetemp', `${folder}/pytest`], {
      TIFFIN_GRAPH_URL: install.graphUrl,
      TIFFIN_EDGE_URL: install.edgeUrl,
      TIFFIN_KEY: 'tiffin-dev',
      TIFFIN_USER: 'developer',
      TMPDIR: folder,
    });
    expect(status, printed).toBe(0);
    expect(printed).toMatch(/\d+ passed/);
    expect(printed).not.toMatch(/skipped/);
  });

  it('is typed throughout', async () => {
    const [status, printed] = await run(['mypy', '--cache-dir', `${folder}/mypy`]);
    expect(status, printed).toBe(0);
  });

  it('is formatted and free of what its linter knows', async () => {
    const [linted, findings] = await run(['ruff', 'check', '--no-cache', '.']);
    expect(linted, findings).toBe(0);
    const [formatted, diff] = await run(['ruff', 'format', '--no-cache', '--check', '--diff', '.']);
    expect(formatted, diff).toBe(0);
  });
});

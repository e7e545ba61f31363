import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startInstall, type Install } from '../support/install.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { isShown, walkIn } from '../support/walks.ts';

const { files, steps } = walkIn(readFileSync('docs/walks.md', 'utf8'));
const PATIENCE_MS = 30_000;

/** The page as a newcomer goes through it, on a first start with the flights. */
describe('the walks of docs/walks.md', { timeout: 300_000 }, () => {
  const folder = temporaryFolder('walks');
  let install: Install;

  beforeAll(async () => {
    install = await startInstall({ env: { TIFFIN_EXAMPLE: 'true' }, readyMs: 400_000 });
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const command = join(folder, 'bin', 'tiffin');
    mkdirSync(join(folder, 'bin'));
    writeFileSync(command, `#!/bin/sh\nexec "${process.execPath}" "${process.cwd()}/dist/cli/main.js" "$@"\n`);
    chmodSync(command, 0o755);
  }, 420_000);
  afterAll(() => install?.stop());

  const run = (command: string): { status: number | null; printed: string } => {
    const here = command
      .replaceAll('http://127.0.0.1:4000', install.graphUrl)
      .replaceAll('http://127.0.0.1:4100', install.edgeUrl);
    const env = {
      PATH: `${join(folder, 'bin')}:${process.env['PATH']}`,
      HOME: folder,
      TIFFIN_GRAPH_URL: install.graphUrl,
      TIFFIN_EDGE_URL: install.edgeUrl,
      TIFFIN_USER: 'developer',
      TIFFIN_KEY: 'tiffin-dev',
    };
    const { status, stdout, stderr } = spawnSync('sh', ['-c', here], { cwd: folder, env, encoding: 'utf8' });
    return { status, printed: `${stdout}${stderr}` };
  };

  it.each(steps.map((step) => [step.command, step] as const))('$ %s', async (command, { exitCode, shown }) => {
    // What was just promoted or stored takes a moment to arrive; what refuses, and what reads, may be run again.
    const until = Date.now() + PATIENCE_MS;
    for (;;) {
      const { status, printed } = run(command);
      const isRight = status === exitCode && isShown(shown, printed);
      if (isRight) return;
      const mayRunAgain = status !== 0 || /^tiffin (search|lineage|status|incident|audit|doctor)|^curl/.test(command);
      if (!mayRunAgain || Date.now() > until) {
        expect({ status, printed }).toEqual({ status: exitCode, printed: shown.join('\n') });
        return;
      }
      await new Promise((resolve) => {
        setTimeout(resolve, 500);
      });
    }
  });
});

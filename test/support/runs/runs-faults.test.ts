import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { processInfo } from '../../../install/process/process-info.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/** A run of its own over one fixture, in a temporary directory of its own. */
function run(fixture: string) {
  const folder = temporaryFolder('run');
  const failedFiles = join(temporaryFolder('failed'), 'files');
  const args = ['run', '--config', 'test/support/runs/vitest.config.ts', `${fixture}.fixture.ts`];
  const { status, stdout, stderr } = spawnSync('node_modules/.bin/vitest', args, {
    env: { ...process.env, TMPDIR: folder, CI: 'true', TIFFIN_FAILED_FILES: failedFiles },
    encoding: 'utf8',
  });
  const failed = existsSync(failedFiles) ? readFileSync(failedFiles, 'utf8') : '';
  return { status, stdout, stderr, failed, left: readdirSync(folder) };
}

it.each(['leaves', 'holds'])(
  'ends a run whose tests leave a folder and a process behind, names their file, and ends and removes them: %s',
  (fixture) => {
    const { status, stdout, stderr, left } = run(fixture);
    expect(status).toBe(1);
    expect(stderr).toContain('left behind by the tests:');
    expect(stderr).toMatch(new RegExp(`test/support/runs/${fixture}\\.fixture\\.ts: forgotten-\\w+`));
    if (process.platform === 'linux') {
      expect(stderr).toMatch(/the test file left processes behind, which were ended: \S+ -e setTimeout/);
      expect(processInfo(Number(/pid (\d+)/.exec(stdout)?.[1]))).toBeUndefined();
    }
    expect(left).toEqual([]);
  },
  120_000,
);

it('passes a run whose tests leave nothing', () => {
  const { status, stderr, failed, left } = run('clean');
  expect(stderr).not.toContain('left behind');
  expect([status, failed, left]).toEqual([0, '', []]);
});

it.each(['fails', 'throws'])('writes down the file that may run once more: %s', (fixture) => {
  const { status, failed } = run(fixture);
  expect([status, failed]).toEqual([1, `test/support/runs/${fixture}.fixture.ts\n`]);
});

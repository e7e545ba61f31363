import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { processInfo } from '../../../install/process/process-info.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/** A run of its own over one fixture, in a temporary directory of its own. */
function run(fixture: string) {
  const folder = temporaryFolder('run');
  const args = ['run', '--config', 'test/support/leaves/vitest.config.ts', `${fixture}.fixture.ts`];
  const { status, stdout, stderr } = spawnSync('node_modules/.bin/vitest', args, {
    env: { ...process.env, TMPDIR: folder, CI: 'true' },
    encoding: 'utf8',
  });
  return { status, stdout, stderr, left: readdirSync(folder) };
}

it.each(['leaves', 'holds'])(
  'ends a run whose tests leave a folder and a process behind, names their file, and ends and removes them: %s',
  (fixture) => {
    const { status, stdout, stderr, left } = run(fixture);
    expect(status).toBe(1);
    expect(stderr).toContain('left behind by the tests:');
    expect(stderr).toMatch(new RegExp(`test/support/leaves/${fixture}\\.fixture\\.ts: forgotten-\\w+`));
    if (process.platform === 'linux') {
      expect(stderr).toMatch(/the test file left processes behind, which were ended: \S+ -e setTimeout/);
      expect(processInfo(Number(/pid (\d+)/.exec(stdout)?.[1]))).toBeUndefined();
    }
    expect(left).toEqual([]);
  },
  120_000,
);

it('passes a run whose tests leave nothing', () => {
  const { status, stderr, left } = run('clean');
  expect(stderr).not.toContain('left behind');
  expect([status, left]).toEqual([0, []]);
});

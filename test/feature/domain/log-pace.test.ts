import { expect, it } from 'vitest';
import { LogPace } from '../../../subgraphs/feature/operations/log-pace.ts';

/** A pace of commits that have ended: [rows, ms] each; `clock` goes on by hand. */
function paceOf(commits: readonly [rows: number, ms: number][]): { pace: LogPace; clock: { ms: number } } {
  const clock = { ms: 0 };
  const pace = new LogPace(() => clock.ms);
  for (const [rows, ms] of commits) {
    const end = pace.begin(rows);
    clock.ms += ms;
    end();
  }
  return { pace, clock };
}

it.each<[string, [number, number][], number, number, number | null]>([
  ['nothing was measured', [], 50_000, 0, null],
  ['small commits, which say nothing of rows', [[2, 30]], 5_000, 30, null],
  ['small commits, of which many are needed', [[2, 30]], 10_001, 90, null],
  ['large commits', [[5_000, 500]], 20_000, 2_000, 10_000],
  [
    'large and then small ones',
    [
      [5_000, 500],
      [1, 10],
    ],
    20_000,
    2_000,
    10_000,
  ],
  [
    'commits that grow slower',
    [
      [1_000, 100],
      [1_000, 1_100],
    ],
    1_000,
    400,
    2_500,
  ],
])('expects the wait that follows from %s', (_, commits, rows, waitMs, rowsPerSecond) => {
  const { pace } = paceOf(commits);
  expect(pace.waitMs(rows)).toBeCloseTo(waitMs, 6);
  expect(pace.rowsPerSecond).toBe(rowsPerSecond);
});

it('expects no less than what a commit that stands still has taken', () => {
  const { pace, clock } = paceOf([[5_000, 50]]);
  const end = pace.begin(1);
  clock.ms += 12_000;
  expect(pace.waitMs(1)).toBe(12_000);
  end();
  expect(pace.waitMs(1)).toBeLessThan(12_000);
});

import { describe, expect, it } from 'vitest';
import { type AlertObservation, type AlertTiming, INACTIVE, stepAlert } from '../../../core/statistics/alert-state.ts';
import { breaches, type Comparison } from '../../../core/statistics/threshold.ts';
import { eachCase, statVectors } from '../../support/vectors.ts';

function run(observations: readonly AlertObservation[], timing: AlertTiming, intervalMs: number): string[] {
  let state = INACTIVE;
  return observations.map((observation, i) => (state = stepAlert(state, observation, i * intervalMs, timing)).status);
}

describe('alert rules against promtool', () => {
  eachCase(statVectors('alert-rules'), ({ input, expected }) => {
    const [, comparison, threshold] = /^m (\S+) (\S+)$/.exec(input.expr)!;
    const timing = { forMs: input.forSeconds * 1000, keepFiringForMs: input.keepFiringForSeconds * 1000 };
    let state = INACTIVE;
    const states = input.values.map((value: number | null, i: number) => {
      const t = i * input.evaluationIntervalSeconds;
      const hit = value !== null && breaches(value, comparison as Comparison, Number(threshold));
      state = stepAlert(state, value === null ? 'noData' : hit ? 'hit' : 'miss', t * 1000, timing);
      return { t, state: state.status, activeAt: state.activeAtMs === null ? null : state.activeAtMs / 1000 };
    });
    expect(states).toEqual(expected.states);
  });
});

describe('stepAlert', () => {
  it('starts over after it has resolved', () => {
    expect(run(['hit', 'hit', 'miss', 'hit', 'hit'], { forMs: 10 }, 10)).toEqual([
      'pending',
      'firing',
      'resolved',
      'pending',
      'firing',
    ]);
  });

  it('counts keep_firing_for anew after each hit', () => {
    const timing = { forMs: 0, keepFiringForMs: 20 };
    expect(run(['hit', 'miss', 'miss', 'hit', 'miss', 'miss', 'miss', 'miss'], timing, 10)).toEqual([
      'firing',
      'firing',
      'firing',
      'firing',
      'firing',
      'firing',
      'resolved',
      'inactive',
    ]);
  });

  it('treats missing data as the rule says', () => {
    const seen: AlertObservation[] = ['hit', 'hit', 'noData', 'noData', 'miss'];
    expect(run(seen, { forMs: 10 }, 10)).toEqual(['pending', 'firing', 'resolved', 'inactive', 'inactive']);
    expect(run(seen, { forMs: 10, noData: 'keep' }, 10)).toEqual(['pending', 'firing', 'firing', 'firing', 'resolved']);
    expect(run(['noData', 'noData', 'miss'], { forMs: 10, noData: 'alerting' }, 10)).toEqual([
      'pending',
      'firing',
      'resolved',
    ]);
    expect(run(['hit', 'noData', 'hit'], { forMs: 20, noData: 'keep' }, 10)).toEqual(['pending', 'pending', 'firing']);
    expect(run(['hit', 'miss', 'noData'], { forMs: 0, noData: 'keep' }, 10)).toEqual([
      'firing',
      'resolved',
      'inactive',
    ]);
  });

  it('ignores a tick that comes twice or too late', () => {
    const firing = stepAlert(stepAlert(INACTIVE, 'hit', 0, { forMs: 60 }), 'hit', 60, { forMs: 60 });
    expect(firing.status).toBe('firing');
    expect(stepAlert(firing, 'miss', 60, { forMs: 60 })).toBe(firing);
    expect(stepAlert(firing, 'miss', 30, { forMs: 60 })).toBe(firing);
  });
});

describe('breaches', () => {
  it.each([
    [75, '>', 75, false],
    [75, '>=', 75, true],
    [74, '<', 75, true],
    [75, '<=', 75, true],
    [75, '==', 75, true],
    [75, '!=', 75, false],
    [Number.NaN, '>', 1, false],
    [Number.NaN, '<=', 1, false],
    [Number.NaN, '!=', 1, true],
  ] as const)('%d %s %d is %s', (value, comparison, threshold, expected) =>
    expect(breaches(value, comparison, threshold)).toBe(expected),
  );
});

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assign } from '../../../core/assignment/assign.ts';
import {
  EXPERIMENT_STATUSES,
  EXPERIMENT_TRANSITIONS,
  rangesOf,
} from '../../../subgraphs/experiment/domain/experiment.ts';
import { checkSplit } from '../../../subgraphs/experiment/domain/split.ts';
import { checkTransition } from '../../../subgraphs/experiment/domain/study.ts';

describe('a split', () => {
  it.each([
    [0, 0.5],
    [0.5, 0],
    [1, 0.5],
    [0.6, 0.6],
    [Number.NaN, 0.5],
    [-0.1, 0.5],
  ])('of %d and %d is refused', (control, candidate) => {
    expect(() => checkSplit({ control, candidate })).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }));
  });

  it('gives each arm its share, and keeps units in their arm when both grow', () => {
    const share = fc.integer({ min: 1, max: 4_000 }).map((n) => n / 10_000);
    fc.assert(
      fc.property(share, share, fc.integer({ min: 0, max: 1_000 }), (control, candidate, grows) => {
        const before = rangesOf({ control, candidate });
        const after = rangesOf({ control: control + grows / 10_000, candidate: candidate + grows / 10_000 }, before);
        const arm = (ranges: typeof before, unit: string) =>
          assign({ seed: 's', hashAttribute: 'u', hashVersion: 2, arms: ranges }, unit).arm;
        for (let i = 0; i < 50; i++) {
          const had = arm(before, `u${i}`);
          if (had !== null) expect(arm(after, `u${i}`)).toBe(had);
        }
        const size = (name: string) =>
          before.find((own) => own.arm === name)!.ranges.reduce((sum, [from, to]) => sum + to - from, 0);
        expect(size('control')).toBeCloseTo(control, 9);
        expect(size('candidate')).toBeCloseTo(candidate, 9);
      }),
      { numRuns: 30 },
    );
  });
});

describe('the life of an experiment', () => {
  it('goes one way', () => {
    const allowed = EXPERIMENT_STATUSES.flatMap((from) =>
      EXPERIMENT_STATUSES.filter((to) => {
        try {
          checkTransition('experiment', EXPERIMENT_TRANSITIONS, from, to);
          return true;
        } catch {
          return false;
        }
      }).map((to) => `${from} ${to}`),
    );
    expect(allowed).toEqual([
      'DRAFT RUNNING',
      'DRAFT ARCHIVED',
      'RUNNING STOPPED',
      'STOPPED DECIDED',
      'STOPPED ARCHIVED',
      'DECIDED ARCHIVED',
    ]);
  });
});

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assign } from '../../../core/assignment/assign.ts';
import {
  EXPERIMENT_STATUSES,
  EXPERIMENT_TRANSITIONS,
} from '../../../subgraphs/experiment/domain/experiment/experiment.ts';
import { checkSplit, rangesOf } from '../../../subgraphs/experiment/domain/split.ts';
import { checkTransition } from '../../../subgraphs/experiment/domain/study.ts';

const ARMS = ['control', 'candidate'];

describe('a split', () => {
  it.each([
    [0, 0.5],
    [0.5, 0],
    [1, 0.5],
    [0.6, 0.6],
    [Number.NaN, 0.5],
    [-0.1, 0.5],
  ])('of %d and %d is refused', (control, candidate) => {
    expect(() => checkSplit(ARMS, { control, candidate }, 'arms')).toThrow(
      expect.objectContaining({ code: 'INVALID_INPUT' }),
    );
  });

  it.each([
    ['names no one', { control: 0.5, candidate: 0.4, nobody: 0.1 }],
    ['leaves one out', { control: 0.5 }],
  ])('that %s is refused with the arms that there are', (_, split) => {
    expect(() => checkSplit(ARMS, split, 'shares')).toThrow(
      expect.objectContaining({ code: 'INVALID_INPUT', details: { field: 'shares', allowed: ARMS } }),
    );
  });

  it('gives each of several arms its share, and keeps units in their arm when all grow', () => {
    const names = ['control', 'a', 'b', 'c'];
    const share = fc.integer({ min: 1, max: 2_000 }).map((n) => n / 10_000);
    const splitOf = (shares: readonly number[]) => Object.fromEntries(names.map((name, i) => [name, shares[i] ?? 0]));
    fc.assert(
      fc.property(fc.tuple(share, share, share, share), fc.integer({ min: 0, max: 500 }), (shares, grows) => {
        const before = rangesOf(names, splitOf(shares));
        const after = rangesOf(names, splitOf(shares.map((own) => own + grows / 10_000)), before);
        const arm = (ranges: typeof before, unit: string) =>
          assign({ seed: 's', hashAttribute: 'u', hashVersion: 2, arms: ranges }, unit).arm;
        for (let i = 0; i < 50; i++) {
          const had = arm(before, `u${i}`);
          if (had !== null) expect(arm(after, `u${i}`)).toBe(had);
        }
        for (const [i, { ranges }] of before.entries()) {
          expect(ranges.reduce((sum, [from, to]) => sum + to - from, 0)).toBeCloseTo(shares[i]!, 9);
        }
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

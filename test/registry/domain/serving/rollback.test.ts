import { describe, expect, it } from 'vitest';
import { APPROVAL_STATES } from '../../../../subgraphs/registry/domain/version/approval.ts';
import { requireRollbackTarget, type RollbackTarget } from '../../../../subgraphs/registry/domain/serving/rollback.ts';
import { defaultAfter, NO_TRAFFIC, type TrafficState } from '../../../../subgraphs/registry/domain/serving/traffic.ts';
import { FIRST, SECOND, THIRD } from './releases.ts';

const target: RollbackTarget = {
  release: 'tiffin:default:release:fraud@production/1',
  versions: [{ id: 'tiffin:default:model-version:fraud@1', state: 'APPROVED' }],
  damage: undefined,
  featuresGone: false,
};

describe('the target of a rollback', () => {
  it('is fit when its versions are approved, its bytes intact and its features there', () => {
    expect(() => requireRollbackTarget(target)).not.toThrow();
  });

  it.each(APPROVAL_STATES.filter((state) => state !== 'APPROVED'))('is not fit with a version that is %s', (state) => {
    const versions = [...target.versions, { id: 'tiffin:default:model-version:fraud@2', state }];
    expect(() => requireRollbackTarget({ ...target, versions })).toThrow(
      expect.objectContaining({
        code: 'FAILED_PRECONDITION',
        details: { rule: 'G7', release: target.release, modelVersion: versions[1]!.id, state },
      }),
    );
  });

  it.each([
    [{ damage: 'its digest is another' }, /not intact: its digest is another/],
    [{ featuresGone: true }, /features that it reads are gone/],
  ])('is not fit with %j', (changes, message) => {
    expect(() => requireRollbackTarget({ ...target, ...changes })).toThrow(message);
  });
});

describe('where a rollback goes', () => {
  const state = (...trail: string[]): TrafficState => ({
    ...NO_TRAFFIC,
    trail,
    layers: trail.slice(-1).map((release) => ({ kind: 'DEFAULT', release })),
  });
  const split = (of: TrafficState): TrafficState => ({
    ...of,
    layers: [
      {
        kind: 'ALLOCATION',
        holder: 'e',
        holderRevision: 1,
        seed: 's',
        hashVersion: 2,
        unit: 'user',
        arms: [
          { arm: 'candidate', release: THIRD, ranges: [[0, 0.5]] },
          { arm: 'control', release: SECOND, ranges: [[0.5, 1]] },
        ],
        endsAt: null,
      },
      ...of.layers,
    ],
  });

  it.each([
    ['one step', state(FIRST, SECOND), {}, FIRST],
    ['nowhere from the first', state(FIRST), {}, null],
    ['nowhere where nothing serves', state(), {}, null],
    ['to the default itself while a split runs: that is the newest step', split(state(FIRST, SECOND)), {}, SECOND],
    ['to a named release, past a split', split(state(FIRST, THIRD, SECOND)), { to: FIRST }, FIRST],
  ])('is %s', (_, from, to, expected) => {
    expect(defaultAfter(from, { kind: 'ROLLBACK', reason: 'r', ...to })).toBe(expected);
  });

  it('is never a release that was not the default, nor the one that is', () => {
    for (const to of [THIRD, SECOND]) {
      expect(() => defaultAfter(state(FIRST, SECOND), { kind: 'ROLLBACK', reason: 'r', to })).toThrow(
        expect.objectContaining({ details: { rule: 'G7', field: 'to', allowed: [FIRST] } }),
      );
    }
  });

  it('is, for a fallback, the release before, also past a split, or nothing', () => {
    expect(defaultAfter(split(state(FIRST, SECOND)), { kind: 'FALLBACK', reason: 'r' })).toBe(FIRST);
    expect(defaultAfter(state(FIRST), { kind: 'FALLBACK', reason: 'r' })).toBeNull();
  });
});

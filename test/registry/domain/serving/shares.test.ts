import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Traffic, TrafficLayer } from '../../../../schema/manifest.ts';
import { sharesOf } from '../../../../subgraphs/registry/domain/serving/shares.ts';
import { FIRST, SECOND, THIRD } from './releases.ts';

const at = new Date('2026-03-01T00:00:00.000Z');
const rest: TrafficLayer = { kind: 'DEFAULT', release: FIRST };
const holdout = (share: number): TrafficLayer => ({ kind: 'HOLDOUT', seed: 'h', unit: 'user', share, release: THIRD });
const split = (candidate: [number, number], control: [number, number], endsAt: string | null = null): TrafficLayer => ({
  kind: 'ALLOCATION',
  holder: 'e',
  holderRevision: 1,
  seed: 's',
  hashVersion: 2,
  unit: 'user',
  arms: [
    { arm: 'candidate', release: SECOND, ranges: [candidate] },
    { arm: 'control', release: FIRST, ranges: [control] },
  ],
  endsAt,
});
const share = (layer: string, release: string, of: number | null, more = {}) => ({
  layer,
  release,
  share: of,
  arm: null,
  value: null,
  ...more,
});

describe('who answers', () => {
  it.each<[string, Traffic, object[]]>([
    ['nobody before anything serves', [], []],
    ['the default alone', [rest], [share('DEFAULT', FIRST, 1)]],
    ['nobody under a kill', [{ kind: 'KILL', reason: 'r' }, rest], []],
    ['a holdout first', [holdout(0.1), rest], [share('HOLDOUT', THIRD, 0.1), share('DEFAULT', FIRST, 0.9)]],
    [
      'a variant by its values, whose share depends on what is asked',
      [{ kind: 'VARIANT', field: 'country', releases: { DE: SECOND, FR: THIRD } }, rest],
      [
        share('VARIANT', SECOND, null, { value: 'DE' }),
        share('VARIANT', THIRD, null, { value: 'FR' }),
        share('DEFAULT', FIRST, 1),
      ],
    ],
    [
      'the arms of what the holdout leaves, and the default in the gap between them',
      [holdout(0.1), split([0, 0.2], [0.6, 1]), rest],
      [
        share('HOLDOUT', THIRD, 0.1),
        share('ALLOCATION', SECOND, 0.18, { arm: 'candidate' }),
        share('ALLOCATION', FIRST, 0.36, { arm: 'control' }),
        share('DEFAULT', FIRST, 0.36),
      ],
    ],
    [
      'no default where the arms leave nothing',
      [split([0, 0.05], [0.05, 1]), rest],
      [share('ALLOCATION', SECOND, 0.05, { arm: 'candidate' }), share('ALLOCATION', FIRST, 0.95, { arm: 'control' })],
    ],
    [
      'a split up to its end, not at it',
      [split([0, 0.5], [0.5, 1], at.toISOString()), rest],
      [share('DEFAULT', FIRST, 1)],
    ],
    [
      'neither testers’ releases nor a shadow',
      [
        { kind: 'FORCED', releases: [THIRD] },
        {
          kind: 'SHADOW',
          holder: 's',
          holderRevision: 1,
          seed: 's',
          hashVersion: 2,
          unit: 'user',
          share: 1,
          release: THIRD,
          endsAt: null,
        },
        rest,
      ],
      [share('DEFAULT', FIRST, 1)],
    ],
  ])('is %s', (_, traffic, expected) => {
    expect(sharesOf(traffic, at)).toEqual(expected);
  });

  it('is everybody, whatever the shares', () => {
    const thousandth = fc.integer({ min: 0, max: 999 }).map((n) => n / 1_000);
    fc.assert(
      fc.property(thousandth, thousandth, thousandth, (held, one, two) => {
        const [low, high] = [Math.min(one, two), Math.max(one, two)];
        const shares = sharesOf([holdout(held), split([0, low], [high, 1]), rest], at);
        expect(shares.reduce((sum, { share: part }) => sum + (part ?? 0), 0)).toBeCloseTo(1, 8);
        expect(shares.every(({ share: part }) => part !== null && part > 0)).toBe(true);
      }),
    );
  });
});

import { describe, expect, it } from 'vitest';
import { defineFeatureService } from '../../../subgraphs/feature/domain/feature-service.ts';
import { aView } from './a-view.ts';

const NOW = new Date('2026-03-01T12:00:00.000Z');
const LATER = new Date('2026-03-02T12:00:00.000Z');
type Input = Parameters<typeof defineFeatureService>[2];
const define = (input: Partial<Input>, newest: Parameters<typeof defineFeatureService>[1] = null, now = NOW) =>
  defineFeatureService('default', newest, { name: 'fraud', views: [{ view: aView() }], ...input }, now);

describe('a feature service', () => {
  it('reads all features of a view, or those that are named, in that order', () => {
    expect(define({}).views).toEqual([
      { view: 'user_txn', version: 2, features: ['amount', 'count', 'country', 'is_new', 'last_seen'] },
    ]);
    expect(define({ views: [{ view: aView(), features: ['country', 'amount'] }] }).views[0]?.features).toEqual([
      'country',
      'amount',
    ]);
  });

  it('is a new version when it reads something else, and the same one with other labels', () => {
    const first = define({ owner: 'risk' });
    expect(first).toMatchObject({ version: 1, revision: 1, createdAt: NOW, owner: 'risk' });
    const labelled = define({ owner: 'fraud team' }, first, LATER);
    expect(labelled).toMatchObject({ version: 1, revision: 2, createdAt: NOW, owner: 'fraud team' });
    const changes = [
      { views: [{ view: aView({ version: 3 }) }] },
      { views: [{ view: aView(), features: ['amount'] }] },
      { views: [{ view: aView() }, { view: aView({ name: 'other' }) }] },
    ];
    for (const change of changes) {
      expect(define(change, labelled, LATER)).toMatchObject({ version: 2, revision: 1, createdAt: LATER });
    }
  });

  it.each([
    ['no view', [], 'views'],
    ['too many views', Array.from({ length: 101 }, (_, i) => ({ view: aView({ name: `v${i}` }) })), 'views'],
    ['a view twice', [{ view: aView() }, { view: aView({ version: 1 }) }], 'views'],
    ['no feature of a view', [{ view: aView(), features: [] }], 'views.0.features'],
    ['a feature that the view does not have', [{ view: aView(), features: ['nothing'] }], 'views.0.features'],
    ['a feature twice', [{ view: aView(), features: ['amount', 'amount'] }], 'views.0.features'],
    [
      'a join key of two types',
      [{ view: aView() }, { view: aView({ name: 'other', joinKeys: [{ name: 'shop', dtype: 'STRING' }] }) }],
      'views',
    ],
  ] as const)('is refused with %s', (_, views, field) => {
    expect(() => define({ views })).toThrow(
      expect.objectContaining({ code: 'INVALID_INPUT', details: expect.objectContaining({ field }) }),
    );
  });
});

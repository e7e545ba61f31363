import { describe, expect, it } from 'vitest';
import { changeOfCanary, type CanaryChange } from '../../../../subgraphs/registry/domain/serving/canary.ts';
import { NO_TRAFFIC, type TrafficState } from '../../../../subgraphs/registry/domain/serving/traffic.ts';
import { FIRST, releaseOf, SECOND } from './releases.ts';

const HOLDER = 'canary:fraud@production/2';
const serving: TrafficState = {
  ...NO_TRAFFIC,
  revision: 1,
  layers: [{ kind: 'DEFAULT', release: FIRST }],
  trail: [FIRST],
};
const of = (percent: number, more: Partial<CanaryChange> = {}): CanaryChange => ({
  kind: 'CANARY',
  release: SECOND,
  percent,
  unit: null,
  ...more,
});
/** The state in which the canary has a share already. */
const running = (share: number): TrafficState => {
  const change = changeOfCanary(serving, of(share), releaseOf(2));
  if (change.kind !== 'ACQUIRE_ALLOCATION') throw new Error(change.kind);
  const { holder, holderRevision } = change.layer;
  return {
    ...serving,
    layers: [change.layer, ...serving.layers],
    lease: { holder, holderRevision, subject: 'user:developer' },
  };
};

describe('a canary comes to', () => {
  it('a split between the release and the default, by the first entity’s input', () => {
    expect(changeOfCanary(serving, of(5), releaseOf(2))).toEqual({
      kind: 'ACQUIRE_ALLOCATION',
      layer: {
        kind: 'ALLOCATION',
        holder: HOLDER,
        holderRevision: 1,
        seed: SECOND,
        hashVersion: 2,
        unit: 'user',
        arms: [
          { arm: 'canary', release: SECOND, ranges: [[0, 0.05]] },
          { arm: 'control', release: FIRST, ranges: [[0.05, 1]] },
        ],
        endsAt: null,
      },
    });
  });

  it('the next revision of its own lease when it grows, and keeps its seed and so its units', () => {
    expect(changeOfCanary(running(5), of(25), releaseOf(2))).toMatchObject({
      layer: {
        holder: HOLDER,
        holderRevision: 2,
        seed: SECOND,
        arms: [{ ranges: [[0, 0.25]] }, { ranges: [[0.25, 1]] }],
      },
    });
  });

  it('the first revision of its own while somebody else holds the lease, which the lease then refuses', () => {
    const lease = { holder: 'tiffin:default:experiment:e', holderRevision: 7, subject: 'service:experiment' };
    expect(changeOfCanary({ ...serving, lease }, of(5), releaseOf(2))).toMatchObject({
      layer: { holder: HOLDER, holderRevision: 1 },
    });
  });

  it.each([
    ['the end of its split at 0', running(5), of(0), { kind: 'END_ALLOCATION', holder: HOLDER }],
    ['the end at 0, whether it runs or not', serving, of(0), { kind: 'END_ALLOCATION', holder: HOLDER }],
    ['its end as the default at 100', running(5), of(100), { kind: 'END_ALLOCATION', holder: HOLDER, promote: SECOND }],
    ['a promotion at 100 of what is not split', serving, of(100), { kind: 'PROMOTE', release: SECOND }],
    [
      'a promotion from the revision that was read',
      serving,
      of(100, { expectedRevision: 1 }),
      { kind: 'PROMOTE', release: SECOND, expectedRevision: 1 },
    ],
  ])('%s', (_, state, change, expected) => {
    expect(changeOfCanary(state, change, releaseOf(2))).toEqual(expected);
  });

  it('a split by the input that is named, from the revision that was read', () => {
    const change = changeOfCanary(serving, of(50, { unit: 'country', expectedRevision: 1 }), releaseOf(2));
    expect(change).toMatchObject({ layer: { unit: 'country' }, expectedRevision: 1 });
  });

  it.each([
    ['less than nothing', serving, of(-1), 2, { field: 'percent', allowed: { min: 0, max: 100 } }],
    ['more than all', serving, of(100.1), 2, { field: 'percent' }],
    ['no number', serving, of(Number.NaN), 2, { field: 'percent' }],
    ['the release that is the default', serving, of(5), 1, { field: 'release' }],
    ['a recipe without an entity to split by', serving, of(5), 3, { field: 'unit', allowed: ['amount'] }],
  ])('a refusal for %s', (_, state, change, number, details) => {
    const alone = { entities: [], inputs: [{ name: 'amount', dtype: 'FLOAT64' as const }] };
    const release = releaseOf(number, number === 3 ? alone : {});
    expect(() => changeOfCanary(state, change, release)).toThrow(
      expect.objectContaining({ code: 'INVALID_INPUT', details: expect.objectContaining(details) }),
    );
  });

  it('a refusal where nothing serves', () => {
    expect(() => changeOfCanary(NO_TRAFFIC, of(5), releaseOf(2))).toThrow(
      expect.objectContaining({ code: 'FAILED_PRECONDITION' }),
    );
  });
});

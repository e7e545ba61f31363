import { describe, expect, it } from 'vitest';
import type { AllocationLayer, ShadowLayer } from '../../../../core/traffic/layers.ts';
import type { Actor } from '../../../../subgraphs/registry/domain/identity.ts';
import { leaseAfter, type Holding, type Lease } from '../../../../subgraphs/registry/domain/serving/lease.ts';
import { FIRST, SECOND } from './releases.ts';

const experiment: Actor = { subject: 'service:experiment', kind: 'service', roles: [] };
const monitoring: Actor = { subject: 'service:monitoring', kind: 'service', roles: [] };
const developer: Actor = { subject: 'user:developer', kind: 'user', roles: ['developer'] };

const split = (holder: string, holderRevision: number, share = 0.5): AllocationLayer => ({
  kind: 'ALLOCATION',
  holder,
  holderRevision,
  seed: 's',
  hashVersion: 2,
  unit: 'user',
  arms: [
    { arm: 'candidate', release: SECOND, ranges: [[0, share]] },
    { arm: 'control', release: FIRST, ranges: [[share, 1]] },
  ],
  endsAt: null,
});
const shadow: ShadowLayer = {
  kind: 'SHADOW',
  holder: 's',
  holderRevision: 1,
  seed: 's',
  hashVersion: 2,
  unit: 'user',
  share: 0.5,
  release: SECOND,
  endsAt: null,
};

const free: Holding<AllocationLayer> = { kind: 'ALLOCATION', lease: null, held: undefined, wanted: undefined };
const lease: Lease = { holder: 'a', holderRevision: 2, subject: 'service:experiment' };
const held: Holding<AllocationLayer> = { ...free, lease, held: split('a', 2) };
const freeze = { since: '2026-01-01T00:00:00.000Z', by: 'user:op', reason: 'incident' };

describe('a lease', () => {
  it.each([
    ['is given to the first who asks', { ...free, wanted: split('a', 1) }, experiment, { ...lease, holderRevision: 1 }],
    ['stays as it is for the same again, even by others', { ...held, wanted: split('a', 2) }, monitoring, lease],
    [
      'moves on with its holder’s next revision',
      { ...held, wanted: split('a', 3, 0.7) },
      experiment,
      { ...lease, holderRevision: 3 },
    ],
    [
      'stays its holder’s when a person changes the split',
      { ...held, wanted: split('a', 3, 0.7) },
      developer,
      { ...lease, holderRevision: 3 },
    ],
    ['is ended by its holder', held, experiment, null],
    ['is ended by a person', held, developer, null],
    ['that nobody has ends for anybody', free, monitoring, null],
  ])('%s', (_, holding, actor, expected) => {
    expect(leaseAfter(holding, null, actor)).toEqual(expected);
  });

  it.each([
    ['another holder', { ...held, wanted: split('b', 9) }, developer, /split by a: end it before another begins/],
    ['another service', { ...held, wanted: split('a', 3, 0.7) }, monitoring, /only service:experiment or a person/],
    ['a revision that is not above its own', { ...held, wanted: split('a', 2, 0.7) }, experiment, /above 2/],
    ['another service that would end it', held, monitoring, /only its holder or a person can end that/],
  ])('refuses %s, and names who holds it', (_, holding, actor, message) => {
    expect(() => leaseAfter(holding, null, actor)).toThrow(
      expect.objectContaining({
        code: 'CONFLICT',
        message: expect.stringMatching(message),
        details: { holder: 'a', holderRevision: 2 },
      }),
    );
  });

  it('under a freeze is neither given nor changed, but kept as it is, and ended', () => {
    for (const wanted of [split('a', 3, 0.7), split('b', 1)]) {
      expect(() => leaseAfter({ ...held, wanted }, freeze, developer)).toThrow(
        expect.objectContaining({
          code: 'CONFLICT',
          message: expect.stringContaining('liftFreeze'),
          details: { frozenBy: 'user:op', holder: 'a' },
        }),
      );
    }
    expect(() => leaseAfter({ ...free, wanted: split('a', 1) }, freeze, developer)).toThrow(
      expect.objectContaining({ details: { frozenBy: 'user:op', holder: null } }),
    );
    expect(leaseAfter({ ...held, wanted: split('a', 2) }, freeze, experiment)).toEqual(lease);
    expect(leaseAfter(held, freeze, experiment)).toBeNull();
  });

  it('of a shadow is refused in its own words', () => {
    const holding: Holding<ShadowLayer> = {
      kind: 'SHADOW',
      lease: { ...lease, holder: 'other' },
      held: { ...shadow, holder: 'other' },
      wanted: shadow,
    };
    expect(() => leaseAfter(holding, null, experiment)).toThrow(/^the deployment is shadowed by other/);
    expect(() => leaseAfter({ ...holding, lease: null, held: undefined }, freeze, experiment)).toThrow(
      /^shadows are frozen since .* by user:op \(incident\)/,
    );
  });
});

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DomainError } from '../../../core/errors.ts';
import { LAYER_ORDER } from '../../../core/traffic/layer-kinds.ts';
import { allocationIn, checkLayers, defaultRelease, isKilled, shadowIn } from '../../../core/traffic/layers.ts';
import type { Actor } from '../../../subgraphs/registry/domain/identity.ts';
import {
  applyChange,
  NO_TRAFFIC,
  previousRelease,
  type TrafficChange,
  type TrafficState,
} from '../../../subgraphs/registry/domain/serving/traffic.ts';

const releases = ['a', 'b', 'c'].map((letter) => letter.repeat(64));
const release = fc.constantFrom(...releases);
const doers: readonly Actor[] = [
  { subject: 'user:developer', kind: 'user', roles: ['developer'] },
  { subject: 'service:experiment', kind: 'service', roles: [] },
  { subject: 'service:monitoring', kind: 'service', roles: [] },
];

const allocation = fc
  .record({
    holder: fc.constantFrom('h1', 'h2'),
    revision: fc.integer({ min: 1, max: 4 }),
    at: fc.constantFrom(0.1, 0.5),
    one: release,
    two: release,
  })
  .map(({ holder, revision, at, one, two }) => ({
    kind: 'ALLOCATION' as const,
    holder,
    holderRevision: revision,
    seed: 's',
    hashVersion: 2 as const,
    unit: 'user',
    arms: [
      { arm: 'candidate', release: one, ranges: [[0, at]] as [number, number][] },
      { arm: 'control', release: two, ranges: [[at, 1]] as [number, number][] },
    ],
    endsAt: null,
  }));

const shadow = fc
  .record({ holder: fc.constantFrom('s1', 's2'), revision: fc.integer({ min: 1, max: 4 }), release })
  .map(({ holder, revision, release: scored }) => ({
    kind: 'SHADOW' as const,
    holder,
    holderRevision: revision,
    seed: 's',
    hashVersion: 2 as const,
    unit: 'user',
    share: 0.5,
    release: scored,
    endsAt: null,
  }));

const change: fc.Arbitrary<TrafficChange> = fc.oneof(
  fc.record({ kind: fc.constant('PROMOTE' as const), release }),
  fc.record({ kind: fc.constantFrom('ROLLBACK' as const, 'FALLBACK' as const), reason: fc.constant('r') }),
  fc.record({ kind: fc.constantFrom('KILL' as const, 'LIFT_FREEZE' as const), reason: fc.constant('r') }),
  fc.record({ kind: fc.constant('ACQUIRE_ALLOCATION' as const), layer: allocation }),
  fc.record({ kind: fc.constant('END_ALLOCATION' as const), holder: fc.constantFrom('h1', 'h2') }),
  fc.record({ kind: fc.constant('ACQUIRE_SHADOW' as const), layer: shadow }),
  fc.record({ kind: fc.constant('TESTERS' as const), releases: fc.array(release, { maxLength: 3 }) }),
  fc.record({ kind: fc.constant('END_SHADOW' as const), holder: fc.constantFrom('s1', 's2') }),
  fc.record({
    kind: fc.constant('SET' as const),
    expectedRevision: fc.integer({ min: 0, max: 10 }),
    layers: fc
      .tuple(fc.option(allocation), fc.option(shadow), release)
      .map(([layer, beside, one]) => [
        ...(layer ? [layer] : []),
        ...(beside ? [beside] : []),
        { kind: 'DEFAULT' as const, release: one },
      ]),
  }),
);

const NOW = new Date('2026-01-01T00:00:00.000Z');

function attempt(state: TrafficState, asked: TrafficChange, actor: Actor): TrafficState | DomainError {
  try {
    return applyChange(state, asked, actor, NOW);
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
}

describe('traffic', () => {
  it('keeps its laws through any changes by anybody', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(change, fc.constantFrom(...doers)), { maxLength: 40 }), (changes) => {
        let state = NO_TRAFFIC;
        for (const [asked, actor] of changes) {
          const next = attempt(state, asked, actor);
          if (next instanceof DomainError) continue;
          expect(next.revision).toBe(state.revision + 1);
          checkLayers(next.layers);
          const order = next.layers.map(({ kind }) => LAYER_ORDER.indexOf(kind));
          expect(order).toEqual(order.toSorted((a, b) => a - b));
          expect(next.trail.at(-1)).toBe(defaultRelease(next.layers));
          expect(next.lease?.holder).toBe(allocationIn(next.layers)?.holder);
          expect(next.lease?.holderRevision).toBe(allocationIn(next.layers)?.holderRevision);
          expect(next.shadow?.holder).toBe(shadowIn(next.layers)?.holder);
          expect(next.shadow?.holderRevision).toBe(shadowIn(next.layers)?.holderRevision);
          expect(shadowIn(next.layers)?.release).not.toBe(defaultRelease(next.layers));
          if (isKilled(next.layers)) expect(next.freeze).not.toBeNull();
          if (state.freeze && next.freeze) {
            const [before, after] = [allocationIn(state.layers), allocationIn(next.layers)];
            expect(after === undefined || JSON.stringify(after) === JSON.stringify(before)).toBe(true);
            const [was, is] = [shadowIn(state.layers), shadowIn(next.layers)];
            expect(is === undefined || JSON.stringify(is) === JSON.stringify(was)).toBe(true);
          }
          if (state.freeze && !next.freeze) expect(actor.kind).toBe('user');
          state = next;
        }
      }),
      { numRuns: 500 },
    );
  });

  it('is never refused a kill or a fallback while something serves', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(change, fc.constantFrom(...doers)), { maxLength: 20 }),
        fc.constantFrom('KILL' as const, 'FALLBACK' as const),
        fc.constantFrom(...doers),
        (changes, kind, actor) => {
          let state = applyChange(NO_TRAFFIC, { kind: 'PROMOTE', release: releases[0]! }, doers[0]!, NOW);
          for (const [asked, who] of changes) {
            const next = attempt(state, asked, who);
            if (!(next instanceof DomainError)) state = next;
          }
          const stopped = applyChange(state, { kind, reason: 'r' }, actor, NOW);
          expect(stopped.freeze).toMatchObject({ by: actor.subject });
          expect(isKilled(stopped.layers) || defaultRelease(stopped.layers) === previousRelease(state)).toBe(true);
        },
      ),
    );
  });

  it('goes back along the way it came, however it came', () => {
    fc.assert(
      fc.property(fc.array(release, { minLength: 2, maxLength: 10 }), (promoted) => {
        let state = NO_TRAFFIC;
        const way: string[] = [];
        for (const one of promoted) {
          state = applyChange(state, { kind: 'PROMOTE', release: one }, doers[0]!, NOW);
          if (way.at(-1) !== one) way.push(one);
        }
        while (way.length > 1) {
          way.pop();
          state = applyChange(state, { kind: 'ROLLBACK', reason: 'r' }, doers[0]!, NOW);
          expect(defaultRelease(state.layers)).toBe(way.at(-1));
        }
        expect(() => applyChange(state, { kind: 'ROLLBACK', reason: 'r' }, doers[0]!, NOW)).toThrow(
          /no earlier release/,
        );
      }),
    );
  });
});

import { describe, expect, it } from 'vitest';
import type { TrafficLayer } from '../../../../schema/manifest.ts';
import { effectsOf, warningsOf } from '../../../../subgraphs/registry/domain/serving/traffic-effects.ts';
import { NO_TRAFFIC, type TrafficState } from '../../../../subgraphs/registry/domain/serving/traffic.ts';
import { FIRST, releaseOf, SECOND, THIRD } from './releases.ts';

const state = (...layers: TrafficLayer[]): TrafficState => ({ ...NO_TRAFFIC, layers });
const serves = (release: string): TrafficLayer => ({ kind: 'DEFAULT', release });
const split = (holder: string, share = 0.5): TrafficLayer => ({
  kind: 'ALLOCATION',
  holder,
  holderRevision: 1,
  seed: 's',
  hashVersion: 2,
  unit: 'user',
  arms: [
    { arm: 'candidate', release: SECOND, ranges: [[0, share]] },
    { arm: 'control', release: FIRST, ranges: [[share, 1]] },
  ],
  endsAt: null,
});
const shadow: TrafficLayer = {
  kind: 'SHADOW',
  holder: 'the challenger',
  holderRevision: 1,
  seed: 's',
  hashVersion: 2,
  unit: 'user',
  share: 1,
  release: SECOND,
  endsAt: null,
};
const kill: TrafficLayer = { kind: 'KILL', reason: 'r' };
const freeze = { since: '2026-01-01T00:00:00.000Z', by: 'user:op', reason: 'r' };
const releases = [releaseOf(1), releaseOf(2)];

describe('what a change of traffic does', () => {
  it.each<[string, TrafficState, TrafficState, string[]]>([
    ['nothing', state(serves(FIRST)), state(serves(FIRST)), []],
    ['a first promotion', state(), state(serves(FIRST)), ['release 1 becomes the default']],
    [
      'a promotion',
      state(serves(FIRST)),
      state(serves(SECOND)),
      ['release 2 becomes the default in place of release 1'],
    ],
    [
      'one to a release that is not known by number',
      state(serves(FIRST)),
      state(serves(THIRD)),
      [`the release ${THIRD} becomes the default in place of release 1`],
    ],
    ['a split that begins', state(serves(FIRST)), state(split('e'), serves(FIRST)), ['e splits the traffic']],
    ['the same split', state(split('e'), serves(FIRST)), state(split('e'), serves(FIRST)), []],
    [
      'a split that grows',
      state(split('e'), serves(FIRST)),
      state(split('e', 0.7), serves(FIRST)),
      ['e splits the traffic'],
    ],
    [
      'a split that ends',
      state(split('e'), serves(FIRST)),
      state(serves(FIRST)),
      ['the split of e ends', 'release 1 stays the default'],
    ],
    [
      'a split that ends in a promotion',
      state(split('e'), serves(FIRST)),
      state(serves(SECOND)),
      ['the split of e ends', 'release 2 becomes the default in place of release 1'],
    ],
    ['a shadow that ends', state(shadow, serves(FIRST)), state(serves(FIRST)), ['the shadow of the challenger ends']],
    [
      'a kill',
      state(serves(FIRST)),
      { ...state(kill, serves(FIRST)), freeze },
      [
        'the model stops: only the fallback of the recipe answers',
        'nobody may split or shadow the traffic until a person calls liftFreeze',
      ],
    ],
    [
      'a kill that is lifted',
      { ...state(kill, serves(FIRST)), freeze },
      state(serves(FIRST)),
      ['the model answers again', 'the traffic may be split and shadowed again'],
    ],
  ])('is said in words: %s', (_, before, after, expected) => {
    expect(effectsOf(before, after, releases)).toEqual(expected);
  });
});

describe('a warning about requests', () => {
  const input = (name: string, dtype: 'STRING' | 'FLOAT64' | 'INT64' = 'FLOAT64', required = true) => ({
    name,
    dtype,
    required,
  });
  const of = (number: number, ...inputs: ReturnType<typeof input>[]) => releaseOf(number, { inputs, entities: [] });
  const old = of(1, input('amount'));

  it.each([
    ['nothing for the same inputs', of(2, input('amount')), []],
    ['nothing for one more that may be left out', of(2, input('amount'), input('country', 'STRING', false)), []],
    ['nothing for one that need not be sent any more', of(2, input('amount', 'FLOAT64', false)), []],
    ['one that is gone', of(2), ['release 2 has no input "amount", which requests made for release 1 may send']],
    [
      'one that is new and required',
      of(2, input('amount'), input('country', 'STRING')),
      ['release 2 requires the input "country", which release 1 does not know'],
    ],
    [
      'one of another type',
      of(2, input('amount', 'INT64')),
      ['the input "amount" is INT64 in release 2 and FLOAT64 in release 1'],
    ],
  ])('says %s', (_, next, expected) => {
    expect(warningsOf(state(serves(FIRST)), state(serves(SECOND)), [old, next])).toEqual(expected);
  });

  it('says which input is required now and was not', () => {
    const loose = of(1, input('amount', 'FLOAT64', false));
    expect(warningsOf(state(serves(FIRST)), state(serves(SECOND)), [loose, of(2, input('amount'))])).toEqual([
      'release 2 requires the input "amount", which release 1 does not require',
    ]);
  });

  it('is of each release that newly answers, and of none that did before or answers nobody', () => {
    const wants = of(2, input('amount'), input('country', 'STRING'));
    const from = state(serves(FIRST));
    const said = ['release 2 requires the input "country", which release 1 does not know'];
    expect(warningsOf(from, state(split('e'), serves(FIRST)), [old, wants])).toEqual(said);
    expect(warningsOf(state(split('e'), serves(FIRST)), state(split('e', 0.7), serves(FIRST)), [old, wants])).toEqual(
      [],
    );
    expect(warningsOf(state(split('e'), serves(FIRST)), state(serves(SECOND)), [old, wants])).toEqual(said);
    expect(warningsOf(from, state(shadow, serves(FIRST)), [old, wants])).toEqual([]);
    expect(warningsOf(NO_TRAFFIC, state(serves(SECOND)), [old, wants]), 'nothing was asked before').toEqual([]);
  });
});

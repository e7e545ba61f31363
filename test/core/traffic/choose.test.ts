import { describe, expect, it } from 'vitest';
import { hash } from '../../../core/assignment/hash.ts';
import type { Traffic } from '../../../schema/manifest.ts';
import { choose } from '../../../core/traffic/choose.ts';
import { releasesAnswering } from '../../../core/traffic/layers.ts';

const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((letter) => letter.repeat(64)) as [string, string, string, string];
const allocation = (change = {}): Traffic[number] => ({
  kind: 'ALLOCATION',
  holder: 'tiffin:default:experiment:e',
  holderRevision: 4,
  seed: 'seed',
  hashVersion: 2,
  unit: 'user',
  arms: [
    { arm: 'new', release: b, ranges: [[0, 0.2]] },
    { arm: 'old', release: a, ranges: [[0.6, 1]] },
  ],
  endsAt: null,
  ...change,
});
const byDefault: Traffic[number] = { kind: 'DEFAULT', release: a };
const kill: Traffic[number] = { kind: 'KILL', reason: 'bad' };
const holdout: Traffic[number] = { kind: 'HOLDOUT', seed: 'h', unit: 'user', share: 0.1, release: c };
const variant: Traffic[number] = { kind: 'VARIANT', field: 'state', releases: { TX: d } };

const at = Date.parse('2026-01-01T00:00:00Z');
const pick = (traffic: Traffic, inputs: Record<string, string> = {}, atMs = at) =>
  choose(traffic, { unitOf: (field) => inputs[field] ?? null, meets: ({ text }) => text === 'yes' }, atMs);
/** A user whose bucket under a seed is within bounds. */
const userIn = (seed: string, from: number, to: number): string => {
  for (let i = 0; ; i++) {
    const bucket = hash(seed, `u${i}`, 2)!;
    if (bucket >= from && bucket < to) return `u${i}`;
  }
};

describe('traffic', () => {
  it('falls to the default, and to nothing where there is none', () => {
    expect(pick([byDefault])).toMatchObject({ release: a, layer: 'DEFAULT', arm: null, bucket: null, unit: null });
    expect(pick([variant], { state: 'CA' }).release).toBeNull();
  });

  it('goes through its layers in order: the first that decides wins', () => {
    const all = [kill, holdout, variant, allocation(), byDefault];
    const held = userIn('h', 0, 0.1);
    expect(pick(all, { user: held })).toMatchObject({ layer: 'KILL', killed: 'bad', release: a });
    expect(pick(all.slice(1), { user: held, state: 'TX' })).toMatchObject({ layer: 'HOLDOUT', release: c });
    const free = userIn('h', 0.1, 1);
    expect(pick(all.slice(1), { user: free, state: 'TX' })).toMatchObject({ layer: 'VARIANT', release: d });
  });

  it('gives an arm by the bucket of its unit, with the lease that it is held under', () => {
    const user = userIn('seed', 0, 0.2);
    expect(pick([allocation(), byDefault], { user })).toEqual({
      release: b,
      killed: null,
      layer: 'ALLOCATION',
      arm: 'new',
      holder: 'tiffin:default:experiment:e',
      holderRevision: 4,
      bucket: hash('seed', user, 2),
      holdout: null,
      variant: null,
      unitField: 'user',
      unit: user,
    });
  });

  it('keeps the bucket of who is outside every arm, or has no unit at all', () => {
    const user = userIn('seed', 0.2, 0.6);
    const outside = pick([allocation(), byDefault], { user });
    expect(outside).toMatchObject({
      release: a,
      arm: null,
      layer: 'DEFAULT',
      bucket: hash('seed', user, 2),
      unit: user,
    });
    expect(pick([allocation(), byDefault])).toMatchObject({ release: a, arm: null, bucket: null, unit: null });
  });

  it('ends with its time, to the instant', () => {
    const user = userIn('seed', 0, 0.2);
    const ends = [allocation({ endsAt: '2026-01-01T00:00:00Z' }), byDefault];
    expect(pick(ends, { user }, at - 1).arm).toBe('new');
    expect(pick(ends, { user }, at)).toMatchObject({ arm: null, holder: null, release: a });
  });

  it('is about the requests that meet its condition: the others go on as without it', () => {
    const user = userIn('seed', 0, 0.2);
    const yes = [allocation({ targeting: { text: 'yes', ast: {} } }), byDefault];
    const no = [allocation({ targeting: { text: 'no', ast: {} } }), byDefault];
    expect(pick(yes, { user })).toMatchObject({ arm: 'new', release: b });
    expect(pick(no, { user })).toEqual(pick([byDefault], { user }));
  });

  it('is about the units of its slice of a namespace: the others go on as without it', () => {
    const arms = [
      { arm: 'new', release: b, ranges: [[0, 0.5]] },
      { arm: 'old', release: a, ranges: [[0.5, 1]] },
    ];
    const slices = [
      [0, 0.3],
      [0.3, 1],
    ].map(([from, to]) => [allocation({ arms, namespace: { id: 'checkout', from, to } }), byDefault]);
    const units = Array.from({ length: 3_000 }, (_, i) => `unit-${i}`);
    const inside = slices.map((traffic) => units.filter((user) => pick(traffic, { user }).holder !== null));
    expect(inside[0]!.length / units.length).toBeCloseTo(0.3, 1);
    expect([...inside[0]!, ...inside[1]!].sort(), 'each unit in exactly one of them').toEqual([...units].sort());
    const outside = units.find((user) => !inside[0]!.includes(user))!;
    expect(pick(slices[0]!, { user: outside })).toEqual(pick([byDefault], { user: outside }));
    // Which slice a unit is in says nothing of the arm that it gets there.
    const arm = (user: string) => pick(slices[0]!, { user }).arm;
    expect(inside[0]!.filter((user) => arm(user) === 'new').length / inside[0]!.length).toBeCloseTo(0.5, 1);
  });

  it('does not mistake names of objects for segments', () => {
    expect(pick([variant, byDefault], { state: 'constructor' }).layer).toBe('DEFAULT');
    expect(pick([variant, byDefault], { state: '__proto__' }).layer).toBe('DEFAULT');
  });

  it('spreads units as the ranges say', () => {
    const counts: Record<string, number> = {};
    for (let i = 0; i < 20_000; i++) {
      const { arm } = pick([allocation(), byDefault], { user: `unit-${i}` });
      counts[String(arm)] = (counts[String(arm)] ?? 0) + 1;
    }
    expect(counts['new']! / 20_000).toBeCloseTo(0.2, 1);
    expect(counts['old']! / 20_000).toBeCloseTo(0.4, 1);
  });

  it('names every release that it may lead to, once', () => {
    expect([...releasesAnswering([kill, holdout, variant, allocation(), byDefault])].sort()).toEqual([a, b, c, d]);
  });
});

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Allocation, type ArmRanges, assign } from '../../../core/assignment/assign.ts';
import { fnv32a, hash } from '../../../core/assignment/hash.ts';
import { rangesFor } from '../../../core/assignment/ranges-for.ts';

const allocation = (arms: readonly ArmRanges[], rest: Partial<Allocation> = {}): Allocation => ({
  seed: 'lineage-1',
  hashAttribute: 'user_id',
  hashVersion: 2,
  arms,
  ...rest,
});
const half: ArmRanges[] = [
  {
    arm: 'candidate',
    ranges: [
      [0, 0.2],
      [0.6, 0.7],
    ],
  },
  { arm: 'control', ranges: [[0.7, 1]] },
];

describe('assign', () => {
  it('is recomputed from its record alone', () => {
    const record = JSON.parse(JSON.stringify(allocation(half)));
    for (let id = 0; id < 500; id++) expect(assign(record, `u${id}`)).toEqual(assign(allocation(half), `u${id}`));
  });

  it('finds the arm in any of its ranges, and nobody between them', () => {
    const seen = new Set<string>();
    for (let id = 0; id < 2000; id++) {
      const { arm, bucket, reason } = assign(allocation(half), `u${id}`);
      const expected =
        bucket! < 0.2 || (bucket! >= 0.6 && bucket! < 0.7) ? 'candidate' : bucket! >= 0.7 ? 'control' : null;
      expect([arm, reason]).toEqual([expected, expected ? 'IN_RANGE' : 'OUTSIDE_RANGES']);
      seen.add(String(arm));
    }
    expect(seen).toEqual(new Set(['candidate', 'control', 'null']));
  });

  it('gives units without an id no arm, and says why', () => {
    for (const id of [null, undefined, '']) {
      expect(assign(allocation(half), id)).toEqual({ arm: null, bucket: null, reason: 'NO_UNIT' });
    }
    expect(assign(allocation([{ arm: 'all', ranges: [[0, 1]] }]), '0')).toMatchObject({ arm: 'all' });
  });

  it('asks the namespace first', () => {
    const unit = '1';
    expect(hash('__namespace1', unit, 1)).toBeGreaterThan(0.4);
    const arms = [{ arm: 'all', ranges: [[0, 1]] as const }];
    const inside = allocation(arms, { namespace: { id: 'namespace1', from: 0.4, to: 1 } });
    const outside = allocation(arms, { namespace: { id: 'namespace1', from: 0, to: 0.4 } });
    expect(assign(inside, unit)).toMatchObject({ arm: 'all', reason: 'IN_RANGE' });
    expect(assign(outside, unit)).toEqual({ arm: null, bucket: null, reason: 'OUTSIDE_NAMESPACE' });
  });

  it('refuses to guess an unknown hash version', () => {
    const unknown = { ...allocation(half), hashVersion: 3 } as unknown as Allocation;
    expect(assign(unknown, 'u1')).toEqual({ arm: null, bucket: null, reason: 'UNKNOWN_HASH_VERSION' });
  });

  it('hashes as FNV-1a is published', () => {
    expect([fnv32a(''), fnv32a('a'), fnv32a('foobar')]).toEqual([0x811c9dc5, 0xe40c292c, 0xbf9cf968]);
  });

  it('spreads twenty thousand ids evenly', () => {
    const share =
      10_000 - Array.from({ length: 20_000 }, (_, id) => hash('s', `user-${id}`, 2)!).filter((b) => b < 0.5).length;
    expect(Math.abs(share)).toBeLessThan(300);
  });
});

const shareOf = (arms: readonly ArmRanges[], arm: string): number =>
  arms.find((one) => one.arm === arm)!.ranges.reduce((sum, [from, to]) => sum + to - from, 0);
const split = fc
  .array(fc.integer({ min: 0, max: 2500 }), { minLength: 4, maxLength: 4 })
  .map((parts) =>
    parts.map((part, i) => ({ arm: 'abcd'[i]!, weight: part / 10_000, ...(i === 3 && { control: true }) })),
  );
const units = Array.from({ length: 300 }, (_, id) => `unit-${id}`);
const armOf = (arms: readonly ArmRanges[], unit: string): string | null => assign(allocation(arms), unit).arm;

const ramp = (weight: number): ArmRanges[] =>
  rangesFor([
    { arm: 'candidate', weight },
    { arm: 'control', weight: 0.2, control: true },
  ]);

const ramped = (weight: number) => [
  { arm: 'candidate', weight },
  { arm: 'control', weight: weight / 2, control: true },
];

describe('rangesFor', () => {
  it('lets the candidate grow from 0 and the control from 1', () => {
    expect(ramp(0.05)).toEqual([
      { arm: 'candidate', ranges: [[0, 0.05]] },
      { arm: 'control', ranges: [[0.8, 1]] },
    ]);
    expect(ramp(0.8)[0]).toEqual({ arm: 'candidate', ranges: [[0, 0.8]] });
    expect(ramp(0)[0]).toEqual({ arm: 'candidate', ranges: [] });
  });

  it('keeps everybody already on the canary through 5, 20, 50 and 100 %', () => {
    let arms: ArmRanges[] = [];
    let inside = new Set<string>();
    for (const weight of [0.05, 0.2, 0.5, 1]) {
      arms = rangesFor(
        [
          { arm: 'new', weight },
          { arm: 'old', weight: 1 - weight, control: true },
        ],
        arms,
      );
      const now = new Set(units.filter((unit) => armOf(arms, unit) === 'new'));
      expect([...inside].filter((unit) => !now.has(unit))).toEqual([]);
      inside = now;
    }
    expect(inside.size).toBe(units.length);
  });

  it('gives back what was taken last, so that a ramp can be walked both ways', () => {
    const wide = rangesFor(ramped(0.5));
    expect(rangesFor(ramped(0.2), wide)).toEqual(rangesFor(ramped(0.2)));
    expect(rangesFor(ramped(0.5), rangesFor(ramped(0.2), wide))).toEqual(wide);
  });

  it('never moves a unit out of an arm whose weight did not fall', () => {
    fc.assert(
      fc.property(fc.array(split, { minLength: 2, maxLength: 5 }), (steps) => {
        let arms = rangesFor(steps[0]!);
        for (const [i, step] of steps.slice(1).entries()) {
          const next = rangesFor(step, arms);
          for (const unit of units) {
            const arm = armOf(arms, unit);
            const fell =
              arm !== null &&
              step.find((one) => one.arm === arm)!.weight < steps[i]!.find((one) => one.arm === arm)!.weight;
            if (arm !== null && !fell) expect(armOf(next, unit)).toBe(arm);
          }
          arms = next;
        }
      }),
      { numRuns: 60 },
    );
  });

  it('raises one weight without moving a unit that has an arm', () => {
    fc.assert(
      fc.property(split, fc.integer({ min: 0, max: 2 }), fc.integer({ min: 0, max: 2500 }), (before, which, extra) => {
        const room = 1 - before.reduce((sum, { weight }) => sum + weight, 0);
        const after = before.map((one, i) =>
          i === which ? { ...one, weight: one.weight + Math.min(room, extra / 10_000) } : one,
        );
        const old = rangesFor(before);
        const grown = rangesFor(after, old);
        for (const unit of units) if (armOf(old, unit) !== null) expect(armOf(grown, unit)).toBe(armOf(old, unit));
      }),
      { numRuns: 100 },
    );
  });

  it('gives each arm its share, disjoint, whatever the history', () => {
    fc.assert(
      fc.property(split, split, (before, after) => {
        const arms = rangesFor(after, rangesFor(before));
        for (const { arm, weight } of after) expect(shareOf(arms, arm)).toBeCloseTo(weight, 9);
        const all = arms.flatMap(({ ranges }) => ranges).toSorted((a, b) => a[0] - b[0]);
        for (const [i, range] of all.slice(1).entries()) expect(range[0]).toBeGreaterThanOrEqual(all[i]![1]);
      }),
      { numRuns: 60 },
    );
  });

  it('leaves nobody out of thirds', () => {
    const third = 1 / 3;
    const arms = rangesFor([
      { arm: 'a', weight: third },
      { arm: 'b', weight: third },
      { arm: 'c', weight: third, control: true },
    ]);
    expect(arms.reduce((sum, { arm }) => sum + shareOf(arms, arm), 0)).toBeCloseTo(1, 12);
  });

  it.each([
    [[{ arm: 'a', weight: -0.1 }], 'allowed: 0 to 1'],
    [[{ arm: 'a', weight: Number.NaN }], 'allowed: 0 to 1'],
    [
      [
        { arm: 'a', weight: 0.6 },
        { arm: 'b', weight: 0.6 },
      ],
      'at most 1',
    ],
    [
      [
        { arm: 'a', weight: 0.1 },
        { arm: 'a', weight: 0.1 },
      ],
      'name one arm',
    ],
    [
      [
        { arm: 'a', weight: 0.1, control: true },
        { arm: 'b', weight: 0.1, control: true },
      ],
      'only one arm',
    ],
  ])('refuses %j', (weights, message) => expect(() => rangesFor(weights)).toThrow(message));
});

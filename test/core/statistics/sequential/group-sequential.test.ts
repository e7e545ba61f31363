import { describe, expect, it } from 'vitest';
import { groupSequentialBounds, type Spending } from '../../../../core/statistics/sequential/group-sequential.ts';
import { seededRandom } from '../../../support/seeded-random.ts';
import { eachCase, expectNear, statVectors } from '../../../support/vectors.ts';

const spendingOf = (name: string): Spending =>
  name === 'obf'
    ? { kind: 'obrien-fleming' }
    : name === 'pocock'
      ? { kind: 'pocock' }
      : { kind: 'power', power: Number(name) };

describe('bounds of a few planned looks', () => {
  eachCase(
    statVectors('sequential'),
    ({ input, expected }) => {
      const found = groupSequentialBounds(input.informationFractions, input.alpha, spendingOf(input.spending));
      expectNear(found.zBounds, expected.zBounds, { abs: 1e-6 });
      expectNear(found.nominalP, expected.nominalTwoSidedP, { abs: 1e-6 });
    },
    ({ input }) => input.kind === 'groupSequentialTwoSided',
  );

  it('is the test of one look where there is one', () => {
    const { zBounds } = groupSequentialBounds([1], 0.05, { kind: 'pocock' });
    expect(zBounds[0]).toBeCloseTo(1.959963984540054, 9);
  });

  it('stops falsely in alpha of all runs', () => {
    const { zBounds } = groupSequentialBounds([0.25, 0.5, 0.75, 1], 0.1, { kind: 'pocock' });
    const random = seededRandom(8);
    let stopped = 0;
    for (let run = 0; run < 20_000; run++) {
      let value = 0;
      const crossed = zBounds.some((bound, look) => {
        value += (Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())) / 2;
        return Math.abs(value) / Math.sqrt((look + 1) / 4) > bound;
      });
      if (crossed) stopped++;
    }
    expect(Math.abs(stopped / 20_000 - 0.1)).toBeLessThan(0.007);
  });
});

it.each([
  ['alpha', [1], 0, { kind: 'pocock' }],
  ['informationFractions', [], 0.05, { kind: 'pocock' }],
  ['informationFractions[1]', [0.5, 0.5], 0.05, { kind: 'pocock' }],
  ['informationFractions[0]', [1.5], 0.05, { kind: 'pocock' }],
  ['spending.power', [1], 0.05, { kind: 'power', power: 0 }],
] as const)('refuses %s', (field, fractions, alpha, spending) => {
  expect(() => groupSequentialBounds(fractions, alpha, spending)).toThrow(
    expect.objectContaining({ details: { field } }),
  );
});

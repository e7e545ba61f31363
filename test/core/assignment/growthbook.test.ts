import { GrowthBook } from '@growthbook/growthbook';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assign } from '../../../core/assignment/assign.ts';
import { hash } from '../../../core/assignment/hash.ts';
import { inNamespace } from '../../../core/assignment/namespace.ts';
import { chooseVariation, getBucketRanges, getEqualWeights } from '../../../core/assignment/range.ts';
import { expectNear, outsideVectors } from '../../support/vectors.ts';

const text = outsideVectors('growthbook/cases.json');
const cases: Record<string, any[][]> = text ? JSON.parse(text) : {};
const COUNTS = { hash: 15, getBucketRange: 13, chooseVariation: 13, inNamespace: 16, getEqualWeights: 6 };

// The suite itself rounds ranges and equal weights to a few places before it compares.
const rounded = { abs: 1e-6 };

it.skipIf(!text).each(Object.entries(COUNTS))('all of %s is there', (section, count) =>
  expect(cases[section]).toHaveLength(count),
);

describe.skipIf(!text)("GrowthBook's conformance suite", () => {
  it.each(cases['hash'] ?? [])('hash of seed %j, value %j, version %j', (seed, value, version, expected) =>
    expect(hash(seed, value, version)).toBe(expected),
  );
  it.each(cases['getBucketRange'] ?? [])('ranges: %s', (_, [count, coverage, weights], expected) =>
    expectNear(getBucketRanges(count, coverage, weights ?? undefined), expected, rounded),
  );
  it.each(cases['chooseVariation'] ?? [])('variation: %s', (_, bucket, ranges, expected) =>
    expect(chooseVariation(bucket, ranges)).toBe(expected),
  );
  it.each(cases['inNamespace'] ?? [])('namespace: %s', (_, unit, [id, from, to], expected) =>
    expect(inNamespace(unit, { id, from, to })).toBe(expected),
  );
  it.each(cases['getEqualWeights'] ?? [])('%j equal weights', (count, expected) =>
    expectNear(getEqualWeights(count), expected, rounded),
  );
});

const ids = fc.string({ minLength: 1, unit: fc.constantFrom('a', 'Z', '7', '-', 'é', '漢', '😀', '\u0301', '\uD800') });

describe("GrowthBook's SDK", () => {
  it('puts every unit in the same arm with the same bucket', () => {
    const seeds = fc.oneof(ids, fc.constantFrom('__proto__', 'constructor'));
    const weights = fc
      .array(fc.integer({ min: 0, max: 100 }), { minLength: 2, maxLength: 4 })
      .filter((parts) => parts.some(Boolean))
      .map((parts) => parts.map((part) => part / parts.reduce((sum, value) => sum + value, 0)));
    const coverage = fc.integer({ min: 0, max: 1000 }).map((parts) => parts / 1000);
    const slice = fc
      .tuple(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 0, max: 1000 }))
      .map(([a, b]) => ({ id: 'slot', from: Math.min(a, b) / 1000, to: Math.max(a, b) / 1000 }));
    let exposed = 0;
    fc.assert(
      fc.property(
        ids,
        seeds,
        fc.constantFrom(1 as const, 2 as const),
        weights,
        coverage,
        fc.option(slice, { nil: undefined }),
        (unit, seed, hashVersion, parts, share, namespace) => {
          const sdk = new GrowthBook({ attributes: { unit } });
          const theirs = sdk.run({
            key: 'renamed',
            seed,
            hashAttribute: 'unit',
            hashVersion,
            variations: parts.map((_, i) => i) as [number, number, ...number[]],
            weights: parts,
            coverage: share,
            ...(namespace && { namespace: [namespace.id, namespace.from, namespace.to] as [string, number, number] }),
          });
          sdk.destroy();
          const arms = getBucketRanges(parts.length, share, parts).map((range, i) => ({
            arm: String(i),
            ranges: [range],
          }));
          const ours = assign(
            { seed, hashAttribute: 'unit', hashVersion, arms, ...(namespace && { namespace }) },
            unit,
          );
          expect(ours.arm).toBe(theirs.inExperiment ? String(theirs.value) : null);
          if (!theirs.inExperiment) return;
          exposed++;
          expect(ours.bucket).toBe(theirs.bucket);
        },
      ),
      { numRuns: 1000 },
    );
    expect(exposed).toBeGreaterThan(100);
  });
});

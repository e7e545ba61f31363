import { describe, expect, it } from 'vitest';
import { assign } from '../../core/assignment/assign.ts';
import { getBucketRanges } from '../../core/assignment/range.ts';
import { python } from './python.ts';

const UNITS = Array.from({ length: 2_000 }, (_, n) => (n % 2 === 0 ? `user-${n}` : `${n}·ü漢😀`));

const PROGRAM = `
import json, sys
from growthbook import Experiment, GrowthBook

asked = json.load(sys.stdin)
answers = []
for design in asked["designs"]:
    experiment = Experiment(
        key="renamed", seed=design["seed"], hashAttribute="unit", hashVersion=design["hashVersion"],
        variations=list(range(len(design["weights"]))), weights=design["weights"], coverage=design["coverage"],
    )
    for unit in asked["units"]:
        result = GrowthBook(attributes={"unit": unit}).run(experiment)
        answers.append([result.variationId if result.inExperiment else None, result.bucket])
json.dump(answers, sys.stdout)
`;

const DESIGNS = [
  { seed: 'checkout', hashVersion: 1, weights: [0.5, 0.5], coverage: 1 },
  { seed: 'checkout', hashVersion: 2, weights: [0.5, 0.5], coverage: 1 },
  { seed: 'köszönöm', hashVersion: 2, weights: [0.7, 0.2, 0.1], coverage: 0.35 },
] as const;

describe("GrowthBook's SDK for Python", () => {
  const answers: [number | null, number | null][] = python(PROGRAM, { designs: DESIGNS, units: UNITS });

  it.each(DESIGNS.map((design, at) => [design.seed, design.hashVersion, at] as const))(
    'puts every unit in the same arm: seed %s, version %s',
    (_seed, _version, at) => {
      const { seed, hashVersion, weights, coverage } = DESIGNS[at]!;
      const arms = getBucketRanges(weights.length, coverage, [...weights]).map((range, i) => ({
        arm: String(i),
        ranges: [range],
      }));
      const ours = UNITS.map((unit) => assign({ seed, hashAttribute: 'unit', hashVersion, arms }, unit));
      const theirs = answers.slice(at * UNITS.length, (at + 1) * UNITS.length);
      expect(ours.map(({ arm }) => arm)).toEqual(theirs.map(([arm]) => (arm === null ? null : String(arm))));
      const inside = ours.filter(({ arm }) => arm !== null);
      expect(inside.length / UNITS.length).toBeCloseTo(coverage, 1);
      expect(inside.map(({ bucket }) => bucket)).toEqual(
        theirs.flatMap(([arm, bucket]) => (arm === null ? [] : [bucket])),
      );
    },
  );
});

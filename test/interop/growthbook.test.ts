import { describe, expect, it } from 'vitest';
import { assign } from '../../core/assignment/assign.ts';
import { getBucketRanges } from '../../core/assignment/range.ts';
import { choose } from '../../core/traffic/choose.ts';
import { layersAhead, startClientEvaluation } from '../support/client-evaluation.ts';
import { testKeys } from '../support/keys.ts';
import { python, pythonApart } from './python.ts';

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

const READS = `
import json, sys
from growthbook import GrowthBook, feature_repo

asked = json.load(sys.stdin)
seen = []
gb = GrowthBook(
    api_host=asked["apiHost"], client_key=asked["clientKey"], streaming=False,
    on_experiment_viewed=lambda experiment, result, **_: seen.append(
        [experiment.key, experiment.phase, result.hashValue, result.key]
    ),
)
gb.load_features()
arms = []
for attributes in asked["units"]:
    gb.set_attributes(attributes)
    found = gb.eval_feature(asked["feature"])
    result = found.experimentResult
    arms.append([result.key if result and result.inExperiment else None, found.value])
gb.destroy()
feature_repo.clear_cache()
json.dump({"arms": arms, "seen": seen[:3], "tracked": len(seen)}, sys.stdout)
`;

describe("GrowthBook's SDK for Python over our features", () => {
  it('gives each of 100,000 units the arm of the traffic that edges have', async () => {
    const own = await startClientEvaluation();
    const { place, id } = await own.started('ranking', layersAhead);
    await own.show('ranking', id);
    const layers = await own.layersOf(place);
    const units = Array.from({ length: 100_000 }, (_, n) => ({
      user: n % 2 === 0 ? `user-${n}` : `${n}·ü漢😀`,
      country: n % 4 === 0 ? 'DE' : 'AT',
    }));
    const told = await pythonApart(READS, {
      apiHost: own.apiHost,
      clientKey: testKeys.evaluating,
      feature: 'ranking',
      units,
    });
    const ours = units.map((unit) => {
      const given: Record<string, string> = unit;
      return choose(layers, { unitOf: (field) => given[field] ?? null, meets: () => false }, Date.now()).arm;
    });
    expect(told.arms.map(([arm]: [string | null]) => arm)).toEqual(ours);
    expect(told.arms.map(([, value]: [unknown, string]) => value)).toEqual(ours.map((arm) => arm ?? 'today'));
    expect(told.tracked).toBe(ours.filter((arm) => arm !== null).length);
    // What the callback is given is what an exposure needs.
    for (const [holder, phase, unit, arm] of told.seen) {
      expect([holder, Number(phase)]).toEqual([id, 1]);
      expect(arm).toBe(ours[units.findIndex(({ user }) => user === unit)]);
    }
  }, 300_000);
});

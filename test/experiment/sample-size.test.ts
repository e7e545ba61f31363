import { beforeAll, expect, it } from 'vitest';
import { startTestExperiment, type TestExperiment } from '../support/experiment.ts';

const QUERY = `query ($input: SampleSizeInput!) { sampleSize(input: $input) {
  formula controlUnits candidateUnits totalUnits candidateRate absoluteMde achievedPower days } }`;

let shared: TestExperiment;
beforeAll(async () => {
  shared = await startTestExperiment();
});

it("answers the source's numbers by every form", async () => {
  const { ask } = shared;
  const units = async (changes = {}): Promise<number> => {
    const { data, errors } = await ask(QUERY, { input: { baseline: 0.187, mde: 0.02, ...changes } }, 'viewer');
    expect(errors).toBeUndefined();
    return data.sampleSize.controlUnits;
  };
  expect(await units()).toBe(171_928);
  expect(await units({ power: 0.9 })).toBe(230_162);
  expect(await units({ mde: 0.00374, mdeKind: 'ABSOLUTE' })).toBe(171_928);
  expect(await units({ formula: 'POOLED_SIMPLE' })).toBe(171_929);
  expect(await units({ formula: 'UNPOOLED' })).toBe(171_925);
  expect(await units({ formula: 'ARCSINE' })).toBe(171_925);
  expect(await units({ formula: 'FLEISS_CONTINUITY' })).toBe(172_462);
  expect(await units({ alpha: 0.01 })).toBeGreaterThan(171_928);
  const { data } = await ask(QUERY, { input: { baseline: 0.187, mde: 0.02, ratio: 2 } }, 'viewer');
  expect(data.sampleSize.candidateUnits).toBeGreaterThanOrEqual(2 * data.sampleSize.controlUnits - 1);
  expect(data.sampleSize.achievedPower).toBeGreaterThan(0.8);
});

it('says how long it takes, and shares alpha over several arms', async () => {
  const { ask } = shared;
  const size = async (changes = {}): Promise<any> => {
    const { data, errors } = await ask(QUERY, { input: { baseline: 0.187, mde: 0.02, ...changes } }, 'viewer');
    expect(errors).toBeUndefined();
    return data.sampleSize;
  };
  expect((await size()).days).toBeNull();
  expect((await size({ unitsPerDay: 16_374.1 })).days).toBeCloseTo(21, 4);
  const two = await size({ candidates: 2 });
  expect(two.controlUnits).toBe((await size({ alpha: 0.025 })).controlUnits);
  expect(two.totalUnits).toBe(two.controlUnits + 2 * two.candidateUnits);
});

it.each([
  ['baseline', { baseline: 0 }],
  ['mde', { mde: 0 }],
  ['mde', { mde: 10 }],
  ['alpha', { alpha: 1 }],
  ['power', { power: 1 }],
  ['ratio', { ratio: -1 }],
  ['candidates', { candidates: 0 }],
  ['unitsPerDay', { unitsPerDay: 0 }],
])('refuses a wrong %s and names it', async (field, changes) => {
  const { ask } = shared;
  const { errors } = await ask(QUERY, { input: { baseline: 0.187, mde: 0.02, ...changes } }, 'viewer');
  expect(errors).toMatchObject([{ extensions: { code: 'INVALID_INPUT', field } }]);
});

const EFFECT = `query ($input: DetectableEffectInput!) { detectableEffect(input: $input) {
  controlUnits candidateUnits absoluteMde relativeMde } }`;

it('answers which effect three weeks of traffic find, by everything that it is asked', async () => {
  const { ask } = shared;
  const effect = async (changes = {}): Promise<any> => {
    const input = { baseline: 0.187, unitsPerDay: 16_374.1, days: 21, ...changes };
    const { data, errors } = await ask(EFFECT, { input }, 'viewer');
    expect(errors).toBeUndefined();
    return data.detectableEffect;
  };
  // 171,928 units per arm: the source's two per cent.
  const found = await effect();
  expect(found).toMatchObject({ controlUnits: 171_928, candidateUnits: 171_928 });
  expect(found.relativeMde).toBeCloseTo(0.02, 6);
  expect(found.absoluteMde).toBeCloseTo(0.00374, 7);
  expect((await effect({ increase: false })).relativeMde).toBeLessThan(-0.019);
  for (const changes of [
    { baseline: 0.1 },
    { unitsPerDay: 9_000 },
    { days: 7 },
    { alpha: 0.01 },
    { power: 0.9 },
    { ratio: 3 },
    { candidates: 2 },
  ]) {
    expect((await effect(changes)).relativeMde, JSON.stringify(changes)).toBeGreaterThan(0.02);
  }
  expect(await effect({ unitsPerDay: 0.1 })).toMatchObject({ absoluteMde: null, relativeMde: null });
  const { errors } = await ask(EFFECT, { input: { baseline: 0.1, unitsPerDay: 10, days: 0 } }, 'viewer');
  expect(errors).toMatchObject([{ extensions: { code: 'INVALID_INPUT', field: 'days' } }]);
});

import { describe, expect, it } from 'vitest';
import { coMomentsOf, type CoMoments } from '../../../../core/statistics/comoments.ts';
import { judgeGuardrail, type Guardrail } from '../../../../subgraphs/experiment/domain/metric/guardrail.ts';
import type { MetricDefinition } from '../../../../subgraphs/experiment/domain/metric/metric.ts';
import type { RolloutStep } from '../../../../subgraphs/experiment/domain/rollout/rollout.ts';
import {
  judge,
  type Evidence,
  type StepEvidence,
} from '../../../../subgraphs/experiment/domain/rollout/rollout-verdict.ts';

const definition: MetricDefinition = {
  kind: 'MEAN',
  measure: 'LATENCY_MS',
  per: null,
  event: null,
  perEvent: null,
  positiveFrom: null,
  quantile: null,
  ceiling: null,
  lowest: null,
  highest: null,
  attributionHours: null,
  higherIsBetter: false,
  minimumEffect: null,
  margin: 10,
  marginKind: 'ABSOLUTE',
};
const guardrail: Guardrail = {
  name: 'latency',
  revision: 1,
  definition,
  margin: 10,
  marginKind: 'ABSOLUTE',
  segment: null,
};
const step: RolloutStep = {
  weight: 0.1,
  minSamples: 1_000,
  minMinutes: 60,
  maxMinutes: 600,
  bakeMinutes: 30,
  approval: false,
  margins: {},
};
/** So many units of one answer each, half of them a deviation above the mean and half below. */
const units = (n: number, mean: number, deviation = 20): CoMoments => ({
  n,
  meanX: 1,
  meanY: mean,
  m2X: 0,
  m2Y: n * deviation ** 2,
  mXY: 0,
});
const sums = (control: CoMoments, candidate: CoMoments, more: Partial<StepEvidence> = {}): StepEvidence => ({
  guardrail: 'latency',
  step: 1,
  segment: null,
  control,
  candidate,
  ...more,
});
const START = '2026-03-10T10:00:00.000Z';
const after = (minutes: number): string => new Date(Date.parse(START) + minutes * 60_000).toISOString();
/** Two hours into the first step, with twice the units that it asks for and no difference. */
const evidence = (more: Partial<Evidence> = {}): Evidence => ({
  at: after(120),
  step: 1,
  steps: [step, { ...step, weight: 0.5 }, { ...step, weight: 1, minSamples: 0 }],
  guardrails: [guardrail],
  alpha: 0.05,
  onExpiry: 'ROLL_BACK',
  startedAt: START,
  passedAt: after(80),
  paused: null,
  approvedBy: null,
  units: { control: 2_000, candidate: 2_000 },
  heardAt: after(119),
  sums: [sums(units(2_000, 100), units(2_000, 100))],
  ...more,
});
const said = (more: Partial<Evidence> = {}) => {
  const { word, move, reasons, missing } = judge(evidence(more));
  return { word, move, reasons: reasons.join('; '), missing };
};

describe('a step', () => {
  it('goes on where every guardrail is shown to hold, has baked and nothing else is asked', () => {
    expect(said()).toMatchObject({ word: 'CONTINUE', move: 'ADVANCE' });
    expect(said({ passedAt: after(100) })).toMatchObject({
      word: 'WAIT',
      move: null,
      reasons: expect.stringContaining(after(130)),
    });
    const approval = { steps: [{ ...step, approval: true }] };
    expect(said(approval)).toMatchObject({ word: 'HOLD', move: null, reasons: expect.stringContaining('approval') });
    expect(said({ ...approval, approvedBy: 'user:b' })).toMatchObject({ word: 'CONTINUE', move: 'PROMOTE' });
  });

  it('is rolled back where harm is shown, paused or not, early or not', () => {
    const bad = { sums: [sums(units(2_000, 100), units(2_000, 130))] };
    for (const more of [{}, { paused: 'lunch' }, { at: after(1) }]) {
      expect(said({ ...bad, ...more })).toMatchObject({ word: 'ROLLBACK', move: 'ROLL_BACK' });
    }
  });

  it('waits and says for how many units, where the margin is neither kept nor broken', () => {
    const found = judge(evidence({ sums: [sums(units(2_000, 100, 200), units(2_000, 100, 200))] }));
    expect(found).toMatchObject({ word: 'WAIT', move: null });
    const needed = found.missing ?? 0;
    expect(needed).toBeGreaterThan(0);
    expect(Date.parse(found.about ?? '')).toBeGreaterThan(Date.parse(after(120)));
    const enough = units(2_000 + needed, 100, 200);
    expect(judge(evidence({ sums: [sums(enough, enough)] })).word).toBe('CONTINUE');
  });

  it.each([
    ['too few units', { units: { control: 900, candidate: 880 } }, 'WAIT', 120],
    ['too little time', { at: after(40), heardAt: after(40) }, 'WAIT', 0],
    ['a guardrail without a value', { sums: [] }, 'WAIT', null],
    ['a broken split', { units: { control: 2_600, candidate: 2_000 } }, 'HOLD', null],
    ['silence', { heardAt: after(100) }, 'HOLD', null],
    ['a pause', { paused: 'lunch' }, 'HOLD', null],
  ] as const)('does not go on with %s', (_, more, word, missing) => {
    expect(said(more)).toMatchObject({ word, move: null, missing });
  });

  it('without any traffic waits, and ends by its policy', () => {
    const none = { units: { control: 0, candidate: 0 }, sums: [], heardAt: null, passedAt: null };
    expect(said({ ...none, at: after(599) })).toMatchObject({ word: 'WAIT', move: null });
    expect(said({ ...none, at: after(600) })).toMatchObject({ word: 'ROLLBACK', move: 'ROLL_BACK' });
    expect(said({ ...none, at: after(600), onExpiry: 'HOLD' })).toMatchObject({ word: 'HOLD', move: null });
    const within = { at: after(600), heardAt: after(599), onExpiry: 'CONTINUE_WITHIN_MARGIN' } as const;
    expect(said({ ...none, ...within }).word).toBe('ROLLBACK');
    const noisy = [sums(units(2_000, 100, 200), units(2_000, 101, 200))];
    expect(said({ ...within, sums: noisy })).toMatchObject({ word: 'CONTINUE', move: 'ADVANCE' });
  });

  it('whose traffic has dried up holds, and ends by its policy: what was seen before is not shown any more', () => {
    const dry = { heardAt: after(200) };
    const reasons = expect.stringContaining('silence is not health');
    expect(said({ ...dry, at: after(599) })).toMatchObject({ word: 'HOLD', move: null, reasons });
    expect(said({ ...dry, at: after(600) })).toMatchObject({ word: 'ROLLBACK', move: 'ROLL_BACK' });
    expect(said({ ...dry, at: after(600), onExpiry: 'CONTINUE_WITHIN_MARGIN' }).word).toBe('ROLLBACK');
    expect(said({ ...dry, at: after(600), onExpiry: 'HOLD' })).toMatchObject({ word: 'HOLD', move: null });
    // What a person has to decide stays with them.
    expect(said({ ...dry, at: after(600), paused: 'lunch' })).toMatchObject({ word: 'HOLD', move: null });
    expect(said({ ...dry, at: after(600), units: { control: 2_600, candidate: 2_000 } }).word).toBe('HOLD');
  });

  it('is looked back at once it is over: outcomes that come late can still roll back', () => {
    const now = { step: 3, units: { control: 0, candidate: 4_000 } };
    const first = sums(units(9_000, 100), units(9_000, 130));
    expect(said({ ...now, sums: [first] })).toMatchObject({
      word: 'ROLLBACK',
      reasons: expect.stringContaining('step 1'),
    });
    expect(said({ ...now, sums: [sums(units(9_000, 100), units(9_000, 100))] })).toMatchObject({ move: 'PROMOTE' });
  });

  it('is judged by the margin that it names itself', () => {
    const worse = [sums(units(9_000, 100), units(9_000, 107))];
    expect(said({ sums: worse }).word).toBe('CONTINUE');
    expect(said({ sums: worse, steps: [{ ...step, margins: { latency: 2 } }] }).word).toBe('ROLLBACK');
  });

  it('is rolled back for one state whose harm the whole hides', () => {
    const own = { ...guardrail, segment: 'state' };
    const whole = sums(units(60_000, 100), units(60_000, 101));
    const kerala = sums(units(2_000, 100), units(2_000, 130), { segment: 'state=KL' });
    expect(said({ guardrails: [own], sums: [whole] }).word).toBe('CONTINUE');
    expect(said({ guardrails: [own], sums: [whole, kerala] })).toMatchObject({
      word: 'ROLLBACK',
      reasons: expect.stringContaining('latency where state=KL'),
    });
  });
});

describe('a guardrail', () => {
  const rule = { definition, margin: 0.25, marginKind: 'RELATIVE', alpha: 0.05, minSamples: 10 } as const;

  it('finds 7 of 100 and 3 of 1 against 10 of 1 high, which a judge of time series passes (kayenta#780)', () => {
    const baseline = coMomentsOf(Array(10).fill(1), Array(10).fill(1));
    const canary = coMomentsOf(Array(10).fill(1), [...Array(7).fill(100), 1, 1, 1]);
    expect(judgeGuardrail(rule, { control: baseline, candidate: canary }).pHarm).toBeLessThan(0.01);
    const found = judge(
      evidence({
        guardrails: [{ ...guardrail, margin: 0.25, marginKind: 'RELATIVE' }],
        steps: [{ ...step, minSamples: 10 }],
        units: { control: 10, candidate: 10 },
        sums: [sums(baseline, canary)],
      }),
    );
    expect(found.word).toBe('ROLLBACK');
  });

  it('finds great harm long before a large step is full', () => {
    const large = { ...rule, margin: 0.01, marginKind: 'ABSOLUTE', minSamples: 50_000 } as const;
    const [good, bad] = [units(150, 0.1, 0.3), units(150, 0.6, 0.3)];
    expect(judgeGuardrail(large, { control: good, candidate: bad }).pHarm).toBeLessThan(0.001);
    expect(judgeGuardrail(large, { control: good, candidate: good }).pHarm).toBe(1);
  });

  it('of no failures at all still asks for enough units', () => {
    const failures = {
      ...rule,
      definition: { ...definition, kind: 'PROPORTION' },
      margin: 0.01,
      marginKind: 'ABSOLUTE',
    } as const;
    const none = (n: number): CoMoments => ({ ...units(n, 0), m2Y: 0 });
    const found = judgeGuardrail(failures, { control: none(20), candidate: none(20) });
    expect(found.pHeld).toBeGreaterThan(0.05);
    expect(found.missing).toBeGreaterThan(100);
    expect(judgeGuardrail(failures, { control: none(5_000), candidate: none(5_000) }).pHeld).toBeLessThan(0.05);
  });

  it('of a ceiling names the environment where the control breaks it as well', () => {
    const slow: Guardrail = {
      ...guardrail,
      definition: { ...definition, kind: 'QUANTILE', quantile: 0.99, ceiling: 180, margin: null },
      margin: null,
    };
    const share = (above: number): CoMoments => ({ ...units(5_000, above), m2Y: 5_000 * above * (1 - above) });
    const own = (control: number, candidate: number) =>
      said({ guardrails: [slow], sums: [sums(share(control), share(candidate))] });
    expect(own(0.002, 0.002).word).toBe('CONTINUE');
    expect(own(0.002, 0.05).word).toBe('ROLLBACK');
    expect(own(0.05, 0.05)).toMatchObject({ word: 'HOLD', reasons: expect.stringContaining('control as well') });
  });
});

import { describe, expect, it } from 'vitest';
import { addUnit, NO_COMOMENTS, type CoMoments } from '../../core/statistics/comoments.ts';
import type { Guardrail } from '../../subgraphs/experiment/domain/metric/guardrail.ts';
import type { MetricDefinition } from '../../subgraphs/experiment/domain/metric/metric.ts';
import { judge, type Evidence } from '../../subgraphs/experiment/domain/rollout/rollout-verdict.ts';
import { seededRandom } from '../support/seeded-random.ts';

const ROLLOUTS = 1_000;
const LOOKS = 50;
const UNITS_PER_LOOK = 20;
const ALPHA = 0.05;

const metric = (kind: 'MEAN' | 'PROPORTION'): MetricDefinition => ({
  kind,
  measure: 'OUTCOME',
  per: null,
  event: null,
  perEvent: null,
  positiveFrom: kind === 'PROPORTION' ? 1 : null,
  quantile: null,
  ceiling: null,
  lowest: null,
  highest: null,
  attributionHours: null,
  higherIsBetter: false,
  minimumEffect: null,
  margin: 0.1,
  marginKind: 'ABSOLUTE',
});
const guardrail = (name: string, kind: 'MEAN' | 'PROPORTION'): Guardrail => ({
  name,
  revision: 1,
  definition: metric(kind),
  margin: 0.1,
  marginKind: 'ABSOLUTE',
  segment: null,
});
const GUARDRAILS = [guardrail('mean', 'MEAN'), guardrail('share', 'PROPORTION')];
const START = Date.parse('2026-03-10T00:00:00Z');

interface World {
  readonly random: () => number;
  /** By how much the candidate is worse. */
  readonly shift: number;
  /** Answers of each unit, as alike as the unit itself makes them. */
  readonly answers: number;
}

const normal = (random: () => number): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** The sum of a unit's answers: half of what varies belongs to the unit, and is the same in all of them. */
const meanOf = ({ random, answers }: World, shift: number): number =>
  answers * (shift + normal(random)) + Math.sqrt(answers) * normal(random);

function shareOf({ random, answers }: World, shift: number): number {
  const rate = Math.min(1, (random() < 0.5 ? 0.05 : 0.25) + shift);
  let sum = 0;
  for (let i = 0; i < answers; i++) sum += Number(random() < rate);
  return sum;
}

/** The first verdict that is not WAIT, of so many looks; WAIT where there is none. */
function outcomeOf(world: World): string {
  const arms: Record<string, CoMoments> = {};
  const add = (key: string, y: number): void => {
    arms[key] = addUnit(arms[key] ?? NO_COMOMENTS, world.answers, y);
  };
  for (let look = 1; look <= LOOKS; look++) {
    for (let unit = 0; unit < UNITS_PER_LOOK; unit++) {
      add('mean control', meanOf(world, 0));
      add('mean candidate', meanOf(world, world.shift));
      add('share control', shareOf(world, 0));
      add('share candidate', shareOf(world, world.shift));
    }
    const units = look * UNITS_PER_LOOK;
    const at = new Date(START + look * 60_000).toISOString();
    const evidence: Evidence = {
      at,
      step: 1,
      steps: [
        { weight: 0.5, minSamples: 400, minMinutes: 0, maxMinutes: null, bakeMinutes: 0, approval: false, margins: {} },
      ],
      guardrails: GUARDRAILS,
      alpha: ALPHA,
      onExpiry: 'HOLD',
      startedAt: new Date(START).toISOString(),
      passedAt: at,
      paused: null,
      approvedBy: null,
      units: { control: units, candidate: units },
      heardAt: at,
      sums: GUARDRAILS.map(({ name }) => ({
        guardrail: name,
        step: 1,
        segment: null,
        control: arms[`${name} control`]!,
        candidate: arms[`${name} candidate`]!,
      })),
    };
    const { word } = judge(evidence);
    if (word !== 'WAIT') return word;
  }
  return 'WAIT';
}

const sharesOf = (world: World): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (let i = 0; i < ROLLOUTS; i++) {
    const word = outcomeOf(world);
    counts[word] = (counts[word] ?? 0) + 1 / ROLLOUTS;
  }
  return counts;
};

/** Three standard errors of a share of so many runs. */
const WITHIN = 3 * Math.sqrt((ALPHA * (1 - ALPHA)) / ROLLOUTS);

describe('a thousand rollouts, each looked at fifty times', { timeout: 300_000 }, () => {
  it.each([1, 10])(
    'whose candidate is as bad as is just accepted are rolled back at most at alpha (%i answers a unit)',
    (answers) => {
      const { ROLLBACK = 0 } = sharesOf({ random: seededRandom(11 + answers), shift: 0.1, answers });
      expect(ROLLBACK).toBeLessThanOrEqual(ALPHA + WITHIN);
    },
  );

  it.each([1, 10])(
    'whose candidate is worse than is accepted go on at most at alpha (%i answers a unit)',
    (answers) => {
      const { CONTINUE = 0, ROLLBACK = 0 } = sharesOf({ random: seededRandom(21 + answers), shift: 0.1001, answers });
      expect(CONTINUE).toBeLessThanOrEqual(ALPHA + WITHIN);
      expect(ROLLBACK).toBeLessThanOrEqual(ALPHA + WITHIN);
    },
  );

  it('tell a harmless candidate from a harmful one', () => {
    const harmless = sharesOf({ random: seededRandom(31), shift: -0.1, answers: 10 });
    expect(harmless['ROLLBACK'] ?? 0).toBeLessThan(0.01);
    expect(harmless['CONTINUE'] ?? 0).toBeGreaterThan(0.9);
    const harmful = sharesOf({ random: seededRandom(32), shift: 0.4, answers: 10 });
    expect(harmful['ROLLBACK'] ?? 0).toBeGreaterThan(0.99);
  });
});

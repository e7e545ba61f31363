import { describe, expect, it } from 'vitest';
import { addUnit, NO_COMOMENTS, type CoMoments } from '../../../../core/statistics/comoments.ts';
import {
  checkNovelty,
  estimatesByDay,
  type DayUnits,
} from '../../../../subgraphs/experiment/domain/experiment/by-day.ts';
import { plannedUnits, type Design } from '../../../../subgraphs/experiment/domain/experiment/design.ts';
import { intervalOf, testOf, together, valueOf } from '../../../../subgraphs/experiment/domain/experiment/evidence.ts';
import type { MetricKind, MetricUse } from '../../../../subgraphs/experiment/domain/metric/metric.ts';
import { checkPrimary } from '../../../../subgraphs/experiment/domain/experiment/primary.ts';
import { analyse, type ExperimentResult } from '../../../../subgraphs/experiment/domain/experiment/result.ts';
import { bayesianView, sequentialView } from '../../../../subgraphs/experiment/domain/experiment/views.ts';
import { seededRandom } from '../../../support/seeded-random.ts';

/** Delivery minutes, of which fewer are better. */
const design: Design = { baseline: 30, mde: -2, mdeKind: 'ABSOLUTE', alpha: 0.05, power: 0.8, deviation: 8 };
const ARMS = ['control', 'candidate'];
const SPLIT = { control: 0.5, candidate: 0.5 };
const NEEDED = plannedUnits(design, ARMS, SPLIT);

const NOTHING_BESIDE = { segments: [], stratum: null, covariate: null };

const metricOf = (kind: MetricKind, higherIsBetter = false): MetricUse => ({
  name: 'minutes',
  revision: 1,
  definition: {
    kind,
    measure: 'OUTCOME',
    per: null,
    event: null,
    perEvent: null,
    positiveFrom: null,
    quantile: null,
    ceiling: null,
    lowest: null,
    highest: null,
    attributionHours: null,
    higherIsBetter,
    minimumEffect: null,
    margin: null,
    marginKind: 'ABSOLUTE',
  },
});

const random = seededRandom(2_182);
const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** Units of ten events each that have much in common: what an event adds to its unit is no fresh evidence. */
function sample(units: number, mean: number): CoMoments {
  let sums = NO_COMOMENTS;
  for (let unit = 0; unit < units; unit++) {
    const own = mean + 7.6 * normal();
    let y = 0;
    for (let event = 0; event < 10; event++) y += own + 7.9 * normal();
    sums = addUnit(sums, 10, y);
  }
  return sums;
}

const none = { exposed: 0, labelled: 0, converted: 0, planned: { labelled: 0, converted: 0 } };
function judge(control: CoMoments, candidate: CoMoments, more = {}): ExperimentResult {
  const arms = { control, candidate };
  return analyse({
    revision: 1,
    design,
    arms: ARMS,
    split: SPLIT,
    counts: {
      arms: Object.fromEntries(ARMS.map((arm) => [arm, { ...none, exposed: control.n }])),
      multipleExposure: 0,
    },
    primary: { all: arms, planned: arms, byDay: [] },
    guardrails: [],
    secondary: [],
    measured: new Map(),
    segments: [],
    secondarySegments: new Map(),
    byDay: [],
    ended: false,
    days: 4,
    ...more,
  });
}

describe('an experiment that a metric decides', () => {
  it('is planned by the deviation of its units, as t-tests are (statsmodels: 252.13 units for an effect of a quarter)', () => {
    expect(NEEDED).toEqual({ control: 253, candidate: 253 });
    expect(plannedUnits({ ...design, mde: -1 / 15, mdeKind: 'RELATIVE' }, ARMS, SPLIT)).toEqual(NEEDED);
    const uneven = plannedUnits(design, ARMS, { control: 0.75, candidate: 0.25 });
    expect(uneven['control']! / uneven['candidate']!).toBeCloseTo(3, 1);
  });

  it('says who wins in the unit of the metric, and what is missing before that', () => {
    const better = judge(sample(253, 30), sample(253, 26));
    expect(better).toMatchObject({ recommendation: 'SHIP', ships: 'candidate', peeking: false });
    expect(better.reasons[0]).toMatch(
      /^candidate is better at the planned size: 2[5-7]\.?\d* against (29|30|31)\.?\d* \(p = /,
    );
    expect(judge(sample(253, 30), sample(253, 34))).toMatchObject({ recommendation: 'KEEP', ships: null });
    const early = judge(sample(253, 30), sample(100, 26));
    expect(early).toMatchObject({ recommendation: 'CONTINUE', missing: { control: 0, candidate: 153 } });
    expect(early.reasons[0]).toContain('153 more units of candidate, each with a value');
    expect(early.daysLeft).toBeCloseTo((153 * 4) / 100, 9);
  });

  it('holds alpha where events of a unit are correlated, and has the power that it was planned for', () => {
    const runs = 400;
    let [falsely, found] = [0, 0];
    for (let run = 0; run < runs; run++) {
      const control = sample(253, 30);
      if (judge(control, sample(253, 30)).recommendation === 'SHIP') falsely++;
      if (judge(control, sample(253, 28)).recommendation === 'SHIP') found++;
    }
    const error = (rate: number): number => 3 * Math.sqrt((rate * (1 - rate)) / runs);
    // Half of the false alarms would keep the control.
    expect(falsely / runs).toBeLessThan(0.025 + error(0.025));
    expect(found / runs).toBeGreaterThan(0.8 - error(0.8));
    expect(found / runs).toBeLessThan(0.8 + error(0.8));
  });

  it('has views for those who look again, and for those who believe', () => {
    const pair = { control: sample(253, 30), candidate: sample(253, 27) };
    const view = bayesianView(design, pair)!;
    expect(view.chanceToWin).toBeGreaterThan(0.99);
    expect(view.lossOfControl).toBeGreaterThan(view.lossOfCandidate);
    expect(view.intervals.control.lower).toBeLessThan(30);
    const sequential = sequentialView(0.05, pair, 506)!;
    const { interval, difference } = testOf(pair.control, pair.candidate, 0.95);
    expect(sequential.interval.lower).toBeLessThan(interval!.lower);
    expect(difference).toBeCloseTo(valueOf(pair.candidate)! - valueOf(pair.control)!, 9);
    const one = { control: sample(1, 30), candidate: sample(1, 30) };
    expect([bayesianView(design, one), sequentialView(0.05, one, 506), intervalOf(one.control, 0.95)]).toEqual([
      null,
      null,
      null,
    ]);
  });

  it('is followed by day, and its effect looked at for change', () => {
    const exposed = { control: none, candidate: none };
    const day = (n: number, candidate: number): DayUnits => ({
      day: `2026-03-0${n}`,
      arms: exposed,
      values: { control: sample(200, 30), candidate: sample(200, candidate) },
    });
    const days = [day(1, 22), day(2, 22), day(3, 30), day(4, 30)];
    const found = estimatesByDay(days, ARMS, 0.95);
    expect(found.map(({ units }) => units)).toEqual([200, 400, 600, 800]);
    expect(found[0]!.difference).toBeLessThan(-5);
    expect(Math.abs(found[3]!.ownDifference!)).toBeLessThan(3);
    expect(checkNovelty(days, ARMS)).toMatchObject([{ arm: 'candidate', changed: true }]);
    const [novel] = judge(sample(253, 30), sample(253, 26), { byDay: days }).warnings;
    expect(novel).toMatch(/changes with time: -\d+(\.\d+)? for the units/);
  });

  it('warns of units that lie further apart than was planned: the test has less power', () => {
    const units = sample(253, 30);
    expect(judge(units, units).warnings).toEqual([]);
    expect(judge(units, units, { design: { ...design, deviation: 5 } }).warnings).toEqual([
      expect.stringMatching(/a standard deviation of [78](\.\d+)?, where 5 was assumed/),
    ]);
    const few = sample(29, 30);
    expect(judge(few, few, { design: { ...design, deviation: 5 } }).warnings).toEqual([]);
  });

  it.each<[string, MetricUse | null, Partial<Design>, string]>([
    ['a direction that is not its own', metricOf('MEAN', true), {}, 'mde'],
    ['no effect', metricOf('MEAN'), { baseline: 0, mdeKind: 'RELATIVE' }, 'mde'],
    ['an infinite deviation', metricOf('MEAN'), { deviation: Infinity }, 'deviation'],
    ['a deviation and no metric', null, {}, 'deviation'],
  ])('is refused with %s', (_, metric, changes, field) => {
    expect(() => checkPrimary(metric, { ...design, ...changes }, NOTHING_BESIDE)).toThrow(
      expect.objectContaining({ code: 'INVALID_INPUT', details: expect.objectContaining({ field }) }),
    );
    expect(() => checkPrimary(metricOf('RATIO'), design, NOTHING_BESIDE)).not.toThrow();
  });

  it('never mixes shares with means', () => {
    const share = { labelled: 10, converted: 5 };
    expect(() => together(share, NO_COMOMENTS)).toThrow('cannot be added up');
    expect(() => testOf(share, NO_COMOMENTS, 0.95)).toThrow('cannot be compared');
  });
});

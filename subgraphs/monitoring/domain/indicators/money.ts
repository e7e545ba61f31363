import { costOf } from '../../../../core/decision-cost.ts';
import type { Labels } from '../../../../core/promql/labels.ts';
import { decisionsCost, type DecidedCount, type RunningCost } from '../cost/cost.ts';
import { DAY_SECONDS, HOUR_SECONDS } from './grid.ts';
import {
  boundedIndicators,
  boundedReadings,
  reading,
  versionLabel,
  type Indicator,
  type Reading,
} from './indicator.ts';

const ofDeployment = ['endpoint', 'environment', 'window', 'currency'];
const labels = [...ofDeployment, 'model_version', 'arm'];
const windows = [HOUR_SECONDS, DAY_SECONDS];
const DECLARED = 'By the declared prices that were in force; below 0 it is a gain.';

export const MONEY_INDICATORS: readonly Indicator[] = [
  {
    name: 'cost_running',
    labels: ofDeployment,
    windows,
    unit: 'currency',
    description: 'What machines and answers cost, by the declared prices that were in force.',
  },
  {
    name: 'cost_per_thousand_answers',
    labels: ofDeployment,
    windows,
    unit: 'currency',
    description: 'The same for a thousand answers.',
  },
  {
    name: 'decision_share',
    labels: ['endpoint', 'environment', 'window', 'decision', 'model_version', 'arm'],
    windows,
    unit: 'share',
    description: 'Share of the decided answers that were decided so: of what is automatic, declined, sent to people.',
  },
  {
    name: 'decision_cost',
    labels: [...labels, 'decision', 'outcome'],
    windows,
    unit: 'currency',
    description: `What one decision came to where its outcome was a positive, or was none. ${DECLARED}`,
  },
  {
    name: 'decision_cost_total',
    labels,
    windows,
    unit: 'currency',
    description: `What all decisions with an outcome came to. ${DECLARED}`,
  },
  ...boundedIndicators({
    name: 'decision_cost_mean',
    labels,
    windows,
    unit: 'currency',
    description: `The same for one answer with an outcome, with 95 % between both bounds. ${DECLARED}`,
  }),
  {
    name: 'decision_cost_coverage',
    labels,
    windows,
    unit: 'share',
    description: 'Share of the decided answers whose cost is known by now: with an outcome and a declared cost.',
  },
];

/** What running a deployment cost in a window. */
export const runningReadings = (
  base: Labels,
  currency: string,
  { total, perThousandAnswers }: RunningCost,
): readonly Reading[] => [
  ...reading('cost_running', { ...base, currency }, total),
  ...reading('cost_per_thousand_answers', { ...base, currency }, perThousandAnswers),
];

/** Answers of a release in an arm, counted by decision. */
type Decided = Pick<DecidedCount, 'release' | 'arm'>;

/** Counts under the labels of their series: of the whole deployment, of the versions of a release, of an arm. */
function slicesOf<T extends Decided>(
  project: string,
  counts: readonly T[],
  versions: ReadonlyMap<string, readonly string[]>,
): readonly (readonly [Labels, readonly T[]])[] {
  const byVersion = Map.groupBy(counts, ({ release }) => versionLabel(project, versions.get(release) ?? []));
  const byArm = Map.groupBy(counts, ({ arm }) => arm);
  return [
    [{}, counts],
    ...[...byVersion]
      .filter(([version]) => version !== '')
      .map(([version, own]) => [{ model_version: version }, own] as const),
    ...[...byArm].filter(([arm]) => arm !== '').map(([arm, own]) => [{ arm }, own] as const),
  ];
}

/** How answers of a window were decided, whatever that costs. */
export function shareReadings(
  project: string,
  base: Labels,
  counts: readonly Omit<DecidedCount, 'prices'>[],
  versions: ReadonlyMap<string, readonly string[]>,
): readonly Reading[] {
  return slicesOf(project, counts, versions).flatMap(([slice, own]) => {
    const all = own.reduce((sum, { count }) => sum + count, 0);
    return [...Map.groupBy(own, ({ decision }) => decision)].flatMap(([decision, same]) =>
      reading('decision_share', { ...base, decision, ...slice }, same.reduce((sum, { count }) => sum + count, 0) / all),
    );
  });
}

/** What decisions of a window came to. */
export function decisionReadings(
  project: string,
  base: Labels,
  currency: string,
  counts: readonly DecidedCount[],
  versions: ReadonlyMap<string, readonly string[]>,
): readonly Reading[] {
  return slicesOf(project, counts, versions).flatMap(([slice, own]) => {
    const labelled = { ...base, currency, ...slice };
    const { judged, waiting, undeclared, total, perAnswer } = decisionsCost(own);
    const decided = judged + waiting + undeclared;
    return [
      ...reading('decision_cost_coverage', labelled, decided === 0 ? null : judged / decided),
      ...(judged === 0 ? [] : reading('decision_cost_total', labelled, total)),
      ...boundedReadings('decision_cost_mean', labelled, perAnswer?.value, perAnswer?.interval),
      ...costReadings(labelled, own),
    ];
  });
}

function costReadings(labelled: Labels, counts: readonly DecidedCount[]): readonly Reading[] {
  const sums = new Map<string, { readonly labels: Labels; total: number }>();
  for (const { decision, positive, count, prices } of counts) {
    const cost = positive === null ? null : costOf(prices.decisions, decision, positive);
    if (cost === null) continue;
    const outcome = positive ? 'positive' : 'negative';
    const key = `${outcome} ${decision}`;
    const sum = sums.get(key) ?? { labels: { ...labelled, decision, outcome }, total: 0 };
    sum.total += count * cost;
    sums.set(key, sum);
  }
  return [...sums.values()].flatMap(({ labels: own, total }) => reading('decision_cost', own, total));
}

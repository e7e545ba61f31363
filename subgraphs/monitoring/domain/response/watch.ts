import type { Labels } from '../../../../core/promql/labels.ts';
import { INACTIVE, stepAlert, type AlertState } from '../../../../core/statistics/alert-state.ts';
import type { SeenSeries } from '../alert/alert-evaluation.ts';
import { deploymentIn } from '../alert/alert.ts';
import { causeOf } from '../incident/cause.ts';
import { mayFollow } from './definition-checks.ts';
import type { IndicatorTrigger, PolicyDefinition } from './definition.ts';

/** One series that meets a condition on indicators, or has met it until just now. */
export interface WatchedSeries {
  readonly fingerprint: string;
  readonly labels: Labels;
  readonly value: number | null;
  readonly state: AlertState;
}

/** Where a condition on indicators stands after an evaluation. */
export interface Watch extends IndicatorTrigger {
  readonly evaluatedAtMs: number;
  readonly series: readonly WatchedSeries[];
}

/** Series of the deployment, and those that are of no deployment in particular; none whose own cause the action must not follow. */
export const seriesAbout = (
  project: string,
  { deployment, action }: Pick<PolicyDefinition, 'deployment' | 'action'>,
  { expression }: IndicatorTrigger,
  seen: readonly SeenSeries[],
): readonly SeenSeries[] =>
  seen.filter(
    ({ labels }) =>
      (deploymentIn(project, labels) ?? deployment) === deployment &&
      mayFollow(action, causeOf({ signal: null, expression }, { labels })),
  );

/** Whether some series has met the condition for long enough. */
export const holds = (watch: Watch): boolean => watch.series.some(({ state }) => state.status === 'firing');

/** The features that the series are about which have met the condition for long enough, and their values in words. */
export function shownBy({ expression, series }: Watch): {
  readonly features: readonly string[];
  readonly text: string;
} {
  const firing = series.filter(({ state }) => state.status === 'firing');
  const features = [...new Set(firing.flatMap(({ labels }) => labels['feature'] ?? []))].toSorted();
  const values = firing.map(({ labels, value }) => `${JSON.stringify(labels)} ${value ?? ''}`).join('; ');
  return { features, text: `${expression}: ${values}` };
}

/** The condition after an evaluation, by the law of alert rules; one that reads otherwise than before begins anew. */
export function stepWatch(
  before: Watch | null,
  { expression, forSeconds }: IndicatorTrigger,
  seen: readonly SeenSeries[],
  at: Date,
): Watch {
  const same = before?.expression === expression && before.forSeconds === forSeconds ? before : null;
  const atMs = at.getTime();
  if (same && atMs <= same.evaluatedAtMs) return same;
  const known = new Map(same?.series.map((one) => [one.fingerprint, one]));
  const there = new Set(seen.map(({ fingerprint }) => fingerprint));
  const missing = [...known.values()].filter(({ fingerprint }) => !there.has(fingerprint));
  const timing = { forMs: forSeconds * 1_000 };
  const step = (one: Omit<WatchedSeries, 'state'>, isHit: boolean): WatchedSeries => {
    const state = stepAlert(known.get(one.fingerprint)?.state ?? INACTIVE, isHit ? 'hit' : 'miss', atMs, timing);
    const { fingerprint, labels, value } = one;
    return { fingerprint, labels, value, state };
  };
  const after = [...seen.map((one) => step(one, true)), ...missing.map((one) => step(one, false))];
  const series = after.filter(({ state }) => state.status === 'pending' || state.status === 'firing');
  return { expression, forSeconds, evaluatedAtMs: atMs, series };
}

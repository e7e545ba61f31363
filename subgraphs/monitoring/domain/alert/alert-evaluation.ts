import { fingerprintOf } from '../../../../core/promql/fingerprint.ts';
import type { Labels } from '../../../../core/promql/labels.ts';
import { INACTIVE, stepAlert, type AlertObservation } from '../../../../core/statistics/alert-state.ts';
import { breaches } from '../../../../core/statistics/threshold.ts';
import type { AlertRule, SignalRule } from './alert-rule.ts';
import { nextAlert, type Alert, type AlertSeries } from './alert.ts';
import { NO_LABELS, type SignalSample } from '../signals/signal.ts';

/** What one evaluation saw of one series. */
export interface SeenSeries {
  readonly fingerprint: string;
  readonly labels: Labels;
  readonly seen: AlertObservation;
  readonly value: number | null;
  readonly n: number;
}

/** One series after an evaluation, and its alert before and after. */
export interface SeriesOutcome {
  readonly series: AlertSeries;
  readonly open: Alert | null;
  readonly alert: Alert | null;
  /** Whether it is worth remembering until the next evaluation. */
  readonly kept: boolean;
}

/** A series without data is remembered for so long, where that matters to the rule. */
const FORGOTTEN_AFTER_MS = 24 * 3_600_000;
const NO_DATA = { ALERTING: 'alerting', OK: 'ok', KEEP: 'keep' } as const;
const NOTHING = fingerprintOf(NO_LABELS);

export const seriesOf = (labels: Labels): Pick<SeenSeries, 'fingerprint' | 'labels'> => ({
  fingerprint: fingerprintOf(labels),
  labels,
});

/** What a signal's samples mean for the rule. Too few rows are no data, whatever their value. */
export function seenBySignal(rule: SignalRule, samples: readonly SignalSample[]): readonly SeenSeries[] {
  return samples.map(({ labels, value: measured, n }) => {
    const value = n < (rule.minRows ?? 0) ? null : measured;
    const seen = value === null ? 'noData' : breaches(value, rule.comparison, rule.threshold) ? 'hit' : 'miss';
    return { ...seriesOf({ ...labels, deployment: rule.deployment }), seen, value, n };
  });
}

/**
 * Where each series of a rule stands after an evaluation: those that were seen, and those that are known and have no data.
 * An expression that sees nothing at all is a series without labels, where no data is alerting.
 */
export function evaluateSeries(
  rule: AlertRule,
  before: { readonly known: readonly AlertSeries[]; readonly open: readonly Alert[] },
  seen: readonly SeenSeries[],
  at: Date,
): readonly SeriesOutcome[] {
  const known = new Map(before.known.map((series) => [series.fingerprint, series]));
  const open = new Map(before.open.map((alert) => [alert.fingerprint, alert]));
  const there = new Set(seen.map(({ fingerprint }) => fingerprint));
  const missing = before.known.filter(({ fingerprint }) => !there.has(fingerprint));
  const silent = rule.noDataState === 'ALERTING' && seen.length === 0 && missing.length === 0;
  const observed: readonly SeenSeries[] = [
    ...seen,
    ...missing.map((series) => withoutData(series, seen.length > 0, at)),
    ...(silent ? [{ fingerprint: NOTHING, labels: NO_LABELS, seen: 'noData' as const, value: null, n: 0 }] : []),
  ];
  return observed.map((one) =>
    outcome(rule, known.get(one.fingerprint) ?? null, open.get(one.fingerprint) ?? null, one, at),
  );
}

/** The series without labels only says that there was nothing at all. */
function withoutData({ fingerprint, labels, seenAt, state }: AlertSeries, othersSeen: boolean, at: Date): SeenSeries {
  const since = seenAt?.getTime() ?? state.activeAtMs ?? at.getTime();
  const over = fingerprint === NOTHING ? othersSeen : at.getTime() - since >= FORGOTTEN_AFTER_MS;
  return { fingerprint, labels, seen: over ? 'miss' : 'noData', value: null, n: 0 };
}

function outcome(
  rule: AlertRule,
  before: AlertSeries | null,
  open: Alert | null,
  { fingerprint, labels, seen, value, n }: SeenSeries,
  at: Date,
): SeriesOutcome {
  const state = stepAlert(before?.state ?? INACTIVE, seen, at.getTime(), {
    forMs: rule.forSeconds * 1_000,
    keepFiringForMs: rule.keepFiringForSeconds * 1_000,
    noData: NO_DATA[rule.noDataState],
  });
  const seenAt = seen === 'noData' || value === null ? (before?.seenAt ?? null) : at;
  const series = { fingerprint, labels, state, value, n, seenAt };
  const active = state.status === 'pending' || state.status === 'firing';
  const hasData = value !== null || seen === 'noData';
  return {
    series,
    open,
    alert: nextAlert(rule, open, series, at),
    kept: active || rule.expression === null || (rule.noDataState !== 'OK' && hasData),
  };
}

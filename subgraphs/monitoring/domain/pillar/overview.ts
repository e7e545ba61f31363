import { NAME, drop } from '../../../../core/promql/labels.ts';
import type { RangeSeries } from '../../../../core/promql/evaluate.ts';
import { sorted, sortedQuantile } from '../../../../core/statistics/quantile.ts';
import type { AlertSeverity } from '../alert/alert-rule.ts';
import { HEALTH_STATUSES, type HealthStatus } from '../health.ts';
import type { Cause } from '../incident/cause.ts';
import type { Pillar, PillarMeasure, Seen } from './measure.ts';

/** A measure over a time. */
export interface MeasuredPillar {
  readonly measure: PillarMeasure;
  /** In PromQL. */
  readonly expression: string;
  readonly series: readonly RangeSeries[];
  /** The better bound of its interval, at the end of the time. */
  readonly bound: number | null;
  /** What the series are called that are the reason. */
  readonly parts: readonly string[];
}

/** One thing that was looked at, and what it says. */
export interface PillarReason {
  readonly status: HealthStatus;
  readonly text: string;
  /** In PromQL; null of an incident. */
  readonly expression: string | null;
  /** The newest number that it rests on; null of an incident. */
  readonly at: Date | null;
}

export interface PillarSeries extends Pick<MeasuredPillar, 'expression' | 'series'> {
  readonly name: string;
  readonly unit: string;
}

export interface PillarState {
  readonly pillar: Pillar;
  readonly status: HealthStatus;
  /** The worst first. */
  readonly reasons: readonly PillarReason[];
  readonly series: readonly PillarSeries[];
}

/** What is open, as far as a pillar is concerned. */
export interface OpenTrouble {
  readonly cause: Cause;
  readonly severity: AlertSeverity;
  readonly text: string;
}

/** On what trouble of a kind stands; what no signal of ours is about is what the business counts. */
const PILLAR_OF: Readonly<Record<Cause, Pillar>> = {
  PIPELINE_FAULT: 'DATA',
  COVARIATE_SHIFT: 'DATA',
  PRIOR_SHIFT: 'MODEL',
  CONCEPT_DRIFT: 'MODEL',
  PERFORMANCE_LOSS: 'MODEL',
  INFRASTRUCTURE: 'INFRASTRUCTURE',
  OTHER: 'BUSINESS',
};
const OF_SEVERITY = { INFO: 'HEALTHY', WARNING: 'DEGRADED', CRITICAL: 'UNHEALTHY' } as const;

const NOTHING_KNOWN: Readonly<Record<Pillar, string>> = {
  DATA: 'no window of this time has enough answers to look at what came in',
  MODEL: 'too few outcomes came, and too few are known to say how good scores likely are',
  INFRASTRUCTURE: 'nothing was answered in this time',
  BUSINESS: 'no costs of decisions are declared, or no outcome came: see setPrices',
};

/** Fewer values before say nothing about what is usual. */
const ENOUGH_BEFORE = 3;
const MOST_PARTS = 5;

/** All four, each as bad as its worst reason. */
export const pillarsOf = (
  measured: readonly MeasuredPillar[],
  open: readonly OpenTrouble[],
): Readonly<Record<Pillar, PillarState>> => {
  const stateOf = (pillar: Pillar): PillarState => {
    const own = measured.filter(({ measure }) => measure.pillar === pillar);
    const judged = own.flatMap(reasonsOf);
    const known: readonly PillarReason[] =
      judged.length > 0 ? judged : [{ status: 'UNKNOWN', text: NOTHING_KNOWN[pillar], expression: null, at: null }];
    const incidents = open
      .filter(({ cause }) => PILLAR_OF[cause] === pillar)
      .map(({ severity, text }): PillarReason => ({ status: OF_SEVERITY[severity], text, expression: null, at: null }));
    const reasons = [...known, ...incidents].toSorted((a, b) => badness(b.status) - badness(a.status));
    return {
      pillar,
      status: reasons[0]?.status ?? 'UNKNOWN',
      reasons,
      series: own.flatMap(({ measure: { name, unit }, expression, series }) =>
        series.length === 0
          ? []
          : [{ name, unit, expression, series: series.map((one) => ({ ...one, labels: drop(one.labels, [NAME]) })) }],
      ),
    };
  };
  return {
    DATA: stateOf('DATA'),
    MODEL: stateOf('MODEL'),
    INFRASTRUCTURE: stateOf('INFRASTRUCTURE'),
    BUSINESS: stateOf('BUSINESS'),
  };
};

/** The worst of what was looked at. */
export const worstOf = (states: readonly { readonly status: HealthStatus }[]): HealthStatus =>
  states.map(({ status }) => status).toSorted((a, b) => badness(b) - badness(a))[0] ?? 'UNKNOWN';

const badness = (status: HealthStatus): number => HEALTH_STATUSES.indexOf(status);

function reasonsOf({ measure, expression, series, bound, parts }: MeasuredPillar): readonly PillarReason[] {
  const { judge, text } = measure;
  if (judge === null) return [];
  return series.flatMap(({ points }) => {
    const last = points.at(-1);
    if (!last) return [];
    const [at, value] = last;
    const seen: Seen = { value, bound, before: usualOf(points) };
    const status = judge(seen);
    if (status === null) return [];
    const usual = seen.before === null ? '' : `; it usually is ${numberText(seen.before)}`;
    const named =
      parts.length === 0
        ? ''
        : `: ${parts.slice(0, MOST_PARTS).join(', ')}${parts.length > MOST_PARTS ? ` and ${parts.length - MOST_PARTS} more` : ''}`;
    return [{ status, text: `${text(numberText(value))}${named}${usual}`, expression, at: new Date(at) }];
  });
}

/**
 * The median of what was measured before the newest value. A value that stands over several steps counts once, as long as it is the
 * same: a day is one value, however closely it is looked at.
 */
function usualOf(points: RangeSeries['points']): number | null {
  const changes = points.filter(([, value], i) => i === 0 || points[i - 1]?.[1] !== value).map(([, value]) => value);
  const before = changes.slice(0, -1);
  return before.length < ENOUGH_BEFORE ? null : sortedQuantile(sorted(before), 0.5);
}

const numberText = (value: number): string =>
  Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(3)));

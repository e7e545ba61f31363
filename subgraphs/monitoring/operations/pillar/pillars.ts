import { evaluateAt, evaluateRange, type QueryRange } from '../../../../core/promql/evaluate.ts';
import { parsePromql } from '../../../../core/promql/parse.ts';
import { neededSeries } from '../../../../core/promql/selectors.ts';
import { vectorOf } from '../../../../core/promql/values.ts';
import type { SeriesSource } from '../../../../core/promql/series.ts';
import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import type { HealthStatus } from '../../domain/health.ts';
import { severityOfIncident } from '../../domain/incident/incident.ts';
import { incidentWords } from '../../domain/incident/words.ts';
import type { Pillar, PillarMeasure, Selectors } from '../../domain/pillar/measure.ts';
import { PILLAR_MEASURES } from '../../domain/pillar/measures.ts';
import { pillarsOf, worstOf, type MeasuredPillar, type PillarState } from '../../domain/pillar/overview.ts';
import { selectorsOf } from '../../domain/pillar/selectors.ts';
import { hoursBefore, type TimeWindow } from '../../domain/time-window.ts';
import { listIncidents } from '../../storage/incident/incident.ts';
import { loadSeries } from '../../storage/metric-sample.ts';
import { lastServed } from '../../storage/node/served.ts';
import type { MonitoringDeps } from '../deps.ts';
import { reportedDeployment } from '../known-deployment.ts';

const HOUR_MS = 3_600_000;
/** Points of one series; a longer time has longer steps. */
const MOST_POINTS = 200;
const MOST_INCIDENTS = 20;

export interface PillarsInput {
  readonly to?: Date | null;
  readonly hours: number;
}

export interface PillarOverview extends TimeWindow {
  readonly deployment: string;
  readonly status: HealthStatus;
  readonly pillars: Readonly<Record<Pillar, PillarState>>;
}

/** Data, model, infrastructure and business of a deployment or a model version in one answer, from the samples that are kept. */
export class Pillars {
  readonly #deps: MonitoringDeps;

  constructor(deps: MonitoringDeps) {
    this.#deps = deps;
  }

  async ofDeployment(context: RequestContext, id: string, input: PillarsInput): Promise<PillarOverview> {
    const { pool } = this.#deps.db;
    const deployment = await reportedDeployment(pool, context.actor.project, id, 'deployment');
    return this.#overview(context, { deployment, modelVersion: null }, input);
  }

  /** Where it answered last; null if it never answered. */
  async ofVersion(context: RequestContext, modelVersion: string, input: PillarsInput): Promise<PillarOverview | null> {
    const served = await lastServed(this.#deps.db.pool, context.actor.project, modelVersion);
    return served && this.#overview(context, { deployment: served.deployment, modelVersion }, input);
  }

  async #overview(
    { actor: { project } }: RequestContext,
    { deployment, modelVersion }: { readonly deployment: string; readonly modelVersion: string | null },
    input: PillarsInput,
  ): Promise<PillarOverview> {
    const { pool } = this.#deps.db;
    const window = hoursBefore(input.to ?? this.#deps.now(), input.hours);
    const range: QueryRange = {
      startMs: window.from.getTime(),
      endMs: window.to.getTime(),
      stepMs: Math.ceil(input.hours / MOST_POINTS) * HOUR_MS,
    };
    const selectors = selectorsOf(project, deployment, modelVersion);
    const needs = PILLAR_MEASURES.flatMap((measure) => expressionsOf(measure, selectors)).flatMap((expression) =>
      neededSeries(parsePromql(expression), range),
    );
    const source = await loadSeries(pool, project, needs);
    const measured = PILLAR_MEASURES.map((measure) => measuredOf(measure, selectors, source, range));
    const incidents = await listIncidents(
      pool,
      { project, status: 'OPEN', deployment },
      { first: MOST_INCIDENTS, after: null },
    );
    const pillars = pillarsOf(
      measured,
      incidents.map((one) => ({ cause: one.cause, severity: severityOfIncident(one), text: incidentWords(one) })),
    );
    return { ...window, deployment, status: worstOf(Object.values(pillars)), pillars };
  }
}

const expressionsOf = ({ expression, bound, parts }: PillarMeasure, selectors: Selectors): readonly string[] =>
  [expression, bound, parts].flatMap((write) => write?.(selectors) ?? []);

function measuredOf(
  measure: PillarMeasure,
  selectors: Selectors,
  source: SeriesSource,
  range: QueryRange,
): MeasuredPillar {
  const expression = measure.expression(selectors);
  // The steps go back from the end, so that the newest number is of it.
  const startMs = range.endMs - Math.floor((range.endMs - range.startMs) / range.stepMs) * range.stepMs;
  const series = evaluateRange(parsePromql(expression), source, { ...range, startMs });
  const at = series[0]?.points.at(-1)?.[0] ?? range.endMs;
  const seenAt = (text: string | undefined) =>
    text === undefined ? [] : vectorOf(evaluateAt(parsePromql(text), source, at));
  return {
    measure,
    expression,
    series,
    bound: seenAt(measure.bound?.(selectors))[0]?.value ?? null,
    parts: seenAt(measure.parts?.(selectors)).flatMap(({ labels }) => labels['feature'] ?? []),
  };
}

import { DomainError } from '../../../core/errors.ts';
import { durationMs } from '../../../core/promql/duration.ts';
import { evaluateAt, evaluateRange } from '../../../core/promql/evaluate.ts';
import type { Expression, Matcher } from '../../../core/promql/expression.ts';
import type { Labels } from '../../../core/promql/labels.ts';
import { matching } from '../../../core/promql/matcher.ts';
import { parsePromql } from '../../../core/promql/parse.ts';
import { neededSeries } from '../../../core/promql/selectors.ts';
import type { RequestContext } from '../../shared/graphql/request-context.ts';
import { named } from '../domain/metric.ts';
import { findSeries, loadSeries } from '../storage/metric-sample.ts';
import type { MonitoringDeps } from './deps.ts';

type Text = string | null;

export interface SelectionInput {
  readonly match: readonly string[];
  readonly start: Text;
  readonly end: Text;
}

/** As Prometheus: more points of a series than this are refused. */
const MOST_STEPS = 11_000;
const DAY_MS = 86_400_000;

/** Questions in PromQL, answered in the form of Prometheus's API. */
export class MetricQueries {
  readonly #deps: MonitoringDeps;

  constructor(deps: MonitoringDeps) {
    this.#deps = deps;
  }

  async instant({ actor }: RequestContext, input: { readonly query: string; readonly time: Text }): Promise<unknown> {
    const expression = parsePromql(input.query);
    const at = this.#instantOf('time', input.time);
    const value = evaluateAt(expression, await this.#load(actor.project, expression, at, at), at);
    if (value.type === 'scalar') return { resultType: 'scalar', result: point(at, value.value) };
    if (value.type === 'string') return { resultType: 'string', result: [at / 1_000, value.value] };
    if (value.type === 'vector') {
      const result = value.samples.map((sample) => ({ metric: sample.labels, value: point(at, sample.value) }));
      return { resultType: 'vector', result };
    }
    const result = value.stretches.map(({ labels, times, values }) => ({
      metric: labels,
      values: times.map((time, i) => point(time, values[i] ?? NaN)),
    }));
    return { resultType: 'matrix', result };
  }

  async range(
    { actor }: RequestContext,
    input: { readonly query: string; readonly start: string; readonly end: string; readonly step: string },
  ): Promise<unknown> {
    const expression = parsePromql(input.query);
    const [startMs, endMs] = [this.#instantOf('start', input.start), this.#instantOf('end', input.end)];
    const stepMs = durationMs(input.step) ?? Math.round(Number(input.step) * 1_000);
    if (!(stepMs > 0)) throw wrong('step', 'write a duration above 0, as 30s or seconds');
    if (endMs < startMs) throw wrong('end', 'must not be before start');
    if ((endMs - startMs) / stepMs > MOST_STEPS)
      throw wrong('step', `too many points: at most ${MOST_STEPS} of a series`);
    const source = await this.#load(actor.project, expression, startMs, endMs);
    const result = evaluateRange(expression, source, { startMs, endMs, stepMs }).map(({ labels, points }) => ({
      metric: labels,
      values: points.map(([at, value]) => point(at, value)),
    }));
    return { resultType: 'matrix', result };
  }

  async labels(context: RequestContext, input: SelectionInput): Promise<readonly string[]> {
    const names = new Set((await this.series(context, input)).flatMap(Object.keys));
    return [...names].sort();
  }

  async values(context: RequestContext, label: string, input: SelectionInput): Promise<readonly string[]> {
    const values = new Set((await this.series(context, input)).flatMap((labels) => labels[label] ?? []));
    return [...values].sort();
  }

  /** All labels of the series that fit one of the selectors, of the last day unless told. */
  async series({ actor }: RequestContext, { match, start }: SelectionInput): Promise<readonly Labels[]> {
    const wanted = match.map(selectorOf);
    const now = this.#deps.now().getTime();
    const since = start === null ? now - DAY_MS : this.#instantOf('start', start);
    const found = await findSeries(this.#deps.db.pool, actor.project, null, new Date(since));
    const all = found.map(({ name, labels }) => named(name, labels));
    return match.length === 0 ? all : all.filter((labels) => wanted.some((matchers) => matching(matchers)(labels)));
  }

  #load(project: string, expression: Expression, startMs: number, endMs: number) {
    return loadSeries(this.#deps.db.pool, project, neededSeries(expression, { startMs, endMs }));
  }

  /** Seconds or RFC 3339; now unless given. */
  #instantOf(field: string, text: Text): number {
    if (text === null || text === '') return this.#deps.now().getTime();
    const seconds = Number(text);
    const ms = Number.isFinite(seconds) ? Math.round(seconds * 1_000) : Date.parse(text);
    if (!Number.isNaN(ms)) return ms;
    throw wrong(field, 'write seconds since 1970, or 2026-03-01T10:00:00Z');
  }
}

const wrong = (field: string, message: string): DomainError =>
  new DomainError('INVALID_INPUT', `${field}: ${message}`, { field });

function selectorOf(text: string): readonly Matcher[] {
  const expression = parsePromql(text);
  if (expression.kind === 'selector') return expression.matchers;
  throw wrong('match[]', `${text} is no selector`);
}

/** Numbers are text there, so that infinity can be said. */
function point(ms: number, value: number): readonly [number, string] {
  const text = Number.isFinite(value) ? String(value) : Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
  return [ms / 1_000, text];
}

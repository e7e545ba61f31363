import { aggregate } from './aggregate.ts';
import { binary } from './binary.ts';
import type { AggregateExpression, CallExpression, Expression, SelectorExpression, Shift } from './expression.ts';
import { callOf, type CallContext } from './functions.ts';
import type { Labels } from './labels.ts';
import { keyOf } from './labels.ts';
import { PromqlError } from './promql-error.ts';
import { lastUpTo, settled, type Sample, type Series, type SeriesSource, type Stretch, type Value } from './series.ts';
import { NO_LABELS, vectorOf } from './values.ts';

/** A series without a sample for so long is gone (Prometheus's lookback delta). */
export const LOOKBACK_MS = 5 * 60_000;
const SUBQUERY_STEP_MS = 60_000;

export interface QueryRange {
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
}

export interface RangeSeries {
  readonly labels: Labels;
  readonly points: readonly (readonly [atMs: number, value: number])[];
}

/** What an expression is at an instant. Throws a PromqlError where the data do not allow it. */
export function evaluateAt(expression: Expression, source: SeriesSource, atMs: number): Value {
  const value = new Evaluator(source, { startMs: atMs, endMs: atMs }).at(expression, atMs);
  if (value.type === 'vector') return { type: 'vector', samples: settled(value.samples) };
  if (value.type === 'matrix') return { type: 'matrix', stretches: settled(value.stretches) };
  return value;
}

/** What an expression was at each step, series by series. */
export function evaluateRange(expression: Expression, source: SeriesSource, query: QueryRange): readonly RangeSeries[] {
  const found = new Map<string, { readonly labels: Labels; readonly points: [number, number][] }>();
  for (const { atMs, samples } of evaluateSteps(expression, source, query)) {
    for (const sample of samples) {
      const key = keyOf(sample.labels);
      const series = found.get(key) ?? { labels: sample.labels, points: [] };
      series.points.push([atMs, sample.value]);
      found.set(key, series);
    }
  }
  return [...found.values()];
}

/** What an expression was at each step, step by step. Throws a PromqlError at the first where the data do not allow it. */
export function* evaluateSteps(
  expression: Expression,
  source: SeriesSource,
  { startMs, endMs, stepMs }: QueryRange,
): Generator<{ readonly atMs: number; readonly samples: readonly Sample[] }> {
  const evaluator = new Evaluator(source, { startMs, endMs });
  for (let atMs = startMs; atMs <= endMs; atMs += stepMs) {
    const value = evaluator.at(expression, atMs);
    const samples =
      value.type === 'scalar' ? [{ labels: NO_LABELS, value: value.value, dropName: false }] : vectorOf(value);
    yield { atMs, samples: settled(samples) };
  }
}

class Evaluator {
  readonly #source: SeriesSource;
  readonly #query: Pick<QueryRange, 'startMs' | 'endMs'>;
  readonly #selected = new Map<SelectorExpression, readonly Series[]>();

  constructor(source: SeriesSource, query: Pick<QueryRange, 'startMs' | 'endMs'>) {
    this.#source = source;
    this.#query = query;
  }

  at(expression: Expression, atMs: number): Value {
    switch (expression.kind) {
      case 'number':
        return { type: 'scalar', value: expression.value };
      case 'text':
        return { type: 'string', value: expression.value };
      case 'selector':
        return { type: 'vector', samples: this.#instant(expression, atMs, (value) => value) };
      case 'range':
        return this.#range(expression.selector, expression.rangeMs, atMs);
      case 'subquery': {
        const { inner, rangeMs, stepMs } = expression;
        return this.#subquery(inner, {
          rangeMs,
          stepMs: stepMs ?? SUBQUERY_STEP_MS,
          toMs: this.#placeOf(expression, atMs),
        });
      }
      case 'negation': {
        const operand = this.at(expression.operand, atMs);
        if (operand.type === 'scalar') return { type: 'scalar', value: -operand.value };
        const samples = vectorOf(operand).map((one) => ({ ...one, value: -one.value, dropName: true }));
        return { type: 'vector', samples };
      }
      case 'binary':
        return binary(expression, this.at(expression.left, atMs), this.at(expression.right, atMs));
      case 'aggregate':
        return this.#aggregate(expression, atMs);
      case 'call':
        break;
    }
    return this.#call(expression, atMs);
  }

  #aggregate(expression: AggregateExpression, atMs: number): Value {
    const parameter = expression.parameter ? this.at(expression.parameter, atMs) : null;
    const samples = vectorOf(this.at(expression.inner, atMs));
    return { type: 'vector', samples: aggregate(expression, parameter, samples) };
  }

  #call(expression: CallExpression, atMs: number): Value {
    const { name, args } = expression;
    const [first] = args;
    // The time of a selector's sample is that of the sample itself; of anything else it is that of the evaluation.
    if (name === 'timestamp' && first?.kind === 'selector') {
      const samples = this.#instant(first, atMs, (_, sampledMs) => sampledMs / 1_000);
      return { type: 'vector', samples: samples.map((sample) => ({ ...sample, dropName: true })) };
    }
    const window = first && windowOf(args);
    const context: CallContext = {
      atMs,
      args,
      values: args.map((arg) => this.at(arg, atMs)),
      rangeMs: window?.rangeMs ?? 0,
      toMs: window ? this.#placeOf(window.shift, atMs) : atMs,
    };
    return callOf(name)(context);
  }

  #placeOf({ offsetMs, instant }: Shift, atMs: number): number {
    const base = instant === 'start' ? this.#query.startMs : instant === 'end' ? this.#query.endMs : (instant ?? atMs);
    return base - offsetMs;
  }

  #seriesOf(selector: SelectorExpression): readonly Series[] {
    const known = this.#selected.get(selector);
    if (known) return known;
    const series = this.#source.select(selector.matchers);
    this.#selected.set(selector, series);
    return series;
  }

  #instant(
    selector: SelectorExpression,
    atMs: number,
    valueOf: (value: number, sampledMs: number) => number,
  ): readonly Sample[] {
    const place = this.#placeOf(selector, atMs);
    const samples: Sample[] = [];
    for (const { labels, times, values, lookbackMs = LOOKBACK_MS } of this.#seriesOf(selector)) {
      const last = lastUpTo(times, place);
      const sampledMs = times[last];
      const value = values[last];
      if (sampledMs === undefined || value === undefined || value === null || sampledMs <= place - lookbackMs) continue;
      samples.push({ labels, value: valueOf(value, sampledMs), dropName: false });
    }
    return samples;
  }

  #range(selector: SelectorExpression, rangeMs: number, atMs: number): Value {
    const to = this.#placeOf(selector, atMs);
    const stretches: Stretch[] = [];
    for (const series of this.#seriesOf(selector)) {
      const first = lastUpTo(series.times, to - rangeMs) + 1;
      const last = lastUpTo(series.times, to);
      const times: number[] = [];
      const values: number[] = [];
      for (let i = first; i <= last; i++) {
        const value = series.values[i];
        if (value === null || value === undefined) continue;
        times.push(series.times[i] ?? 0);
        values.push(value);
      }
      if (times.length > 0) stretches.push({ labels: series.labels, times, values, dropName: false });
    }
    return { type: 'matrix', stretches };
  }

  /** Steps lie at whole multiples of the step, whenever the query is asked. */
  #subquery(
    inner: Expression,
    { rangeMs, stepMs, toMs }: { readonly rangeMs: number; readonly stepMs: number; readonly toMs: number },
  ): Value {
    const from = toMs - rangeMs;
    const found = new Map<string, { labels: Labels; times: number[]; values: number[]; dropName: boolean }>();
    for (let at = (Math.floor(from / stepMs) + 1) * stepMs; at <= toMs; at += stepMs) {
      const value = this.at(inner, at);
      if (value.type === 'string' || value.type === 'matrix')
        throw new PromqlError('type', 'a subquery needs numbers', inner.at);
      for (const { labels, value: number, dropName } of vectorOf(value)) {
        const key = keyOf(labels);
        const stretch = found.get(key) ?? { labels, times: [], values: [], dropName };
        stretch.times.push(at);
        stretch.values.push(number);
        found.set(key, stretch);
      }
    }
    return { type: 'matrix', stretches: [...found.values()] };
  }
}

/** The range vector among the arguments of a function, if there is one. */
function windowOf(args: readonly Expression[]): { readonly rangeMs: number; readonly shift: Shift } | null {
  for (const arg of args) {
    if (arg.kind === 'range') return { rangeMs: arg.rangeMs, shift: arg.selector };
    if (arg.kind === 'subquery') return { rangeMs: arg.rangeMs, shift: arg };
  }
  return null;
}

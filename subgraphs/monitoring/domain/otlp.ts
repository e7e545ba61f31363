import type { Labels } from '../../../core/promql/labels.ts';
import { isStorableText } from '../../../core/storable-text.ts';
import { SampleRecord } from '../../../schema/metric.ts';
import type { OtlpAttributes, OtlpMetric, OtlpMetrics, OtlpPartialSuccess } from '../../../schema/otlp.ts';
import type { MetricSample } from './metric.ts';

const DAY_MS = 86_400_000;
/** Bit of a point's flags: there is no value. */
const NO_RECORDED_VALUE = 1;
const MOST_REASONS = 5;

interface Point {
  readonly attributes: OtlpAttributes;
  readonly timeUnixNano: number;
  readonly flags: number;
}

type Value = readonly [suffix: string, more: Labels, value: number];

/**
 * Data points as samples of PromQL, by the names that Prometheus gives them without suffixes of units: what is no letter, digit or "_" becomes "_". A
 * resource is its `job` and `instance`. Points that cannot be kept are counted, with why.
 */
export function samplesOfOtlp(
  { resourceMetrics }: OtlpMetrics,
  now: Date,
): { readonly samples: readonly MetricSample[]; readonly rejected: OtlpPartialSuccess } {
  const samples: MetricSample[] = [];
  const reasons = new Set<string>();
  let rejectedDataPoints = 0;
  const reject = (count: number, reason: string): void => {
    rejectedDataPoints += count;
    if (count > 0) reasons.add(reason);
  };
  for (const { resource, scopeMetrics } of resourceMetrics) {
    const target = targetOf(resource?.attributes ?? []);
    for (const metric of scopeMetrics.flatMap(({ metrics }) => metrics)) {
      const refused = refusalOf(metric);
      if (refused) {
        reject(refused.points, `${metric.name}: ${refused.reason}`);
        continue;
      }
      for (const [point, values] of pointsOf(metric)) {
        if ((point.flags & NO_RECORDED_VALUE) !== 0) continue;
        const found = sampled(metric.name, target, point, values, now);
        if (typeof found === 'string') reject(1, `${metric.name}: ${found}`);
        else samples.push(...found);
      }
    }
  }
  return { samples, rejected: { rejectedDataPoints, errorMessage: [...reasons].slice(0, MOST_REASONS).join('; ') } };
}

/** Whole metrics that PromQL here has no series for. */
function refusalOf(metric: OtlpMetric): { readonly points: number; readonly reason: string } | null {
  const { sum, histogram, exponentialHistogram } = metric;
  const delta = [sum, histogram].find((one) => one !== undefined && !one.aggregationTemporality);
  if (delta) return { points: delta.dataPoints.length, reason: 'delta temporality; allowed: cumulative' };
  if (exponentialHistogram) {
    return {
      points: exponentialHistogram.dataPoints.length,
      reason: 'exponential histogram; allowed: gauge, sum, histogram with explicit bounds, summary',
    };
  }
  return null;
}

function* pointsOf({ gauge, sum, histogram, summary }: OtlpMetric): Generator<readonly [Point, readonly Value[]]> {
  for (const point of [...(gauge?.dataPoints ?? []), ...(sum?.dataPoints ?? [])]) {
    yield [point, [['', {}, point.asDouble ?? point.asInt ?? Number.NaN]]];
  }
  for (const point of histogram?.dataPoints ?? []) {
    const { bucketCounts, explicitBounds, count } = point;
    let below = 0;
    const buckets = explicitBounds.map((bound, i): Value => {
      below += bucketCounts[i] ?? 0;
      return ['_bucket', { le: String(bound) }, below];
    });
    const total: Value[] = [
      ['_bucket', { le: '+Inf' }, count],
      ['_count', {}, count],
    ];
    yield [point, [...buckets, ...total, ...(point.sum === undefined ? [] : [['_sum', {}, point.sum] as const])]];
  }
  for (const point of summary?.dataPoints ?? []) {
    const { quantileValues, count } = point;
    const quantiles = quantileValues.map(({ quantile, value }): Value => ['', { quantile: String(quantile) }, value]);
    yield [point, [...quantiles, ['_count', {}, count], ['_sum', {}, point.sum]]];
  }
}

/** The samples of a point, or why it cannot be kept. */
function sampled(
  name: string,
  target: Labels,
  { attributes, timeUnixNano }: Point,
  values: readonly Value[],
  now: Date,
): readonly MetricSample[] | string {
  const at = timeUnixNano === 0 ? now : new Date(Math.floor(timeUnixNano / 1e6));
  if (!(at.getTime() >= 0 && at.getTime() <= now.getTime() + DAY_MS))
    return 'its time is more than a day ahead, or before 1970';
  const labels = { ...target, ...labelsOf(attributes) };
  const samples: MetricSample[] = [];
  for (const [suffix, more, value] of values) {
    const record = SampleRecord.safeParse({ name: inWords(name) + suffix, labels: { ...labels, ...more }, value });
    if (!record.success) return record.error.issues[0]?.message ?? 'it is no sample';
    samples.push({ ...record.data, at });
  }
  return Object.values(labels).every(isStorableText) ? samples : 'a label holds U+0000 or half of a surrogate pair';
}

/** As Prometheus: letters, digits and "_", and no digit first. */
const inWords = (text: string): string => text.replaceAll(/[^a-zA-Z0-9_:]/g, '_').replace(/^(?=\d)/, '_');
const labelName = (key: string): string => inWords(key).replaceAll(':', '_').replace(/^__+/, 'key__');

/** Values that are text, number or boolean; one without text is no label. */
function labelsOf(attributes: OtlpAttributes): Labels {
  const labels: Record<string, string> = {};
  for (const { key, value } of attributes) {
    const found = value?.stringValue ?? value?.boolValue ?? value?.intValue ?? value?.doubleValue;
    if (found !== undefined && found !== '' && key !== '') labels[labelName(key)] = String(found);
  }
  return labels;
}

/** What a resource is called by, as Prometheus names targets. */
function targetOf(attributes: OtlpAttributes): Labels {
  const { service_name: service, service_namespace: namespace, service_instance_id: instance } = labelsOf(attributes);
  const job = service !== undefined && namespace !== undefined ? `${namespace}/${service}` : service;
  return { ...(job !== undefined && { job }), ...(instance !== undefined && { instance }) };
}

import * as z from 'zod';

// OTLP/HTTP metrics, version 1, as its JSON mapping writes them; the protobuf is read into the same form.

/** 64-bit integers are texts in protobuf's JSON, and may be numbers. */
const Int64 = z
  .union([z.number(), z.string().regex(/^-?\d{1,20}$/, 'a whole number as text')])
  .transform(Number)
  .pipe(z.number());
/** Protobuf's JSON writes what JSON has no number for as text. */
const Double = z.union([z.number(), z.enum(['NaN', 'Infinity', '-Infinity'])]).transform(Number);

/** Kinds of values that are no label are nothing here. */
const AnyValue = z.object({
  stringValue: z.string().optional(),
  boolValue: z.boolean().optional(),
  intValue: Int64.optional(),
  doubleValue: Double.optional(),
});
const KeyValue = z.object({ key: z.string().default(''), value: AnyValue.nullish() });
const Attributes = z.array(KeyValue).default([]);

const point = {
  attributes: Attributes,
  timeUnixNano: Int64.default(0),
  flags: z.int().default(0),
};

const NumberPoint = z.object({ ...point, asDouble: Double.optional(), asInt: Int64.optional() });
const HistogramPoint = z.object({
  ...point,
  count: Int64.default(0),
  sum: Double.optional(),
  bucketCounts: z.array(Int64).default([]),
  explicitBounds: z.array(Double).default([]),
});
const SummaryPoint = z.object({
  ...point,
  count: Int64.default(0),
  sum: Double.default(0),
  quantileValues: z.array(z.object({ quantile: Double.default(0), value: Double.default(0) })).default([]),
});
const Counted = z.object({ dataPoints: z.array(z.unknown()).default([]) });

/** 1: delta, 2: cumulative. JSON may name it. */
const Temporality = z
  .union([z.int(), z.enum(['AGGREGATION_TEMPORALITY_DELTA', 'AGGREGATION_TEMPORALITY_CUMULATIVE'])])
  .default(0)
  .transform((value) => value === 2 || value === 'AGGREGATION_TEMPORALITY_CUMULATIVE');

const Metric = z.object({
  name: z.string().default(''),
  gauge: z.object({ dataPoints: z.array(NumberPoint).default([]) }).optional(),
  sum: z.object({ dataPoints: z.array(NumberPoint).default([]), aggregationTemporality: Temporality }).optional(),
  histogram: z
    .object({ dataPoints: z.array(HistogramPoint).default([]), aggregationTemporality: Temporality })
    .optional(),
  exponentialHistogram: Counted.optional(),
  summary: z.object({ dataPoints: z.array(SummaryPoint).default([]) }).optional(),
});

export const OtlpMetrics = z.object({
  resourceMetrics: z
    .array(
      z.object({
        resource: z.object({ attributes: Attributes }).nullish(),
        scopeMetrics: z.array(z.object({ metrics: z.array(Metric).default([]) })).default([]),
      }),
    )
    .default([]),
});
export type OtlpMetrics = z.output<typeof OtlpMetrics>;
export type OtlpMetric = z.output<typeof Metric>;
export type OtlpAttributes = z.output<typeof Attributes>;

/** What was not kept of a batch, and why. */
export interface OtlpPartialSuccess {
  readonly rejectedDataPoints: number;
  readonly errorMessage: string;
}

import { NAME, type Labels } from '../../../core/promql/labels.ts';

/** One number of a series at an instant. */
export interface MetricSample {
  readonly name: string;
  /** Without the name. */
  readonly labels: Labels;
  readonly at: Date;
  readonly value: number;
  /** How long it stands where none follows; left out: five minutes, as in Prometheus. */
  readonly standsMs?: number;
}

/** The labels of a series as PromQL sees them. */
export const named = (name: string, labels: Labels): Labels => ({ ...labels, [NAME]: name });

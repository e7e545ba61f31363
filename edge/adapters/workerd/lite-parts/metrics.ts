import type * as original from '../../../node/node-metrics.ts';
import type * as observing from '../../../serving/observe.ts';
import type { Metrics } from '../../../telemetry/metrics.ts';

const ignore = (): void => undefined;

/** Nobody can ask a worker that runs in many places at once: what it does is in its records, profiles and heartbeats. */
export const nodeMetrics: typeof original.nodeMetrics = () =>
  ({ declare: ignore, collect: ignore, count: ignore, set: ignore, clear: ignore, observe: ignore }) satisfies Omit<
    Metrics,
    'text'
  > as unknown as Metrics;

export const degradedBy: typeof original.degradedBy = () => ({});

export const observeAnswer: typeof observing.observeAnswer = ignore;
export const countReasons: typeof observing.countReasons = ignore;

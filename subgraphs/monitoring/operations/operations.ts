import { Alerting } from './alerting.ts';
import type { MonitoringDeps } from './deps.ts';
import { Drift } from './drift.ts';
import { EarlyOutcomes } from './early-outcomes.ts';
import { Ingest } from './ingest.ts';
import { Nodes } from './nodes.ts';
import { Performance } from './performance.ts';
import { Reading } from './reading.ts';

/** Everything that monitoring can do. */
export interface Operations {
  readonly ingest: Ingest;
  readonly earlyOutcomes: EarlyOutcomes;
  readonly nodes: Nodes;
  readonly alerting: Alerting;
  readonly drift: Drift;
  readonly performance: Performance;
  readonly reading: Reading;
}

export function makeOperations(deps: MonitoringDeps): Operations {
  const earlyOutcomes = new EarlyOutcomes(deps);
  return {
    ingest: new Ingest(deps, earlyOutcomes),
    earlyOutcomes,
    nodes: new Nodes(deps),
    alerting: new Alerting(deps),
    drift: new Drift(deps),
    performance: new Performance(deps),
    reading: new Reading(deps),
  };
}

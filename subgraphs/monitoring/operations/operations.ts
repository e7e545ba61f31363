import { Alerting } from './alerting.ts';
import type { MonitoringDeps } from './deps.ts';
import { Drift } from './drift.ts';
import { Ingest } from './ingest.ts';
import { Nodes } from './nodes.ts';
import { Performance } from './performance.ts';
import { Reading } from './reading.ts';

/** Everything that monitoring can do. */
export interface Operations {
  readonly ingest: Ingest;
  readonly nodes: Nodes;
  readonly alerting: Alerting;
  readonly drift: Drift;
  readonly performance: Performance;
  readonly reading: Reading;
}

export const makeOperations = (deps: MonitoringDeps): Operations => ({
  ingest: new Ingest(deps),
  nodes: new Nodes(deps),
  alerting: new Alerting(deps),
  drift: new Drift(deps),
  performance: new Performance(deps),
  reading: new Reading(deps),
});

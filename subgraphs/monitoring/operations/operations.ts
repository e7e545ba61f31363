import { AlertChanges } from './alert-changes.ts';
import { Alerting } from './alerting.ts';
import type { MonitoringDeps } from './deps.ts';
import { Drift } from './drift.ts';
import { Explaining } from './explaining.ts';
import { Holdouts } from './holdouts.ts';
import { Ingest } from './ingest.ts';
import { Nodes } from './nodes.ts';
import { Outcomes } from './outcomes.ts';
import { Performance } from './performance.ts';
import { Reading } from './reading.ts';
import { Samples } from './samples.ts';
import { Silences } from './silences.ts';

/** Everything that monitoring can do. */
export interface Operations {
  readonly ingest: Ingest;
  readonly outcomes: Outcomes;
  readonly nodes: Nodes;
  readonly alerting: Alerting;
  readonly alertChanges: AlertChanges;
  readonly drift: Drift;
  readonly performance: Performance;
  readonly holdouts: Holdouts;
  readonly samples: Samples;
  readonly silences: Silences;
  readonly reading: Reading;
  readonly explaining: Explaining;
}

export function makeOperations(deps: MonitoringDeps): Operations {
  const outcomes = new Outcomes(deps);
  return {
    outcomes,
    ingest: new Ingest(deps, outcomes),
    nodes: new Nodes(deps),
    alerting: new Alerting(deps),
    alertChanges: new AlertChanges(deps),
    drift: new Drift(deps),
    performance: new Performance(deps),
    holdouts: new Holdouts(deps),
    samples: new Samples(deps),
    silences: new Silences(deps),
    reading: new Reading(deps),
    explaining: new Explaining(deps),
  };
}

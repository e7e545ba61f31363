import { AlertChanges } from './alert/alert-changes.ts';
import { IncidentChanges } from './incident/incident-changes.ts';
import { AlertDefinitions } from './alert/alert-definitions.ts';
import { Alerting } from './alert/alerting.ts';
import type { MonitoringDeps } from './deps.ts';
import { Acknowledging } from './alert/acknowledging.ts';
import { Costs } from './cost/costs.ts';
import { Drift } from './quality/drift.ts';
import { Explaining } from './record/explaining.ts';
import { HealthReports } from './health.ts';
import { Holdouts } from './record/holdouts.ts';
import { Ingest } from './record/ingest.ts';
import { Measuring } from './quality/measuring.ts';
import { Incidents } from './incident/incidents.ts';
import { Inbox } from './inbox.ts';
import { MetricQueries } from './metric-queries.ts';
import { Nodes } from './node/nodes.ts';
import { Delivering } from './notify/delivering.ts';
import { Dispatching } from './notify/dispatching.ts';
import { Receivers } from './notify/receivers.ts';
import { Routings } from './notify/routings.ts';
import { RuleFiles } from './alert/rule-files.ts';
import { Outcomes } from './record/outcomes.ts';
import { Performance } from './quality/performance.ts';
import { Quality } from './quality/quality.ts';
import { ProfileReports } from './quality/profiles.ts';
import { Pillars } from './pillar/pillars.ts';
import { Reading } from './reading.ts';
import { Retention } from './retention/retention.ts';
import { Rollups } from './rollup/rollups.ts';
import { Acting } from './response/acting.ts';
import { ResponsePolicies } from './response/policies.ts';
import { ResponseChanges } from './response/response-changes.ts';
import { Responses } from './response/responses.ts';
import { Samples } from './samples.ts';
import { Silences } from './alert/silences.ts';

/** Everything that monitoring can do. */
export interface Operations {
  readonly ingest: Ingest;
  readonly outcomes: Outcomes;
  readonly nodes: Nodes;
  readonly alerting: Alerting;
  readonly alertDefinitions: AlertDefinitions;
  readonly alertChanges: AlertChanges;
  readonly incidentChanges: IncidentChanges;
  readonly acknowledging: Acknowledging;
  readonly incidents: Incidents;
  readonly receivers: Receivers;
  readonly routings: Routings;
  readonly ruleFiles: RuleFiles;
  readonly dispatching: Dispatching;
  readonly delivering: Delivering;
  readonly costs: Costs;
  readonly drift: Drift;
  readonly performance: Performance;
  readonly quality: Quality;
  readonly profiles: ProfileReports;
  readonly health: HealthReports;
  readonly pillars: Pillars;
  readonly holdouts: Holdouts;
  readonly retention: Retention;
  readonly rollups: Rollups;
  readonly samples: Samples;
  readonly measuring: Measuring;
  readonly metricQueries: MetricQueries;
  readonly responsePolicies: ResponsePolicies;
  readonly responses: Responses;
  readonly responseChanges: ResponseChanges;
  readonly acting: Acting;
  readonly silences: Silences;
  readonly inbox: Inbox;
  readonly reading: Reading;
  readonly explaining: Explaining;
}

export function makeOperations(deps: MonitoringDeps): Operations {
  const outcomes = new Outcomes(deps);
  const acknowledging = new Acknowledging(deps);
  const acting = new Acting(deps);
  const drift = new Drift(deps);
  const measuring = new Measuring(deps);
  const alerting = new Alerting(deps, measuring);
  return {
    outcomes,
    ingest: new Ingest(deps, outcomes),
    nodes: new Nodes(deps),
    alerting,
    alertDefinitions: new AlertDefinitions(deps),
    alertChanges: new AlertChanges(deps),
    incidentChanges: new IncidentChanges(deps),
    acknowledging,
    incidents: new Incidents(deps, acknowledging),
    receivers: new Receivers(deps),
    routings: new Routings(deps),
    ruleFiles: new RuleFiles(deps, alerting),
    dispatching: new Dispatching(deps),
    delivering: new Delivering(deps),
    costs: new Costs(deps),
    drift,
    health: new HealthReports(deps, drift),
    performance: new Performance(deps),
    quality: new Quality(deps),
    profiles: new ProfileReports(deps),
    pillars: new Pillars(deps),
    holdouts: new Holdouts(deps),
    retention: new Retention(deps),
    rollups: new Rollups(deps),
    samples: new Samples(deps),
    measuring,
    metricQueries: new MetricQueries(deps),
    responsePolicies: new ResponsePolicies(deps),
    responses: new Responses(deps, acting, measuring),
    responseChanges: new ResponseChanges(deps),
    acting,
    silences: new Silences(deps),
    inbox: new Inbox(deps),
    reading: new Reading(deps),
    explaining: new Explaining(deps),
  };
}

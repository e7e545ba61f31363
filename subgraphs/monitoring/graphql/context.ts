import DataLoader from 'dataloader';
import type { RequestContext } from '../../shared/graphql/request-context.ts';
import type { Alert, RuleWithState } from '../domain/alert/alert.ts';
import type { Incident } from '../domain/incident/incident.ts';
import type { EdgeNode } from '../domain/node/edge-node.ts';
import type { Outcome, StoredPrediction } from '../domain/record/prediction.ts';
import type { Receiver } from '../domain/notify/receiver.ts';
import type { ResponsePolicy } from '../domain/response/policy.ts';
import type { ResponseRun, RunStep } from '../domain/response/run.ts';
import type { Silence } from '../domain/alert/silence.ts';
import type { StoredShadow } from '../domain/record/shadow.ts';
import type { Operations } from '../operations/operations.ts';

/** What one request has already asked for; null for what is not there. */
export interface Loaders {
  readonly prediction: DataLoader<string, StoredPrediction | null>;
  readonly edgeNode: DataLoader<string, EdgeNode | null>;
  readonly alertRule: DataLoader<string, RuleWithState | null>;
  readonly alert: DataLoader<string, Alert | null>;
  readonly incident: DataLoader<string, Incident | null>;
  /** By the alert's id. */
  readonly incidentOfAlert: DataLoader<string, Incident | null>;
  readonly silence: DataLoader<string, Silence | null>;
  readonly receiver: DataLoader<string, Receiver | null>;
  readonly responsePolicy: DataLoader<string, ResponsePolicy | null>;
  readonly responseRun: DataLoader<string, ResponseRun | null>;
  /** By the version's id. */
  readonly responseRunOfVersion: DataLoader<string, ResponseRun | null>;
  readonly responseSteps: DataLoader<string, readonly RunStep[]>;
  readonly outcome: DataLoader<StoredPrediction, Outcome | null, string>;
  readonly shadow: DataLoader<StoredPrediction, StoredShadow | null, string>;
}

/** What monitoring's resolvers work with. */
export interface MonitoringContext extends RequestContext {
  readonly monitoring: Operations;
  readonly loaders: Loaders;
}

const BY_PREDICTION = { cacheKeyFn: ({ id }: StoredPrediction) => id, maxBatchSize: 1_000 };

export function contextFor(monitoring: Operations, request: RequestContext): MonitoringContext {
  const { reading } = monitoring;
  return {
    ...request,
    monitoring,
    loaders: {
      prediction: new DataLoader((ids) => reading.predictionsById(request, ids)),
      edgeNode: new DataLoader((ids) => reading.edgeNodesById(request, ids)),
      alertRule: new DataLoader((ids) => reading.alertRulesById(request, ids)),
      alert: new DataLoader((ids) => reading.alertsById(request, ids)),
      receiver: new DataLoader((ids) => monitoring.receivers.byId(request, ids)),
      incident: new DataLoader((ids) => monitoring.incidents.byId(request, ids)),
      incidentOfAlert: new DataLoader((ids) => monitoring.incidents.ofAlerts(request, ids)),
      silence: new DataLoader((ids) => monitoring.silences.byId(request, ids)),
      responsePolicy: new DataLoader((ids) => monitoring.responsePolicies.byId(request, ids)),
      responseRun: new DataLoader((ids) => monitoring.responses.byId(request, ids)),
      responseRunOfVersion: new DataLoader((ids) => monitoring.responses.ofVersions(request, ids)),
      responseSteps: new DataLoader((runs) => monitoring.responses.stepsOf(request, runs)),
      outcome: new DataLoader((predictions) => reading.outcomesOf(request, predictions), BY_PREDICTION),
      shadow: new DataLoader((predictions) => reading.shadowsOf(request, predictions), BY_PREDICTION),
    },
  };
}

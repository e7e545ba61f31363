import type { AnsweringLayer } from '../../../schema/telemetry.ts';
import type { RequestContext } from '../../shared/graphql/request-context.ts';
import type { PageRequest } from '../../shared/paging.ts';
import type { AlertRule } from '../domain/alert/alert-rule.ts';
import type { Alert, AlertStatus, RuleWithState } from '../domain/alert/alert.ts';
import type { EdgeNode } from '../domain/node/edge-node.ts';
import {
  alertRuleUrn,
  alertUrn,
  deploymentUrn,
  edgeNodeUrn,
  featureViewUrn,
  modelVersionUrn,
  parsedId,
  predictionUrn,
} from '../domain/ids.ts';
import type { Outcome, StoredPrediction } from '../domain/record/prediction.ts';
import { servedOf, type Served } from '../domain/node/served.ts';
import { sumShadows, type ShadowAccount, type StoredShadow } from '../domain/record/shadow.ts';
import { hoursBefore } from '../domain/time-window.ts';
import type { Trust } from '../domain/trust.ts';
import { findAlerts, listAlerts } from '../storage/alert/alert.ts';
import { findAlertRules, listAlertRules } from '../storage/alert/alert-rule.ts';
import { listSeries } from '../storage/alert/alert-series.ts';
import { findOrderedTraffic } from '../storage/deployment.ts';
import { findEdgeNodes, listEdgeNodes } from '../storage/node/edge-node.ts';
import { findOutcomes } from '../storage/record/outcome.ts';
import { findPredictions, listPredictions } from '../storage/record/prediction.ts';
import { servedReleases } from '../storage/node/served.ts';
import { findShadows } from '../storage/record/shadow.ts';
import { findShadowRuns } from '../storage/record/shadow-account.ts';
import { byId } from './by-id.ts';
import type { MonitoringDeps } from './deps.ts';
import { refuseUnknownDeployment } from './known-deployment.ts';

type Id = string | null | undefined;

export interface PredictionsInput {
  readonly deployment: string;
  readonly from?: Date | null;
  readonly to?: Date | null;
  readonly modelVersion?: Id;
  readonly arm?: string | null;
  readonly layer?: AnsweringLayer | null;
  readonly variant?: string | null;
  readonly trust: Trust;
}

export interface AlertsInput {
  readonly deployment?: Id;
  readonly featureView?: Id;
  readonly rule?: Id;
  readonly status?: AlertStatus | null | undefined;
}

export interface ServedInput {
  readonly at?: Date | null | undefined;
  readonly hours: number;
  readonly trust: Trust;
}

/** What can be asked of monitoring, project by project: an id of another project finds nothing. */
export class Reading {
  readonly #deps: MonitoringDeps;

  constructor(deps: MonitoringDeps) {
    this.#deps = deps;
  }

  async predictions({ actor }: RequestContext, input: PredictionsInput, page: PageRequest) {
    const { pool } = this.#deps.db;
    const { project } = actor;
    const filter = {
      project,
      deployment: parsedId(deploymentUrn, project, input.deployment, 'deployment'),
      from: input.from ?? null,
      to: input.to ?? null,
      modelVersion: parsedId(modelVersionUrn, project, input.modelVersion, 'modelVersion'),
      arm: input.arm ?? null,
      layer: input.layer ?? null,
      variant: input.variant ?? null,
      trust: input.trust,
    };
    const found = await listPredictions(pool, filter, page);
    // What has records is known: only an empty list could be that of a deployment that no subgraph has announced.
    if (found.length === 0) await refuseUnknownDeployment(pool, project, filter.deployment, 'deployment');
    return found;
  }

  edgeNodes({ actor }: RequestContext, deployment: Id, page: PageRequest) {
    const { project } = actor;
    const filter = { project, deployment: parsedId(deploymentUrn, project, deployment, 'deployment') };
    return listEdgeNodes(this.#deps.db.em(), filter, page);
  }

  alertRules({ actor }: RequestContext, deployment: Id, page: PageRequest) {
    const { project } = actor;
    const filter = { project, deployment: parsedId(deploymentUrn, project, deployment, 'deployment') };
    return listAlertRules(this.#deps.db.em(), filter, page);
  }

  /** The series of a rule that matter to it just now. */
  seriesOfRule(_: RequestContext, { project, name }: AlertRule, page: PageRequest) {
    return listSeries(this.#deps.db.pool, { project, rule: name }, page);
  }

  alerts({ actor }: RequestContext, input: AlertsInput, page: PageRequest) {
    const { project } = actor;
    const { rule } = input;
    const filter = {
      project,
      deployment: parsedId(deploymentUrn, project, input.deployment, 'deployment'),
      featureView: parsedId(featureViewUrn, project, input.featureView, 'featureView'),
      rule: rule === null || rule === undefined ? null : alertRuleUrn.parse(project, rule, 'rule').name,
      status: input.status ?? null,
    };
    return listAlerts(this.#deps.db.em(), filter, page);
  }

  /** What answered for a deployment, beside what the registry ordered. */
  async served({ actor }: RequestContext, deployment: string, { at, hours, trust }: ServedInput): Promise<Served> {
    const { project } = actor;
    const { pool } = this.#deps.db;
    const releases = await servedReleases(
      pool,
      { project, deployment, trust },
      hoursBefore(at ?? this.#deps.now(), hours),
    );
    return servedOf(releases, await findOrderedTraffic(pool, project, deployment));
  }

  async shadowAccount({ actor }: RequestContext, shadow: string, trust: Trust): Promise<ShadowAccount> {
    return sumShadows(await findShadowRuns(this.#deps.db.pool, { project: actor.project, trust }, [shadow]));
  }

  // One answer per id, in order: what loaders ask for. Ids come from the store or from other subgraphs.

  predictionsById(context: RequestContext, ids: readonly string[]): Promise<(StoredPrediction | null)[]> {
    const { pool } = this.#deps.db;
    return byId(context, predictionUrn, ids, async (keys) => {
      const ownIds = keys.map(({ id }) => id);
      return await findPredictions(pool, context.actor.project, ownIds);
    });
  }

  edgeNodesById(context: RequestContext, ids: readonly string[]): Promise<(EdgeNode | null)[]> {
    return byId(context, edgeNodeUrn, ids, async (keys) => {
      const nodes = await findEdgeNodes(
        this.#deps.db.em(),
        context.actor.project,
        keys.map(({ name }) => name),
      );
      return nodes.map((node) => ({ ...node, name: node.node }));
    });
  }

  async alertRulesById(context: RequestContext, ids: readonly string[]): Promise<(RuleWithState | null)[]> {
    const found = await byId(context, alertRuleUrn, ids, async (keys) => {
      const rules = await findAlertRules(
        this.#deps.db.em(),
        context.actor.project,
        keys.map(({ name }) => name),
      );
      return rules.map((held) => ({ held, project: held.rule.project, name: held.rule.name }));
    });
    return found.map((one) => one?.held ?? null);
  }

  alertsById(context: RequestContext, ids: readonly string[]): Promise<(Alert | null)[]> {
    return byId(context, alertUrn, ids, (keys) => findAlerts(this.#deps.db.em(), context.actor.project, keys));
  }

  async outcomesOf({ actor }: RequestContext, predictions: readonly StoredPrediction[]): Promise<(Outcome | null)[]> {
    const found = await findOutcomes(this.#deps.db.pool, actor.project, predictions);
    return predictions.map(({ id }) => found.get(id) ?? null);
  }

  async shadowsOf(
    { actor }: RequestContext,
    predictions: readonly StoredPrediction[],
  ): Promise<(StoredShadow | null)[]> {
    const found = await findShadows(this.#deps.db.pool, actor.project, predictions);
    return predictions.map(({ id }) => found.get(id) ?? null);
  }
}

import DataLoader from 'dataloader';
import { parseUrn, type UrnKind } from '../../core/urn.ts';
import type { Database } from '../shared/database/database.ts';
import type { PageRequest } from '../shared/paging.ts';
import type { AlertFilter } from './storage/alert.ts';
import { findAlerts, listAlerts } from './storage/alert.ts';
import { findAlertRules, listAlertRules } from './storage/alert-rule.ts';
import { findOrderedTraffic } from './storage/deployment.ts';
import { findEdgeNodes, listEdgeNodes } from './storage/edge-node.ts';
import { findOutcomes } from './storage/outcome.ts';
import { findPredictions, listPredictions } from './storage/prediction.ts';
import { findShadows } from './storage/shadow.ts';
import { findShadowRuns } from './storage/shadow-account.ts';
import { lastServed, servedReleases } from './storage/served.ts';
import type { PredictionFilter, StoredPrediction } from './domain/prediction.ts';
import type { TimeWindow } from './domain/time-window.ts';
import type { Trust } from './domain/trust.ts';

/** The names inside an id of one kind; null where the id is of another kind or no id at all. */
function namesIn(kind: UrnKind, id: string): { readonly project: string; readonly names: readonly string[] } | null {
  try {
    const urn = parseUrn(id);
    return urn.kind === kind ? { project: urn.project, names: urn.parts.map(({ name }) => name) } : null;
  } catch {
    return null;
  }
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const present = <T>(values: readonly (T | null)[]): T[] => values.filter((value) => value !== null);

const alertKey = ({ rule, activeAt }: { readonly rule: string; readonly activeAt: Date }): string =>
  `${activeAt.getTime()} ${rule}`;

/** What can be asked of monitoring, project by project: an id of another project finds nothing. */
export class Reading {
  readonly #db: Database;
  readonly #project: string;

  constructor(db: Database, project: string) {
    this.#db = db;
    this.#project = project;
  }

  /** Nouns by id, many in one query per request. */
  readonly prediction = new DataLoader((ids: readonly string[]) => this.#predictions(ids));
  readonly edgeNode = new DataLoader((ids: readonly string[]) => this.#edgeNodes(ids));
  readonly alertRule = new DataLoader((ids: readonly string[]) => this.#alertRules(ids));
  readonly alert = new DataLoader((ids: readonly string[]) => this.#alerts(ids));
  readonly outcome = new DataLoader(
    async (predictions: readonly StoredPrediction[]) => {
      const found = await findOutcomes(this.#db.pool, this.#project, predictions);
      return predictions.map(({ id }) => found.get(id) ?? null);
    },
    { cacheKeyFn: ({ id }) => id, maxBatchSize: 1_000 },
  );

  readonly shadow = new DataLoader(
    async (predictions: readonly StoredPrediction[]) => {
      const found = await findShadows(this.#db.pool, this.#project, predictions);
      return predictions.map(({ id }) => found.get(id) ?? null);
    },
    { cacheKeyFn: ({ id }) => id, maxBatchSize: 1_000 },
  );

  shadowRuns(holder: string, trust: Trust) {
    return findShadowRuns(this.#db.pool, { project: this.#project, trust }, [holder]);
  }

  predictions(filter: Omit<PredictionFilter, 'project'>, page: PageRequest) {
    return listPredictions(this.#db.pool, { ...filter, project: this.#project }, page);
  }

  edgeNodes(deployment: string | null, page: PageRequest) {
    return listEdgeNodes(this.#db.em(), { project: this.#project, deployment }, page);
  }

  alertRules(deployment: string | null, page: PageRequest) {
    return listAlertRules(this.#db.em(), { project: this.#project, deployment }, page);
  }

  alerts(filter: Omit<AlertFilter, 'project'>, page: PageRequest) {
    return listAlerts(this.#db.em(), { ...filter, project: this.#project }, page);
  }

  served(deployment: string, trust: Trust, window: TimeWindow) {
    return servedReleases(this.#db.pool, { project: this.#project, deployment, trust }, window);
  }

  ordered(deployment: string) {
    return findOrderedTraffic(this.#db.pool, this.#project, deployment);
  }

  lastServed(modelVersion: string) {
    return lastServed(this.#db.pool, this.#project, modelVersion);
  }

  async #predictions(ids: readonly string[]) {
    const wanted = ids.map((id) => this.#own('prediction', id)?.[0]?.toLowerCase());
    const uuids = wanted.filter((id) => id !== undefined && UUID.test(id));
    const rows = await findPredictions(this.#db.pool, this.#project, uuids as string[]);
    const found = new Map(rows.map((row) => [row.id, row]));
    return wanted.map((id) => found.get(id ?? '') ?? null);
  }

  async #edgeNodes(ids: readonly string[]) {
    const names = ids.map((id) => this.#own('edge-node', id)?.[0] ?? null);
    const rows = await findEdgeNodes(
      this.#db.em(),
      present(names).map((node) => ({ project: this.#project, node })),
    );
    const found = new Map(rows.map((row) => [row.node, row]));
    return names.map((name) => found.get(name ?? '') ?? null);
  }

  async #alertRules(ids: readonly string[]) {
    const names = ids.map((id) => this.#own('alert-rule', id)?.[0] ?? null);
    const rows = await findAlertRules(
      this.#db.em(),
      present(names).map((name) => ({ project: this.#project, name })),
    );
    const found = new Map(rows.map((row) => [row.rule.name, row]));
    return names.map((name) => found.get(name ?? '') ?? null);
  }

  async #alerts(ids: readonly string[]) {
    const keys = ids.map((id) => {
      const [rule, at] = this.#own('alert', id) ?? [];
      const activeAt = new Date(at ?? Number.NaN);
      return rule === undefined || Number.isNaN(activeAt.getTime()) ? null : { project: this.#project, rule, activeAt };
    });
    const rows = await findAlerts(this.#db.em(), present(keys));
    const found = new Map(rows.map((row) => [alertKey(row), row]));
    return keys.map((key) => (key && found.get(alertKey(key))) ?? null);
  }

  #own(kind: UrnKind, id: string): readonly string[] | null {
    const found = namesIn(kind, id);
    return found?.project === this.#project ? found.names : null;
  }
}

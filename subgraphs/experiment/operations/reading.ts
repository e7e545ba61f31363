import DataLoader from 'dataloader';
import type { Database } from '../../shared/database/database.ts';
import type { PageRequest } from '../../shared/paging.ts';
import type { Holdout, HoldoutStatus } from '../domain/holdout/holdout.ts';
import { holdoutIds, metricIds } from '../domain/ids.ts';
import type { Metric } from '../domain/metric/metric.ts';
import type { Experiment } from '../domain/experiment/experiment.ts';
import type { Rollout } from '../domain/rollout/rollout.ts';
import type { VerdictRecord } from '../domain/rollout/rollout-verdict.ts';
import type { Shadow } from '../domain/shadow/shadow.ts';
import type { Study } from '../domain/study.ts';
import { experimentKind } from '../storage/experiment/experiment.ts';
import { findMetrics, listMetrics, revisionsOf } from '../storage/metric/metric.ts';
import { findHoldouts, listHoldouts } from '../storage/holdout/holdout.ts';
import { rolloutKind } from '../storage/rollout/rollout.ts';
import { shadowKind } from '../storage/shadow/shadow.ts';
import { findStudies, listStudies, type StoredKind, type StudyFilter } from '../storage/study.ts';
import { listVerdicts } from '../storage/rollout/verdict.ts';

type Narrowed = Omit<StudyFilter, 'project'>;

/** What can be asked of metrics, holdouts, experiments and shadows, within one project. */
export class Reading {
  readonly #db: Database;
  readonly #project: string;
  /** By id, many in one query per request; null for what is not there. */
  readonly experiment: DataLoader<string, Experiment | null>;
  readonly shadow: DataLoader<string, Shadow | null>;
  readonly rollout: DataLoader<string, Rollout | null>;
  readonly metric: DataLoader<string, Metric | null>;
  readonly holdout: DataLoader<string, Holdout | null>;

  constructor(db: Database, project: string) {
    this.#db = db;
    this.#project = project;
    this.experiment = this.#loader(experimentKind);
    this.shadow = this.#loader(shadowKind);
    this.rollout = this.#loader(rolloutKind);
    this.metric = new DataLoader(async (ids) => {
      const names = ids.map((id) => metricIds.find(project, id)?.name ?? '');
      const found = new Map((await findMetrics(db.em(), project, names)).map((row) => [row.name, row]));
      return names.map((name) => found.get(name) ?? null);
    });
    this.holdout = new DataLoader(async (ids) => {
      const names = ids.map((id) => holdoutIds.find(project, id)?.name ?? '');
      const found = new Map((await findHoldouts(db.em(), project, names)).map((row) => [row.name, row]));
      return names.map((name) => found.get(name) ?? null);
    });
  }

  holdouts(status: HoldoutStatus | null, page: PageRequest): Promise<readonly Holdout[]> {
    return listHoldouts(this.#db.em(), { project: this.#project, status }, page);
  }

  experiments(filter: Narrowed, page: PageRequest): Promise<readonly Experiment[]> {
    return listStudies(this.#db.em(), experimentKind, { ...filter, project: this.#project }, page);
  }

  shadows(filter: Narrowed, page: PageRequest): Promise<readonly Shadow[]> {
    return listStudies(this.#db.em(), shadowKind, { ...filter, project: this.#project }, page);
  }

  rollouts(filter: Narrowed, page: PageRequest): Promise<readonly Rollout[]> {
    return listStudies(this.#db.em(), rolloutKind, { ...filter, project: this.#project }, page);
  }

  verdicts({ project, name }: Rollout, page: PageRequest): Promise<readonly VerdictRecord[]> {
    return listVerdicts(this.#db.em(), { project, rollout: name }, page);
  }

  metrics(page: PageRequest): Promise<readonly Metric[]> {
    return listMetrics(this.#db.em(), this.#project, page);
  }

  metricRevisions(name: string): Promise<readonly Metric[]> {
    return revisionsOf(this.#db.em(), this.#project, name);
  }

  #loader<S extends Study>(kind: StoredKind<S>): DataLoader<string, S | null> {
    return new DataLoader(async (ids) => {
      const names = ids.map((id) => kind.rules.ids.find(this.#project, id)?.name);
      const rows = await findStudies(
        this.#db.em(),
        kind,
        this.#project,
        names.filter((name) => name !== undefined),
      );
      const found = new Map(rows.map((row) => [row.name, row]));
      return names.map((name) => found.get(name ?? '') ?? null);
    });
  }
}

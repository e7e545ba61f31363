import DataLoader from 'dataloader';
import type { Database } from '../../shared/database/database.ts';
import type { PageRequest } from '../../shared/paging.ts';
import type { Experiment } from '../domain/experiment.ts';
import type { Shadow } from '../domain/shadow.ts';
import type { Study } from '../domain/study.ts';
import { experimentKind } from '../storage/experiment.ts';
import { shadowKind } from '../storage/shadow.ts';
import { findStudies, listStudies, type StoredKind, type StudyFilter } from '../storage/study.ts';

type Narrowed = Omit<StudyFilter, 'project'>;

/** What can be asked of experiments and shadows, within one project. */
export class Reading {
  readonly #db: Database;
  readonly #project: string;
  /** By id, many in one query per request; null for what is not there. */
  readonly experiment: DataLoader<string, Experiment | null>;
  readonly shadow: DataLoader<string, Shadow | null>;

  constructor(db: Database, project: string) {
    this.#db = db;
    this.#project = project;
    this.experiment = this.#loader(experimentKind);
    this.shadow = this.#loader(shadowKind);
  }

  experiments(filter: Narrowed, page: PageRequest): Promise<readonly Experiment[]> {
    return listStudies(this.#db.em(), experimentKind, { ...filter, project: this.#project }, page);
  }

  shadows(filter: Narrowed, page: PageRequest): Promise<readonly Shadow[]> {
    return listStudies(this.#db.em(), shadowKind, { ...filter, project: this.#project }, page);
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

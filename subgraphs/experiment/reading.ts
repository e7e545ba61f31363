import DataLoader from 'dataloader';
import { parseUrn } from '../../core/urn.ts';
import type { Database } from '../shared/database/database.ts';
import type { PageRequest } from '../shared/paging.ts';
import { findExperiments, listExperiments, type ExperimentFilter } from './storage/experiment.ts';

/** The name in the id of an experiment of this project; null for any other text. */
export function experimentName(id: string, project: string): string | null {
  try {
    const urn = parseUrn(id);
    const name = urn.parts[0]?.name;
    return urn.kind === 'experiment' && urn.project === project && name !== undefined ? name : null;
  } catch {
    return null;
  }
}

/** What can be asked of experiments, within one project. */
export class Reading {
  readonly #db: Database;
  readonly #project: string;

  constructor(db: Database, project: string) {
    this.#db = db;
    this.#project = project;
  }

  /** By id, many in one query per request. */
  readonly experiment = new DataLoader(async (ids: readonly string[]) => {
    const names = ids.map((id) => experimentName(id, this.#project));
    const wanted = names.filter((name) => name !== null);
    const rows = wanted.length === 0 ? [] : await findExperiments(this.#db.em(), this.#project, wanted);
    const found = new Map(rows.map((row) => [row.name, row]));
    return names.map((name) => found.get(name ?? '') ?? null);
  });

  experiments(filter: Omit<ExperimentFilter, 'project'>, page: PageRequest) {
    return listExperiments(this.#db.em(), { ...filter, project: this.#project }, page);
  }
}

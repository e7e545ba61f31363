import DataLoader from 'dataloader';
import { parseUrn, type UrnKind } from '../../core/urn.ts';
import type { Database } from '../shared/database/database.ts';
import type { PageRequest } from '../shared/paging.ts';
import { findShadows, listShadows, type ShadowFilter } from './storage/shadow.ts';
import { findExperiments, listExperiments, type ExperimentFilter } from './storage/experiment.ts';

function nameIn(kind: UrnKind, id: string, project: string): string | null {
  try {
    const urn = parseUrn(id);
    const name = urn.parts[0]?.name;
    return urn.kind === kind && urn.project === project && name !== undefined ? name : null;
  } catch {
    return null;
  }
}

/** The name in the id of an experiment of this project; null for any other text. */
export const experimentName = (id: string, project: string): string | null => nameIn('experiment', id, project);

/** The name in the id of a shadow of this project; null for any other text. */
export const shadowName = (id: string, project: string): string | null => nameIn('shadow', id, project);

/** What can be asked of experiments and shadows, within one project. */
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

  readonly shadow = new DataLoader(async (ids: readonly string[]) => {
    const names = ids.map((id) => shadowName(id, this.#project));
    const wanted = names.filter((name) => name !== null);
    const rows = wanted.length === 0 ? [] : await findShadows(this.#db.em(), this.#project, wanted);
    const found = new Map(rows.map((row) => [row.name, row]));
    return names.map((name) => found.get(name ?? '') ?? null);
  });

  shadows(filter: Omit<ShadowFilter, 'project'>, page: PageRequest) {
    return listShadows(this.#db.em(), { ...filter, project: this.#project }, page);
  }

  experiments(filter: Omit<ExperimentFilter, 'project'>, page: PageRequest) {
    return listExperiments(this.#db.em(), { ...filter, project: this.#project }, page);
  }
}

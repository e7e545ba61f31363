import type { Database } from '../shared/database/database.ts';
import type { PageRequest } from '../shared/paging.ts';
import type { Entity } from './domain/entity.ts';
import type { FeatureService } from './domain/feature-service.ts';
import type { FeatureView } from './domain/feature-view.ts';
import type { Pin } from './domain/id.ts';
import type { Source } from './domain/source.ts';
import { findEntities, listEntities } from './storage/entity.ts';
import { findServices, listServices } from './storage/feature-service.ts';
import { findViews, listViews } from './storage/feature-view.ts';
import { findSources, listSources } from './storage/source.ts';

/** What has been defined, read in batches and by page. */
export class Catalog {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  entities(project: string, names: readonly string[]): Promise<Entity[]> {
    return findEntities(this.#db.em(), project, names);
  }
  sources(project: string, names: readonly string[]): Promise<Source[]> {
    return findSources(this.#db.em(), project, names);
  }
  views(project: string, pins: readonly Pin[]): Promise<FeatureView[]> {
    return findViews(this.#db.em(), project, pins);
  }
  services(project: string, pins: readonly Pin[]): Promise<FeatureService[]> {
    return findServices(this.#db.em(), project, pins);
  }

  listEntities(project: string, page: PageRequest): Promise<Entity[]> {
    return listEntities(this.#db.em(), project, page);
  }
  listSources(project: string, page: PageRequest): Promise<Source[]> {
    return listSources(this.#db.em(), project, page);
  }
  listViews(
    project: string,
    page: PageRequest,
    where: { name?: string; source?: string; entity?: string } = {},
  ): Promise<FeatureView[]> {
    return listViews(this.#db.em(), project, page, where);
  }
  listServices(project: string, page: PageRequest, where: { name?: string } = {}): Promise<FeatureService[]> {
    return listServices(this.#db.em(), project, page, where);
  }
}

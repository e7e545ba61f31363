import { DomainError } from '../../../../core/errors.ts';
import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import { change } from '../../../shared/operations/change.ts';
import type { PageRequest } from '../../../shared/paging.ts';
import { readSavedSearch, type SavedSearch } from '../../domain/catalogue/saved-search.ts';
import { savedSearchUrn } from '../../domain/ids.ts';
import {
  deleteSavedSearch,
  findSavedSearch,
  listSavedSearches,
  saveSearch,
} from '../../storage/catalogue/saved-search.ts';
import type { RegistryDeps } from '../deps.ts';

/** Searches that people keep under a name, for everybody in the project. */
export class SavedSearches {
  readonly #deps: Pick<RegistryDeps, 'db' | 'now'>;

  constructor(deps: Pick<RegistryDeps, 'db' | 'now'>) {
    this.#deps = deps;
  }

  /** Keeps a search, or changes it: only who made it may, or an admin. */
  async save(context: RequestContext, input: unknown): Promise<SavedSearch> {
    const search = readSavedSearch(input);
    const { project, subject: createdBy } = context.actor;
    const subject = savedSearchUrn.format({ project, name: search.name });
    const { value } = await change(this.#deps, context, { action: 'saved-search.save', subject }, async (em, at) => {
      const before = await findSavedSearch(em, project, search.name);
      if (before) mayChange(context, before);
      const kept = { createdBy: before?.createdBy ?? createdBy, createdAt: before?.createdAt ?? at };
      const saved: SavedSearch = { ...search, project, ...kept, updatedAt: at };
      await saveSearch(em, saved);
      return { value: saved, before, events: [] };
    });
    return value;
  }

  async delete(context: RequestContext, { name }: { readonly name: string }): Promise<string> {
    const { project } = context.actor;
    const subject = savedSearchUrn.format({ project, name });
    await change(this.#deps, context, { action: 'saved-search.delete', subject }, async (em) => {
      const before = await findSavedSearch(em, project, name);
      if (!before) {
        throw new DomainError('NOT_FOUND', `name: there is no saved search "${name}"`, { field: 'name' });
      }
      mayChange(context, before);
      await deleteSavedSearch(em, before);
      return { value: before, before, after: null, events: [] };
    });
    return name;
  }

  list({ actor }: RequestContext, page: PageRequest): Promise<readonly SavedSearch[]> {
    return listSavedSearches(this.#deps.db.em(), actor.project, page);
  }

  async byName({ actor }: RequestContext, name: string): Promise<SavedSearch | undefined> {
    return findSavedSearch(this.#deps.db.em(), actor.project, name);
  }
}

function mayChange({ actor }: RequestContext, { name, createdBy }: SavedSearch): void {
  if (actor.subject === createdBy || actor.roles.includes('admin')) return;
  throw new DomainError('FORBIDDEN', `name: "${name}" is of ${createdBy}; allowed: ${createdBy}, or role admin`, {
    field: 'name',
    allowed: [createdBy, 'role admin'],
  });
}

import { DomainError } from '../../../../core/errors.ts';
import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import { change } from '../../../shared/operations/change.ts';
import { runGroupUrn } from '../../domain/ids.ts';
import type { RunGroup, Texts } from '../../domain/tracking/tracking.ts';
import { withLabels } from '../../domain/version/registered-model.ts';
import {
  findRunGroup,
  insertRunGroup,
  lockRunGroup,
  saveRunGroup,
  unknownGroup,
} from '../../storage/tracking/run-group.ts';
import { runSearch } from '../../storage/tracking/search.ts';
import { SEARCHED_GROUPS } from '../../storage/tracking/searched.ts';
import type { RegistryDeps } from '../deps.ts';
import { pageFrom, searchInput, type FoundPage, type SearchRequest } from './search-page.ts';

/** Clients write here where they name none. */
const DEFAULT_ID = '0';
const LONGEST_NAME = 500;

export type LifeFilter = 'ACTIVE_ONLY' | 'DELETED_ONLY' | 'ALL';

export const LIFE_SQL: Readonly<Record<LifeFilter, string>> = {
  ACTIVE_ONLY: 'not deleted',
  DELETED_ONLY: 'deleted',
  ALL: 'true',
};

/** Groups of training runs, which MLflow calls experiments. */
export class RunGroups {
  readonly #deps: Pick<RegistryDeps, 'db' | 'now'>;

  constructor(deps: Pick<RegistryDeps, 'db' | 'now'>) {
    this.#deps = deps;
  }

  async create(
    context: RequestContext,
    { name, tags }: { readonly name: string; readonly tags: Texts },
  ): Promise<RunGroup> {
    checkName(name);
    return this.#insert(context, { id: null, name, tags: withLabels({}, tags) });
  }

  async #insert(
    context: RequestContext,
    { id, name, tags }: { readonly id: string | null; readonly name: string; readonly tags: Texts },
  ): Promise<RunGroup> {
    const { project, subject: createdBy } = context.actor;
    const about = { action: 'run-group.create', subject: runGroupUrn.format({ project, name }) };
    const { value } = await change(this.#deps, context, about, async (em, at) => {
      const ms = at.getTime();
      const made = { project, id, name, tags, deleted: false, createdMs: ms, updatedMs: ms, createdBy };
      return { value: await insertRunGroup(em, made), events: [] };
    });
    return value;
  }

  /** Throws NOT_FOUND. The default one is there as soon as somebody asks for it. */
  async byId(context: RequestContext, id: string): Promise<RunGroup> {
    const { project } = context.actor;
    const found = await findRunGroup(this.#deps.db, project, { id });
    if (found) return found;
    if (id !== DEFAULT_ID) throw unknownGroup(id);
    try {
      return await this.#insert(context, { id, name: 'Default', tags: {} });
    } catch (error) {
      // Another request made it in the same moment, or a group took its name.
      const made = await findRunGroup(this.#deps.db, project, { id });
      if (made) return made;
      throw error;
    }
  }

  async byName({ actor }: RequestContext, name: string): Promise<RunGroup> {
    const found = await findRunGroup(this.#deps.db, actor.project, { name });
    if (found) return found;
    throw new DomainError('NOT_FOUND', `experiment_name: there is no experiment "${name}"`, {
      field: 'experiment_name',
    });
  }

  /** Renames it, sets and takes away tags, deletes it or takes that back. */
  async change(
    context: RequestContext,
    input: {
      readonly id: string;
      readonly action: 'rename' | 'tag' | 'delete' | 'restore';
      readonly name?: string;
      readonly set?: Texts;
      readonly without?: string;
    },
  ): Promise<RunGroup> {
    const { project } = context.actor;
    const { name } = await this.byId(context, input.id);
    if (input.name !== undefined) checkName(input.name);
    const about = { action: `run-group.${input.action}`, subject: runGroupUrn.format({ project, name }) };
    const { value } = await change(this.#deps, context, about, async (em, at) => {
      const before = await lockRunGroup(em, project, input.id);
      const { [input.without ?? '']: _gone, ...tags } = withLabels(before.tags, input.set ?? {});
      const deleted = input.action === 'delete' || (input.action !== 'restore' && before.deleted);
      const after = { ...before, name: input.name ?? before.name, tags, deleted, updatedMs: at.getTime() };
      await saveRunGroup(em, after);
      return { value: after, before, events: [] };
    });
    return value;
  }

  async search(
    { actor }: RequestContext,
    request: SearchRequest & { readonly life: LifeFilter },
  ): Promise<FoundPage<RunGroup>> {
    const always = `project = $1 and ${LIFE_SQL[request.life]}`;
    const input = searchInput(request, { always, parameters: [actor.project] });
    const rows = await runSearch<RunGroup>(this.#deps.db, SEARCHED_GROUPS, input);
    return pageFrom(rows, input, (found) => found);
  }
}

function checkName(name: string): void {
  if (name.trim() !== '' && name.length <= LONGEST_NAME) return;
  throw new DomainError('INVALID_INPUT', `name: a name has 1 to ${LONGEST_NAME} characters`, { field: 'name' });
}

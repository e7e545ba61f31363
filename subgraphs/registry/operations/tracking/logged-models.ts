import { randomUUID } from 'node:crypto';
import { DomainError } from '../../../../core/errors.ts';
import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import { change } from '../../../shared/operations/change.ts';
import { loggedModelUrn } from '../../domain/ids.ts';
import { withMaker } from '../../domain/identity.ts';
import {
  withParameters,
  type LoggedModel,
  type LoggedModelStatus,
  type Texts,
} from '../../domain/tracking/tracking.ts';
import { withLabels } from '../../domain/version/registered-model.ts';
import {
  deleteLoggedModel,
  findLoggedModels,
  insertLoggedModel,
  lockLoggedModel,
  saveLoggedModel,
  unknownLoggedModel,
} from '../../storage/tracking/logged-model.ts';
import { deleteArtifacts } from '../../storage/tracking/run-artifact.ts';
import { runSearch } from '../../storage/tracking/search.ts';
import { SEARCHED_LOGGED_MODELS } from '../../storage/tracking/searched.ts';
import type { RegistryDeps } from '../deps.ts';
import type { RunGroups } from './run-groups.ts';
import { pageFrom, searchInput, type FoundPage, type SearchRequest } from './search-page.ts';
import type { TrainingRuns } from './training-runs.ts';

interface Groups {
  readonly groups: RunGroups;
  readonly runs: TrainingRuns;
}

/** Models that runs wrote and nobody has registered yet. */
export class LoggedModels {
  readonly #deps: Pick<RegistryDeps, 'db' | 'now'>;
  readonly #places: Groups;

  constructor(deps: Pick<RegistryDeps, 'db' | 'now'>, places: Groups) {
    this.#deps = deps;
    this.#places = places;
  }

  async create(
    context: RequestContext,
    input: Pick<LoggedModel, 'group' | 'run' | 'name' | 'modelType' | 'parameters' | 'tags'>,
  ): Promise<LoggedModel> {
    const group = await this.#places.groups.byId(context, input.group);
    if (input.run !== null) await this.#places.runs.byId(context, input.run);
    const { project, subject } = context.actor;
    const id = `m-${randomUUID().replaceAll('-', '')}`;
    if (input.name.length > 500 || /[/:.%"']/.test(input.name)) {
      throw new DomainError('INVALID_INPUT', 'name: has at most 500 characters, and none of / : . % " \'', {
        field: 'name',
      });
    }
    const about = { action: 'logged-model.create', subject: loggedModelUrn.format({ project, name: id }) };
    const { value } = await change(this.#deps, context, about, async (em, at) => {
      const model: LoggedModel = {
        ...input,
        project,
        id,
        group: group.id,
        name: input.name === '' ? `model-${id.slice(2, 10)}` : input.name,
        tags: withLabels({}, input.tags),
        status: 'PENDING',
        makers: withMaker([], context.actor),
        createdBy: subject,
        createdMs: at.getTime(),
        updatedMs: at.getTime(),
      };
      await insertLoggedModel(em, model);
      return { value: model, events: [] };
    });
    return value;
  }

  /** Ends its upload, adds parameters, sets and takes away tags. */
  async write(
    { actor }: RequestContext,
    id: string,
    entry: {
      readonly status?: LoggedModelStatus;
      readonly parameters?: Texts;
      readonly tags?: Texts;
      readonly withoutTag?: string;
    },
  ): Promise<LoggedModel> {
    return this.#deps.db.transaction(async (em) => {
      const before = await lockLoggedModel(em, actor.project, id);
      const { [entry.withoutTag ?? '']: _gone, ...tags } = withLabels(before.tags, entry.tags ?? {});
      const after: LoggedModel = {
        ...before,
        tags,
        status: entry.status ?? before.status,
        parameters: withParameters(before.parameters, entry.parameters ?? {}),
        makers: withMaker(before.makers, actor),
        updatedMs: this.#deps.now().getTime(),
      };
      await saveLoggedModel(em, after);
      return after;
    });
  }

  /** Forgets it; a version that was registered from it keeps its own files. */
  async delete(context: RequestContext, id: string): Promise<void> {
    const { project } = context.actor;
    const about = { action: 'logged-model.delete', subject: loggedModelUrn.format({ project, name: id }) };
    await change(this.#deps, context, about, async (em, at) => {
      const before = await lockLoggedModel(em, project, id);
      await deleteArtifacts(em, { project, owner: id, path: '' }, at);
      await deleteLoggedModel(em, before);
      return { value: before, before, after: null, events: [] };
    });
  }

  /** Throws NOT_FOUND. */
  async byId({ actor }: RequestContext, id: string): Promise<LoggedModel> {
    const [model] = await findLoggedModels(this.#deps.db, actor.project, [id]);
    if (model) return model;
    throw unknownLoggedModel(id);
  }

  async search(
    { actor }: RequestContext,
    request: SearchRequest & { readonly groups: readonly string[] },
  ): Promise<FoundPage<LoggedModel>> {
    const always = 'model.project = $1 and model.group_id = any($2)';
    const input = searchInput(request, { always, parameters: [actor.project, request.groups] });
    const rows = await runSearch<{ id: string }>(this.#deps.db, SEARCHED_LOGGED_MODELS, input);
    const found = await findLoggedModels(
      this.#deps.db,
      actor.project,
      rows.map(({ id }) => id),
    );
    const byId = new Map(found.map((model) => [model.id, model]));
    return pageFrom(rows, input, (some) => some.flatMap(({ id }) => byId.get(id) ?? []));
  }
}

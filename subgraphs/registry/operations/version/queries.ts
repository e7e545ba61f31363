import type { PageRequest } from '../../../shared/paging.ts';
import { modelUrn, parseModelId, parseVersionId, versionUrn, type VersionKey } from '../../domain/ids.ts';
import type { Decision, Model, ModelVersion } from '../../domain/version/model-version.ts';
import { decisionsOf } from '../../storage/version/decision.ts';
import { findModels, listModels } from '../../storage/version/model.ts';
import { findLinked, findVersions, listVersions } from '../../storage/version/model-version.ts';
import type { RegistryDeps, Request } from '../deps.ts';

const MAX_LINKED = 100;

/** What can be read. Ids of other projects find nothing. */
export class Queries {
  readonly #deps: RegistryDeps;

  constructor(deps: RegistryDeps) {
    this.#deps = deps;
  }

  models({ actor }: Request, page: PageRequest): Promise<readonly Model[]> {
    return listModels(this.#deps.db.em(), actor.project, page);
  }

  versions({ project, name }: Model, page: PageRequest): Promise<readonly ModelVersion[]> {
    return listVersions(this.#deps.db.em(), project, name, page);
  }

  decisions(key: VersionKey): Promise<readonly Decision[]> {
    return decisionsOf(this.#deps.db.em(), key);
  }

  /** One answer per id, in order: what a loader asks for. */
  async modelsById({ actor }: Request, ids: readonly string[]): Promise<(Model | null)[]> {
    const keys = ids.map((id) => parseModelId(id, 'id'));
    const wanted = keys
      .filter(({ project }) => project === actor.project)
      .map(({ project, model }) => ({ project, name: model }));
    const found = await findModels(this.#deps.db.em(), wanted);
    const byId = new Map(found.map((model) => [modelUrn(model.project, model.name), model]));
    return keys.map(({ project, model }) => byId.get(modelUrn(project, model)) ?? null);
  }

  async versionsById({ actor }: Request, ids: readonly string[]): Promise<(ModelVersion | null)[]> {
    const keys = ids.map((id) => parseVersionId(id, 'id'));
    const wanted = keys.filter(({ project }) => project === actor.project);
    const found = await findVersions(this.#deps.db.em(), wanted);
    const byId = new Map(found.map((version) => [versionUrn(version), version]));
    return keys.map((key) => byId.get(versionUrn(key)) ?? null);
  }

  /** Per id, the versions that link to it, the newest first. */
  async versionsLinked(
    { actor }: Request,
    link: 'trainingSet' | 'featureService',
    ids: readonly string[],
  ): Promise<ModelVersion[][]> {
    const found = await findLinked(this.#deps.db.em(), actor.project, link, ids, MAX_LINKED * ids.length);
    return ids.map((id) => found.filter((version) => version[link] === id).slice(0, MAX_LINKED));
  }
}

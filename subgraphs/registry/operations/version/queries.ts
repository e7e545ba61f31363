import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import type { PageRequest } from '../../../shared/paging.ts';
import { modelUrn, versionUrn, type VersionKey } from '../../domain/ids.ts';
import type { ApprovalStep, Model, ModelVersion } from '../../domain/version/model-version.ts';
import { approvalStepsOf } from '../../storage/version/approval-step.ts';
import { findModels, listModels } from '../../storage/version/model.ts';
import { findLinked, findVersion, findVersions, listVersions } from '../../storage/version/model-version.ts';
import { listAllVersions, type ListedVersion, type VersionFilter } from '../../storage/version/version-list.ts';
import type { MetricOrder } from '../../domain/version/metric-condition.ts';
import type { Difference } from '../../domain/version/version-diff.ts';
import { differences } from './numbering.ts';
import { byId } from '../by-id.ts';
import type { RegistryDeps } from '../deps.ts';

const MAX_LINKED = 100;

/** What can be read of models and their versions. Ids of other projects find nothing. */
export class Queries {
  readonly #deps: RegistryDeps;

  constructor(deps: RegistryDeps) {
    this.#deps = deps;
  }

  models({ actor }: RequestContext, page: PageRequest): Promise<readonly Model[]> {
    return listModels(this.#deps.db.em(), actor.project, page);
  }

  versions({ project, name }: Model, page: PageRequest): Promise<readonly ModelVersion[]> {
    return listVersions(this.#deps.db.em(), project, name, page);
  }

  /** Of all models or one, given by its id; by time, or in the order of a metric. */
  allVersions(
    { actor: { project } }: RequestContext,
    { model, ...filter }: VersionFilter,
    order: MetricOrder | null,
    page: PageRequest,
  ): Promise<readonly ListedVersion[]> {
    const name = model === null ? null : modelUrn.parse(project, model, 'model').name;
    return listAllVersions(this.#deps.db.em(), project, { ...filter, model: name }, order, page);
  }

  /** What differs from another version, which may be of another model. */
  async differences({ actor }: RequestContext, version: ModelVersion, since: string): Promise<readonly Difference[]> {
    const em = this.#deps.db.em();
    const before = await findVersion(em, versionUrn.parse(actor.project, since, 'since'), 'since');
    return differences(em, before, version);
  }

  approvalSteps(key: VersionKey): Promise<readonly ApprovalStep[]> {
    return approvalStepsOf(this.#deps.db.em(), key);
  }

  modelsById({ actor }: RequestContext, ids: readonly string[]): Promise<(Model | null | Error)[]> {
    const find = (keys: readonly { project: string; name: string }[]) => findModels(this.#deps.db.em(), keys);
    return byId(modelUrn, actor.project, ids, find, (model) => model);
  }

  versionsById({ actor }: RequestContext, ids: readonly string[]): Promise<(ModelVersion | null | Error)[]> {
    const find = (keys: readonly VersionKey[]) => findVersions(this.#deps.db.em(), keys);
    return byId(versionUrn, actor.project, ids, find, (version) => version);
  }

  /** Per id, the versions that link to it, the newest first. */
  async versionsLinked(
    { actor }: RequestContext,
    link: 'trainingSet' | 'featureService',
    ids: readonly string[],
  ): Promise<ModelVersion[][]> {
    const found = await findLinked(this.#deps.db.em(), actor.project, link, ids, MAX_LINKED * ids.length);
    return ids.map((id) => found.filter((version) => version[link] === id).slice(0, MAX_LINKED));
  }
}

import { DomainError } from '../../../../core/errors.ts';
import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import type { PageRequest } from '../../../shared/paging.ts';
import { change } from '../../../shared/operations/change.ts';
import { deploymentUrn, modelUrn, versionUrn } from '../../domain/ids.ts';
import { ruleRefusal } from '../../domain/rule.ts';
import { checkAlias, type AliasChange, type ModelAlias } from '../../domain/version/registered-model.ts';
import { allDeployments } from '../../storage/serving/deployment.ts';
import { aliasChanges, deleteAlias, findAliases, saveAlias } from '../../storage/version/model-alias.ts';
import type { RegistryDeps } from '../deps.ts';
import type { RegisteredModels } from './registered-models.ts';

/** Names for versions. They move no traffic: one that is called like an environment follows it, and nobody sets it. */
export class Aliases {
  readonly #deps: Pick<RegistryDeps, 'db' | 'now'>;
  readonly #models: RegisteredModels;

  constructor(deps: Pick<RegistryDeps, 'db' | 'now'>, models: RegisteredModels) {
    this.#deps = deps;
    this.#models = models;
  }

  async set(context: RequestContext, { model, alias, number }: Omit<ModelAlias, 'project'>): Promise<void> {
    checkAlias(alias);
    const key = await this.#models.requireVersion(context, model, number);
    const { project, subject: by } = context.actor;
    const about = { action: 'model-version.alias', subject: versionUrn.format(key) };
    await change(this.#deps, context, about, async (em, at) => {
      await this.#refuseBound(project, alias);
      const before = await saveAlias(em, { project, model, alias, number }, { at, by });
      if (before === number) return { value: null, unchanged: true };
      return { value: null, before: { alias, number: before }, after: { alias, number }, events: [] };
    });
  }

  /** What was no alias is none afterwards either. */
  async remove(
    context: RequestContext,
    { model, alias }: { readonly model: string; readonly alias: string },
  ): Promise<void> {
    await this.#models.require(context, model);
    const { project, subject: by } = context.actor;
    const about = { action: 'model.unalias', subject: modelUrn.format({ project, name: model }) };
    await change(this.#deps, context, about, async (em, at) => {
      await this.#refuseBound(project, alias);
      const number = await deleteAlias(em, { project, model, alias }, { at, by });
      if (number === undefined) return { value: null, unchanged: true };
      return { value: null, before: { alias, number }, after: null, events: [] };
    });
  }

  of({ actor }: RequestContext, models: readonly string[]): Promise<readonly ModelAlias[]> {
    return findAliases(this.#deps.db, actor.project, models);
  }

  /** Every move of an alias that people keep, the newest first; none of one that follows an environment. */
  history(
    { actor: { project } }: RequestContext,
    of: Pick<ModelAlias, 'model' | 'alias'>,
    page: PageRequest,
  ): Promise<readonly AliasChange[]> {
    return aliasChanges(this.#deps.db, { project, ...of }, page);
  }

  async #refuseBound(project: string, alias: string): Promise<void> {
    const all = await allDeployments(this.#deps.db.em(), project);
    const bound = all.filter(({ environment }) => environment === alias);
    if (bound.length === 0) return;
    const ids = bound.map((one) => deploymentUrn.format(one));
    throw ruleRefusal(
      'G6',
      `alias: "${alias}" is an environment, and follows what serves in ${ids.join(', ')}: move that traffic with setTraffic`,
      { field: 'alias', deployments: ids, allowed: ['an alias that is no environment'] },
      'FAILED_PRECONDITION',
    );
  }
}

export const unknownAlias = (model: string, alias: string): DomainError =>
  new DomainError('NOT_FOUND', `alias: the model "${model}" has no alias "${alias}"`, { field: 'alias' });

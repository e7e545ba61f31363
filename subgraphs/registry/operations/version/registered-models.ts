import * as z from 'zod';
import { DomainError } from '../../../../core/errors.ts';
import { Name } from '../../../../schema/common.ts';
import { validated } from '../../../../schema/validated.ts';
import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import { change } from '../../../shared/operations/change.ts';
import { modelEvent } from '../../domain/catalogue/asset-events.ts';
import { modelUrn, versionUrn, type VersionKey } from '../../domain/ids.ts';
import type { Model } from '../../domain/version/model-version.ts';
import { withLabels, type LabelSet } from '../../domain/version/registered-model.ts';
import type { Texts } from '../../domain/tracking/tracking.ts';
import { findVersions, lockVersion, newestVersion } from '../../storage/version/model-version.ts';
import { findModels, lockModel, saveModel } from '../../storage/version/model.ts';
import { findLabelSets, findOrigins, lockLabelSet, saveLabelSet } from '../../storage/version/registered-model.ts';
import type { RegistryDeps } from '../deps.ts';

const Description = z.string().max(10_000);
const NewModel = z.object({ name: Name, description: Description });

/** A model, or one version of it where a number is given. */
export interface LabelSubject {
  readonly model: string;
  readonly number: number | null;
}

/** Models as names that are made, described, labelled and put away, before and besides their versions. */
export class RegisteredModels {
  readonly #deps: Pick<RegistryDeps, 'db' | 'now'>;

  constructor(deps: Pick<RegistryDeps, 'db' | 'now'>) {
    this.#deps = deps;
  }

  /** Makes a model without versions. Throws CONFLICT where there is one; one that was put away comes back. */
  async create(
    context: RequestContext,
    input: { readonly name: string; readonly description: string; readonly labels: Texts },
  ): Promise<Model> {
    const { project, subject: createdBy } = context.actor;
    const { name, description } = validated(NewModel, { name: input.name, description: input.description });
    const about = { action: 'model.create', subject: modelUrn.format({ project, name }) };
    const { value } = await change(this.#deps, context, about, async (em, at) => {
      const made = { project, name, description, owner: null, tags: [], createdAt: at, createdBy, revision: 1 };
      const { model, isNew } = await lockModel(em, made);
      const labels = await lockLabelSet(em, { project, model: name, number: null });
      if (!isNew && labels?.archived !== true) {
        throw new DomainError('CONFLICT', `name: there is a model "${name}" already`, { field: 'name', exists: true });
      }
      const after = isNew ? model : { ...model, description, revision: model.revision + 1 };
      if (!isNew) await saveModel(em, after);
      await saveLabelSet(em, {
        project,
        model: name,
        number: null,
        labels: withLabels({}, input.labels),
        archived: false,
        updatedMs: at.getTime(),
      });
      return { value: after, ...(!isNew && { before: model }), events: [modelEvent(after, at)] };
    });
    return value;
  }

  async describe(context: RequestContext, name: string, description: string): Promise<void> {
    await this.#change(context, name, 'model.update', (model) => ({ ...model, description }));
  }

  /** Hides a model from clients, once its versions are put away. Its history stays, and its name may be made again. */
  async archive(context: RequestContext, name: string): Promise<void> {
    await this.#change(context, name, 'model.archive', (model) => model, true);
  }

  async #change(
    context: RequestContext,
    name: string,
    action: string,
    to: (model: Model) => Model,
    archived = false,
  ): Promise<void> {
    const { project } = context.actor;
    await this.require(context, name);
    const about = { action, subject: modelUrn.format({ project, name }) };
    await change(this.#deps, context, about, async (em, at) => {
      const [found] = await findModels(em, [{ project, name }]);
      if (!found) throw unknownModel(name);
      const { model: before } = await lockModel(em, found);
      const after = { ...to(before), revision: before.revision + 1 };
      const set = await lockLabelSet(em, { project, model: name, number: null });
      await saveModel(em, after);
      const labels = set?.labels ?? {};
      await saveLabelSet(em, { project, model: name, number: null, labels, archived, updatedMs: at.getTime() });
      return { value: after, before, after: archived ? null : after, events: [modelEvent(after, at)] };
    });
  }

  /** Throws NOT_FOUND for a model that is not there or was put away. */
  async require({ actor }: RequestContext, name: string): Promise<Model> {
    const { db } = this.#deps;
    const [model] = await findModels(db.em(), [{ project: actor.project, name }]);
    const sets = await findLabelSets(db, actor.project, [name]);
    if (model && !sets.some(({ number, archived }) => number === null && archived)) return model;
    throw unknownModel(name);
  }

  /** Throws NOT_FOUND for a version that is not there or was put away. */
  async requireVersion(context: RequestContext, model: string, number: number): Promise<VersionKey> {
    await this.require(context, model);
    const key = { project: context.actor.project, model, number };
    const [version] = await findVersions(this.#deps.db.em(), [key]);
    if (version && version.state !== 'ARCHIVED') return key;
    throw new DomainError('NOT_FOUND', `version: the model "${model}" has no version ${number}`, { field: 'version' });
  }

  /** Sets labels and takes one away: words, which make nobody a maker and decide nothing. */
  async label(
    context: RequestContext,
    { model, number }: LabelSubject,
    { set = {}, without }: { readonly set?: Texts; readonly without?: string },
  ): Promise<void> {
    const { project } = context.actor;
    const key = number === null ? null : await this.requireVersion(context, model, number);
    if (!key) await this.require(context, model);
    const [origin] = key ? await findOrigins(this.#deps.db, [key]) : [];
    const subject = key ? versionUrn.format(key) : modelUrn.format({ project, name: model });
    const about = { action: key ? 'model-version.label' : 'model.label', subject };
    await change(this.#deps, context, about, async (em, at) => {
      // The row of labels may not be there yet: whoever else sets the first ones waits here.
      if (key) await lockVersion(em, key, 'version');
      const before = await lockLabelSet(em, { project, model, number });
      const labels = before?.labels ?? origin?.labels ?? {};
      const { [without ?? '']: _gone, ...kept } = withLabels(labels, set);
      const after: LabelSet = {
        project,
        model,
        number,
        labels: kept,
        archived: before?.archived ?? false,
        updatedMs: at.getTime(),
      };
      await saveLabelSet(em, after);
      return { value: after, before: labels, after: kept, events: [] };
    });
  }

  /** Whether any version was ever registered: the name is part of their ids then. */
  async hasVersions({ actor }: RequestContext, name: string): Promise<boolean> {
    return (await newestVersion(this.#deps.db.em(), actor.project, name)) !== undefined;
  }
}

export const unknownModel = (name: string): DomainError =>
  new DomainError('NOT_FOUND', `name: there is no model "${name}"`, { field: 'name' });

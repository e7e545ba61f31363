import * as z from 'zod';
import { DomainError } from '../../../../core/errors.ts';
import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import { STAGES } from '../../domain/version/stage.ts';
import type { Operations } from '../../operations/operations.ts';
import type { VersionView } from '../../operations/version/registered-views.ts';
import type { MlflowApi } from './mlflow-api.ts';
import { asSearch, listOf, nextPage, Pairs, searchFields, Text, VersionNumber } from './fields.ts';
import { shownModel, shownVersion } from './shown.ts';

type Ops = Pick<Operations, 'models' | 'aliases' | 'registeredViews' | 'stages'>;

const named = { name: z.string() };
const TAG = { key: z.string(), value: z.string() };

/** `/registered-models/…`. */
export function addRegisteredModels(api: MlflowApi, { models, aliases, registeredViews, stages }: Ops): void {
  const shown = async (context: RequestContext, name: string) => ({
    registered_model: shownModel(await registeredViews.model(context, name)),
  });

  api.call({
    method: 'POST',
    path: '/registered-models/create',
    access: 'write',
    input: z.object({ ...named, tags: Pairs, description: Text.default('') }),
    answer: async (context, { name, tags, description }) => {
      await models.create(context, { name, description, labels: tags });
      return shown(context, name);
    },
  });

  api.call({
    method: 'GET',
    path: '/registered-models/get',
    access: 'read',
    input: z.object(named),
    answer: (context, { name }) => shown(context, name),
  });

  api.call({
    method: 'PATCH',
    path: '/registered-models/update',
    access: 'write',
    input: z.object({ ...named, description: Text.default('') }),
    answer: async (context, { name, description }) => {
      await models.describe(context, name, description);
      return shown(context, name);
    },
  });

  api.call({
    method: 'POST',
    path: '/registered-models/rename',
    access: 'write',
    input: z.object({ ...named, new_name: z.string() }),
    answer: async (context, { name, new_name: newName }) => {
      const { model, labels } = await registeredViews.model(context, name);
      if (await models.hasVersions(context, name)) throw keepsItsName(name);
      await models.create(context, { name: newName, description: model.description, labels });
      await models.archive(context, name);
      return shown(context, newName);
    },
  });

  api.call({
    method: 'DELETE',
    path: '/registered-models/delete',
    access: 'write',
    input: z.object(named),
    answer: async (context, { name }) => {
      await models.require(context, name);
      // One after another: the first that is kept stops it, and says why.
      for (const view of await allVersions(context, name)) {
        await stages.archive(context, { model: name, number: view.version.number });
      }
      await models.archive(context, name);
      return {};
    },
  });

  async function allVersions(context: RequestContext, name: string): Promise<readonly VersionView[]> {
    const request = {
      filter: `name = '${name.replaceAll("'", "''")}'`,
      orderBy: [],
      maxResults: 10_000,
      pageToken: '',
    };
    return (await registeredViews.searchVersions(context, request)).items;
  }

  api.call({
    method: 'GET',
    path: '/registered-models/search',
    access: 'read',
    input: z.object(searchFields(1_000, 100)),
    answer: async (context, input) => {
      const { items, nextPageToken } = await registeredViews.searchModels(context, asSearch(input));
      return { registered_models: items.map(shownModel), ...nextPage(nextPageToken) };
    },
  });

  api.call({
    method: ['POST', 'GET'],
    path: '/registered-models/get-latest-versions',
    access: 'read',
    input: z.object({ ...named, stages: listOf(z.string()) }),
    answer: async (context, { name, stages: asked }) => {
      const unknown = asked.find((one) => !STAGES.some((stage) => stage.toLowerCase() === one.toLowerCase()));
      if (unknown !== undefined) {
        throw new DomainError('INVALID_INPUT', `stages: "${unknown}" is none`, { field: 'stages', allowed: STAGES });
      }
      const { latest } = await registeredViews.model(context, name);
      const wanted = asked.map((one) => one.toLowerCase());
      const found = latest.filter(({ stage }) => wanted.length === 0 || wanted.includes(stage.toLowerCase()));
      return { model_versions: found.map(shownVersion) };
    },
  });

  api.call({
    method: 'POST',
    path: '/registered-models/set-tag',
    access: 'write',
    input: z.object({ ...named, ...TAG }),
    answer: async (context, { name, key, value }) => {
      await models.label(context, { model: name, number: null }, { set: { [key]: value } });
      return {};
    },
  });

  api.call({
    method: 'DELETE',
    path: '/registered-models/delete-tag',
    access: 'write',
    input: z.object({ ...named, key: z.string() }),
    answer: async (context, { name, key }) => {
      await models.label(context, { model: name, number: null }, { without: key });
      return {};
    },
  });

  const ALIAS = { ...named, alias: z.string() };
  api.call({
    method: 'POST',
    path: '/registered-models/alias',
    access: 'write',
    input: z.object({ ...ALIAS, version: VersionNumber }),
    answer: async (context, { name, alias, version }) => {
      await aliases.set(context, { model: name, alias, number: version });
      return {};
    },
  });

  api.call({
    method: 'DELETE',
    path: '/registered-models/alias',
    access: 'write',
    input: z.object(ALIAS),
    answer: async (context, { name, alias }) => {
      await aliases.remove(context, { model: name, alias });
      return {};
    },
  });

  api.call({
    method: 'GET',
    path: '/registered-models/alias',
    access: 'read',
    input: z.object(ALIAS),
    answer: async (context, { name, alias }) => ({
      model_version: shownVersion(await registeredViews.byAlias(context, name, alias)),
    }),
  });
}

const keepsItsName = (name: string): DomainError =>
  new DomainError(
    'FAILED_PRECONDITION',
    `name: "${name}" has versions, and is part of the ids that approvals, releases and the audit hold: register new versions under the new name`,
    { field: 'name', allowed: ['a model without versions'] },
  );

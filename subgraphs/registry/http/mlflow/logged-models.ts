import * as z from 'zod';
import type { Operations } from '../../operations/operations.ts';
import type { MlflowApi } from './mlflow-api.ts';
import { Id, listOf, nextPage, Pairs, searchFields, Text } from './fields.ts';
import { shownLoggedModel } from './shown.ts';

const OF = { model_id: z.string() };

/** Clients send the name of the status, or its number in MLflow's enumeration. */
const Status = z
  .union([z.string(), z.number()])
  .transform((status) => `${status}`.replace('LOGGED_MODEL_', ''))
  .transform((status) => ({ 1: 'PENDING', 2: 'READY', 3: 'UPLOAD_FAILED' })[status] ?? status)
  .pipe(z.enum(['PENDING', 'READY', 'UPLOAD_FAILED']));

/** `/logged-models/…` of MLflow 3. */
export function addLoggedModels(api: MlflowApi, { loggedModels }: Pick<Operations, 'loggedModels'>): void {
  api.call({
    method: 'POST',
    path: '/logged-models',
    access: 'write',
    input: z.object({
      experiment_id: Id.default('0'),
      name: z.string().default(''),
      model_type: Text.default(''),
      source_run_id: z.string().nullish(),
      params: Pairs,
      tags: Pairs,
    }),
    answer: async (
      context,
      { experiment_id: group, name, model_type: modelType, source_run_id: run, params, tags },
    ) => {
      const input = { group, name, modelType, run: run || null, parameters: params, tags };
      return { model: shownLoggedModel(await loggedModels.create(context, input)) };
    },
  });

  api.call({
    method: 'POST',
    path: '/logged-models/search',
    access: 'read',
    input: z.object({
      ...searchFields(1_000, 100),
      experiment_ids: listOf(Id),
      order_by: listOf(z.object({ field_name: z.string(), ascending: z.boolean().default(true) })),
    }),
    answer: async (context, input) => {
      const { items, nextPageToken } = await loggedModels.search(context, {
        groups: input.experiment_ids,
        filter: input.filter,
        orderBy: input.order_by.map(({ field_name: field, ascending }) => `${field} ${ascending ? 'ASC' : 'DESC'}`),
        maxResults: input.max_results,
        pageToken: input.page_token,
      });
      return { models: items.map(shownLoggedModel), ...nextPage(nextPageToken) };
    },
  });

  api.call({
    method: 'GET',
    path: '/logged-models/:model_id',
    access: 'read',
    input: z.object(OF),
    answer: async (context, { model_id: id }) => ({ model: shownLoggedModel(await loggedModels.byId(context, id)) }),
  });

  api.call({
    method: 'PATCH',
    path: '/logged-models/:model_id',
    access: 'write',
    input: z.object({ ...OF, status: Status }),
    answer: async (context, { model_id: id, status }) => ({
      model: shownLoggedModel(await loggedModels.write(context, id, { status })),
    }),
  });

  api.call({
    method: 'DELETE',
    path: '/logged-models/:model_id',
    access: 'write',
    input: z.object(OF),
    answer: async (context, { model_id: id }) => {
      await loggedModels.delete(context, id);
      return {};
    },
  });

  api.call({
    method: 'PATCH',
    path: '/logged-models/:model_id/tags',
    access: 'write',
    input: z.object({ ...OF, tags: Pairs }),
    answer: async (context, { model_id: id, tags }) => ({
      model: shownLoggedModel(await loggedModels.write(context, id, { tags })),
    }),
  });

  api.call({
    method: 'DELETE',
    path: '/logged-models/:model_id/tags/:tag_key',
    access: 'write',
    input: z.object({ ...OF, tag_key: z.string() }),
    answer: async (context, { model_id: id, tag_key: withoutTag }) => {
      await loggedModels.write(context, id, { withoutTag });
      return {};
    },
  });

  api.call({
    method: 'POST',
    path: '/logged-models/:model_id/params',
    access: 'write',
    input: z.object({ ...OF, params: Pairs }),
    answer: async (context, { model_id: id, params }) => {
      await loggedModels.write(context, id, { parameters: params });
      return {};
    },
  });
}

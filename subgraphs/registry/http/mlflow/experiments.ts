import * as z from 'zod';
import type { Operations } from '../../operations/operations.ts';
import type { MlflowApi } from './mlflow-api.ts';
import { asSearch, Id, nextPage, Pairs, searchFields } from './fields.ts';
import { shownGroup } from './shown.ts';

const OF = { experiment_id: Id };
export const LIVES = z.enum(['ACTIVE_ONLY', 'DELETED_ONLY', 'ALL']).default('ACTIVE_ONLY');

/** `/experiments/…`: our groups of runs. */
export function addExperiments(api: MlflowApi, { runGroups }: Pick<Operations, 'runGroups'>): void {
  api.call({
    method: 'POST',
    path: '/experiments/create',
    access: 'write',
    input: z.object({
      name: z.string(),
      tags: Pairs,
      artifact_location: z.literal('', { error: 'files are kept by this server: leave it out' }).nullish(),
    }),
    answer: async (context, { name, tags }) => ({
      experiment_id: (await runGroups.create(context, { name, tags })).id,
    }),
  });

  api.call({
    method: 'GET',
    path: '/experiments/get',
    access: 'read',
    input: z.object(OF),
    answer: async (context, { experiment_id: id }) => ({ experiment: shownGroup(await runGroups.byId(context, id)) }),
  });

  api.call({
    method: 'GET',
    path: '/experiments/get-by-name',
    access: 'read',
    input: z.object({ experiment_name: z.string() }),
    answer: async (context, { experiment_name: name }) => ({
      experiment: shownGroup(await runGroups.byName(context, name)),
    }),
  });

  api.call({
    method: ['POST', 'GET'],
    path: '/experiments/search',
    access: 'read',
    input: z.object({ ...searchFields(50_000, 1_000), view_type: LIVES }),
    answer: async (context, input) => {
      const { items, nextPageToken } = await runGroups.search(context, { ...asSearch(input), life: input.view_type });
      return { experiments: items.map(shownGroup), ...nextPage(nextPageToken) };
    },
  });

  api.call({
    method: 'POST',
    path: '/experiments/update',
    access: 'write',
    input: z.object({ ...OF, new_name: z.string() }),
    answer: async (context, { experiment_id: id, new_name: name }) => {
      await runGroups.change(context, { id, action: 'rename', name });
      return {};
    },
  });

  for (const action of ['delete', 'restore'] as const) {
    api.call({
      method: 'POST',
      path: `/experiments/${action}`,
      access: 'write',
      input: z.object(OF),
      answer: async (context, { experiment_id: id }) => {
        await runGroups.change(context, { id, action });
        return {};
      },
    });
  }

  api.call({
    method: 'POST',
    path: '/experiments/set-experiment-tag',
    access: 'write',
    input: z.object({ ...OF, key: z.string(), value: z.string() }),
    answer: async (context, { experiment_id: id, key, value }) => {
      await runGroups.change(context, { id, action: 'tag', set: { [key]: value } });
      return {};
    },
  });

  api.call({
    method: 'POST',
    path: '/experiments/delete-experiment-tag',
    access: 'write',
    input: z.object({ ...OF, key: z.string() }),
    answer: async (context, { experiment_id: id, key }) => {
      await runGroups.change(context, { id, action: 'tag', without: key });
      return {};
    },
  });
}

import * as z from 'zod';
import { versionUrn } from '../../domain/ids.ts';
import type { Operations } from '../../operations/operations.ts';
import type { MlflowApi } from './mlflow-api.ts';
import { asSearch, nextPage, Pairs, searchFields, Text, VersionNumber } from './fields.ts';
import { downloadUri, shownVersion } from './shown.ts';

type Ops = Pick<Operations, 'models' | 'registeredViews' | 'stages' | 'versions' | 'runRegistrations'>;

const OF = { name: z.string(), version: VersionNumber };

/** `/model-versions/…`. */
export function addModelVersions(
  api: MlflowApi,
  { models, registeredViews, stages, versions, runRegistrations }: Ops,
): void {
  api.call({
    method: 'POST',
    path: '/model-versions/create',
    access: 'write',
    input: z.object({
      name: z.string(),
      source: z.string().max(2_000),
      run_id: z.string().nullish(),
      model_id: z.string().nullish(),
      run_link: z.string().max(2_000).nullish(),
      tags: Pairs,
      description: Text.default(''),
    }),
    answer: async (context, input) => {
      const view = await runRegistrations.register(context, {
        model: input.name,
        source: input.source,
        run: input.run_id || null,
        loggedModel: input.model_id || null,
        runLink: input.run_link || null,
        description: input.description,
        labels: input.tags,
      });
      return { model_version: shownVersion(view) };
    },
  });

  api.call({
    method: 'GET',
    path: '/model-versions/get',
    access: 'read',
    input: z.object(OF),
    answer: async (context, { name, version }) => ({
      model_version: shownVersion(await registeredViews.version(context, { model: name, number: version })),
    }),
  });

  api.call({
    method: 'PATCH',
    path: '/model-versions/update',
    access: 'write',
    input: z.object({ ...OF, description: Text.default('') }),
    answer: async (context, { name, version, description }) => {
      const key = await models.requireVersion(context, name, version);
      const changes = { id: versionUrn.format(key), description };
      await versions.update(context, changes);
      return { model_version: shownVersion(await registeredViews.version(context, key)) };
    },
  });

  api.call({
    method: 'DELETE',
    path: '/model-versions/delete',
    access: 'write',
    input: z.object(OF),
    answer: async (context, { name, version }) => {
      await stages.archive(context, { model: name, number: version });
      return {};
    },
  });

  api.call({
    method: 'GET',
    path: '/model-versions/search',
    access: 'read',
    input: z.object(searchFields(200_000, 10_000)),
    answer: async (context, input) => {
      const asked = { ...asSearch(input), maxResults: Math.min(input.max_results, MOST_VERSIONS) };
      const { items, nextPageToken } = await registeredViews.searchVersions(context, asked);
      return { model_versions: items.map(shownVersion), ...nextPage(nextPageToken) };
    },
  });

  api.call({
    method: 'GET',
    path: '/model-versions/get-download-uri',
    access: 'read',
    input: z.object(OF),
    answer: async (context, { name, version }) => ({
      artifact_uri: downloadUri(await registeredViews.version(context, { model: name, number: version })),
    }),
  });

  api.call({
    method: 'POST',
    path: '/model-versions/transition-stage',
    access: 'decide',
    input: z.object({ ...OF, stage: z.string(), archive_existing_versions: z.boolean().default(false) }),
    answer: async (context, { name, version, stage, archive_existing_versions: archiveOthers }) => ({
      model_version: shownVersion(
        await stages.transition(context, { model: name, number: version, stage, archiveOthers }),
      ),
    }),
  });

  api.call({
    method: 'POST',
    path: '/model-versions/set-tag',
    access: 'write',
    input: z.object({ ...OF, key: z.string(), value: z.string() }),
    answer: async (context, { name, version, key, value }) => {
      await models.label(context, { model: name, number: version }, { set: { [key]: value } });
      return {};
    },
  });

  api.call({
    method: 'DELETE',
    path: '/model-versions/delete-tag',
    access: 'write',
    input: z.object({ ...OF, key: z.string() }),
    answer: async (context, { name, version, key }) => {
      await models.label(context, { model: name, number: version }, { without: key });
      return {};
    },
  });
}

/** Clients ask for two hundred thousand and take a page token as well. */
const MOST_VERSIONS = 1_000;

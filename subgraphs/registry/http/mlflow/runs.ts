import * as z from 'zod';
import { DomainError } from '../../../../core/errors.ts';
import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import { RUN_STATUSES } from '../../domain/tracking/tracking.ts';
import type { Operations } from '../../operations/operations.ts';
import type { MeasurementPlace, RunEntry } from '../../operations/tracking/training-runs.ts';
import type { MlflowApi } from './mlflow-api.ts';
import { LIVES } from './experiments.ts';
import { asSearch, Float, Id, listOf, Millis, nextPage, Pairs, searchFields, Text, Whole } from './fields.ts';
import { shownMeasurement, shownRun, shownRunInfo } from './shown.ts';

/** Clients from before MLflow 1.0 call a run's id `run_uuid`. */
const OF = { run_id: z.string().nullish(), run_uuid: z.string().nullish() };

function idOf({
  run_id: id,
  run_uuid: uuid,
}: {
  run_id?: string | null | undefined;
  run_uuid?: string | null | undefined;
}): string {
  const found = id || uuid;
  if (found) return found;
  throw new DomainError('INVALID_INPUT', 'run_id: say which run', { field: 'run_id' });
}

const METRIC = {
  key: z.string().min(1).max(250),
  value: Float,
  timestamp: Millis,
  step: Whole.default(0),
};
const Metric = z
  .object(METRIC)
  .transform(({ key, value, timestamp, step }) => ({ key, value, timestampMs: timestamp, step }));

/** `/runs/…` and `/metrics/…`. */
export function addRuns(api: MlflowApi, { trainingRuns }: Pick<Operations, 'trainingRuns'>): void {
  const write = async (context: RequestContext, id: string, entry: RunEntry): Promise<object> => {
    await trainingRuns.write(context, id, entry);
    return {};
  };

  api.call({
    method: 'POST',
    path: '/runs/create',
    access: 'write',
    input: z.object({
      experiment_id: Id.default('0'),
      run_name: Text.default(''),
      start_time: Millis.nullish(),
      tags: Pairs,
    }),
    answer: async (context, { experiment_id: group, run_name: given, start_time: startedMs, tags }) => {
      const name = given || tags['mlflow.runName'] || '';
      const run = await trainingRuns.begin(context, { group, name, startedMs: startedMs ?? null, tags });
      return { run: shownRun(run) };
    },
  });

  api.call({
    method: 'GET',
    path: '/runs/get',
    access: 'read',
    input: z.object(OF),
    answer: async (context, input) => ({ run: shownRun(await trainingRuns.byId(context, idOf(input))) }),
  });

  api.call({
    method: 'POST',
    path: '/runs/update',
    access: 'write',
    input: z.object({
      ...OF,
      status: z.enum(RUN_STATUSES).nullish(),
      end_time: Millis.nullish(),
      run_name: Text.nullish(),
    }),
    answer: async (context, { status, end_time: endedMs, run_name: name, ...of }) => {
      const run = await trainingRuns.write(context, idOf(of), {
        ...(status && { status }),
        ...(typeof endedMs === 'number' && { endedMs }),
        ...(name && { name, tags: { 'mlflow.runName': name } }),
      });
      return { run_info: shownRunInfo(run) };
    },
  });

  for (const action of ['delete', 'restore'] as const) {
    api.call({
      method: 'POST',
      path: `/runs/${action}`,
      access: 'write',
      input: z.object(OF),
      answer: async (context, input) => {
        await trainingRuns.setDeleted(context, idOf(input), action === 'delete');
        return {};
      },
    });
  }

  api.call({
    method: 'POST',
    path: '/runs/log-metric',
    access: 'write',
    input: z.object({ ...OF, ...METRIC }),
    answer: (context, { key, value, timestamp, step, ...of }) =>
      write(context, idOf(of), { measurements: [{ key, value, timestampMs: timestamp, step }] }),
  });

  api.call({
    method: 'POST',
    path: '/runs/log-parameter',
    access: 'write',
    input: z.object({ ...OF, key: z.string().min(1).max(250), value: z.string().max(8_000).default('') }),
    answer: (context, { key, value, ...of }) => write(context, idOf(of), { parameters: { [key]: value } }),
  });

  api.call({
    method: 'POST',
    path: '/runs/log-batch',
    access: 'write',
    input: z.object({ ...OF, metrics: listOf(Metric), params: Pairs, tags: Pairs }),
    answer: (context, { metrics: measurements, params: parameters, tags, ...of }) =>
      write(context, idOf(of), { measurements, parameters, tags }),
  });

  api.call({
    method: 'POST',
    path: '/runs/set-tag',
    access: 'write',
    input: z.object({ ...OF, key: z.string(), value: z.string().default('') }),
    answer: (context, { key, value, ...of }) => write(context, idOf(of), { tags: { [key]: value } }),
  });

  api.call({
    method: 'POST',
    path: '/runs/delete-tag',
    access: 'write',
    input: z.object({ ...OF, key: z.string() }),
    answer: (context, { key, ...of }) => write(context, idOf(of), { withoutTag: key }),
  });

  api.call({
    method: 'POST',
    path: '/runs/log-model',
    access: 'write',
    input: z.object({ ...OF, model_json: Text }),
    answer: async (context, { model_json: json, ...of }) => {
      const id = idOf(of);
      // Clients read one list of all models of a run out of this tag.
      const { tags } = await trainingRuns.byId(context, id);
      const history = [...modelsIn(tags[HISTORY]), ...modelsIn(`[${json}]`)].slice(-MOST_MODELS);
      return write(context, id, { tags: { [HISTORY]: JSON.stringify(history).slice(0, LONGEST_HISTORY) } });
    },
  });

  api.call({
    method: 'POST',
    path: '/runs/log-inputs',
    access: 'write',
    input: z.object({ ...OF, datasets: listOf(Noted), models: listOf(Noted) }),
    answer: (context, { datasets, models, ...of }) => write(context, idOf(of), { inputs: [...datasets, ...models] }),
  });

  api.call({
    method: 'POST',
    path: '/runs/outputs',
    access: 'write',
    input: z.object({ ...OF, models: listOf(Noted) }),
    answer: (context, { models, ...of }) => write(context, idOf(of), { outputs: models }),
  });

  api.call({
    method: 'POST',
    path: '/runs/search',
    access: 'read',
    input: z.object({ ...searchFields(50_000, 1_000), experiment_ids: listOf(Id), run_view_type: LIVES }),
    answer: async (context, input) => {
      const { experiment_ids: groups, run_view_type: life } = input;
      const { items, nextPageToken } = await trainingRuns.search(context, { ...asSearch(input), groups, life });
      return { runs: items.map(shownRun), ...nextPage(nextPageToken) };
    },
  });

  api.call({
    method: 'GET',
    path: '/metrics/get-history',
    access: 'read',
    input: z.object({
      ...OF,
      metric_key: z.string(),
      max_results: Whole.pipe(z.number().min(1).max(25_000)).default(25_000),
      page_token: z.string().default(''),
    }),
    answer: async (context, { metric_key: key, max_results: limit, page_token: token, ...of }) => {
      const { id: run } = await trainingRuns.byId(context, idOf(of));
      const page = { limit: limit + 1, after: token === '' ? null : placeOf(token) };
      const found = await trainingRuns.measurements(context, { run, key }, page);
      const shown = found.slice(0, limit);
      const last = found.length > limit ? shown.at(-1) : undefined;
      const next = last ? tokenOf(last) : '';
      return { metrics: shown.map(shownMeasurement), ...nextPage(next) };
    },
  });
}

/** What a run read or wrote, kept as the client says it. */
const Noted = z.record(z.string(), z.unknown());

const HISTORY = 'mlflow.log-model.history';
const MOST_MODELS = 20;
const LONGEST_HISTORY = 8_000;

function modelsIn(text: string | undefined): readonly unknown[] {
  if (text === undefined) return [];
  try {
    const models: unknown = JSON.parse(text);
    return Array.isArray(models) ? models : [];
  } catch {
    throw new DomainError('INVALID_INPUT', 'model_json: is no JSON', { field: 'model_json' });
  }
}

const Place = z.tuple([z.number(), z.number(), z.string()]);

const tokenOf = ({ step, timestampMs, value }: MeasurementPlace): string =>
  Buffer.from(JSON.stringify([step, timestampMs, String(value)])).toString('base64url');

function placeOf(token: string): MeasurementPlace {
  try {
    const [step, timestampMs, value] = Place.parse(JSON.parse(Buffer.from(token, 'base64url').toString()));
    if (Number.isSafeInteger(step) && Number.isSafeInteger(timestampMs))
      return { step, timestampMs, value: Number(value) };
  } catch {
    // Falls through: text that is no token at all is refused like one of nothing.
  }
  throw new DomainError('INVALID_INPUT', 'page_token: this is none of this list: pass a next_page_token', {
    field: 'page_token',
  });
}

import type { SearchColumn, Searched } from './search.ts';
import { RUN_GROUP_COLUMNS } from './run-group.ts';

const text = (sql: string): SearchColumn => ({ sql, type: 'text' });
const number = (sql: string): SearchColumn => ({ sql, type: 'number' });
const ms = (column: string): string => `(extract(epoch from ${column}) * 1000)`;

/** MLflow keeps prompts among its models, and clients that search models ask for what is none. */
const NO_PROMPT = { 'mlflow.prompt.is_prompt': 'false' };

/** When a model or a version last changed in its labels or its approval life. */
const MODEL_UPDATED = `greatest(${ms('model.created_at')}, coalesce(label.updated_ms, 0))`;
const VERSION_UPDATED = `greatest(${ms('version.created_at')}, coalesce(label.updated_ms, 0), coalesce((
  select ${ms('max(step.at)')} from approval_step step
  where step.project = version.project and step.model = version.model and step.number = version.number), 0))`;

export const SEARCHED_MODELS: Searched = {
  from: `model left join label_set label
    on label.project = model.project and label.model = model.name and label.number = 0`,
  select: `model.name, ${MODEL_UPDATED}::float8 as "updatedMs"`,
  attributes: {
    name: text('model.name'),
    creation_timestamp: number(ms('model.created_at')),
    last_updated_timestamp: number(MODEL_UPDATED),
    timestamp: number(MODEL_UPDATED),
  },
  json: { tag: 'label.labels' },
  absentTags: NO_PROMPT,
  lastOrder: 'model.name asc',
};

export const SEARCHED_VERSIONS: Searched = {
  from: `model_version version
    left join label_set label
      on label.project = version.project and label.model = version.model and label.number = version.number
    left join model_job job
      on job.project = version.project and job.model = version.model and job.number = version.number
      and job.kind = 'REGISTRATION'
    left join version_origin origin on origin.job = job.key`,
  select: `version.model, version.number, ${VERSION_UPDATED}::float8 as "updatedMs"`,
  attributes: {
    name: text('version.model'),
    version: number('version.number'),
    version_number: number('version.number'),
    run_id: text(`coalesce(origin.run, '')`),
    source_path: text(`coalesce(origin.source, '')`),
    source: text(`coalesce(origin.source, '')`),
    user_id: text('version.created_by'),
    creation_timestamp: number(ms('version.created_at')),
    last_updated_timestamp: number(VERSION_UPDATED),
  },
  json: { tag: 'coalesce(label.labels, origin.labels)' },
  absentTags: NO_PROMPT,
  lastOrder: 'version.model asc, version.number desc',
};

export const SEARCHED_RUNS: Searched = {
  from: 'training_run run',
  select: 'run.id',
  attributes: {
    run_id: text('run.id'),
    run_name: text('run.name'),
    status: text('run.status'),
    user_id: text('run.created_by'),
    experiment_id: text('run.group_id'),
    start_time: number('run.started_ms'),
    created: number('run.started_ms'),
    end_time: number('run.ended_ms'),
  },
  json: { tag: 'run.tags', param: 'run.parameters', metric: 'run.metrics' },
  lastOrder: 'run.started_ms desc, run.id asc',
};

export const SEARCHED_GROUPS: Searched = {
  from: 'run_group',
  select: RUN_GROUP_COLUMNS,
  attributes: {
    name: text('name'),
    experiment_id: text('id'),
    creation_time: number('created_ms'),
    last_update_time: number('updated_ms'),
  },
  json: { tag: 'tags' },
  lastOrder: 'created_ms desc, id asc',
};

export const SEARCHED_LOGGED_MODELS: Searched = {
  from: 'logged_model model',
  select: 'model.id',
  attributes: {
    name: text('model.name'),
    model_id: text('model.id'),
    model_type: text('model.model_type'),
    status: text('model.status'),
    source_run_id: text(`coalesce(model.run, '')`),
    creation_timestamp: number('model.created_ms'),
    creation_time: number('model.created_ms'),
    last_updated_timestamp: number('model.updated_ms'),
  },
  json: { tag: 'model.tags', param: 'model.parameters' },
  lastOrder: 'model.created_ms desc, model.id asc',
};

import type { LoggedModel, Measurement, RunGroup, Texts, TrainingRun } from '../../domain/tracking/tracking.ts';
import { loggedModelRoot, runRoot, versionRoot } from '../../domain/tracking/artifact-path.ts';
import type { ModelView, VersionView } from '../../operations/version/registered-views.ts';

// What MLflow's calls answer, in its names.

const uri = (path: string): string => `mlflow-artifacts:/${path}`;

export const pairs = (texts: Texts): readonly { key: string; value: string }[] =>
  Object.entries(texts).map(([key, value]) => ({ key, value }));

export const shownMeasurement = ({ key, value, timestampMs, step }: Measurement) => ({
  key,
  // Numbers that JSON has no form for are texts, as protobuf writes them.
  value: Number.isFinite(value) ? value : String(value),
  timestamp: timestampMs,
  step,
});

export const shownGroup = ({ id, name, tags, deleted, createdMs, updatedMs }: RunGroup) => ({
  experiment_id: id,
  name,
  artifact_location: uri(id),
  lifecycle_stage: deleted ? 'deleted' : 'active',
  creation_time: createdMs,
  last_update_time: updatedMs,
  tags: pairs(tags),
});

export const shownRunInfo = (run: TrainingRun) => ({
  run_id: run.id,
  run_uuid: run.id,
  run_name: run.name,
  experiment_id: run.group,
  user_id: run.createdBy,
  status: run.status,
  start_time: run.startedMs,
  ...(run.endedMs !== null && { end_time: run.endedMs }),
  artifact_uri: uri(runRoot(run.group, run.id)),
  lifecycle_stage: run.deleted ? 'deleted' : 'active',
});

export const shownRun = (run: TrainingRun) => ({
  info: shownRunInfo(run),
  data: {
    metrics: run.metrics.map(shownMeasurement),
    params: pairs(run.parameters),
    tags: [...pairs({ 'mlflow.runName': run.name, ...run.tags })],
  },
  inputs: {
    dataset_inputs: run.inputs.filter((one) => !isModel(one)),
    model_inputs: run.inputs.filter(isModel),
  },
  outputs: { model_outputs: run.outputs },
});

const isModel = (input: unknown): boolean => typeof input === 'object' && input !== null && 'model_id' in input;

const STATUS_NAMES = {
  PENDING: 'LOGGED_MODEL_PENDING',
  READY: 'LOGGED_MODEL_READY',
  UPLOAD_FAILED: 'LOGGED_MODEL_UPLOAD_FAILED',
} as const;

export const shownLoggedModel = (model: LoggedModel) => ({
  info: {
    model_id: model.id,
    experiment_id: model.group,
    name: model.name,
    creation_timestamp_ms: model.createdMs,
    last_updated_timestamp_ms: model.updatedMs,
    artifact_uri: uri(loggedModelRoot(model.group, model.id)),
    status: STATUS_NAMES[model.status],
    model_type: model.modelType,
    ...(model.run !== null && { source_run_id: model.run }),
    tags: pairs(model.tags),
  },
  data: { params: pairs(model.parameters), metrics: [] },
});

export const downloadUri = ({ version: { model, number } }: VersionView): string => uri(versionRoot(model, number));

export const shownVersion = (view: VersionView) => {
  const { version, origin, stage, aliases, labels, updatedMs } = view;
  return {
    name: version.model,
    version: String(version.number),
    creation_timestamp: version.createdAt.getTime(),
    last_updated_timestamp: updatedMs,
    user_id: version.createdBy,
    current_stage: stage,
    description: version.description,
    source: origin?.source ?? downloadUri(view),
    status: 'READY',
    ...(origin?.run && { run_id: origin.run }),
    ...(origin?.runLink && { run_link: origin.runLink }),
    ...(origin?.loggedModel && { model_id: origin.loggedModel }),
    tags: pairs(labels),
    aliases,
  };
};

export const shownModel = ({ model, labels, aliases, latest, updatedMs }: ModelView) => ({
  name: model.name,
  creation_timestamp: model.createdAt.getTime(),
  last_updated_timestamp: updatedMs,
  user_id: model.createdBy,
  description: model.description,
  latest_versions: latest.map(shownVersion),
  tags: pairs(labels),
  aliases: aliases.map(({ alias, number }) => ({ alias, version: String(number) })),
});

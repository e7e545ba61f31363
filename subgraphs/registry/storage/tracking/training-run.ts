import type { EntityManager } from '@mikro-orm/postgresql';
import { DomainError } from '../../../../core/errors.ts';
import type { Database } from '../../../shared/database/database.ts';
import type { Measurement, TrainingRun } from '../../domain/tracking/tracking.ts';
import { arrayLiteral } from '../version/model.ts';

export const trainingRunSql: readonly string[] = [
  `create table training_run (
     project text not null,
     id text not null,
     group_id text not null,
     name text not null,
     status text not null,
     started_ms bigint not null,
     ended_ms bigint,
     deleted boolean not null,
     parameters jsonb not null,
     tags jsonb not null,
     metrics jsonb not null,
     inputs jsonb not null,
     outputs jsonb not null,
     makers text[] not null,
     created_by text not null,
     primary key (project, id)
   )`,
  'create index training_run_group on training_run (project, group_id, started_ms)',
  `create table run_metric (
     project text not null,
     run text not null,
     key text not null,
     step bigint not null,
     timestamp_ms bigint not null,
     value float8 not null,
     primary key (project, run, key, step, timestamp_ms, value)
   )`,
];

/** `metrics` holds of each key its last measurement, with numbers that JSON has no form for as texts. */
interface Row extends Omit<TrainingRun, 'metrics'> {
  readonly metrics: Readonly<Record<string, { value: number | string; step: number; timestampMs: number }>>;
}

const COLUMNS = `project, id, group_id as "group", name, status, started_ms::float8 as "startedMs",
  ended_ms::float8 as "endedMs", deleted, parameters, tags, metrics, inputs, outputs, makers, created_by as "createdBy"`;

const plain = ({ metrics, ...run }: Row): TrainingRun => ({
  ...run,
  metrics: Object.entries(metrics)
    .map(([key, one]) => ({ ...one, key, value: Number(one.value) }))
    .toSorted((a, b) => (a.key < b.key ? -1 : 1)),
});

const stored = (metrics: readonly Measurement[]): string =>
  JSON.stringify(
    Object.fromEntries(
      metrics.map(({ key, value, step, timestampMs }) => [
        key,
        { value: Number.isFinite(value) ? value : String(value), step, timestampMs },
      ]),
    ),
  );

export async function insertTrainingRun(em: EntityManager, run: TrainingRun): Promise<void> {
  await em.execute(
    `insert into training_run (project, id, group_id, name, status, started_ms, ended_ms, deleted, parameters, tags,
       metrics, inputs, outputs, makers, created_by)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?::jsonb, ?::jsonb, ?::jsonb, ?::jsonb, ?::jsonb, ?::text[], ?)`,
    [run.project, run.id, run.group, ...values(run), run.createdBy],
  );
}

/** Writes everything but the key, the group and who made it. */
export async function saveTrainingRun(em: EntityManager, run: TrainingRun): Promise<void> {
  await em.execute(
    `update training_run set name = ?, status = ?, started_ms = ?, ended_ms = ?, deleted = ?, parameters = ?::jsonb,
       tags = ?::jsonb, metrics = ?::jsonb, inputs = ?::jsonb, outputs = ?::jsonb, makers = ?::text[]
     where project = ? and id = ?`,
    [...values(run), run.project, run.id],
  );
}

const values = (run: TrainingRun): readonly (string | number | boolean | null)[] => [
  run.name,
  run.status,
  run.startedMs,
  run.endedMs,
  run.deleted,
  JSON.stringify(run.parameters),
  JSON.stringify(run.tags),
  stored(run.metrics),
  JSON.stringify(run.inputs),
  JSON.stringify(run.outputs),
  arrayLiteral(run.makers),
];

/** Reads a run and holds its row until the transaction ends. Throws NOT_FOUND. */
export async function lockTrainingRun(em: EntityManager, project: string, id: string): Promise<TrainingRun> {
  const [row] = await em.execute<Row[]>(`select ${COLUMNS} from training_run where project = ? and id = ? for update`, [
    project,
    id,
  ]);
  if (row) return plain(row);
  throw unknownRun(id);
}

export async function findTrainingRuns(
  db: Database,
  project: string,
  ids: readonly string[],
): Promise<readonly TrainingRun[]> {
  const rows = await db.query<Row>(`select ${COLUMNS} from training_run where project = $1 and id = any($2)`, [
    project,
    ids,
  ]);
  return rows.map(plain);
}

/** Adds measurements; one that is sent again counts once. */
export async function addMeasurements(
  em: EntityManager,
  { project, id }: Pick<TrainingRun, 'project' | 'id'>,
  measurements: readonly Measurement[],
): Promise<void> {
  const rows = measurements.map(({ key, step, timestampMs, value }) => ({
    key,
    step,
    timestamp_ms: timestampMs,
    value: Number.isFinite(value) ? value : String(value),
  }));
  await em.execute(
    `insert into run_metric (project, run, key, step, timestamp_ms, value)
     select ?, ?, key, step, timestamp_ms, value::float8
     from jsonb_to_recordset(?::jsonb) as given (key text, step bigint, timestamp_ms bigint, value text)
     on conflict do nothing`,
    [project, id, JSON.stringify(rows)],
  );
}

/** Where a measurement stands among those of its metric. */
export type MeasurementPlace = Pick<Measurement, 'step' | 'timestampMs' | 'value'>;

/** The measurements of one metric by step, behind `after`; at most `limit`. */
export async function listMeasurements(
  db: Database,
  { project, run, key }: { readonly project: string; readonly run: string; readonly key: string },
  { limit, after }: { readonly limit: number; readonly after: MeasurementPlace | null },
): Promise<readonly Measurement[]> {
  return db.query(
    `select key, step::float8 as step, timestamp_ms::float8 as "timestampMs", value
     from run_metric
     where project = $1 and run = $2 and key = $3
       and ($4::bigint is null or (step, timestamp_ms, value) > ($4::bigint, $5::bigint, $6::float8))
     order by step, timestamp_ms, value limit $7`,
    [project, run, key, after?.step ?? null, after?.timestampMs ?? null, after?.value ?? null, limit],
  );
}

export const unknownRun = (id: string): DomainError =>
  new DomainError('NOT_FOUND', `run_id: there is no run "${id}"`, { field: 'run_id' });

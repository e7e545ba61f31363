import { defineEntity, LockMode, p } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { DomainError } from '../../../core/errors.ts';
import type { PageRequest } from '../../shared/paging.ts';
import type { Decision, Experiment, Lease, SplitRevision } from '../domain/experiment.ts';
import type { ExperimentStatus } from '../domain/life.ts';
import type { Split } from '../domain/split.ts';

/** What JSON makes of a value: times become text. */
type Stored<T> = { readonly [Name in keyof T]: Date extends T[Name] ? Exclude<T[Name], Date> | string : T[Name] };

export const ExperimentRow = defineEntity({
  name: 'Experiment',
  tableName: 'experiment',
  primaryKeys: ['project', 'name'],
  properties: {
    project: p.text().primary(),
    name: p.text().primary(),
    description: p.text(),
    hypothesis: p.text(),
    deployment: p.text(),
    controlRelease: p.text(),
    controlVersion: p.text().nullable(),
    candidateRelease: p.text(),
    candidateVersion: p.text().nullable(),
    positiveFrom: p.double().$type<number>(),
    unit: p.text(),
    seed: p.text(),
    hashVersion: p.integer().$type<1 | 2>(),
    split: p.json<Split>(),
    design: p.json<Experiment['design']>(),
    status: p.text().$type<ExperimentStatus>(),
    splitRevision: p.integer(),
    revisions: p.json<readonly Stored<SplitRevision>[]>(),
    lease: p.json<Stored<Lease>>().nullable(),
    decision: p.json<Stored<Decision>>().nullable(),
    createdAt: p.datetime(3),
    createdBy: p.text(),
    revision: p.integer(),
  },
  indexes: [{ name: 'experiment_by_deployment', properties: ['project', 'deployment', 'name'] }],
});

export const experimentSql: readonly string[] = [
  `create table experiment (
     project text not null,
     name text not null,
     description text not null,
     hypothesis text not null,
     deployment text not null,
     control_release text not null,
     control_version text,
     candidate_release text not null,
     candidate_version text,
     positive_from double precision not null,
     unit text not null,
     seed text not null,
     hash_version int not null,
     split jsonb not null,
     design jsonb not null,
     status text not null,
     split_revision int not null,
     revisions jsonb not null,
     lease jsonb,
     decision jsonb,
     created_at timestamptz(3) not null,
     created_by text not null,
     revision int not null,
     primary key (project, name)
   )`,
  'create index experiment_by_deployment on experiment (project, deployment, name)',
];

type Row = NonNullable<Awaited<ReturnType<typeof rowOf>>>;
const rowOf = (em: EntityManager, project: string, name: string, lockMode: LockMode) =>
  em.findOne(ExperimentRow, { project, name }, { lockMode });

const dateOrNull = (text: string | null): Date | null => (text === null ? null : new Date(text));

function plain(row: Row): Experiment {
  const { controlRelease, controlVersion, candidateRelease, candidateVersion, revisions, lease, decision } = row;
  return {
    project: row.project,
    name: row.name,
    description: row.description,
    hypothesis: row.hypothesis,
    deployment: row.deployment,
    control: { release: controlRelease, modelVersion: controlVersion ?? null },
    candidate: { release: candidateRelease, modelVersion: candidateVersion ?? null },
    positiveFrom: row.positiveFrom,
    unit: row.unit,
    seed: row.seed,
    hashVersion: row.hashVersion,
    split: row.split,
    design: row.design,
    status: row.status,
    splitRevision: row.splitRevision,
    revisions: revisions.map((revision) => ({
      ...revision,
      startedAt: new Date(revision.startedAt),
      endedAt: dateOrNull(revision.endedAt),
    })),
    lease: lease ? { trafficRevision: lease.trafficRevision, lostAt: dateOrNull(lease.lostAt) } : null,
    decision: decision ? { ...decision, at: new Date(decision.at) } : null,
    createdAt: row.createdAt,
    createdBy: row.createdBy,
    revision: row.revision,
  };
}

function toRow(experiment: Experiment) {
  const { control, candidate, revisions, lease, decision, ...rest } = experiment;
  return {
    ...rest,
    controlRelease: control.release,
    controlVersion: control.modelVersion,
    candidateRelease: candidate.release,
    candidateVersion: candidate.modelVersion,
    revisions: revisions.map((revision) => ({
      ...revision,
      startedAt: revision.startedAt.toISOString(),
      endedAt: revision.endedAt?.toISOString() ?? null,
    })),
    lease: lease && { trafficRevision: lease.trafficRevision, lostAt: lease.lostAt?.toISOString() ?? null },
    decision: decision && { ...decision, at: decision.at.toISOString() },
  };
}

/** Throws CONFLICT where the name is taken. */
export async function insertExperiment(em: EntityManager, experiment: Experiment): Promise<void> {
  const { project, name } = experiment;
  await em.execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`experiment ${project} ${name}`]);
  if (await em.findOne(ExperimentRow, { project, name })) {
    throw new DomainError('CONFLICT', `there is an experiment "${name}" already`, { field: 'name' });
  }
  await em.insert(ExperimentRow, toRow(experiment));
}

/** The experiment, held until the transaction ends. Throws NOT_FOUND. */
export async function lockExperiment(em: EntityManager, project: string, name: string): Promise<Experiment> {
  const row = await rowOf(em, project, name, LockMode.PESSIMISTIC_WRITE);
  if (!row) throw new DomainError('NOT_FOUND', `there is no experiment "${name}"`, { field: 'experiment' });
  return plain(row);
}

export async function saveExperiment(em: EntityManager, experiment: Experiment): Promise<void> {
  await em.upsert(ExperimentRow, toRow(experiment));
}

export async function findExperiments(
  em: EntityManager,
  project: string,
  names: readonly string[],
): Promise<readonly Experiment[]> {
  const rows = await em.find(ExperimentRow, { project, name: { $in: [...names] } });
  return rows.map((row) => plain(row));
}

export interface ExperimentFilter {
  readonly project: string;
  readonly deployment: string | null;
  readonly modelVersion: string | null;
  readonly status: ExperimentStatus | null;
}

/** By name, one more than asked for. */
export async function listExperiments(
  em: EntityManager,
  { project, deployment, modelVersion, status }: ExperimentFilter,
  { first, after }: PageRequest,
): Promise<readonly Experiment[]> {
  const rows = await em.find(
    ExperimentRow,
    {
      project,
      ...(deployment !== null && { deployment }),
      ...(status !== null && { status }),
      ...(modelVersion !== null && {
        $or: [{ controlVersion: modelVersion }, { candidateVersion: modelVersion }],
      }),
      ...(after && { name: { $gt: String(after[0]) } }),
    },
    { orderBy: { name: 'asc' }, limit: first + 1 },
  );
  return rows.map((row) => plain(row));
}

/**
 * The experiments of one deployment that run, or are just being started, held until the transaction ends: one that is
 * being started is waited for, and comes back as it is then.
 */
export async function lockOpenExperiments(
  em: EntityManager,
  project: string,
  deployment: string,
): Promise<readonly Experiment[]> {
  const rows = await em.find(
    ExperimentRow,
    { project, deployment, status: { $in: ['DRAFT', 'RUNNING'] } },
    { lockMode: LockMode.PESSIMISTIC_WRITE, orderBy: { name: 'asc' } },
  );
  return rows.map((row) => plain(row));
}

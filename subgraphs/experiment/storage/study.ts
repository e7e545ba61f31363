import { defineEntity, LockMode, p, raw } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import * as z from 'zod';
import { DomainError } from '../../../core/errors.ts';
import type { PageRequest } from '../../shared/paging.ts';
import { STEP_VERBS, type Arm, type PendingStep, type Study, type StudyKind } from '../domain/study.ts';

/** Experiments, shadows and rollouts: what all studies have as columns, what one kind has alone as JSON. */
export const StudyRow = defineEntity({
  name: 'Study',
  tableName: 'study',
  primaryKeys: ['project', 'kind', 'name'],
  properties: {
    project: p.text().primary(),
    kind: p.text().$type<StudyKind<Study>['kind']>().primary(),
    name: p.text().primary(),
    description: p.text(),
    hypothesis: p.text(),
    deployment: p.text(),
    arms: p.json<readonly Arm[]>(),
    unit: p.text(),
    seed: p.text(),
    hashVersion: p.integer().$type<1 | 2>(),
    status: p.text(),
    lease: p.json<unknown>().nullable(),
    pending: p.json<unknown>().nullable(),
    own: p.json<unknown>(),
    createdAt: p.datetime(3),
    createdBy: p.text(),
    revision: p.integer(),
  },
  indexes: [{ name: 'study_by_deployment', properties: ['project', 'deployment', 'kind', 'name'] }],
});

export const studySql: readonly string[] = [
  `create table study (
     project text not null,
     kind text not null,
     name text not null,
     description text not null,
     hypothesis text not null,
     deployment text not null,
     arms jsonb not null,
     unit text not null,
     seed text not null,
     hash_version int not null,
     status text not null,
     lease jsonb,
     pending jsonb,
     own jsonb not null,
     created_at timestamptz(3) not null,
     created_by text not null,
     revision int not null,
     primary key (project, kind, name)
   )`,
  'create index study_by_deployment on study (project, deployment, kind, name)',
];

const Lease = z.object({ trafficRevision: z.number(), lostAt: z.coerce.date().nullable() });
const Pending = z.object({
  id: z.string(),
  verb: z.enum(STEP_VERBS),
  at: z.coerce.date(),
  by: z.string(),
  reason: z.string().nullable(),
  revised: z.custom<PendingStep['revised']>(),
  balanced: z.custom<PendingStep['balanced']>(),
  to: z.number().nullable(),
  news: z
    .object({
      trafficRevision: z.number(),
      holder: z.string().nullable(),
      versions: z.record(z.string(), z.array(z.string())),
      at: z.coerce.date(),
    })
    .nullable(),
});

/** How one kind of study is stored: its rules, and the fields that it alone has. */
export interface StoredKind<S extends Study> {
  readonly rules: StudyKind<S>;
  /** Reads the kind's own fields back from JSON, times included; keys that it does not name belong to all studies. */
  readonly own: z.ZodType<Omit<S, keyof Study> & Pick<S, 'status'>>;
}

export function studyOf<S extends Study>(
  { own }: StoredKind<S>,
  row: Record<keyof typeof StudyRow.properties, unknown>,
): S {
  const { kind: _, own: fields, lease, pending, ...common } = { ...row };
  return {
    ...common,
    lease: lease ? Lease.parse(lease) : null,
    pending: pending ? Pending.parse(pending) : null,
    ...own.parse({ ...(fields as object), status: row.status }),
  } as unknown as S;
}

function toRow<S extends Study>({ rules, own }: StoredKind<S>, study: S) {
  const { status: _, ...fields } = own.parse(study) as object & { status: string };
  return {
    project: study.project,
    kind: rules.kind,
    name: study.name,
    description: study.description,
    hypothesis: study.hypothesis,
    deployment: study.deployment,
    arms: study.arms,
    unit: study.unit,
    seed: study.seed,
    hashVersion: study.hashVersion,
    status: study.status,
    lease: study.lease,
    pending: study.pending,
    own: fields,
    createdAt: study.createdAt,
    createdBy: study.createdBy,
    revision: study.revision,
  };
}

const key = ({ rules }: StoredKind<never>, project: string) => ({ project, kind: rules.kind });

/** Throws CONFLICT where the name is taken. */
export async function insertStudy<S extends Study>(em: EntityManager, kind: StoredKind<S>, study: S): Promise<void> {
  const { project, name } = study;
  const noun = kind.rules.kind;
  await lockName(em, noun, project, name);
  if (await em.findOne(StudyRow, { project, kind: noun, name })) {
    throw new DomainError('CONFLICT', `name: there is one called "${name}" already`, { field: 'name' });
  }
  await em.insert(StudyRow, toRow(kind, study));
}

const lockName = (em: EntityManager, noun: string, project: string, name: string): Promise<unknown> =>
  em.execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`${noun} ${project} ${name}`]);

/** The study of a name, and the name itself, held until the transaction ends; null where there is none. */
export async function lockNamed<S extends Study>(
  em: EntityManager,
  kind: StoredKind<S>,
  project: string,
  name: string,
): Promise<S | null> {
  await lockName(em, kind.rules.kind, project, name);
  return lockedStudy(em, kind, project, name);
}

/** The study, held until the transaction ends. Throws NOT_FOUND. */
export async function lockStudy<S extends Study>(
  em: EntityManager,
  kind: StoredKind<S>,
  project: string,
  name: string,
): Promise<S> {
  const study = await lockedStudy(em, kind, project, name);
  if (study) return study;
  const noun = kind.rules.kind;
  throw new DomainError('NOT_FOUND', `${noun}: there is no ${noun} "${name}"`, { field: noun });
}

async function lockedStudy<S extends Study>(
  em: EntityManager,
  kind: StoredKind<S>,
  project: string,
  name: string,
): Promise<S | null> {
  const row = await em.findOne(
    StudyRow,
    { project, kind: kind.rules.kind, name },
    { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true },
  );
  return row && studyOf(kind, row);
}

export async function saveStudy<S extends Study>(em: EntityManager, kind: StoredKind<S>, study: S): Promise<void> {
  await em.upsert(StudyRow, toRow(kind, study));
}

export async function findStudies<S extends Study>(
  em: EntityManager,
  kind: StoredKind<S>,
  project: string,
  names: readonly string[],
): Promise<readonly S[]> {
  if (names.length === 0) return [];
  const rows = await em.find(StudyRow, { ...key(kind as never, project), name: { $in: [...names] } });
  return rows.map((row) => studyOf(kind, row));
}

export interface StudyFilter {
  readonly project: string;
  readonly deployment: string | null;
  /** Of any arm. */
  readonly modelVersion: string | null;
  readonly status: string | null;
}

/** By name, one more than asked for. */
export async function listStudies<S extends Study>(
  em: EntityManager,
  kind: StoredKind<S>,
  { project, deployment, modelVersion, status }: StudyFilter,
  { first, after }: PageRequest,
): Promise<readonly S[]> {
  const rows = await em.find(
    StudyRow,
    {
      ...key(kind as never, project),
      ...(deployment !== null && { deployment }),
      ...(status !== null && { status }),
      ...(modelVersion !== null && { arms: { $contains: [{ modelVersions: [modelVersion] }] } as never }),
      ...(after && { name: { $gt: String(after[0]) } }),
    },
    { orderBy: { name: 'asc' }, limit: first + 1 },
  );
  return rows.map((row) => studyOf(kind, row));
}

/** jsonpath: an arm of which the registry has not said yet what it runs. Lax, an empty array would be no value at all. */
const UNKNOWN_ARM = 'strict $[*].modelVersions ? (@.size() == 0)';

/**
 * The studies of one deployment for which it matters what the registry says of it, held until the transaction ends: those
 * that run or are being started, and those that stopped before all was heard of them.
 */
export async function lockOpenStudies<S extends Study>(
  em: EntityManager,
  kind: StoredKind<S>,
  project: string,
  deployment: string,
): Promise<readonly S[]> {
  const rows = await em.find(
    StudyRow,
    {
      ...key(kind as never, project),
      deployment,
      $or: [
        { status: { $in: ['DRAFT', 'RUNNING'] } },
        { [raw('jsonb_path_exists(arms, ?::jsonpath)', [UNKNOWN_ARM])]: true },
      ],
    },
    { lockMode: LockMode.PESSIMISTIC_WRITE, orderBy: { name: 'asc' } },
  );
  return rows.map((row) => studyOf(kind, row));
}

/** Those of one project whose row matches, by name. */
export async function findMatching<S extends Study>(
  em: EntityManager,
  kind: StoredKind<S>,
  project: string,
  where: object,
): Promise<readonly S[]> {
  const rows = await em.find(StudyRow, { ...key(kind as never, project), ...where }, { orderBy: { name: 'asc' } });
  return rows.map((row) => studyOf(kind, row));
}

/** The studies of all projects that run and wait for nobody. */
export async function findRunning<S extends Study>(em: EntityManager, kind: StoredKind<S>): Promise<readonly S[]> {
  const rows = await em.find(
    StudyRow,
    { kind: kind.rules.kind, status: 'RUNNING', pending: null },
    { orderBy: { project: 'asc', name: 'asc' } },
  );
  return rows.map((row) => studyOf(kind, row));
}

/** Studies of all projects whose step has waited for the registry since before `before`. */
export async function findPending<S extends Study>(
  em: EntityManager,
  kind: StoredKind<S>,
  before: Date,
): Promise<readonly S[]> {
  const rows = await em.find(StudyRow, { kind: kind.rules.kind, pending: { $ne: null } });
  return rows.map((row) => studyOf(kind, row)).filter(({ pending }) => pending !== null && pending.at < before);
}

import { defineEntity, p } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { PageRequest } from '../../../shared/paging.ts';
import type { DeploymentKey, ReleaseKey } from '../../domain/ids.ts';
import { versionsOf, type Release, type ReleaseDecision } from '../../domain/serving/release.ts';
import { plainRow } from '../../../shared/database/plain-row.ts';

export const ReleaseRow = defineEntity({
  name: 'Release',
  tableName: 'release',
  primaryKeys: ['project', 'endpoint', 'environment', 'number'],
  properties: {
    project: p.text().primary(),
    endpoint: p.text().primary(),
    environment: p.text().primary(),
    number: p.integer().primary(),
    digest: p.text(),
    sizeBytes: p.bigint('number'),
    recipe: p.json<Release['recipe']>(),
    recipeDigest: p.text(),
    models: p.json<Release['models']>(),
    /** Of `models`: what a version is looked up by. */
    modelVersions: p.array(),
    featureService: p.text().nullable(),
    requires: p.array(),
    description: p.text(),
    createdAt: p.datetime(3),
    createdBy: p.text(),
    makers: p.array(),
    decision: p.text().$type<ReleaseDecision>().nullable(),
    decidedBy: p.text().nullable(),
    decidedAt: p.datetime(3).nullable(),
    decisionReason: p.text().nullable(),
    revision: p.integer(),
  },
  indexes: [
    { name: 'release_digest', properties: ['project', 'digest'] },
    { name: 'release_newest', properties: ['project', 'createdAt', 'endpoint', 'environment', 'number'] },
    { name: 'release_recipe', properties: ['project', 'recipeDigest'] },
    { name: 'release_model_versions', properties: ['modelVersions'], type: 'gin' },
  ],
});

export const releaseSql: readonly string[] = [
  `create table release (
     project text not null,
     endpoint text not null,
     environment text not null,
     number int not null,
     digest text not null,
     size_bytes bigint not null,
     recipe jsonb not null,
     recipe_digest text not null,
     models jsonb not null,
     model_versions text[] not null,
     feature_service text,
     requires text[] not null,
     description text not null,
     created_at timestamptz(3) not null,
     created_by text not null,
     makers text[] not null,
     decision text,
     decided_by text,
     decided_at timestamptz(3),
     decision_reason text,
     revision int not null,
     primary key (project, endpoint, environment, number)
   )`,
  'create index release_digest on release (project, digest)',
  'create index release_newest on release (project, created_at, endpoint, environment, number)',
  'create index release_recipe on release (project, recipe_digest)',
  'create index release_model_versions on release using gin (model_versions)',
];

interface Stored extends Omit<Release, 'approval'> {
  readonly modelVersions: readonly string[];
  readonly decision: ReleaseDecision | null;
  readonly decidedBy: string | null;
  readonly decidedAt: Date | null;
  readonly decisionReason: string | null;
}

/** Copies a row out. */
export const releaseOf = (row: Parameters<typeof plainRow<Stored>>[0]): Release => {
  const { modelVersions: _, decision, decidedBy, decidedAt, decisionReason, ...release } = plainRow<Stored>(row);
  const decided = decision !== null && decidedBy !== null && decidedAt !== null;
  return {
    ...release,
    approval: decided ? { decision, by: decidedBy, at: decidedAt, reason: decisionReason } : null,
  };
};

/** Keeps a new release, on which nothing is decided yet. */
export async function insertRelease(em: EntityManager, release: Omit<Release, 'approval'>): Promise<void> {
  await em.insert(ReleaseRow, {
    ...release,
    makers: [...release.makers],
    requires: [...release.requires],
    modelVersions: [...versionsOf(release)],
  });
}

export async function findReleases(em: EntityManager, keys: readonly ReleaseKey[]): Promise<readonly Release[]> {
  if (keys.length === 0) return [];
  const rows = await em.find(ReleaseRow, {
    $or: keys.map(({ project, endpoint, environment, number }) => ({ project, endpoint, environment, number })),
  });
  return rows.map((row) => releaseOf(row));
}

/** Releases by the digest of their documents. */
export async function findByDigest(
  em: EntityManager,
  project: string,
  digests: readonly string[],
): Promise<readonly Release[]> {
  if (digests.length === 0) return [];
  const rows = await em.find(ReleaseRow, { project, digest: { $in: [...digests] } });
  return rows.map((row) => releaseOf(row));
}

/** Every release that runs one of the model versions, the newest first. */
export async function releasesOfVersions(
  em: EntityManager,
  project: string,
  versions: readonly string[],
): Promise<readonly Release[]> {
  const rows = await em.find(
    ReleaseRow,
    { project, modelVersions: { $overlap: [...versions] } },
    { orderBy: { createdAt: 'desc', number: 'desc' }, limit: 1_000 },
  );
  return rows.map((row) => releaseOf(row));
}

export async function lastNumber(em: EntityManager, key: DeploymentKey): Promise<number> {
  const { project, endpoint, environment } = key;
  const row = await em.findOne(ReleaseRow, { project, endpoint, environment }, { orderBy: { number: 'desc' } });
  return row?.number ?? 0;
}

/** Newest first, below the number of `after`; one more than asked for. */
export async function listReleases(
  em: EntityManager,
  { project, endpoint, environment }: DeploymentKey,
  { first, after }: PageRequest,
): Promise<readonly Release[]> {
  const [below] = after ?? [];
  const rows = await em.find(
    ReleaseRow,
    { project, endpoint, environment, ...(below !== undefined && { number: { $lt: Number(below) } }) },
    { orderBy: { number: 'desc' }, limit: first + 1 },
  );
  return rows.map((row) => releaseOf(row));
}

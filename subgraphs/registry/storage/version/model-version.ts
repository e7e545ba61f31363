import { defineEntity, LockMode, p } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { plainRow } from '../../../shared/database/plain-row.ts';
import { readRows } from '../../../shared/database/read-rows.ts';
import { DomainError } from '../../../../core/errors.ts';
import type { PageRequest } from '../../../shared/paging.ts';
import { versionUrn, type VersionKey } from '../../domain/ids.ts';
import type { ModelVersion } from '../../domain/version/model-version.ts';

export const ModelVersionRow = defineEntity({
  name: 'ModelVersion',
  tableName: 'model_version',
  primaryKeys: ['project', 'model', 'number'],
  properties: {
    project: p.text().primary(),
    model: p.text().primary(),
    number: p.integer().primary(),
    version: p.text(),
    bump: p.text().nullable(),
    bumpReasons: p.array(),
    state: p.text().$type<ModelVersion['state']>(),
    revision: p.integer(),
    digest: p.text(),
    sizeBytes: p.bigint('number'),
    sourceDigest: p.text(),
    contract: p.json<ModelVersion['contract']>(),
    classLabels: p.json<ModelVersion['classLabels']>(),
    operators: p.array(),
    opsets: p.json<ModelVersion['opsets']>(),
    producer: p.text(),
    golden: p.text(),
    goldenOrigin: p.text().$type<ModelVersion['goldenOrigin']>(),
    goldenRows: p.integer(),
    proofs: p.json<ModelVersion['proofs']>(),
    metrics: p.json<ModelVersion['metrics']>(),
    evidence: p.text().nullable(),
    policyRevision: p.integer(),
    revalidateBy: p.datetime(3).nullable(),
    algorithm: p.text().nullable(),
    hyperParameters: p.json<ModelVersion['hyperParameters']>(),
    codeCommit: p.text().nullable(),
    trainingSet: p.text().nullable(),
    featureService: p.text().nullable(),
    evaluation: p.text().nullable(),
    claimedMetrics: p.json<ModelVersion['claimedMetrics']>(),
    riskTier: p.text().$type<ModelVersion['riskTier']>(),
    purpose: p.text().nullable(),
    intendedUse: p.text().nullable(),
    limits: p.text().nullable(),
    card: p.text().nullable(),
    businessMetric: p.text().nullable(),
    thirdParty: p.boolean(),
    description: p.text(),
    owner: p.text().nullable(),
    tags: p.array(),
    makers: p.array(),
    createdAt: p.datetime(3),
    createdBy: p.text(),
  },
  indexes: [
    { name: 'model_version_newest', properties: ['project', 'createdAt', 'model', 'number'] },
    { name: 'model_version_training_set', properties: ['project', 'trainingSet'] },
    { name: 'model_version_feature_service', properties: ['project', 'featureService'] },
  ],
});

export const modelVersionSql: readonly string[] = [
  `create table model_version (
     project text not null,
     model text not null,
     number int not null,
     version text not null,
     bump text,
     bump_reasons text[] not null,
     state text not null,
     revision int not null,
     digest text not null,
     size_bytes bigint not null,
     source_digest text not null,
     contract jsonb not null,
     class_labels jsonb not null,
     operators text[] not null,
     opsets jsonb not null,
     producer text not null,
     golden text not null,
     golden_origin text not null,
     golden_rows int not null,
     proofs jsonb not null,
     metrics jsonb not null,
     evidence text,
     policy_revision int not null,
     revalidate_by timestamptz(3),
     algorithm text,
     hyper_parameters jsonb not null,
     code_commit text,
     training_set text,
     feature_service text,
     evaluation text,
     claimed_metrics jsonb not null,
     risk_tier text not null,
     purpose text,
     intended_use text,
     limits text,
     card text,
     business_metric text,
     third_party boolean not null,
     description text not null,
     owner text,
     tags text[] not null,
     makers text[] not null,
     created_at timestamptz(3) not null,
     created_by text not null,
     primary key (project, model, number)
   )`,
  'create index model_version_newest on model_version (project, created_at, model, number)',
  'create index model_version_training_set on model_version (project, training_set)',
  'create index model_version_feature_service on model_version (project, feature_service)',
];

type Row = { -readonly [Name in keyof ModelVersion]: ModelVersion[Name] };

const plain = plainRow<ModelVersion>;

const toRow = (
  version: ModelVersion,
): Row & { tags: string[]; makers: string[]; operators: string[]; bumpReasons: string[] } => ({
  ...version,
  tags: [...version.tags],
  makers: [...version.makers],
  operators: [...version.operators],
  bumpReasons: [...version.bumpReasons],
});

export async function insertVersion(em: EntityManager, version: ModelVersion): Promise<void> {
  await em.insert(ModelVersionRow, toRow(version));
}

/** Writes everything but the key. */
export async function saveVersion(em: EntityManager, version: ModelVersion): Promise<void> {
  const { project, model, number, ...changed } = toRow(version);
  await em.nativeUpdate(ModelVersionRow, { project, model, number }, changed);
}

/** Reads a version and holds its row until the transaction ends. Throws NOT_FOUND. */
export async function lockVersion(em: EntityManager, key: VersionKey, field: string): Promise<ModelVersion> {
  const { project, model, number } = key;
  const row = await em.findOne(ModelVersionRow, { project, model, number }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  if (!row) throw unknownVersion(key, field);
  return plain(row);
}

export async function findVersion(em: EntityManager, key: VersionKey, field: string): Promise<ModelVersion> {
  const [found] = await findVersions(em, [key]);
  if (!found) throw unknownVersion(key, field);
  return found;
}

export async function findVersions(em: EntityManager, keys: readonly VersionKey[]): Promise<readonly ModelVersion[]> {
  if (keys.length === 0) return [];
  const wanted = keys.map(({ project, model, number }) => ({ project, model, number }));
  const rows = await readRows(em, ModelVersionRow, ONE_OF_THE_KEYS, [JSON.stringify(wanted)]);
  return rows.map((row) => plain(row));
}

const ONE_OF_THE_KEYS = `(project, model, number) in
  (select project, model, number from jsonb_to_recordset(?::jsonb) as key(project text, model text, number int))`;

export async function newestVersion(
  em: EntityManager,
  project: string,
  model: string,
): Promise<ModelVersion | undefined> {
  const row = await em.findOne(ModelVersionRow, { project, model }, { orderBy: { number: 'desc' } });
  return row ? plain(row) : undefined;
}

/** The version before a number: what the smallest legal step is counted from. */
export async function versionBefore(em: EntityManager, key: VersionKey): Promise<ModelVersion | undefined> {
  const { project, model, number } = key;
  const row = await em.findOne(
    ModelVersionRow,
    { project, model, number: { $lt: number } },
    { orderBy: { number: 'desc' } },
  );
  return row ? plain(row) : undefined;
}

/** Approved versions of the same model, the newest first. */
export async function approvedVersions(
  em: EntityManager,
  { project, model }: Pick<VersionKey, 'project' | 'model'>,
  most: number,
): Promise<readonly ModelVersion[]> {
  const rows = await em.find(
    ModelVersionRow,
    { project, model, state: 'APPROVED' },
    { orderBy: { number: 'desc' }, limit: most },
  );
  return rows.map((row) => plain(row));
}

/** Newest first, below the number of `after`; one more than asked for. */
export async function listVersions(
  em: EntityManager,
  project: string,
  model: string,
  { first, after }: PageRequest,
): Promise<readonly ModelVersion[]> {
  const [below] = after ?? [];
  const rows = await em.find(
    ModelVersionRow,
    { project, model, ...(below !== undefined && { number: { $lt: Number(below) } }) },
    { orderBy: { number: 'desc' }, limit: first + 1 },
  );
  return rows.map((row) => plain(row));
}

/** Versions that link to one of the ids, newest first. */
export async function findLinked(
  em: EntityManager,
  project: string,
  link: 'trainingSet' | 'featureService',
  ids: readonly string[],
  limit: number,
): Promise<readonly ModelVersion[]> {
  const rows = await em.find(
    ModelVersionRow,
    { project, [link]: { $in: [...ids] } },
    { orderBy: { createdAt: 'desc', model: 'asc', number: 'desc' }, limit },
  );
  return rows.map((row) => plain(row));
}

const unknownVersion = (key: VersionKey, field: string): DomainError =>
  new DomainError('NOT_FOUND', `${field}: there is no model version ${versionUrn.format(key)}`, { field });

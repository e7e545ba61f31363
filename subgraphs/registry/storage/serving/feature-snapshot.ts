import { defineEntity, LockMode, p } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { plainRow } from '../../../shared/database/plain-row.ts';
import type { DeploymentKey } from '../../domain/ids.ts';
import type { FeatureSnapshot, SnapshotEntity, SnapshotReading } from '../../domain/serving/feature-snapshot.ts';

export const FeatureSnapshotRow = defineEntity({
  name: 'FeatureSnapshot',
  tableName: 'feature_snapshot',
  primaryKeys: ['project', 'endpoint', 'environment', 'name'],
  properties: {
    project: p.text().primary(),
    endpoint: p.text().primary(),
    environment: p.text().primary(),
    name: p.text().primary(),
    entities: p.json<readonly SnapshotEntity[]>(),
    everySeconds: p.integer(),
    audiences: p.array(),
    revision: p.integer(),
    createdAt: p.datetime(3),
    createdBy: p.text(),
    readings: p.json<readonly SnapshotReading[]>(),
    checkedAt: p.datetime(3).nullable(),
    dueAt: p.datetime(3),
    problem: p.text().nullable(),
  },
});

export const featureSnapshotSql: readonly string[] = [
  `create table feature_snapshot (
     project text not null,
     endpoint text not null,
     environment text not null,
     name text not null,
     entities jsonb not null,
     every_seconds int not null,
     audiences text[] not null,
     revision int not null,
     created_at timestamptz(3) not null,
     created_by text not null,
     readings jsonb not null,
     checked_at timestamptz(3),
     due_at timestamptz(3) not null,
     problem text,
     primary key (project, endpoint, environment, name)
   )`,
];

export type SnapshotKey = DeploymentKey & Pick<FeatureSnapshot, 'name'>;

const plain = plainRow<FeatureSnapshot>;
const keyOf = ({ project, endpoint, environment, name }: SnapshotKey): SnapshotKey => ({
  project,
  endpoint,
  environment,
  name,
});

/** Reads a snapshot and holds its row until the transaction ends. */
export async function lockSnapshot(em: EntityManager, key: SnapshotKey): Promise<FeatureSnapshot | undefined> {
  const row = await em.findOne(FeatureSnapshotRow, keyOf(key), { lockMode: LockMode.PESSIMISTIC_WRITE });
  return row ? plain(row) : undefined;
}

export async function saveSnapshot(em: EntityManager, snapshot: FeatureSnapshot): Promise<void> {
  await em.upsert(FeatureSnapshotRow, { ...snapshot, audiences: [...snapshot.audiences] });
}

/** Notes what was read, unless the snapshot was set anew or removed meanwhile; says whether it was noted. */
export async function noteReadings(em: EntityManager, snapshot: FeatureSnapshot): Promise<boolean> {
  const { revision, readings, checkedAt, dueAt, problem } = snapshot;
  const where = { ...keyOf(snapshot), revision };
  return (await em.nativeUpdate(FeatureSnapshotRow, where, { readings, checkedAt, dueAt, problem })) > 0;
}

export async function deleteSnapshot(em: EntityManager, key: SnapshotKey): Promise<void> {
  await em.nativeDelete(FeatureSnapshotRow, keyOf(key));
}

/** By name. A deployment has few. */
export async function snapshotsOf(
  em: EntityManager,
  deployments: readonly DeploymentKey[],
): Promise<readonly FeatureSnapshot[]> {
  if (deployments.length === 0) return [];
  const rows = await em.find(
    FeatureSnapshotRow,
    { $or: deployments.map(({ project, endpoint, environment }) => ({ project, endpoint, environment })) },
    { orderBy: { name: 'asc' } },
  );
  return rows.map((row) => plain(row));
}

/** Those that are to be read by now, the longest due first. */
export async function dueSnapshots(em: EntityManager, now: Date): Promise<readonly FeatureSnapshot[]> {
  const rows = await em.find(FeatureSnapshotRow, { dueAt: { $lte: now } }, { orderBy: { dueAt: 'asc' }, limit: 100 });
  return rows.map((row) => plain(row));
}

/** The releases of the deployment may read another service now. */
export async function makeSnapshotsDue(em: EntityManager, key: DeploymentKey, at: Date): Promise<void> {
  const { project, endpoint, environment } = key;
  await em.nativeUpdate(FeatureSnapshotRow, { project, endpoint, environment, dueAt: { $gt: at } }, { dueAt: at });
}

/** The blobs of all snapshots of all projects. */
export async function snapshotDigests(em: EntityManager): Promise<ReadonlySet<string>> {
  const rows = await em.execute<{ digest: string }[]>(
    `select reading ->> 'digest' as digest from feature_snapshot, jsonb_array_elements(readings) as reading`,
  );
  return new Set(rows.map(({ digest }) => digest));
}

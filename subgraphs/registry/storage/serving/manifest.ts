import { defineEntity, LockMode, p } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { SignedManifest } from '../../../../schema/manifest.ts';

/** The newest manifest of one audience. */
export interface IssuedManifest {
  readonly project: string;
  readonly audience: string;
  readonly revision: number;
  /** Digest of what it tells, without revision and times: another one means a new revision. */
  readonly content: string;
  readonly keyIds: readonly string[];
  readonly issuedAt: Date;
  readonly expiresAt: Date;
  readonly envelope: SignedManifest;
  /** Digests of the release documents and models that the audience may fetch. */
  readonly blobs: readonly string[];
}

export const ManifestRow = defineEntity({
  name: 'Manifest',
  tableName: 'manifest',
  primaryKeys: ['project', 'audience'],
  properties: {
    project: p.text().primary(),
    audience: p.text().primary(),
    revision: p.integer(),
    content: p.text(),
    keyIds: p.array(),
    issuedAt: p.datetime(3),
    expiresAt: p.datetime(3),
    envelope: p.json<SignedManifest>(),
    blobs: p.array(),
  },
});

export const manifestSql: readonly string[] = [
  `create table manifest (
     project text not null,
     audience text not null,
     revision int not null,
     content text not null,
     key_ids text[] not null,
     issued_at timestamptz(3) not null,
     expires_at timestamptz(3) not null,
     envelope jsonb not null,
     blobs text[] not null,
     primary key (project, audience)
   )`,
];

const plain = (row: IssuedManifest): IssuedManifest => ({ ...row });

/** Holds the issue of one project's manifests until the transaction ends: replicas take turns. */
export async function lockIssue(em: EntityManager, project: string): Promise<void> {
  await em.execute(`select pg_advisory_xact_lock(hashtextextended('tiffin.manifest:' || ?, 0))`, [project]);
}

export async function findManifests(em: EntityManager, project: string): Promise<readonly IssuedManifest[]> {
  const rows = await em.find(ManifestRow, { project }, { lockMode: LockMode.NONE });
  return rows.map((row) => plain(row));
}

export async function saveManifest(em: EntityManager, issued: IssuedManifest): Promise<void> {
  await em.upsert(ManifestRow, { ...issued, keyIds: [...issued.keyIds], blobs: [...issued.blobs] });
}

/** Projects that have deployments, and so manifests. */
export async function projectsServing(em: EntityManager): Promise<readonly string[]> {
  const rows = await em.execute<{ project: string }[]>('select distinct project from deployment');
  return rows.map(({ project }) => project);
}

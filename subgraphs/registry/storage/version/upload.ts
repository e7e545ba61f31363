import { defineEntity, LockMode, p } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { plainRow } from '../../../shared/database/plain-row.ts';
import type { Upload } from '../../domain/version/upload.ts';
import { DomainError } from '../../../../core/errors.ts';

export const UploadRow = defineEntity({
  name: 'Upload',
  tableName: 'upload',
  properties: {
    id: p.text().primary(),
    project: p.text(),
    name: p.text(),
    sizeBytes: p.bigint('number'),
    state: p.text().$type<Upload['state']>(),
    sha256: p.text().nullable(),
    makers: p.array(),
    createdAt: p.datetime(3),
  },
  indexes: [{ name: 'upload_sha256', properties: ['project', 'sha256'] }],
});

export const uploadSql: readonly string[] = [
  `create table upload (
     id text primary key,
     project text not null,
     name text not null,
     size_bytes bigint not null,
     state text not null,
     sha256 text,
     makers text[] not null,
     created_at timestamptz(3) not null
   )`,
  'create index upload_sha256 on upload (project, sha256)',
];

export async function insertUpload(em: EntityManager, upload: Upload): Promise<void> {
  await em.insert(UploadRow, { ...upload, makers: [...upload.makers] });
}

/** Reads an upload and holds its row until the transaction ends. Throws NOT_FOUND. */
export async function lockUpload(em: EntityManager, project: string, id: string): Promise<Upload> {
  const row = await em.findOne(UploadRow, { project, id }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  if (!row) throw unknownUpload(id);
  return plain(row);
}

export async function findUpload(em: EntityManager, project: string, id: string): Promise<Upload> {
  const row = await em.findOne(UploadRow, { project, id });
  if (!row) throw unknownUpload(id);
  return plain(row);
}

export async function completeUpload(em: EntityManager, id: string, sha256: string): Promise<void> {
  await em.nativeUpdate(UploadRow, { id }, { state: 'COMPLETED', sha256 });
}

/** Everybody who has uploaded these bytes to the project; undefined if nobody has. */
export async function makersOfUpload(
  em: EntityManager,
  project: string,
  sha256: string,
): Promise<readonly string[] | undefined> {
  const rows = await em.find(UploadRow, { project, sha256, state: 'COMPLETED' });
  return rows.length === 0 ? undefined : [...new Set(rows.flatMap(({ makers }) => makers))];
}

/** Uploads that were begun before a moment and never completed, held until the transaction ends; at most `limit`. */
export async function lockAbandonedUploads(em: EntityManager, before: Date, limit: number): Promise<readonly string[]> {
  const rows = await em.execute<{ id: string }[]>(
    `select id from upload where state = 'OPEN' and created_at < ? order by created_at limit ? for update skip locked`,
    [before, limit],
  );
  return rows.map(({ id }) => id);
}

export async function deleteUploads(em: EntityManager, ids: readonly string[]): Promise<void> {
  await em.nativeDelete(UploadRow, { id: { $in: [...ids] } });
}

const unknownUpload = (id: string): DomainError =>
  new DomainError('NOT_FOUND', `uploadId: there is no upload "${id}": begin one with beginUpload`, {
    field: 'uploadId',
  });

const plain = plainRow<Upload>;

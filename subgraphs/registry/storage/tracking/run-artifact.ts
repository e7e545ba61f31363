import type { EntityManager } from '@mikro-orm/postgresql';
import type { Database } from '../../../shared/database/database.ts';
import type { RunArtifact } from '../../domain/tracking/tracking.ts';
import { noteDropped } from './dropped-blob.ts';
import { arrayLiteral } from '../version/model.ts';

export const runArtifactSql: readonly string[] = [
  `create table run_artifact (
     project text not null,
     owner text not null,
     path text not null,
     sha256 text not null,
     size_bytes bigint not null,
     makers text[] not null,
     primary key (project, owner, path)
   )`,
  'create index run_artifact_sha256 on run_artifact (sha256)',
];

const COLUMNS = 'project, owner, path, sha256, size_bytes::float8 as "sizeBytes", makers';
/** A run with more files is listed as far as that. */
const MOST = 10_000;

/** Keeps a file; a second one of its path takes its place, and the first one's bytes are dropped. */
export async function saveArtifact(em: EntityManager, file: RunArtifact, at: Date): Promise<void> {
  const { project, owner, path, sha256 } = file;
  const [before] = await em.execute<{ sha256: string }[]>(
    'select sha256 from run_artifact where project = ? and owner = ? and path = ? for update',
    [project, owner, path],
  );
  if (before && before.sha256 !== sha256) await noteDropped(em, [before.sha256], at);
  await em.execute(
    `insert into run_artifact (project, owner, path, sha256, size_bytes, makers) values (?, ?, ?, ?, ?, ?::text[])
     on conflict (project, owner, path)
     do update set sha256 = excluded.sha256, size_bytes = excluded.size_bytes, makers = excluded.makers`,
    [project, owner, path, sha256, file.sizeBytes, arrayLiteral(file.makers)],
  );
}

export async function findArtifact(
  db: Database,
  { project, owner, path }: Pick<RunArtifact, 'project' | 'owner' | 'path'>,
): Promise<RunArtifact | undefined> {
  const [file] = await db.query<RunArtifact>(
    `select ${COLUMNS} from run_artifact where project = $1 and owner = $2 and path = $3`,
    [project, owner, path],
  );
  return file;
}

/** The files in a folder and below, by path, behind `after`. */
export function listArtifacts(
  db: Database,
  { project, owner, path }: Pick<RunArtifact, 'project' | 'owner' | 'path'>,
  { limit = MOST, after = '' }: { readonly limit?: number; readonly after?: string } = {},
): Promise<RunArtifact[]> {
  return db.query<RunArtifact>(
    `select ${COLUMNS} from run_artifact
     where project = $1 and owner = $2 and ($3 = '' or path = $3 or starts_with(path, $3 || '/'))
       and path > $4 collate "C"
     order by path collate "C" limit $5`,
    [project, owner, path, after, limit],
  );
}

/** Forgets a file, or a folder with everything in it, and drops their bytes. */
export async function deleteArtifacts(
  em: EntityManager,
  { project, owner, path }: Pick<RunArtifact, 'project' | 'owner' | 'path'>,
  at: Date,
): Promise<void> {
  const gone = await em.execute<{ sha256: string }[]>(
    `delete from run_artifact
     where project = ? and owner = ? and (? = '' or path = ? or starts_with(path, ? || '/')) returning sha256`,
    [project, owner, path, path, path],
  );
  const digests = gone.map(({ sha256 }) => sha256);
  await noteDropped(em, digests, at);
}

import type { AuditRecord } from '../../../shared/audit/audit.ts';
import type { Database } from '../../../shared/database/database.ts';
import type { PageRequest } from '../../../shared/paging.ts';

/** Newest first, below the number of `after`, about one subject if told; one more than asked for. */
export function listAudit(
  db: Database,
  project: string,
  subject: string | null,
  { first, after }: PageRequest,
): Promise<readonly { readonly record: AuditRecord; readonly hash: string }[]> {
  const [below] = after ?? [];
  return db.query<{ record: AuditRecord; hash: string }>(
    `select record, hash from audit_record
     where project = $1 and ($2::int is null or seq < $2) and ($3::text is null or record->>'subject' = $3)
     order by seq desc limit $4`,
    [project, below ?? null, subject, first + 1],
  );
}

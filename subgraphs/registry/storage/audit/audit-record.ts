import type { AuditRecord } from '../../../shared/audit/audit.ts';
import type { Database } from '../../../shared/database/database.ts';
import type { PageRequest } from '../../../shared/paging.ts';

/** Which records are wanted; null: whatever it is. */
export interface AuditFilter {
  readonly subjects: readonly string[] | null;
  /** The beginning of subjects. */
  readonly subjectPrefix: string | null;
  /** Who acted, or for whom. */
  readonly actor: string | null;
  readonly action: string | null;
  readonly from: Date | null;
  readonly until: Date | null;
}

/** Newest first, below the number of `after`; one more than asked for. */
export function listAudit(
  db: Database,
  project: string,
  { subjects, subjectPrefix, actor, action, from, until }: AuditFilter,
  { first, after }: PageRequest,
): Promise<readonly { readonly record: AuditRecord; readonly hash: string }[]> {
  const [below] = after ?? [];
  return db.query<{ record: AuditRecord; hash: string }>(
    `select record, hash from audit_record
     where project = $1 and ($2::int is null or seq < $2) and ($3::text[] is null or record->>'subject' = any($3))
       and ($5::text is null or starts_with(record->>'subject', $5))
       and ($6::text is null or record->>'actor' = $6 or record->>'onBehalfOf' = $6)
       and ($7::text is null or record->>'action' = $7)
       and ($8::text is null or record->>'at' >= $8) and ($9::text is null or record->>'at' < $9)
     order by seq desc limit $4`,
    [
      project,
      below ?? null,
      subjects && [...subjects],
      first + 1,
      subjectPrefix,
      actor,
      action,
      from?.toISOString() ?? null,
      until?.toISOString() ?? null,
    ],
  );
}

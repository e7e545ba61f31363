import type { Database } from '../../shared/database/database.ts';
import type { PageRequest } from '../../shared/paging.ts';
import type { StoredQuarantine } from '../domain/stream-message.ts';
import type { StreamKey } from './stream-place.ts';

interface Row extends Record<string, unknown> {
  readonly partition: number;
  readonly message_offset: string;
  readonly message_key: Buffer | null;
  readonly value: Buffer | null;
  readonly value_bytes: number;
  readonly field: string;
  readonly code: string;
  readonly message: string;
  readonly at: Date;
}

/** Newest first. */
export async function listQuarantined(
  db: Database,
  { project, name }: StreamKey,
  { first, after }: PageRequest,
): Promise<StoredQuarantine[]> {
  const behind = after ? 'and (at, partition, message_offset) < ($4, $5, $6)' : '';
  const rows = await db.query<Row>(
    `select partition, message_offset::text, message_key, value, value_bytes, field, code, message, at
     from quarantined_message where project = $1 and stream = $2 ${behind}
     order by at desc, partition desc, message_offset desc limit $3`,
    [project, name, first + 1, ...(after ? [new Date(Number(after[0])), after[1], after[2]] : [])],
  );
  return rows.map((row) => ({
    partition: row.partition,
    offset: Number(row.message_offset),
    key: row.message_key,
    value: row.value,
    valueBytes: row.value_bytes,
    field: row.field,
    code: row.code,
    message: row.message,
    at: row.at,
  }));
}

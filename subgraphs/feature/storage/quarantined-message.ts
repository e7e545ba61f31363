import type { PoolClient } from 'pg';
import { DomainError } from '../../../core/errors.ts';
import type { Database } from '../../shared/database/database.ts';
import type { PageRequest } from '../../shared/paging.ts';
import type { MessagePlace, QuarantinedMessage, StoredQuarantine } from '../domain/stream-message.ts';
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

/** The place as text: so a list is to be ordered by the column of the table. */
const COLUMNS = 'partition, message_offset::text, message_key, value, value_bytes, field, code, message, at';

const valueOf = (row: Row): StoredQuarantine => ({
  partition: row.partition,
  offset: Number(row.message_offset),
  key: row.message_key,
  value: row.value,
  valueBytes: row.value_bytes,
  field: row.field,
  code: row.code,
  message: row.message,
  at: row.at,
});

/** Newest first. */
export async function listQuarantined(
  db: Database,
  { project, name }: StreamKey,
  { first, after }: PageRequest,
): Promise<StoredQuarantine[]> {
  const behind = after ? 'and (at, partition, message_offset) < ($4, $5, $6)' : '';
  const rows = await db.query<Row>(
    `select ${COLUMNS} from quarantined_message where project = $1 and stream = $2 ${behind}
     order by at desc, partition desc, quarantined_message.message_offset desc limit $3`,
    [project, name, first + 1, ...(after ? [new Date(Number(after[0])), after[1], after[2]] : [])],
  );
  return rows.map(valueOf);
}

/** So many are read again in one go. */
export const PAGE = 1_000;

const partitionsOf = (of: readonly MessagePlace[]): number[] => of.map(({ partition }) => partition);
const offsetsOf = (of: readonly MessagePlace[]): number[] => of.map(({ offset }) => offset);

/** As they lie in the topic, partition by partition: the named ones, or the next page. */
export async function heldMessages(
  db: Database,
  { project, name }: StreamKey,
  wanted: { readonly places: readonly MessagePlace[] } | { readonly after: MessagePlace | null },
): Promise<StoredQuarantine[]> {
  const [which, values] =
    'places' in wanted
      ? [
          '(partition, message_offset) in (select * from unnest($4::int[], $5::bigint[]))',
          [partitionsOf(wanted.places), offsetsOf(wanted.places)],
        ]
      : ['(partition, message_offset) > ($4, $5)', [wanted.after?.partition ?? -1, wanted.after?.offset ?? -1]];
  const rows = await db.query<Row>(
    `select ${COLUMNS} from quarantined_message where project = $1 and stream = $2 and ${which}
     order by partition, quarantined_message.message_offset limit $3`,
    [project, name, PAGE, ...values],
  );
  return rows.map(valueOf);
}

/** What is wrong with them now. */
export async function noteStillWrong(
  db: Database,
  { project, name }: StreamKey,
  wrong: readonly QuarantinedMessage[],
): Promise<void> {
  await db.query(
    `update quarantined_message as q set field = t.field, code = t.code, message = t.message
     from unnest($3::int[], $4::bigint[], $5::text[], $6::text[], $7::text[])
       as t (partition, message_offset, field, code, message)
     where q.project = $1 and q.stream = $2 and q.partition = t.partition and q.message_offset = t.message_offset`,
    [
      project,
      name,
      partitionsOf(wrong),
      offsetsOf(wrong),
      wrong.map(({ field }) => field),
      wrong.map(({ code }) => code),
      wrong.map(({ message }) => message.replaceAll('\0', '')),
    ],
  );
}

/** Takes them out, inside the transaction that appends their events. Throws CONFLICT where somebody else has done so. */
export async function dropQuarantined(
  client: PoolClient,
  { project, name }: StreamKey,
  places: readonly MessagePlace[],
): Promise<void> {
  const { rowCount } = await client.query(
    `delete from quarantined_message where project = $1 and stream = $2
       and (partition, message_offset) in (select * from unnest($3::int[], $4::bigint[]))`,
    [project, name, partitionsOf(places), offsetsOf(places)],
  );
  if (rowCount !== places.length) {
    throw new DomainError('CONFLICT', 'messages: somebody else reads them again just now', { field: 'messages' });
  }
  await client.query(
    `update stream_place as p set accepted = p.accepted + t.n, quarantined = p.quarantined - t.n
     from (select partition, count(*) as n from unnest($3::int[]) as q (partition) group by partition) t
     where p.project = $1 and p.stream = $2 and p.partition = t.partition`,
    [project, name, partitionsOf(places)],
  );
}

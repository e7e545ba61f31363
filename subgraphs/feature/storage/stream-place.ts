import type { PoolClient } from 'pg';
import { DomainError } from '../../../core/errors.ts';
import type { Database } from '../../shared/database/database.ts';
import type { EventStream } from '../domain/event-stream.ts';
import type { QuarantinedMessage } from '../domain/stream-message.ts';
import type { StreamPlace } from '../domain/stream-place.ts';

export type StreamKey = Pick<EventStream, 'project' | 'name'>;

interface Row extends Record<string, unknown> {
  readonly partition: number;
  readonly next_offset: string;
  readonly end_offset: string;
  readonly lost: string;
  readonly accepted: string;
  readonly quarantined: string;
}

export async function placesOf(db: Database, { project, name }: StreamKey): Promise<StreamPlace[]> {
  const rows = await db.query<Row>(
    `select partition, next_offset::text, end_offset::text, lost::text, accepted::text, quarantined::text
     from stream_place where project = $1 and stream = $2 order by partition`,
    [project, name],
  );
  return rows.map((row) => ({
    partition: row.partition,
    nextOffset: Number(row.next_offset),
    endOffset: Number(row.end_offset),
    lost: Number(row.lost),
    accepted: Number(row.accepted),
    quarantined: Number(row.quarantined),
  }));
}

/** What the broker has of a partition: from where, and behind which message it ends. */
export interface PartitionRange {
  readonly partition: number;
  readonly first: number;
  readonly end: number;
}

/**
 * Notes what the broker has. A partition that was never read begins at `start`; of one that has let go of messages before
 * they were read, the rest is read, and the loss is counted.
 */
export async function noteRanges(
  db: Database,
  { project, name, start }: EventStream,
  ranges: readonly PartitionRange[],
): Promise<void> {
  await db.query(
    `insert into stream_place as p (project, stream, partition, next_offset, end_offset)
     select $1, $2, partition, case when $3 = 'LATEST' then last else first end, last
     from unnest($4::int[], $5::bigint[], $6::bigint[]) as t (partition, first, last)
     on conflict (project, stream, partition) do update
       set end_offset = greatest(excluded.end_offset, p.next_offset)`,
    [
      project,
      name,
      start,
      ranges.map((one) => one.partition),
      ranges.map(({ first }) => first),
      ranges.map(({ end }) => end),
    ],
  );
  await db.query(
    `update stream_place as p set lost = p.lost + t.first - p.next_offset, next_offset = t.first
     from unnest($3::int[], $4::bigint[]) as t (partition, first)
     where p.project = $1 and p.stream = $2 and p.partition = t.partition and p.next_offset < t.first`,
    [project, name, ranges.map((one) => one.partition), ranges.map(({ first }) => first)],
  );
}

/** A step of one partition: from where to where, with how many events, and what went to quarantine. */
export interface StreamStep {
  readonly partition: number;
  readonly from: number;
  readonly to: number;
  readonly accepted: number;
  readonly quarantined: readonly QuarantinedMessage[];
}

/**
 * Takes steps inside the transaction that appends their events. Throws CONFLICT where somebody else has read on meanwhile:
 * then nothing of it is appended.
 */
export async function takeSteps(
  client: PoolClient,
  { project, name }: StreamKey,
  steps: readonly StreamStep[],
  at: Date,
): Promise<void> {
  const { rowCount } = await client.query(
    `update stream_place as p set next_offset = t.next, end_offset = greatest(p.end_offset, t.next),
       accepted = p.accepted + t.accepted, quarantined = p.quarantined + t.quarantined
     from unnest($3::int[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[])
       as t (partition, expected, next, accepted, quarantined)
     where p.project = $1 and p.stream = $2 and p.partition = t.partition and p.next_offset = t.expected`,
    [
      project,
      name,
      steps.map(({ partition }) => partition),
      steps.map(({ from }) => from),
      steps.map(({ to }) => to),
      steps.map(({ accepted }) => accepted),
      steps.map(({ quarantined }) => quarantined.length),
    ],
  );
  if (rowCount !== steps.length) {
    throw new DomainError('CONFLICT', 'partition: another process has read on meanwhile', { field: 'partition' });
  }
  const bad = steps.flatMap(({ quarantined }) => quarantined);
  if (bad.length === 0) return;
  await client.query(
    `insert into quarantined_message
       (project, stream, partition, message_offset, message_key, value, value_bytes, field, code, message, at)
     select $1, $2, partition, message_offset, message_key, value, value_bytes, field, code, message, $3
     from unnest($4::int[], $5::bigint[], $6::bytea[], $7::bytea[], $8::int[], $9::text[], $10::text[], $11::text[])
       as t (partition, message_offset, message_key, value, value_bytes, field, code, message)`,
    [
      project,
      name,
      at,
      bad.map(({ partition }) => partition),
      bad.map(({ offset }) => offset),
      bad.map(({ key }) => key && Buffer.from(key)),
      bad.map(({ value }) => value && Buffer.from(value)),
      bad.map(({ valueBytes }) => valueBytes),
      bad.map(({ field }) => field),
      bad.map(({ code }) => code),
      bad.map(({ message }) => message.replaceAll('\0', '')),
    ],
  );
}

import type { PoolClient } from 'pg';
import { numberArray, textArray, type TextType } from '../../../shared/database/binary-array.ts';
import type { Database } from '../../../shared/database/database.ts';
import type { FeatureView } from '../../domain/feature-view.ts';
import { loggedColumns } from '../../domain/log-column.ts';
import type { PushedRow } from '../../domain/pushed-row.ts';
import { jsonOf } from '../../../../core/codec/json-value.ts';
import { valueOf } from '../../domain/value.ts';

export interface PushedBatch {
  readonly view: FeatureView;
  readonly rows: readonly PushedRow[];
  readonly online: boolean;
  readonly offline: boolean;
}

export interface StoredPush extends PushedRow {
  readonly seq: number;
  readonly project: string;
  readonly view: string;
  readonly version: number;
  readonly availableMs: number;
  readonly online: boolean;
  readonly offline: boolean;
}

/** What else is written in the transaction that appends rows: both stand, or neither. */
export type Alongside = (client: PoolClient, availableAt: Date) => Promise<void>;

/** Adds rows to the log in one transaction, which also notes a view's first rows. Answers their places, in order. */
export async function appendPushed(
  db: Database,
  batches: readonly PushedBatch[],
  availableAt: Date,
  alongside?: Alongside,
): Promise<number[]> {
  const flat = batches.flatMap(({ rows, ...batch }) => rows.map((row) => ({ ...batch, ...row })));
  type Flat = (typeof flat)[number];
  const texts = (type: TextType, of: (row: Flat) => string | null): Buffer => textArray(type, flat.map(of));
  const numbers = (of: (row: Flat) => number | null): Buffer => numberArray('bigint', flat.map(of));
  const fresh = [...new Set(batches.map(({ view }) => view).filter(({ adoptedAt }) => adoptedAt === null))];
  const client = await db.pool.connect();
  try {
    await client.query('begin');
    for (const { project, name, version } of fresh) {
      await client.query(
        'update feature_view set adopted_at = $4 where project = $1 and name = $2 and version = $3 and adopted_at is null',
        [project, name, version, availableAt],
      );
    }
    const { rows } = await client.query<{ seq: string }>(
      `insert into pushed_row
         (project, view, version, entity_key, event_ms, created_ms, available_ms, online, offline, feature_values,
          event_id, retracted)
       select project, view, version, key, event_ms, created_ms, $10, online, offline, feature_values, event_id, retracted
       from unnest($1::text[], $2::text[], $3::int[], $4::text[], $5::bigint[], $6::bigint[], $7::boolean[],
         $8::boolean[], $9::jsonb[], $11::text[], $12::boolean[]) with ordinality
         as t (project, view, version, key, event_ms, created_ms, online, offline, feature_values, event_id, retracted, place)
       order by place returning seq::text`,
      [
        texts('text', ({ view }) => view.project),
        texts('text', ({ view }) => view.name),
        flat.map(({ view }) => view.version),
        texts('text', ({ key }) => key),
        numbers(({ eventMs }) => eventMs),
        numbers(({ createdMs }) => createdMs),
        flat.map(({ online }) => online),
        flat.map(({ offline }) => offline),
        texts('jsonb', ({ values }) => JSON.stringify(values.map(jsonOf))),
        availableAt.getTime(),
        texts('text', ({ eventId }) => eventId),
        flat.map(({ retracted }) => retracted),
      ],
    );
    await alongside?.(client, availableAt);
    await client.query('commit');
    return rows.map(({ seq }) => Number(seq));
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  } finally {
    client.release();
  }
}

type Row = {
  seq: string;
  project: string;
  view: string;
  version: number;
  entity_key: string;
  event_ms: string;
  created_ms: string | null;
  available_ms: string;
  online: boolean;
  offline: boolean;
  feature_values: unknown[];
  event_id: string | null;
  retracted: boolean;
};

const PAGE = 5_000;

/** The pushed rows behind a place in the log, page by page; `of` limits them to one view version. */
export async function* pushedRows(
  db: Database,
  after: number,
  of?: { readonly project: string; readonly view: string; readonly version: number },
): AsyncIterable<readonly Row[]> {
  for (let seq = after; ;) {
    const rows = await db.query<Row>(
      `select seq::text, project, view, version, entity_key, event_ms::text, created_ms::text, available_ms::text,
         online, offline, feature_values, event_id, retracted from pushed_row where pushed_row.seq > $1
         ${of ? 'and project = $2 and view = $3 and version = $4' : ''} order by pushed_row.seq limit ${PAGE}`,
      of ? [seq, of.project, of.view, of.version] : [seq],
    );
    const last = rows.at(-1);
    if (!last) return;
    yield rows;
    if (rows.length < PAGE) return;
    seq = Number(last.seq);
  }
}

/** A stored row with the values that its view gives them. */
export function storedPushOf(row: Row, view: FeatureView): StoredPush {
  return {
    seq: Number(row.seq),
    project: row.project,
    view: row.view,
    version: row.version,
    key: row.entity_key,
    eventMs: Number(row.event_ms),
    createdMs: row.created_ms === null ? null : Number(row.created_ms),
    availableMs: Number(row.available_ms),
    online: row.online,
    offline: row.offline,
    eventId: row.event_id,
    retracted: row.retracted,
    values: loggedColumns(view).map(({ dtype }, i) => valueOf(dtype, row.feature_values[i] ?? null) ?? null),
  };
}

/** The place of the last pushed row, of a view version or of all; 0 where there is none. */
export async function lastPushed(
  db: Database,
  of?: { readonly project: string; readonly view: string; readonly version: number },
): Promise<number> {
  const [row] = await db.query<{ seq: string | null }>(
    `select max(seq)::text as seq from pushed_row ${of ? 'where project = $1 and view = $2 and version = $3' : ''}`,
    of ? [of.project, of.view, of.version] : [],
  );
  return Number(row?.seq ?? 0);
}

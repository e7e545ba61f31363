import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Database } from '../../../shared/database/database.ts';
import type { SegmentKind } from '../../domain/point-in-time.ts';
import type { Segment } from '../../domain/segment.ts';

export const SegmentRow = defineEntity({
  name: 'Segment',
  tableName: 'segment',
  properties: {
    seq: p.bigint('number').primary().autoincrement(false),
    project: p.text(),
    view: p.text(),
    version: p.integer(),
    kind: p.text().$type<SegmentKind>(),
    sha256: p.text(),
    rows: p.integer(),
    minEventMs: p.bigint('number'),
    maxEventMs: p.bigint('number'),
    materialization: p.text().nullable(),
    availableAt: p.datetime(3).nullable(),
    onlineAt: p.datetime(3).nullable(),
  },
  indexes: [{ name: 'segment_view', properties: ['project', 'view', 'version'] }],
});

const valueOf = (row: InferEntity<typeof SegmentRow>): Segment => ({
  seq: row.seq,
  project: row.project,
  view: row.view,
  version: row.version,
  kind: row.kind,
  sha256: row.sha256,
  rows: row.rows,
  minEventMs: row.minEventMs,
  maxEventMs: row.maxEventMs,
  materialization: row.materialization ?? null,
  availableAt: row.availableAt ?? null,
  onlineAt: row.onlineAt ?? null,
});

export async function addSegment(em: EntityManager, segment: Omit<Segment, 'seq'>): Promise<Segment> {
  const [row] = await em.execute<{ seq: string }[]>(
    `insert into segment (seq, project, view, version, kind, sha256, rows, min_event_ms, max_event_ms, materialization, available_at, online_at)
     values (nextval('log_position'), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) returning seq::text`,
    [
      segment.project,
      segment.view,
      segment.version,
      segment.kind,
      segment.sha256,
      segment.rows,
      segment.minEventMs,
      segment.maxEventMs,
      segment.materialization,
      segment.availableAt,
      segment.onlineAt,
    ],
  );
  if (!row) throw new Error('the segment was not stored');
  return { ...segment, seq: Number(row.seq) };
}

export async function publishSegment(em: EntityManager, seq: number, availableAt: Date): Promise<void> {
  await em.nativeUpdate(SegmentRow, { seq }, { availableAt });
}

/** Takes back what a load that failed had stored. Answers how many segments that were. */
export function dropUnpublished(em: EntityManager, project: string, materialization: string): Promise<number> {
  return em.nativeDelete(SegmentRow, { project, materialization, availableAt: null });
}

/** The segments of a view version that are online, in the order of the log. */
export async function segmentsOf(
  em: EntityManager,
  { project, view, version }: { readonly project: string; readonly view: string; readonly version: number },
): Promise<Segment[]> {
  const where = { project, view, version, availableAt: { $ne: null } };
  return (await em.find(SegmentRow, where, { orderBy: { seq: 'asc' } })).map(valueOf);
}

/** Every segment, in the order of the log. */
export async function allSegments(em: EntityManager): Promise<Segment[]> {
  return (await em.find(SegmentRow, {}, { orderBy: { seq: 'asc' } })).map(valueOf);
}

/** The places of all segments that are online. */
export async function publishedSegments(db: Database): Promise<number[]> {
  const rows = await db.query<{ seq: string }>('select seq::text from segment where available_at is not null');
  return rows.map(({ seq }) => Number(seq));
}

export async function segmentOfMaterialization(
  em: EntityManager,
  project: string,
  materialization: string,
): Promise<Segment | null> {
  const row = await em.findOne(SegmentRow, { project, materialization });
  return row && valueOf(row);
}

import type { Database } from '../database/database.ts';

const DAY_MS = 86_400_000;

/** The edges that a snapshot names: what the history of lineage is made of. */
const EDGES = `jsonb_build_array(event -> 'deleted', event -> 'asset' -> 'upstream', event -> 'asset' -> 'downstream')`;

/**
 * Removes events written before some days that nobody needs any more, and answers how many. Of each subject there stays the
 * newest of them, and each that opened or closed an edge or is known earliest: who reads the feed from its beginning comes to the same
 * assets and to the same lineage of every instant as before.
 */
export async function trimOutbox(db: Pick<Database, 'query'>, days: number, now: Date): Promise<number> {
  const before = new Date(now.getTime() - days * DAY_MS);
  const removed = await db.query(
    // Readers drop a revision that is no higher than the one that they hold, so it left no trace.
    `with placed as (
       select seq, xid, urn, at, revision, ${EDGES} as edges,
         max(revision) over earlier as held, min(at) over earlier as first_at
       from outbox where written_at < $1
       window earlier as (partition by urn order by xid, seq rows between unbounded preceding and 1 preceding)
     ), applied as (
       select seq, at, first_at, edges, lag(edges) over ordered as edges_before, lead(seq) over ordered as next
       from placed where held is null or revision > held
       window ordered as (partition by urn order by xid, seq)
     ), kept as (
       select seq from applied where next is null or first_at is null or at < first_at or edges is distinct from edges_before
     )
     delete from outbox using placed
     where outbox.seq = placed.seq and not exists (select from kept where kept.seq = outbox.seq)
     returning outbox.seq`,
    [before],
  );
  return removed.length;
}

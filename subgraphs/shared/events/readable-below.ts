/**
 * The number of the oldest transaction that may still write to this database, plus the offset of `feed_start`: every row
 * with a smaller `xid` is there, and none will be added below it. Numbers of transactions belong to the whole server, so
 * what runs in its other databases is left out: it may last as long as it likes. Whatever cannot be found any more, having
 * ended since the snapshot, counts as our own.
 */
export const READABLE_BELOW = `(
  select (coalesce(min(xip::text::numeric), pg_snapshot_xmax(pg_current_snapshot())::text::numeric)
          + (select xid_offset from feed_start))::text
  from pg_snapshot_xip(pg_current_snapshot()) as running (xip)
  where not exists (
    select from pg_stat_get_activity(null) as session
    where session.backend_xid = xip::xid
      and session.datid <> (select oid from pg_database where datname = current_database())
  )
)`;

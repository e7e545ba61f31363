import type { QueryResultRow } from 'pg';
import type { CommitSignal } from '../database/commit-signal.ts';
import type { Database } from '../database/database.ts';
import { compareCursors, formatCursor, parseCursor, START, type Cursor } from './cursor.ts';
import type { Page } from './follow-pages.ts';
import { READABLE_BELOW } from './readable-below.ts';

/** A page whose reader may stop within it. */
export interface OrderedPage<Item> extends Page<Item> {
  /** The place of each item. */
  readonly cursors: readonly string[];
  /** The place of the newest that is committed, which may not be readable yet; the cursor where nothing lies behind it. */
  readonly newest: string;
}

/** A table that only grows; each row has its place, `xid` (the transaction that wrote it) and `seq`. */
export interface OrderedTable<Row, Item> {
  readonly db: Pick<Database, 'query'>;
  readonly name: string;
  /** What an item is made of, as SQL. */
  readonly columns: string;
  readonly itemOf: (row: Row) => Item;
  readonly pageSize: number;
  /** Hears of commits to the table. */
  readonly commits: CommitSignal;
}

/** Something new is there, but an older transaction still runs: nobody tells when that ends. */
const UNREADABLE_POLL_MS = 20;
/** Commits are heard of; this only covers a listening connection that is away. */
const IDLE_POLL_MS = 1_000;

type Placed<Row> = Row & QueryResultRow & { readonly xid: string; readonly seq: string };

/** Reads on from a cursor, waiting up to `waitMs` for something new: only what lies below the oldest transaction that runs in this database. */
export function orderedFeed<Row, Item>(
  table: OrderedTable<Row, Item>,
): (after: string | null, waitMs: number, signal?: AbortSignal) => Promise<OrderedPage<Item>> {
  const { db, name, columns, pageSize, commits } = table;
  const readBelow = (from: readonly string[], below: string): Promise<Placed<Row>[]> =>
    db.query<Placed<Row>>(
      // Ordered by the columns: the bare names would mean the texts, in which 1000 comes before 999.
      `select xid::text, seq::text, ${columns} from ${name}
       where (xid, seq) > ($1::xid8, $2::bigint) and xid < $3::xid8 order by ${name}.xid, ${name}.seq limit ${pageSize}`,
      [...from, below],
    );
  return async (after, waitMs, signal) => {
    const { xid, seq } = after === null ? START : parseCursor(after);
    const from = [xid.toString(), seq.toString()];
    const deadline = Date.now() + waitMs;
    for (;;) {
      const heard = commits.count();
      const [bound] = await db.query<{ below: string; newest: string | null }>(
        `select ${READABLE_BELOW} as below,
                (select concat(${name}.xid, '-', ${name}.seq) from ${name} where (xid, seq) > ($1::xid8, $2::bigint)
                 order by ${name}.xid desc, ${name}.seq desc limit 1) as newest`,
        from,
      );
      if (!bound) throw new Error('a select without from gave no row');
      const rows = bound.newest === null ? [] : await readBelow(from, bound.below);
      const leftMs = deadline - Date.now();
      if (rows.length > 0 || leftMs <= 0 || signal?.aborted) return pageOf(table, rows, { xid, seq }, bound);
      await commits.after(heard, Math.min(bound.newest === null ? IDLE_POLL_MS : UNREADABLE_POLL_MS, leftMs), signal);
    }
  };
}

function pageOf<Row, Item>(
  { itemOf, pageSize }: OrderedTable<Row, Item>,
  rows: readonly Placed<Row>[],
  from: Cursor,
  { below, newest }: { readonly below: string; readonly newest: string | null },
): OrderedPage<Item> {
  const cursors = rows.map(({ xid, seq }) => formatCursor({ xid: BigInt(xid), seq: BigInt(seq) }));
  const cursor = cursors.at(-1) ?? formatCursor(from);
  // A full page may be followed by more below the bound; otherwise everything below it has been given.
  const watermark = rows.length === pageSize ? cursor : formatCursor({ xid: BigInt(below), seq: 0n });
  const more = newest !== null && compareCursors(parseCursor(newest), parseCursor(cursor)) > 0;
  return { events: rows.map(itemOf), cursors, cursor, watermark, newest: newest ?? cursor, more };
}

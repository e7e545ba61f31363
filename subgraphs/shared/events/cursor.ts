import { DomainError } from '../../../core/errors.ts';

/**
 * A place in a feed: the transaction that wrote an event, then its number. Transactions become readable in the order of
 * their ids once no older one runs, so nothing that commits late is skipped; a plain sequence number would skip it.
 */
export interface Cursor {
  readonly xid: bigint;
  readonly seq: bigint;
}

export const START: Cursor = { xid: 0n, seq: 0n };

/** Behind everything that will ever be: whoever reads on from here gets nothing but the watermark, where the feed ends. */
export const END: Cursor = { xid: 2n ** 64n - 1n, seq: 2n ** 63n - 1n };

export const formatCursor = ({ xid, seq }: Cursor): string => `${xid}-${seq}`;

const FORM = /^(?:([a-z]+):)?(\d{1,20})-(\d{1,20})$/;

/** Which feed a mutation's cursor is of, `feature:879-9`; a feed's own cursors do not say. */
export const feedOf = (text: string): string | undefined => FORM.exec(text)?.[1];

/** Throws INVALID_INPUT for anything that formatCursor did not write. */
export function parseCursor(text: string): Cursor {
  const [, , xid, seq] = FORM.exec(text) ?? [];
  if (xid === undefined || seq === undefined) {
    throw new DomainError('INVALID_INPUT', `"${text}" is not an event cursor: use one that a mutation or a feed gave`, {
      field: 'after',
    });
  }
  return { xid: BigInt(xid), seq: BigInt(seq) };
}

export function compareCursors(a: Cursor, b: Cursor): number {
  if (a.xid !== b.xid) return a.xid < b.xid ? -1 : 1;
  if (a.seq !== b.seq) return a.seq < b.seq ? -1 : 1;
  return 0;
}

import type { WindowEvent } from '../../../core/windows/window.ts';
import type { PushedRow } from './pushed-row.ts';

/**
 * When a row was written: when it was created, and what nobody dated when it came (a pushed row) or when it happened (a
 * loaded one). Never before it happened.
 */
export const writtenMsOf = (eventMs: number, createdMs: number | null, elseMs: number): number =>
  Math.max(eventMs, createdMs ?? elseMs);

/** A pushed row as windows hear of it. */
export const pushedEventOf = (row: PushedRow, seq: number, availableMs: number): WindowEvent => ({
  id: row.eventId,
  retracted: row.retracted,
  eventMs: row.eventMs,
  writtenMs: writtenMsOf(row.eventMs, row.createdMs, availableMs),
  seq,
  ordinal: 0,
  values: row.values,
});

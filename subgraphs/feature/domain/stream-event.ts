import { entityKeyOf, type JoinKey } from '../../../core/codec/address.ts';
import type { FeatureValue } from '../../../core/codec/layout.ts';
import { DomainError } from '../../../core/errors.ts';
import type { Dtype } from '../../../schema/common.ts';
import { RETRACT } from '../../../schema/feature-events.ts';
import type { FeatureView } from './feature-view.ts';
import { viewUrn } from './ids.ts';
import { loggedColumns } from './log-column.ts';
import { checkedEventId, type PushedRow } from './pushed-row.ts';
import { notAhead, refuseRow } from './refused-row.ts';
import type { Source } from './source.ts';
import { instantMsOf, valueOf, WRITTEN_AS } from './value.ts';

/** An event as it came: the columns of its source by their names. */
type Fields = Readonly<Record<string, unknown>>;

interface Hearer {
  readonly view: FeatureView;
  readonly logged: readonly { readonly column: string; readonly dtype: Dtype }[];
}

/** The rows of one event, one for each view that hears of it, in the order of the views; null where a key of it is null. */
export type EventRows = readonly (PushedRow | null)[];

const LAST_INSTANT_MS = 8_640_000_000_000_000;

/** How the events of one source become rows of every view over it. */
export class StreamEvents {
  readonly views: readonly FeatureView[];
  readonly #hearers: readonly Hearer[];
  readonly #columns: ReadonlySet<string>;

  /** Throws FAILED_PRECONDITION where nobody would hear of the events. */
  constructor(source: Source, views: readonly FeatureView[]) {
    if (views.length === 0) {
      const message = `source: no view reads ${source.name}, so that its events would be lost; define one first`;
      throw new DomainError('FAILED_PRECONDITION', message, { field: 'source' });
    }
    this.views = views;
    this.#hearers = views.map((view) => ({ view, logged: loggedColumns(view) }));
    this.#columns = new Set(source.columns.map(({ name }) => name));
  }

  /** The event for all views, or for none: throws INVALID_INPUT that names the column and what is allowed. */
  rowsOf(event: unknown, now: Date): EventRows {
    if (typeof event !== 'object' || event === null || Array.isArray(event)) {
      throw refuseRow('event', 'is a JSON object of the columns of its source', 'an object');
    }
    const fields = event as Fields;
    for (const name in fields) {
      if (this.#columns.has(name) || name === RETRACT) continue;
      throw refuseRow(name, 'the source has no such column', [...this.#columns, RETRACT]);
    }
    const retracted = retractionOf(fields);
    const rows = this.#hearers.map((hearer) => rowOf(hearer, fields, retracted, now));
    if (rows.some((row) => row !== null)) return rows;
    const keys = [...new Set(this.views.flatMap(({ joinKeys }) => joinKeys.map(({ name }) => name)))];
    throw refuseRow(keys[0] ?? 'event', 'a join key is null for every view: such an event is never found', 'a value');
  }
}

function retractionOf(fields: Fields): boolean {
  const value = Object.hasOwn(fields, RETRACT) ? fields[RETRACT] : false;
  if (typeof value === 'boolean') return value;
  throw refuseRow(RETRACT, 'is true or false', [true, false]);
}

function given(fields: Fields, column: string, view: FeatureView): unknown {
  if (Object.hasOwn(fields, column)) return fields[column];
  throw refuseRow(column, `is missing, and ${view.name}@${view.version} reads it; write null where it is unknown`);
}

function rowOf({ view, logged }: Hearer, fields: Fields, retracted: boolean, now: Date): PushedRow | null {
  if (retracted && view.eventIdColumn === null) {
    const why = `the events of ${view.name}@${view.version} have no ids, so that none can be taken back`;
    throw refuseRow(RETRACT, why, [false]);
  }
  const key = keyOf(view, fields);
  if (key === null) return null;
  const { eventColumn, createdColumn, eventIdColumn } = view;
  const eventMs = momentOf(eventColumn, given(fields, eventColumn, view), now);
  return {
    key,
    eventMs,
    createdMs: createdColumn === null ? null : createdOf(createdColumn, fields, now),
    eventId: eventIdColumn === null ? null : checkedEventId(eventIdColumn, given(fields, eventIdColumn, view)),
    retracted,
    values: logged.map(({ column, dtype }) => (retracted ? null : fieldOf(view, fields, column, dtype))),
  };
}

function keyOf(view: FeatureView, fields: Fields): string | null {
  const found = entityKeyOf(view.joinKeys, fields);
  if (found === null || typeof found === 'string') return found;
  const { joinKey, fault } = found;
  if (fault === 'MISSING') given(fields, joinKey.name, view);
  throw refuseRow(joinKey.name, `is a join key of ${viewUrn.format(view)}: ${keyWrittenAs(joinKey)}`, joinKey.dtype);
}

const keyWrittenAs = ({ dtype }: JoinKey): string =>
  dtype === 'STRING' ? 'text of at most 1024 characters' : WRITTEN_AS[dtype];

function momentOf(column: string, value: unknown, now: Date): number {
  const ms = instantMsOf(value);
  if (ms === undefined || Math.abs(ms) > LAST_INSTANT_MS) {
    throw refuseRow(column, `is ${WRITTEN_AS.TIMESTAMP}`, 'TIMESTAMP');
  }
  return notAhead(column, ms, now);
}

/** What nobody dated counts as written when it came: so an event needs no such column. */
function createdOf(column: string, fields: Fields, now: Date): number | null {
  const value = Object.hasOwn(fields, column) ? fields[column] : null;
  return value === null ? null : momentOf(column, value, now);
}

function fieldOf(view: FeatureView, fields: Fields, column: string, dtype: Dtype): FeatureValue {
  const value = valueOf(dtype, given(fields, column, view));
  if (value !== undefined) return value;
  throw refuseRow(column, `is ${dtype}: ${WRITTEN_AS[dtype]}`, dtype);
}

import { FeaturePushRow } from '../../../schema/feature-push.ts';
import type { FeatureValue } from '../../../core/codec/layout.ts';
import { isText } from '../../../core/codec/address.ts';
import { checkedKey } from './entity-key.ts';
import type { FeatureView } from './feature-view.ts';
import { loggedColumns } from './log-column.ts';
import { notAhead, refuseRow as refuse } from './refused-row.ts';
import { valueOf, WRITTEN_AS } from './value.ts';

/** A pushed row that has been checked against its view. */
export interface PushedRow {
  readonly key: string;
  readonly eventMs: number;
  readonly createdMs: number | null;
  /** Null where the view's events have no ids. */
  readonly eventId: string | null;
  /** Takes the event of this id back; its values are null. */
  readonly retracted: boolean;
  readonly values: readonly FeatureValue[];
}

function valuesOf(view: FeatureView, values: Readonly<Record<string, unknown>>): FeatureValue[] {
  const logged = loggedColumns(view);
  const names = logged.map(({ name }) => name);
  const unknown = Object.keys(values).find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw refuse(`values.${unknown}`, `${view.name}@${view.version} has no such feature`, names);
  return logged.map(({ name, dtype }) => {
    if (!Object.hasOwn(values, name)) throw refuse(`values.${name}`, 'is missing; write null where it is unknown');
    const value = valueOf(dtype, values[name]);
    if (value === undefined) throw refuse(`values.${name}`, `is ${dtype}: ${WRITTEN_AS[dtype]}`, dtype);
    return value;
  });
}

const MAX_ID_LENGTH = 1_024;

/** Whole numbers are ids by their digits, as a load reads them. */
function eventIdOf(view: FeatureView, eventId: string | number | undefined): string | null {
  if (view.eventIdColumn === null) {
    if (eventId === undefined) return null;
    throw refuse(
      'eventId',
      `the events of ${view.name}@${view.version} have no ids: it names no eventIdColumn`,
      'nothing',
    );
  }
  if (eventId === undefined) throw refuse('eventId', `is missing; it is what "${view.eventIdColumn}" holds`, 'text');
  return checkedEventId('eventId', eventId);
}

/** An id in its stored form. Throws INVALID_INPUT for what is none. */
export function checkedEventId(field: string, value: unknown): string {
  const id = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value;
  if (isText(id) && id.length > 0 && id.length <= MAX_ID_LENGTH) return id;
  throw refuse(field, `is text of 1 to ${MAX_ID_LENGTH} characters, or a whole number up to 2^53`, 'text');
}

/** Checks one row of a push. Throws INVALID_INPUT that names the field. */
export function pushedRowOf(view: FeatureView, row: unknown, now: Date): PushedRow {
  const parsed = FeaturePushRow.safeParse(row);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw refuse(issue?.path.join('.') || 'row', issue?.message ?? 'is no row');
  }
  const { entity, eventTime, createdTime, eventId, retract, values } = parsed.data;
  const names = view.joinKeys.map(({ name }) => name);
  const unknown = Object.keys(entity).find((name) => !names.includes(name));
  if (unknown !== undefined) throw refuse(`entity.${unknown}`, `${view.name}@${view.version} has no such key`, names);
  const key = checkedKey(view.joinKeys, entity, 'entity');
  if (key === null) throw refuse('entity', 'a join key is null: such a row is never found');
  if (retract && view.eventIdColumn === null) {
    const why = `the events of ${view.name}@${view.version} have no ids, so that none can be taken back`;
    throw refuse('retract', why, false);
  }
  return {
    key,
    eventMs: notAhead('eventTime', Date.parse(eventTime), now),
    createdMs: createdTime === null ? null : notAhead('createdTime', Date.parse(createdTime), now),
    eventId: eventIdOf(view, eventId),
    retracted: retract,
    values: retract ? nothingOf(view, values) : valuesOf(view, values),
  };
}

/** A row that takes an event back says nothing else of it. */
function nothingOf(view: FeatureView, values: Readonly<Record<string, unknown>>): null[] {
  const [given] = Object.keys(values);
  if (given !== undefined) throw refuse(`values.${given}`, 'a row that retracts has no values', {});
  return loggedColumns(view).map(() => null);
}

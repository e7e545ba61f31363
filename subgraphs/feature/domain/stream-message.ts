import { DomainError } from '../../../core/errors.ts';
import { decodeUtf8 } from '../../../core/utf8-text.ts';
import { EVENT_LIMITS, RETRACT } from '../../../schema/feature-events.ts';
import type { EventStream } from './event-stream.ts';
import type { Source } from './source.ts';

/** A message of a topic as it came. */
export interface StreamMessage {
  readonly partition: number;
  readonly offset: number;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
}

/** Where a message lies in its topic. */
export type MessagePlace = Pick<StreamMessage, 'partition' | 'offset'>;

/** A message that is no event of its source: kept, so that the stream goes on. */
export interface QuarantinedMessage {
  readonly partition: number;
  readonly offset: number;
  readonly key: Uint8Array | null;
  /** Whole where it might be an event one day; else cut at `MOST_KEPT_BYTES`. */
  readonly value: Uint8Array | null;
  readonly valueBytes: number;
  readonly field: string;
  readonly code: string;
  readonly message: string;
}

export interface StoredQuarantine extends QuarantinedMessage {
  readonly at: Date;
}

/** So much of a value is shown. */
export const MOST_KEPT_BYTES = 16 * 1_024;

export function quarantined(message: StreamMessage, error: DomainError): QuarantinedMessage {
  const { partition, offset, key, value } = message;
  const { field } = error.details;
  return {
    partition,
    offset,
    key: key && key.subarray(0, MOST_KEPT_BYTES),
    value: value && (value.length > EVENT_LIMITS.lineBytes ? value.subarray(0, MOST_KEPT_BYTES) : value),
    valueBytes: value?.length ?? 0,
    field: typeof field === 'string' ? field : 'message',
    code: error.code,
    message: error.message,
  };
}

const refuse = (field: string, why: string, allowed: unknown): DomainError =>
  new DomainError('INVALID_INPUT', `${field}: ${why}`, { field, allowed });

/** Throws INVALID_INPUT for none, too many, or the same twice. */
export function checkPlaces(places: readonly MessagePlace[], most: number): void {
  if (places.length < 1 || places.length > most) {
    const why = `name 1 to ${most} messages, or leave it out for all of them`;
    throw refuse('messages', why, { min: 1, max: most });
  }
  const seen = new Set<string>();
  places.forEach(({ partition, offset }, i) => {
    if (!Number.isSafeInteger(offset) || offset < 0 || partition < 0) {
      throw refuse(`messages.${i}`, 'partition and offset are whole numbers from 0', { min: 0 });
    }
    if (seen.has(`${partition}/${offset}`)) throw refuse(`messages.${i}`, 'is named twice', 'each once');
    seen.add(`${partition}/${offset}`);
  });
}

const unread = (code: 'MALFORMED' | 'TOO_LARGE', why: string, allowed: unknown): DomainError =>
  new DomainError(code, `message: ${why}`, { field: 'message', allowed });

type Fields = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The JSON object of a message, of a quarantined one too. Throws MALFORMED or TOO_LARGE. */
function objectOf({ value, valueBytes }: StreamMessage & { readonly valueBytes?: number }): Fields {
  const { lineBytes } = EVENT_LIMITS;
  if (value === null) throw unread('MALFORMED', 'has no value', 'one JSON object');
  const bytes = valueBytes ?? value.length;
  if (bytes > lineBytes) throw unread('TOO_LARGE', `has ${bytes} bytes`, { maxBytes: lineBytes });
  let json: unknown;
  try {
    json = JSON.parse(decodeUtf8(value));
  } catch {
    throw unread('MALFORMED', 'is not valid JSON', 'one JSON object');
  }
  if (isObject(json)) return json;
  throw unread('MALFORMED', 'is no JSON object', 'one JSON object');
}

/** The event in a message: the columns of the source by their names. What no column is read from goes by. */
export function eventIn(message: StreamMessage, { fields }: EventStream, source: Source): Fields {
  const json = objectOf(message);
  const event: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  const mapped = new Map(fields.map(({ column, field }) => [column, field]));
  for (const column of [...source.columns.map(({ name }) => name), RETRACT]) {
    const path = mapped.get(column);
    const found = path === undefined ? own(json, column) : path.split('.').reduce(own, json as unknown);
    if (found !== undefined) event[column] = found;
  }
  return event;
}

const own = (value: unknown, name: string): unknown =>
  isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;

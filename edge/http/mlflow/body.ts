import type { Context } from 'hono';
import { DomainError } from '../../../core/errors.ts';
import { parseJson, readBody } from '../../../core/json-body.ts';
import { decodeUtf8, refuseOtherCharset } from '../../../core/utf8-text.ts';
import { isStorableText } from '../../../core/storable-text.ts';
import { checkedObject, MOST_BYTES } from '../request-body.ts';
import { readCsv } from './csv.ts';
import { readPayload, type Payload } from './payload.ts';

const TYPES = ['text/csv', 'application/json'];

/** Rows of text cells under the names of their first line. */
export interface CsvRows {
  readonly kind: 'CSV';
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | null)[])[];
}

/** What a request of `/invocations` brings, by its content type. Throws UNSUPPORTED_MEDIA_TYPE and as readPayload does. */
export async function readInvocation(c: Context, mostRows: number): Promise<Payload | CsvRows> {
  const given = c.req.header('content-type') ?? 'application/json';
  const [type = '', ...parameters] = given.split(';').map((part) => part.trim());
  if (!TYPES.includes(type.toLowerCase())) {
    throw unsupported(`only these content types are read: ${TYPES.join(', ')}; not ${type}`);
  }
  refuseOtherCharset(given);
  const strange = parameters.find((one) => one !== '' && !/^charset\s*=/i.test(one));
  if (strange !== undefined)
    throw unsupported(`content-type: the parameter ${strange} is not known, only charset=utf-8`);
  const bytes = await readBody(c.req.raw, MOST_BYTES);
  if (type.toLowerCase() === 'text/csv') return csvRows(decodeUtf8(bytes), mostRows);
  return readPayload(
    checkedObject(parseJson(bytes), (path) => path.join('.')),
    mostRows,
  );
}

const unsupported = (message: string): DomainError =>
  new DomainError('UNSUPPORTED_MEDIA_TYPE', message, { field: 'content-type', allowed: TYPES });

function csvRows(text: string, mostRows: number): CsvRows {
  if (!isStorableText(text)) throw wrong('the text holds U+0000', 'body');
  const [head = [], ...rows] = readCsv(text, mostRows + 1);
  const columns = head.map((name) => name ?? '');
  if (columns.length === 0 || columns.includes('')) throw wrong('names each column', 'line 1');
  if (new Set(columns).size < columns.length) throw wrong('names a column twice', 'line 1');
  if (rows.length === 0) throw wrong('there are no rows after the names', 'body');
  const uneven = rows.findIndex((row) => row.length !== columns.length);
  if (uneven >= 0) {
    throw wrong(`has ${rows[uneven]?.length} cells, and there are ${columns.length} names`, `row ${uneven}`);
  }
  return { kind: 'CSV', columns, rows };
}

const wrong = (message: string, field: string): DomainError =>
  new DomainError('INVALID_INPUT', `${field}: ${message}`, { field });

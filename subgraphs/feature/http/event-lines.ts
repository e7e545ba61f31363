import { DomainError } from '../../../core/errors.ts';
import { decodeUtf8 } from '../../../core/utf8-text.ts';
import { EVENT_LIMITS } from '../../../schema/feature-events.ts';
import type { SentEvents } from '../operations/events.ts';

const NEWLINE = 10;
const EMPTY_LINE = /^\s*$/;

/**
 * The events of NDJSON, one a line; empty lines count as lines and hold nothing. What is too long is not even decoded.
 * Throws INVALID_INPUT for a body without events or with too many lines.
 */
export function* eventLines(bytes: Uint8Array): SentEvents['events'] {
  checkCount(bytes);
  let line = 0;
  for (let at = 0; at < bytes.length;) {
    const newline = bytes.indexOf(NEWLINE, at);
    const end = newline < 0 ? bytes.length : newline;
    line++;
    const event = eventOf(bytes.subarray(at, end), line);
    if (event) yield event;
    at = end + 1;
  }
}

function checkCount(bytes: Uint8Array): void {
  let lines = 0;
  for (let at = 0; at < bytes.length; lines++) {
    const newline = bytes.indexOf(NEWLINE, at);
    at = newline < 0 ? bytes.length : newline + 1;
  }
  if (lines > 0 && lines <= EVENT_LIMITS.events) return;
  const message = `events: 1 to ${EVENT_LIMITS.events} lines, not ${lines}`;
  throw new DomainError('INVALID_INPUT', message, { field: 'events', allowed: { min: 1, max: EVENT_LIMITS.events } });
}

type Sent = SentEvents['events'] extends Iterable<infer One> ? One : never;

function eventOf(bytes: Uint8Array, line: number): Sent | null {
  const { lineBytes } = EVENT_LIMITS;
  const fault = (code: 'MALFORMED' | 'TOO_LARGE', message: string, allowed: unknown): Sent => ({
    line,
    fault: new DomainError(code, `line: ${message}`, { field: 'line', allowed }),
  });
  if (bytes.length > lineBytes) return fault('TOO_LARGE', `has ${bytes.length} bytes`, { maxBytes: lineBytes });
  const text = textOf(bytes);
  if (text === null) return fault('MALFORMED', 'is not UTF-8 text', 'UTF-8');
  if (EMPTY_LINE.test(text)) return null;
  try {
    return { line, event: JSON.parse(text) as unknown };
  } catch {
    return fault('MALFORMED', 'is not valid JSON', 'one JSON object');
  }
}

function textOf(bytes: Uint8Array): string | null {
  try {
    return decodeUtf8(bytes);
  } catch {
    return null;
  }
}

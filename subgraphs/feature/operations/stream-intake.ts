import { setTimeout as sleep } from 'node:timers/promises';
import { DomainError } from '../../../core/errors.ts';
import type { Database } from '../../shared/database/database.ts';
import type { EventStream } from '../domain/event-stream.ts';
import type { PushedRow } from '../domain/pushed-row.ts';
import type { StreamEvents } from '../domain/stream-event.ts';
import { eventIn, quarantined, type QuarantinedMessage, type StreamMessage } from '../domain/stream-message.ts';
import type { Source } from '../domain/source.ts';
import { placesOf, takeSteps, type StreamStep } from '../storage/stream-place.ts';
import { batchesOf, streamOf } from './events.ts';
import type { LogQueue } from './log-queue.ts';

export interface StreamIntakeDeps {
  readonly db: Database;
  readonly queue: LogQueue;
  readonly now: () => Date;
}

const LONGEST_PAUSE_MS = 1_000;

/**
 * Messages of a topic on the way that every event goes. How far a partition has been read is written in the transaction that
 * appends its events: each message is in the log once, or in quarantine once, whoever dies when.
 */
export class StreamIntake {
  readonly #deps: StreamIntakeDeps;

  constructor(deps: StreamIntakeDeps) {
    this.#deps = deps;
  }

  /**
   * A topic waits where a sender would be sent away. Where another process has read on meanwhile, what is left is taken.
   * What the log holds already follows into the store by itself.
   */
  async take(stream: EventStream, messages: readonly StreamMessage[], signal: AbortSignal): Promise<void> {
    for (;;) {
      try {
        return await this.#takeOnce(stream, messages);
      } catch (error) {
        if (!(error instanceof DomainError)) throw error;
        const { code, details } = error;
        if (details['logged'] === true) return;
        if (code !== 'RATE_LIMITED' && code !== 'CONFLICT') throw error;
        const waitMs = code === 'CONFLICT' ? 0 : Math.min(Number(details['retryAfterMs']), LONGEST_PAUSE_MS);
        await sleep(waitMs, undefined, { signal });
      }
    }
  }

  async #takeOnce(stream: EventStream, messages: readonly StreamMessage[]): Promise<void> {
    const { db, queue, now } = this.#deps;
    const { source, stream: events } = await streamOf(db, stream.project, stream.source);
    const places = new Map((await placesOf(db, stream)).map(({ partition, nextOffset }) => [partition, nextOffset]));
    const rows = events.views.map((): PushedRow[] => []);
    const steps: StreamStep[] = [];
    for (const [partition, all] of Map.groupBy(messages, (message) => message.partition)) {
      const from = places.get(partition);
      if (from === undefined)
        throw new DomainError('UNAVAILABLE', `topic: partition ${partition} is new, and looked at first`);
      const fresh = unread(all, from);
      const last = fresh.at(-1);
      if (!last) continue;
      const bad = fresh.flatMap((message) => readInto(rows, { stream, source, events }, message, now()));
      const accepted = fresh.length - bad.length;
      steps.push({ partition, from, to: last.offset + 1, accepted, quarantined: bad });
    }
    if (steps.length === 0) return;
    await queue.append(batchesOf(events, rows), (client, at) => takeSteps(client, stream, steps, at));
  }
}

/** A rebalance may fetch again what was fetched before, even in one block; and somebody else may have read on. */
function unread(messages: readonly StreamMessage[], from: number): StreamMessage[] {
  let next = from;
  return messages.filter(({ offset }) => {
    if (offset < next) return false;
    next = offset + 1;
    return true;
  });
}

interface Reading {
  readonly stream: EventStream;
  readonly source: Source;
  readonly events: StreamEvents;
}

/** Adds a message to the rows of the views; answers why it is none of theirs, if it is not. */
export function readInto(
  rows: readonly PushedRow[][],
  { stream, source, events }: Reading,
  message: StreamMessage,
  now: Date,
): QuarantinedMessage[] {
  try {
    events.rowsOf(eventIn(message, stream, source), now).forEach((row, i) => row && rows[i]?.push(row));
    return [];
  } catch (error) {
    if (error instanceof DomainError) return [quarantined(message, error)];
    throw error;
  }
}

import { DomainError } from '../../../core/errors.ts';
import { appendAudit } from '../../shared/audit/audit.ts';
import { clientSql } from '../../shared/audit/client-sql.ts';
import type { Database } from '../../shared/database/database.ts';
import type { RequestContext } from '../../shared/graphql/request-context.ts';
import type { EventStream } from '../domain/event-stream.ts';
import { eventStreamUrn } from '../domain/ids.ts';
import type { PushedRow } from '../domain/pushed-row.ts';
import { checkPlaces, type MessagePlace, type QuarantinedMessage } from '../domain/stream-message.ts';
import { findStreams } from '../storage/event-stream.ts';
import { dropQuarantined, heldMessages, noteStillWrong, PAGE } from '../storage/quarantined-message.ts';
import { batchesOf, streamOf } from './events.ts';
import type { LogQueue } from './log-queue.ts';
import { readInto } from './stream-intake.ts';

export interface QuarantineDeps {
  readonly db: Database;
  readonly queue: LogQueue;
  readonly now: () => Date;
}

export interface ReplayQuarantineInput {
  readonly stream: string;
  /** All, where it is left out. */
  readonly messages?: readonly MessagePlace[] | null | undefined;
}

/** What a replay came to. */
export interface Replayed {
  readonly stream: EventStream;
  readonly replayed: number;
  /** Of those that were tried, still no events. */
  readonly kept: number;
}

/** Messages that were no events of their source when they were read, and may be by now. */
export class Quarantine {
  readonly #deps: QuarantineDeps;

  constructor(deps: QuarantineDeps) {
    this.#deps = deps;
  }

  /**
   * Reads messages again by what the stream, its source and their views are now. Those that are events leave the quarantine in the
   * transaction that appends them, with its audit record; of the others it notes what is wrong with them now. Throws RATE_LIMITED
   * where the log is behind: what has been read until then stays read.
   */
  async replay(context: RequestContext, { stream: id, messages }: ReplayQuarantineInput): Promise<Replayed> {
    const { db } = this.#deps;
    const { project } = context.actor;
    const [stream] = await findStreams(db.em(), project, [eventStreamUrn.parse(project, id, 'stream').name]);
    if (!stream) throw new DomainError('NOT_FOUND', `stream: there is no ${id} here`, { field: 'stream' });
    if (messages) return { stream, ...(await this.#replay(context, stream, await this.#named(stream, messages))) };
    let [replayed, kept] = [0, 0];
    for (let after: MessagePlace | null = null; ;) {
      const page: QuarantinedMessage[] = await heldMessages(db, stream, { after });
      const last = page.at(-1);
      if (!last) return { stream, replayed, kept };
      const done = await this.#replay(context, stream, page);
      [replayed, kept, after] = [replayed + done.replayed, kept + done.kept, last];
    }
  }

  async #named(stream: EventStream, places: readonly MessagePlace[]): Promise<QuarantinedMessage[]> {
    checkPlaces(places, PAGE);
    const held = await heldMessages(this.#deps.db, stream, { places });
    const missing = places.findIndex(
      (place) => !held.some(({ partition, offset }) => partition === place.partition && offset === place.offset),
    );
    if (missing < 0) return held;
    const { partition, offset } = places[missing] ?? { partition: 0, offset: 0 };
    const why = `messages.${missing}: ${offset} of partition ${partition} is not in quarantine`;
    throw new DomainError('NOT_FOUND', why, { field: `messages.${missing}` });
  }

  async #replay(
    context: RequestContext,
    stream: EventStream,
    messages: readonly QuarantinedMessage[],
  ): Promise<Omit<Replayed, 'stream'>> {
    const { db, queue, now } = this.#deps;
    const { source, stream: events } = await streamOf(db, stream.project, stream.source);
    const rows = events.views.map((): PushedRow[] => []);
    const wrong = messages.flatMap((message) => readInto(rows, { stream, source, events }, message, now()));
    const isWrong = new Set(wrong.map(({ partition, offset }) => `${partition}/${offset}`));
    const good = messages.filter(({ partition, offset }) => !isWrong.has(`${partition}/${offset}`));
    if (wrong.length > 0) await noteStillWrong(db, stream, wrong);
    if (good.length > 0) {
      const subject = eventStreamUrn.format(stream);
      const { actor, requestId } = context;
      const after = good.map(({ partition, offset }) => ({ partition, offset }));
      await queue
        .append(batchesOf(events, rows), async (client, at) => {
          await dropQuarantined(client, stream, good);
          await appendAudit(clientSql(client), {
            actor,
            requestId,
            action: 'event-stream.replay',
            subject,
            at,
            after,
            reason: `${good.length} messages leave the quarantine`,
          });
        })
        // What the log holds already follows into the store by itself.
        .catch((error: unknown) => {
          if (!(error instanceof DomainError) || error.details['logged'] !== true) throw error;
        });
    }
    return { replayed: good.length, kept: wrong.length };
  }
}

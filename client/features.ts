import type * as z from 'zod';
import { FeatureEventsAnswer, FeaturePushAnswer } from '../schema/feature-answers.ts';
import type { FeatureEventsRequest } from '../schema/feature-events.ts';
import type { FeaturePushRequest, FeaturePushRow } from '../schema/feature-push.ts';
import { FeatureReadAnswer, type FeatureReadRequest } from '../schema/feature-read.ts';
import { answerOf, type AnswerSchema } from './answer.ts';
import { call, jsonOf } from './call.ts';
import { keyHeaders, type Connection } from './connection.ts';

export type PushRow = z.input<typeof FeaturePushRow>;
type Push = Omit<z.input<typeof FeaturePushRequest>, 'rows'> & { readonly rows: readonly PushRow[] };

/** An event of a source: column → value, and `$retract` where it is taken back. */
export type StreamEvent = Readonly<Record<string, string | number | boolean | null>>;
type EventBatch = Pick<FeatureEventsRequest, 'source'> & { readonly events: readonly StreamEvent[] };

/** Values of features: pushed, sent as events, and read on-line. */
export class Features {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /**
   * Pushes rows to a view, at most 1,000; a row that is refused is in `rejected`, and the others are kept. A push that was cut
   * off is made again: the newest row of an entity wins, and an event with an id counts once. Events without ids would count
   * twice in windows: say `repeat: false`, and a push that was cut off throws, in doubt.
   */
  push(push: Push, { repeat = true }: { readonly repeat?: boolean } = {}): Promise<FeaturePushAnswer> {
    return this.#post('a push of features', FeaturePushAnswer, '/v1/features/push', push, repeat);
  }

  /**
   * Sends events of a source, at most 5,000, to every view over it; an event that is refused is in `rejected`, and the others
   * are kept. As with pushes, say `repeat: false` where events have no ids.
   */
  sendEvents(batch: EventBatch, { repeat = true }: { readonly repeat?: boolean } = {}): Promise<FeatureEventsAnswer> {
    return this.#post('sending events', FeatureEventsAnswer, '/v1/features/events', batch, repeat);
  }

  /** Reads the features of a service, with the status and age of each value. */
  read(read: z.input<typeof FeatureReadRequest>): Promise<FeatureReadAnswer> {
    return this.#post('a read of features', FeatureReadAnswer, '/v1/features/read', read, true);
  }

  async #post<T>(what: string, schema: AnswerSchema<T>, path: string, body: object, repeatable: boolean): Promise<T> {
    const answer = await call({
      url: `${this.#connection.featureUrl}${path}`,
      method: 'POST',
      headers: { 'content-type': 'application/json', ...keyHeaders(this.#connection) },
      body: JSON.stringify(body),
      repeatable,
      timeoutMs: this.#connection.timeoutMs,
    });
    return answerOf(what, schema, await jsonOf(what, answer));
  }
}

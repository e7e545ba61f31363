import * as z from 'zod/mini';
import { ANSWERED_STATUSES } from '../core/codec/feature-status.ts';
import type { OutcomeRecord } from '../schema/telemetry.ts';
import { TelemetryAnswer } from '../schema/telemetry-answer.ts';
import { answerOf } from './answer.ts';
import { call, good, jsonOf } from './call.ts';
import { ClientError } from './client-error.ts';
import { keyHeaders, type Connection } from './connection.ts';

const Value = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/** An answer of the edge, with where it comes from; fields that a later edge adds are kept. */
const Prediction = z.looseObject({
  /** Names the prediction: outcomes refer to it. */
  id: z.uuid(),
  score: z.number(),
  decision: z.nullable(z.string()),
  /** Of the rule that decided; null where none did. */
  confidence: z.prefault(z.nullable(z.number()), null),
  reason: z.prefault(z.nullable(z.string()), null),
  release: z.string(),
  /** What each model of the release said. */
  models: z.array(z.looseObject({ version: z.string(), score: z.nullable(z.number()) })),
  arm: z.nullable(z.string()),
  /** Why the model did not answer; null where it did. */
  fallback: z.nullable(z.object({ cause: z.string(), detail: z.string() })),
  features: z.record(
    z.string(),
    z.looseObject({
      value: Value,
      status: z.enum(ANSWERED_STATUSES),
      ageMs: z.nullable(z.number()),
      /** What a default stands in for. */
      insteadOf: z.optional(z.string()),
    }),
  ),
  /** Where they were asked for: what contributed most; base + contributions + rest + rounding is the total. */
  reasons: z.nullish(
    z.looseObject({
      space: z.string(),
      base: z.number(),
      top: z.array(z.looseObject({ name: z.string(), value: Value, contribution: z.number() })),
      rest: z.number(),
      rounding: z.number(),
      total: z.number(),
      unexplained: z.array(z.looseObject({ model: z.string(), contribution: z.number(), why: z.string() })),
    }),
  ),
  /** Milliseconds by stage. */
  timings: z.record(z.string(), z.number()),
});
export type Prediction = z.infer<typeof Prediction>;

export interface PredictInput {
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Values that the caller brings, by `view__feature`. */
  readonly features?: Readonly<Record<string, unknown>>;
  /** The moment of the question, for replays; now when left out. */
  readonly at?: string;
  /** Comes back as `requestId`. */
  readonly id?: string;
  /** How many reasons the answer gives, 1 to 50. */
  readonly reasons?: number;
}

/** An edge node: predictions, and what happened in the end. */
export class Edge {
  readonly #connection: Connection;
  readonly #url: string;

  constructor(connection: Connection) {
    if (connection.edgeUrl === undefined) {
      throw new ClientError('edgeUrl: say where the edge is', { code: 'INVALID_INPUT', field: 'edgeUrl' });
    }
    this.#connection = connection;
    this.#url = connection.edgeUrl;
  }

  get url(): string {
    return this.#url;
  }

  /** Asks an endpoint, once: each answer is a prediction of its own. */
  async predict(endpoint: string, input: PredictInput): Promise<Prediction> {
    const path = `/v1/predict/${encodeURIComponent(endpoint)}`;
    return answerOf('a prediction', Prediction, await jsonOf('a prediction', await this.#send(path, input, false)));
  }

  /** Says what happened in the end; those that were said before change nothing. */
  async outcomes(outcomes: readonly OutcomeRecord[]): Promise<TelemetryAnswer> {
    return answerOf(
      'outcomes',
      TelemetryAnswer,
      await jsonOf('outcomes', await this.#send('/v1/outcomes', { outcomes }, true)),
    );
  }

  /** Whether the node serves the endpoint. */
  async serves(endpoint: string): Promise<boolean> {
    const answer = await this.#send(`/v2/models/${encodeURIComponent(endpoint)}/ready`, undefined, false);
    await answer.body?.cancel();
    return answer.status === 200;
  }

  /** Its metrics, as Prometheus text. */
  async metrics(): Promise<string> {
    return (await good('metrics', await this.#send('/metrics', undefined, true))).text();
  }

  #send(path: string, body: object | undefined, repeatable: boolean): Promise<Response> {
    return call({
      url: `${this.#url}${path}`,
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...keyHeaders(this.#connection),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
      repeatable,
      keepsConnection: true,
      timeoutMs: this.#connection.timeoutMs,
    });
  }
}

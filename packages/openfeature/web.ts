import {
  ClientProviderEvents,
  OpenFeatureEventEmitter,
  type EvaluationContext,
  type JsonValue,
  type Provider,
  type ResolutionDetails,
} from '@openfeature/web-sdk';
import type { FlagValue } from '@openfeature/core';
import type { EdgeClient, Prediction } from '../edge/client.ts';
import { failed, flagOf, resolved, type FlagType } from './flag.ts';
import { FlagProblem } from './flag-problem.ts';
import { inputOf, type FlagEndpoints } from './inputs.ts';

export type { FlagEndpoint, FlagEndpoints } from './inputs.ts';

export interface TiffinWebProviderOptions {
  readonly client: Pick<EdgeClient, 'predict' | 'onUpdate'>;
  /** Each is asked once for each context: name those that the page needs. */
  readonly endpoints: FlagEndpoints;
}

type Answer = Prediction | Error;

/**
 * Flags that are answers of an edge, or of the model in this browser, for OpenFeature in pages. Its evaluations are there at once: every
 * endpoint is asked when the provider starts, when the context changes, and when the model in this browser is another one.
 */
export class TiffinWebProvider implements Provider {
  readonly metadata = { name: 'tiffin' };
  readonly runsOn = 'client';
  readonly events = new OpenFeatureEventEmitter();
  readonly #client: TiffinWebProviderOptions['client'];
  readonly #endpoints: FlagEndpoints;
  #answers: ReadonlyMap<string, Answer> = new Map();
  #context: EvaluationContext = {};
  /** Grows with each round of questions: what an earlier one brings late is left out. */
  #round = 0;
  #isStale = false;
  #unlisten: () => void = () => undefined;

  constructor({ client, endpoints }: TiffinWebProviderOptions) {
    this.#client = client;
    this.#endpoints = endpoints;
  }

  /** Throws where every endpoint failed: then nothing can be said at all. */
  async initialize(context: EvaluationContext = {}): Promise<void> {
    this.#unlisten = this.#client.onUpdate(() => void this.#renew());
    await this.#ask(context);
    const failures = [...this.#answers.values()].filter((answer) => answer instanceof Error);
    const [first] = failures;
    if (first && failures.length === this.#answers.size) throw first;
  }

  async onContextChange(before: EvaluationContext, context: EvaluationContext): Promise<void> {
    // What was answered for one person is never shown to another.
    if (before.targetingKey !== context.targetingKey) this.#answers = new Map();
    await this.#ask(context);
  }

  async onClose(): Promise<void> {
    this.#unlisten();
    this.#round++;
    this.#answers = new Map();
  }

  resolveBooleanEvaluation(key: string, byDefault: boolean): ResolutionDetails<boolean> {
    return this.#resolve(key, 'boolean', byDefault);
  }

  resolveStringEvaluation(key: string, byDefault: string): ResolutionDetails<string> {
    return this.#resolve(key, 'string', byDefault);
  }

  resolveNumberEvaluation(key: string, byDefault: number): ResolutionDetails<number> {
    return this.#resolve(key, 'number', byDefault);
  }

  resolveObjectEvaluation<T extends JsonValue>(key: string, byDefault: T): ResolutionDetails<T> {
    return this.#resolve(key, 'object', byDefault);
  }

  #resolve<T extends FlagValue>(key: string, type: FlagType, byDefault: T): ResolutionDetails<T> {
    try {
      const flag = flagOf(key, type, this.#endpoints);
      const answer = this.#answers.get(flag.endpoint);
      if (!answer) throw new FlagProblem('PROVIDER_NOT_READY', `${key}: the answer is not there yet`);
      if (answer instanceof Error) throw answer;
      return resolved(flag, type, answer, byDefault);
    } catch (error) {
      return failed(error, byDefault);
    }
  }

  async #ask(context: EvaluationContext): Promise<void> {
    const round = ++this.#round;
    this.#context = context;
    const answers = await Promise.all(
      Object.entries(this.#endpoints).map(async ([name, endpoint]): Promise<[string, Answer]> => {
        try {
          return [name, await this.#client.predict(name, inputOf(endpoint, context))];
        } catch (error) {
          return [name, error instanceof Error ? error : new Error(String(error))];
        }
      }),
    );
    if (round !== this.#round) return;
    this.#answers = new Map(answers);
    const isStale = answers.some(([, answer]) => !(answer instanceof Error) && answer.stale);
    if (isStale === this.#isStale) return;
    this.#isStale = isStale;
    const message = isStale ? 'what answers has expired, and goes on' : 'what answers is fresh again';
    this.events.emit(isStale ? ClientProviderEvents.Stale : ClientProviderEvents.Ready, { message });
  }

  /** The model in this browser is another one: what it says may be another too. */
  async #renew(): Promise<void> {
    await this.#ask(this.#context);
    this.events.emit(ClientProviderEvents.ConfigurationChanged, { message: 'another model answers' });
  }
}

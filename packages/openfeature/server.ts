import type { EvaluationContext, JsonValue, Provider, ResolutionDetails } from '@openfeature/server-sdk';
import type { FlagValue } from '@openfeature/core';
import type { EdgeClient, Prediction } from '../edge/client.ts';
import { failed, flagOf, resolved, type FlagType } from './flag.ts';
import { inputOf, type FlagEndpoints } from './inputs.ts';

export type { FlagEndpoint, FlagEndpoints } from './inputs.ts';

export interface TiffinServerProviderOptions {
  readonly client: Pick<EdgeClient, 'predict'>;
  readonly endpoints: FlagEndpoints;
}

/**
 * Flags that are answers of an edge, for OpenFeature on servers: each evaluation is a prediction. Those of one context that are
 * asked for while the answer is under way share it.
 */
export class TiffinServerProvider implements Provider {
  readonly metadata = { name: 'tiffin' };
  readonly runsOn = 'server';
  readonly #client: Pick<EdgeClient, 'predict'>;
  readonly #endpoints: FlagEndpoints;
  readonly #underWay = new Map<string, Promise<Prediction>>();

  constructor({ client, endpoints }: TiffinServerProviderOptions) {
    this.#client = client;
    this.#endpoints = endpoints;
  }

  resolveBooleanEvaluation(key: string, byDefault: boolean, context: EvaluationContext) {
    return this.#resolve(key, 'boolean', byDefault, context);
  }

  resolveStringEvaluation(key: string, byDefault: string, context: EvaluationContext) {
    return this.#resolve(key, 'string', byDefault, context);
  }

  resolveNumberEvaluation(key: string, byDefault: number, context: EvaluationContext) {
    return this.#resolve(key, 'number', byDefault, context);
  }

  resolveObjectEvaluation<T extends JsonValue>(key: string, byDefault: T, context: EvaluationContext) {
    return this.#resolve(key, 'object', byDefault, context);
  }

  async #resolve<T extends FlagValue>(
    key: string,
    type: FlagType,
    byDefault: T,
    context: EvaluationContext,
  ): Promise<ResolutionDetails<T>> {
    try {
      const flag = flagOf(key, type, this.#endpoints);
      return resolved(flag, type, await this.#predict(flag.endpoint, context), byDefault);
    } catch (error) {
      return failed(error, byDefault);
    }
  }

  #predict(endpoint: string, context: EvaluationContext): Promise<Prediction> {
    const input = inputOf(this.#endpoints[endpoint] ?? {}, context);
    const asked = JSON.stringify([endpoint, input]);
    const underWay = this.#underWay.get(asked);
    if (underWay) return underWay;
    const answer = this.#client.predict(endpoint, input).finally(() => this.#underWay.delete(asked));
    this.#underWay.set(asked, answer);
    return answer;
  }
}

import * as z from 'zod';
import { TelemetryAnswer, type OutcomeRecord } from '../../../schema/telemetry.ts';
import { ENDPOINT } from '../names.ts';
import type { Flight } from './days.ts';
import { messageOf, type HttpDoor } from './http-door.ts';

/** What the replay needs of an answer; there is more in it. */
const Answer = z.object({
  id: z.uuid(),
  features: z.record(z.string(), z.object({ insteadOf: z.string().optional() })),
  timings: z.record(z.string(), z.number()),
});

export interface EdgeAnswer {
  readonly predictionId: string;
  /** Whether a default stood in for a feature because the feature server did not answer. */
  readonly withoutFeatures: boolean;
  /** Milliseconds by stage, as the edge took them. */
  readonly timings: Readonly<Record<string, number>>;
}

/** The edge's public doors, as the replay uses them. Each throws NoAnswer where the edge is away. */
export class EdgeDoor {
  readonly #http: HttpDoor;

  constructor(http: HttpDoor) {
    this.#http = http;
  }

  /** Asks at push-back: will it be late? */
  async predict(flight: Flight): Promise<EdgeAnswer> {
    const { origin, destination, distance, hour, dow } = flight;
    const { status, text } = await this.#http.post(`/v1/predict/${ENDPOINT}`, {
      inputs: { flight: String(flight.flight), origin, destination, distance, hour, dow },
      at: new Date(flight.departureMs).toISOString(),
      id: String(flight.flight),
    });
    if (status === 404) {
      throw new Error(`the edge serves no endpoint "${ENDPOINT}": run "npm run flights -- setup" first`);
    }
    if (status !== 200) throw refused('a prediction', status, text);
    const { id, features, timings } = Answer.parse(JSON.parse(text));
    const withoutFeatures = Object.values(features).some(({ insteadOf }) => insteadOf === 'UNAVAILABLE');
    return { predictionId: id, withoutFeatures, timings };
  }

  /** Tells outcomes; those that were told before change nothing. */
  async tell(outcomes: readonly OutcomeRecord[]): Promise<void> {
    const { status, text } = await this.#http.post('/v1/outcomes', { outcomes });
    if (status !== 202) throw refused('outcomes', status, text);
    const [first] = TelemetryAnswer.parse(JSON.parse(text)).rejected;
    if (first) throw new Error(`the edge refused an outcome: ${first.message}`);
  }

  /** How many records wait to be shipped to monitoring. */
  async waiting(): Promise<number> {
    const { status, text } = await this.#http.get('/metrics');
    if (status !== 200) throw refused('its metrics', status, text);
    const queued = /^record_log_queue (\d+)$/m.exec(text)?.[1];
    if (queued === undefined)
      throw new Error('the metrics of the edge hold no record_log_queue: is it of this version?');
    return Number(queued);
  }
}

export function refused(what: string, status: number, text: string): Error {
  if (status === 401 || status === 403) {
    return new Error(`${what} was refused (${status}): ${messageOf(text)}; --key says which key to use`);
  }
  return new Error(`${what} was refused (${status}): ${messageOf(text)}`);
}

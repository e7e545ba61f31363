import { Client } from '../../../client/client.ts';
import { ClientError } from '../../../client/client-error.ts';
import type { OutcomeRecord } from '../../../schema/telemetry.ts';
import type { Side } from '../data/delay-rows.ts';
import { ENDPOINT, SERVICE, VIEWS } from '../names.ts';
import type { DelayRow, Flight } from './days.ts';

const ROWS_PER_PUSH = 1_000;
const PROJECT = 'tiffin:default';

export interface ServerOptions {
  readonly graphUrl: string;
  readonly edgeUrl: string;
  /** For the graph as well: a replay is a machine. */
  readonly key: string;
}

export interface EdgeAnswer {
  readonly predictionId: string;
  /** Whether a default stood in for a feature because the feature server did not answer. */
  readonly withoutFeatures: boolean;
  /** Milliseconds by stage, as the edge took them. */
  readonly timings: Readonly<Record<string, number>>;
}

/** Whether a server is away, or fails for now: the same may be asked when it is back. */
export const isAway = (error: unknown): error is ClientError =>
  error instanceof ClientError &&
  (error.passes || (error.status ?? 0) >= 500 || error.code === 'INTERNAL_SERVER_ERROR');

/** Control plane and edge, as the replay uses them. What is away throws an error that `isAway` knows. */
export class Servers {
  readonly client: Client;

  constructor(options: ServerOptions) {
    this.client = new Client({ ...options, timeoutMs: 30_000 });
  }

  /** Throws unless the control plane and the endpoint at the edge can be asked. */
  async check(): Promise<void> {
    const { graphUrl, edgeUrl } = this.client.connection;
    if (!(await this.client.isReady())) throw notYet(`${graphUrl} is not ready yet`);
    if (!(await this.client.edge.serves(ENDPOINT))) throw notYet(`${edgeUrl} does not serve ${ENDPOINT} yet`);
  }

  /**
   * Publishes rows on-line. Not off-line: there the views load the same rows from their source, with the times at which
   * they became known in 2001; a pushed row is known since it arrived, which is today.
   */
  async publish(side: Side, rows: readonly DelayRow[]): Promise<void> {
    const { name, joinKey } = VIEWS[side];
    for (let from = 0; from < rows.length; from += ROWS_PER_PUSH) {
      const { rejected } = await this.client.features
        .push({
          view: `${PROJECT}:feature-view:${name}`,
          to: 'ONLINE',
          rows: rows.slice(from, from + ROWS_PER_PUSH).map((row) => ({
            entity: { [joinKey]: row.airport },
            eventTime: new Date(row.eventMs).toISOString(),
            createdTime: new Date(row.createdMs).toISOString(),
            values: { late_share_3h: row.lateShare, flights_3h: row.flights },
          })),
        })
        .catch(explain(`there is no view "${name}"`));
      if (rejected[0]) throw new Error(`${name} refused a row: ${rejected[0].message}`);
    }
  }

  /** Which of these airports have something on-line that lies after an instant, or nothing at all. */
  async notOnlineAt(ms: number, airports: readonly string[]): Promise<readonly string[]> {
    const { names, statuses } = await this.client.features
      .read({
        service: `${PROJECT}:feature-service:${SERVICE}`,
        entities: airports.map((airport) => ({
          [VIEWS.origin.joinKey]: airport,
          [VIEWS.destination.joinKey]: airport,
        })),
        at: new Date(ms).toISOString(),
      })
      .catch(explain(`there is no service "${SERVICE}"`));
    const places = names.flatMap((name, i) => (name.startsWith(`${VIEWS.origin.name}__`) ? [i] : []));
    return airports.filter((_airport, i) => places.some((place) => statuses[i]?.[place] === 'NOT_FOUND'));
  }

  /** Asks at push-back: will it be late? */
  async predict(flight: Flight): Promise<EdgeAnswer> {
    const { origin, destination, distance, hour, dow } = flight;
    const { id, features, timings } = await this.client.edge
      .predict(ENDPOINT, {
        inputs: { flight: String(flight.flight), origin, destination, distance, hour, dow },
        at: new Date(flight.departureMs).toISOString(),
        id: String(flight.flight),
      })
      .catch(explain(`the edge serves no endpoint "${ENDPOINT}"`));
    const withoutFeatures = Object.values(features).some(({ insteadOf }) => insteadOf === 'UNAVAILABLE');
    return { predictionId: id, withoutFeatures, timings };
  }

  /** Tells outcomes; those that were told before change nothing. */
  async tell(outcomes: readonly OutcomeRecord[]): Promise<void> {
    const { rejected } = await this.client.edge.outcomes(outcomes).catch(explain('the edge takes no outcomes'));
    if (rejected[0]) throw new Error(`the edge refused an outcome: ${rejected[0].message}`);
  }

  /** How many records wait to be shipped to monitoring. */
  async waiting(): Promise<number> {
    const queued = /^record_log_queue (\d+)$/m.exec(await this.client.edge.metrics())?.[1];
    if (queued === undefined)
      throw new Error('the metrics of the edge hold no record_log_queue: is it of this version?');
    return Number(queued);
  }
}

const notYet = (message: string): ClientError => new ClientError(message, { code: 'UNAVAILABLE' });

/** What a person can do about a refusal. */
const explain =
  (absent: string) =>
  (error: unknown): never => {
    if (!(error instanceof ClientError)) throw error;
    if (error.status === 404) throw new Error(`${absent}: run "npm run flights -- setup" first`, { cause: error });
    if (error.status === 401 || error.status === 403)
      throw new Error(`${error.message}; --key says which key to use`, { cause: error });
    throw error;
  };

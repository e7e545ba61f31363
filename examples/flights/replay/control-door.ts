import { FeaturePushAnswer } from '../../../schema/feature-push.ts';
import { FeatureReadAnswer } from '../../../schema/feature-read.ts';
import type { Side } from '../data/delay-rows.ts';
import { SERVICE, VIEWS } from '../names.ts';
import type { DelayRow } from './days.ts';
import { refused } from './edge-door.ts';
import { NoAnswer, type HttpDoor } from './http-door.ts';

const ROWS_PER_PUSH = 1_000;
const PROJECT = 'tiffin:default';

/** The control plane's public doors, as the replay uses them. Each throws NoAnswer where it is away. */
export class ControlDoor {
  readonly #http: HttpDoor;

  constructor(http: HttpDoor) {
    this.#http = http;
  }

  /**
   * Publishes rows on-line. Not off-line: there the views load the same rows from their source, with the times at which
   * they became known in 2001; a pushed row is known since it arrived, which is today.
   */
  async publish(side: Side, rows: readonly DelayRow[]): Promise<void> {
    const { name, joinKey } = VIEWS[side];
    for (let from = 0; from < rows.length; from += ROWS_PER_PUSH) {
      const { status, text } = await this.#http.post('/v1/features/push', {
        view: `${PROJECT}:feature-view:${name}`,
        to: 'ONLINE',
        rows: rows.slice(from, from + ROWS_PER_PUSH).map((row) => ({
          entity: { [joinKey]: row.airport },
          eventTime: new Date(row.eventMs).toISOString(),
          createdTime: new Date(row.createdMs).toISOString(),
          values: { late_share_3h: row.lateShare, flights_3h: row.flights },
        })),
      });
      if (status === 404) throw new Error(`there is no view "${name}": run "npm run flights -- setup" first`);
      if (status !== 200) throw refused(`a push to ${name}`, status, text);
      const [first] = FeaturePushAnswer.parse(JSON.parse(text)).rejected;
      if (first) throw new Error(`${name} refused a row: ${first.message}`);
    }
  }

  /** Which of these airports have something on-line that lies after an instant, or nothing at all. */
  async notOnlineAt(ms: number, airports: readonly string[]): Promise<readonly string[]> {
    const { status, text } = await this.#http.post('/v1/features/read', {
      service: `${PROJECT}:feature-service:${SERVICE}`,
      entities: airports.map((airport) => ({ [VIEWS.origin.joinKey]: airport, [VIEWS.destination.joinKey]: airport })),
      at: new Date(ms).toISOString(),
    });
    if (status === 404) throw new Error(`there is no service "${SERVICE}": run "npm run flights -- setup" first`);
    if (status !== 200) throw refused('a read of features', status, text);
    const { names, statuses } = FeatureReadAnswer.parse(JSON.parse(text));
    const places = names.flatMap((name, i) => (name.startsWith(`${VIEWS.origin.name}__`) ? [i] : []));
    return airports.filter((_airport, i) => places.some((place) => statuses[i]?.[place] === 'NOT_FOUND'));
  }

  /** One request to the graph; the data of its answer. */
  async graph(query: string, variables: object): Promise<unknown> {
    const { status, text } = await this.#http.post('/graphql', { query, variables });
    if (status === 401 || status === 403) throw refused('a request to the graph', status, text);
    const { data, errors } = JSON.parse(text) as { data?: unknown; errors?: readonly GraphError[] };
    const [error] = errors ?? [];
    if (!error) return data;
    // A subgraph that is away, or one that was cut off: the same request may succeed later.
    if (AWAY.includes(error.extensions?.code ?? '')) throw new NoAnswer(`the graph: ${error.message}`, true);
    throw new Error(`the graph answered: ${error.message}`);
  }
}

interface GraphError {
  readonly message: string;
  readonly extensions?: { readonly code?: string };
}

const AWAY = ['SUBGRAPH_UNAVAILABLE', 'UNAVAILABLE', 'TIMEOUT', 'INTERNAL_SERVER_ERROR'];

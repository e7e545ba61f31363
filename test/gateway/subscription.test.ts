import { afterEach, describe, expect, it } from 'vitest';
import { serverEvents, type ServerEvent } from '../../core/server-events.ts';
import { MODES, PLANNERS, startGraph, type Mode, type TestGraph } from './fixture/graph.ts';
import { alertFeed } from './fixture/monitoring.ts';

const cases = MODES.flatMap((mode) => PLANNERS.map((planner) => ({ mode, planner })));
const running: TestGraph[] = [];
const start = async (mode: Mode, env: Record<string, string> = {}): Promise<TestGraph> => {
  const graph = await startGraph(mode, env);
  running.push(graph);
  return graph;
};
afterEach(async () => {
  for (const one of running.splice(0)) await one.stop();
});

const ALERTS = `subscription Alerts($after: String) {
  alertChanged(after: $after) { cursor revision alert { id risk: model { name risk service { name } } } }
}`;

/** What one subscriber gets, event by event. */
class Listener {
  readonly #events: AsyncGenerator<ServerEvent | null>;
  readonly response: Response;
  lastEventId: string | undefined;

  constructor(response: Response) {
    this.response = response;
    this.#events = serverEvents(response.body!);
  }

  /** The next event with data; places and beats go by. */
  async next(): Promise<{ name: string | undefined; id: string | undefined; result: any } | undefined> {
    for (;;) {
      const { done, value } = await this.#events.next();
      if (done) return undefined;
      if (value?.id !== undefined) this.lastEventId = value.id;
      if (value?.data === undefined) continue;
      return { name: value.name, id: value.id, result: value.data === '' ? undefined : JSON.parse(value.data) };
    }
  }

  /** Waits until it is said where the subscription stands: what happens from then on is told. */
  async begun(): Promise<this> {
    const { value } = await this.#events.next();
    expect(value, JSON.stringify(value)).toEqual({ id: expect.any(String) });
    this.lastEventId = value!.id;
    return this;
  }

  leave(): Promise<unknown> {
    return this.#events.return(undefined);
  }
}

async function listen(
  { gateway }: TestGraph,
  query: string,
  { variables = {}, headers = {} }: { variables?: object; headers?: Record<string, string> } = {},
): Promise<Listener> {
  const response = await gateway.app.request('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', host: 'localhost', ...headers },
    body: JSON.stringify({ query, variables }),
  });
  return new Listener(response);
}

describe.each(cases)('subscriptions $mode, planned by $planner', ({ mode, planner }) => {
  const env = { TIFFIN_PLANNER: planner };

  it('tells each change, with what other subgraphs know of it', async () => {
    const graph = await start(mode, env);
    const listener = await (await listen(graph, ALERTS)).begun();
    expect(listener.response.status).toBe(200);
    expect(listener.response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    const first = alertFeed.tell('a1');
    alertFeed.tell('a2');
    expect(await listener.next()).toEqual({
      name: 'next',
      id: `monitoring:${first}`,
      result: {
        data: {
          alertChanged: {
            cursor: `monitoring:${first}`,
            revision: Number(first.split('-')[0]),
            alert: {
              id: 'tiffin:default:alert:a1',
              risk: { name: 'fraud', risk: 2, service: { name: 'fraud' } },
            },
          },
        },
      },
    });
    expect((await listener.next())!.result.data.alertChanged.alert).toEqual({
      id: 'tiffin:default:alert:a2',
      risk: { name: 'churn', risk: 0.5, service: { name: 'churn' } },
    });
    await listener.leave();
  });
});

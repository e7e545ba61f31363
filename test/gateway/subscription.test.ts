import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { serverEvents, type ServerEvent } from '../../core/server-events.ts';
import type { Scope } from '../../core/scopes.ts';
import { KeyRing, sha256OfKey, StoredKeys } from '../../subgraphs/shared/auth/key-ring.ts';
import { listen as serve } from '../../subgraphs/shared/http/listen.ts';
import { testKeys } from '../support/keys.ts';
import { MODES, PLANNERS, startGraph, supergraphSdl, type Mode, type TestGraph } from './fixture/graph.ts';
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

/** On a machine that has much else to do. */
const LONG = 20_000;

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

  it('goes on behind the last event that a reader has', async () => {
    const graph = await start(mode, env);
    const after = `monitoring:${alertFeed.tell('a1')}`;
    const missed = alertFeed.tell('a2');
    const byArgument = await listen(graph, ALERTS, { variables: { after } });
    expect((await byArgument.next())!.id).toBe(`monitoring:${missed}`);
    const next = alertFeed.tell('a1');
    const byHeader = await listen(graph, ALERTS, {
      variables: { after },
      headers: { 'last-event-id': byArgument.lastEventId! },
    });
    expect((await byHeader.next())!.id).toBe(`monitoring:${next}`);
    await byArgument.leave();
    await byHeader.leave();
  });

  it('ends with the reason when the gateway stops, and takes no new one', async () => {
    const graph = await start(mode, env);
    const listener = await (await listen(graph, ALERTS)).begun();
    graph.gateway.refuse();
    expect(await listener.next()).toMatchObject({
      name: 'next',
      result: { errors: [{ extensions: { code: 'UNAVAILABLE' } }] },
    });
    expect(await listener.next()).toMatchObject({ name: 'complete', result: undefined });
    expect(await listener.next()).toBeUndefined();
    const late = await listen(graph, ALERTS);
    expect(await late.next()).toMatchObject({ result: { errors: [{ extensions: { code: 'UNAVAILABLE' } }] } });
  });

  it('ends with the reason when its subgraph goes away', async () => {
    const graph = await start(mode, env);
    const listener = await (await listen(graph, ALERTS)).begun();
    await graph.kill('monitoring');
    expect(await listener.next()).toMatchObject({
      name: 'next',
      result: { errors: [{ extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }] },
    });
    expect((await listener.next())!.name).toBe('complete');
  });

  it('costs an event its fields where another subgraph is away', async () => {
    const graph = await start(mode, env);
    const listener = await (await listen(graph, ALERTS)).begun();
    await graph.kill('feature');
    alertFeed.tell('a1');
    const { result } = (await listener.next())!;
    expect(result.data.alertChanged.alert.risk).toEqual({ name: 'fraud', risk: 2, service: null });
    expect(result.errors).toMatchObject([
      { path: ['alertChanged', 'alert', 'risk', 'service', 'name'], extensions: { code: 'SUBGRAPH_UNAVAILABLE' } },
    ]);
    await listener.leave();
  });

  it('asks for the same rights as a query, of the subscription and of each field', async () => {
    const graph = await start(mode, env);
    const key = (scope: Scope) => ({ authorization: `Bearer ${testKeys.with(scope)}` });
    const refused = await listen(graph, 'subscription { alertChanged { cursor } }', { headers: key('registry:read') });
    expect(await refused.next()).toMatchObject({
      name: 'next',
      result: { data: { alertChanged: null }, errors: [{ path: ['alertChanged'], extensions: { code: 'FORBIDDEN' } }] },
    });
    expect((await refused.next())!.name).toBe('complete');
    const stranger = await listen(graph, ALERTS, { headers: { authorization: 'Bearer nobody' } });
    expect(stranger.response.status).toBe(401);
  });
});

describe('a subscription', () => {
  const count = async ({ gateway }: TestGraph): Promise<number> => {
    const answer = await gateway.app.request('/metrics', {
      headers: { host: 'localhost', authorization: `Bearer ${testKeys.with('metrics:read')}` },
    });
    return Number(/^tiffin_gateway_subscriptions(?:\{.*\})? (\d+)$/m.exec(await answer.text())![1]);
  };

  it.each([
    ['what is not valid', 'subscription { alertChanged { nothing } }', {}, 'GRAPHQL_VALIDATION_FAILED'],
    [
      'two fields',
      'subscription { alertChanged { cursor } other: alertChanged { cursor } }',
      {},
      'GRAPHQL_VALIDATION_FAILED',
    ],
    ['what does not parse', 'subscription {', {}, 'GRAPHQL_PARSE_FAILED'],
    ['a variable of another type', ALERTS, { after: 7 }, 'BAD_USER_INPUT'],
    ['a cursor of another feed', ALERTS, { after: 'feature:1-1' }, 'INVALID_INPUT'],
    ['a field that is skipped', 'subscription { alertChanged @skip(if: true) { cursor } }', {}, 'INVALID_INPUT'],
  ])('refuses %s as an event', async (_, query, variables, code) => {
    const graph = await start('in process');
    const listener = await listen(graph, query, { variables });
    expect(listener.response.status).toBe(200);
    expect(await listener.next()).toMatchObject({ name: 'next', result: { errors: [{ extensions: { code } }] } });
    expect((await listener.next())!.name).toBe('complete');
    expect(await listener.next()).toBeUndefined();
    expect(await count(graph)).toBe(0);
  });

  it('keeps the limits of a query', async () => {
    const graph = await start('in process', { LIMIT_DEPTH: '3' });
    const listener = await listen(graph, ALERTS);
    expect((await listener.next())!.result.errors).toMatchObject([
      { extensions: { code: 'LIMIT_EXCEEDED', limit: 'depth', max: 3 } },
    ]);
  });

  it('answers a query by one event where events are asked for', async () => {
    const graph = await start('in process');
    const listener = await listen(graph, '{ models { name } }');
    expect((await listener.next())!.result.data.models).toHaveLength(3);
    expect((await listener.next())!.name).toBe('complete');
  });

  it('is had by GET, as EventSource asks, from a page of its own and of no other', async () => {
    const graph = await start('in process');
    const get = (headers: Record<string, string>): Promise<Response> | Response =>
      graph.gateway.app.request(`/graphql?query=${encodeURIComponent(ALERTS)}`, {
        headers: { accept: 'text/event-stream', host: 'localhost', ...headers },
      });
    const own = await new Listener(await get({ 'sec-fetch-site': 'same-origin' })).begun();
    alertFeed.tell('a1');
    expect((await own.next())!.result.data.alertChanged.alert.id).toBe('tiffin:default:alert:a1');
    await own.leave();
    for (const headers of [{ origin: 'https://elsewhere.example' }, { 'sec-fetch-site': 'cross-site' }]) {
      const other = new Listener(await get(headers));
      expect((await other.next())!.result.errors, JSON.stringify(headers)).toMatchObject([
        { extensions: { code: 'FORBIDDEN', field: 'origin' } },
      ]);
    }
  });

  it('never comes with a mutation by GET', async () => {
    const graph = await start('in process');
    const query = encodeURIComponent('mutation { slowly(ms: 1) }');
    const headers = { accept: 'text/event-stream', host: 'localhost' };
    const listener = new Listener(await graph.gateway.app.request(`/graphql?query=${query}`, { headers }));
    expect((await listener.next())!.result.errors).toMatchObject([
      { extensions: { code: 'INVALID_INPUT', field: 'method', allowed: ['POST'] } },
    ]);
    expect(graph.fetches).toEqual([]);
  });

  it('counts among those of its caller until it ends', async () => {
    const graph = await start('in process', { LIMIT_SUBSCRIPTIONS: '2' });
    const one = await (await listen(graph, ALERTS)).begun();
    await (await listen(graph, ALERTS)).begun();
    const refused = await listen(graph, ALERTS);
    expect((await refused.next())!.result.errors).toMatchObject([
      { extensions: { code: 'LIMIT_EXCEEDED', limit: 'subscriptions', max: 2, asked: 3 } },
    ]);
    await (await listen(graph, ALERTS, { headers: { 'x-tiffin-user': 'viewer' } })).begun();
    expect(await count(graph)).toBe(3);
    await one.leave();
    await vi.waitFor(async () => expect(await count(graph)).toBe(2), LONG);
    await (await listen(graph, ALERTS)).begun();
  });

  it('ends, with the reason, when its reader takes nothing, and holds no more than what was asked for', async () => {
    const graph = await start('in process', { LIMIT_STALL_MS: '200' });
    const listener = await (await listen(graph, ALERTS)).begun();
    for (let n = 0; n < 500; n++) alertFeed.tell('a1');
    await vi.waitFor(async () => expect(await count(graph)).toBe(0), LONG);
    const events = [];
    for (let event = await listener.next(); event; event = await listener.next()) events.push(event);
    expect(events.length).toBeLessThan(10);
    expect(events.at(-2)).toMatchObject({ name: 'next', result: { errors: [{ extensions: { code: 'TIMEOUT' } }] } });
    expect(events.at(-1)).toMatchObject({ name: 'complete' });
    // Nothing is lost: the feed is still there.
    const again = await listen(graph, ALERTS, { headers: { 'last-event-id': listener.lastEventId! } });
    expect((await again.next())!.result.data.alertChanged.alert.id).toBe('tiffin:default:alert:a1');
    await again.leave();
  });

  it('is cut off from a reader that has left its connection open and takes nothing from it', async () => {
    const graph = await start('in process', { LIMIT_STALL_MS: '200' });
    const listening = await serve(graph.gateway.app, { host: '127.0.0.1', port: 0 });
    onTestFinished(() => listening.close(0));
    const many = Array.from({ length: 50 }, (_, n) => `c${n}: cursor`).join(' ');
    const asked = request(`${listening.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    });
    const cut = once(
      asked.on('error', () => undefined),
      'close',
    );
    asked.end(JSON.stringify({ query: `subscription { alertChanged { ${many} } }` }));
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    answer.pause();
    await vi.waitFor(async () => expect(await count(graph)).toBe(1), LONG);
    // More than the system keeps for a connection: with what it asks for, an event has two kilobytes.
    const told = setInterval(() => {
      for (let n = 0; n < 500; n++) alertFeed.tell('a1');
    }, 20);
    onTestFinished(() => clearInterval(told));
    await vi.waitFor(async () => expect(await count(graph)).toBe(0), LONG);
    clearInterval(told);
    answer.on('error', () => undefined).resume();
    await cut;
  });

  it('ends when its caller’s key has expired', async () => {
    const clock = { now: new Date('2026-03-01T10:00:00Z') };
    const stored = StoredKeys.parse([
      {
        id: 'short',
        sha256: sha256OfKey('short-lived'),
        scopes: ['monitoring:read'],
        owner: 'user:owner',
        expiresAt: '2026-03-01T11:00:00Z',
      },
    ]);
    const graph = await startGraph('in process', {}, {}, new KeyRing(stored, () => clock.now));
    running.push(graph);
    const headers = { authorization: 'Bearer short-lived' };
    const listener = await (await listen(graph, 'subscription { alertChanged { cursor } }', { headers })).begun();
    alertFeed.tell('a1');
    expect((await listener.next())!.result.data.alertChanged.cursor).toMatch(/^monitoring:/);
    clock.now = new Date('2026-03-01T12:00:00Z');
    alertFeed.tell('a1');
    expect((await listener.next())!.result.errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
    expect((await listener.next())!.name).toBe('complete');
  });

  it('ends when the graph is exchanged', async () => {
    const graph = await start('in process');
    const listener = await (await listen(graph, ALERTS)).begun();
    await graph.gateway.update(supergraphSdl);
    expect((await listener.next())!.result.errors).toMatchObject([{ extensions: { code: 'UNAVAILABLE' } }]);
  });

  it('shares its reads of the feed with others that stand where it stands', async () => {
    const graph = await start('in process');
    const listeners = await Promise.all(Array.from({ length: 10 }, async () => (await listen(graph, ALERTS)).begun()));
    const before = alertFeed.reads;
    alertFeed.tell('a2');
    for (const listener of listeners) {
      expect((await listener.next())!.result.data.alertChanged.alert.id).toBe('tiffin:default:alert:a2');
    }
    expect(alertFeed.reads - before).toBeLessThan(10);
    for (const listener of listeners) await listener.leave();
  });
});

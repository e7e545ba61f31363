import { expect, it, onTestFinished } from 'vitest';
import { Client } from '../../client/client.ts';
import { ClientError } from '../../client/client-error.ts';
import { operation } from '../../client/operation.ts';
import { listen, type Listening } from '../../subgraphs/shared/http/listen.ts';
import { startGraph, type TestGraph } from '../gateway/fixture/graph.ts';
import { alertFeed } from '../gateway/fixture/monitoring.ts';
import { freePort } from '../support/install.ts';

interface Changed {
  readonly alertChanged: { readonly cursor: string; readonly alert: { readonly id: string } | null } | null;
}
const Alerts = operation<Changed, { after?: string; except?: string }>(
  'subscription',
  'Alerts',
  'subscription Alerts($after: String, $except: String) { alertChanged(after: $after, except: $except) { cursor alert { id } } }',
);

interface Served {
  readonly graph: TestGraph;
  readonly listening: Listening;
}

/** A gateway on a port. */
async function serveAt(port: number): Promise<Served> {
  const graph = await startGraph('in process');
  const listening = await listen(graph.gateway.app, { host: '127.0.0.1', port });
  onTestFinished(async () => {
    await listening.close(0);
    await graph.stop();
  });
  return { graph, listening };
}

const clientOf = ({ listening: { url } }: Served) => new Client({ graphUrl: url, identity: { user: 'viewer' } });
const alertOf = ({ value }: IteratorResult<{ data: Changed }, void>): string | undefined =>
  value?.data.alertChanged?.alert?.id;

it('tells each change behind a cursor, and stops when it is told to', async () => {
  const served = await serveAt(0);
  const after = `monitoring:${alertFeed.tell('a1')}`;
  const stop = new AbortController();
  const told = clientOf(served).graph.subscribe(Alerts, { after }, { signal: stop.signal });
  const place = `monitoring:${alertFeed.tell('a2')}`;
  expect((await told.next()).value).toEqual({
    id: place,
    data: { alertChanged: { cursor: place, alert: { id: 'tiffin:default:alert:a2' } } },
    errors: [],
  });
  const next = told.next();
  stop.abort();
  expect(await next).toEqual({ done: true, value: undefined });
});

it.each<[string, (served: Served) => Promise<void>]>([
  ['broke', async ({ listening, graph }) => listening.close(0).then(() => graph.stop())],
  [
    'was ended by a gateway that stops',
    async ({ listening, graph }) => {
      graph.gateway.refuse();
      await listening.close();
      await graph.stop();
    },
  ],
])('goes on behind the last event where the connection %s', async (_, end) => {
  const port = await freePort();
  const first = await serveAt(port);
  const told = clientOf(first).graph.subscribe(Alerts, { after: `monitoring:${alertFeed.tell('a1')}` });
  alertFeed.tell('a2');
  expect(alertOf(await told.next())).toBe('tiffin:default:alert:a2');
  const next = told.next();
  await end(first);
  alertFeed.tell('a3');
  await serveAt(port);
  expect(alertOf(await next)).toBe('tiffin:default:alert:a3');
  await told.return();
});

it.each([
  ['nobody may ask', { user: 'nobody' }, {}, 'UNAUTHENTICATED'],
  ['has a wrong argument', { user: 'viewer' }, { after: 'nonsense' }, 'INVALID_INPUT'],
])('throws where the subscription %s', async (_, identity, variables, code) => {
  const client = clientOf(await serveAt(0)).as(identity);
  const failed = client.graph.subscribe(Alerts, variables).next();
  await expect(failed).rejects.toThrow(expect.objectContaining({ code }));
  await expect(failed).rejects.toBeInstanceOf(ClientError);
});

it('says what is missing of an event', async () => {
  const served = await serveAt(0);
  await served.graph.kill('registry');
  const Names = operation<any, { after: string }>(
    'subscription',
    'Names',
    'subscription Names($after: String) { alertChanged(after: $after) { alert { model { name } } } }',
  );
  const told = clientOf(served).graph.subscribe(Names, { after: `monitoring:${alertFeed.tell('a1')}` });
  alertFeed.tell('a2');
  const { value } = await told.next();
  expect(value!.data).toEqual({ alertChanged: { alert: { model: null } } });
  expect(value!.errors).toMatchObject([{ code: 'SUBGRAPH_UNAVAILABLE', path: expect.arrayContaining(['model']) }]);
  await told.return();
});

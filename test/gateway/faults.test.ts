import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { remoteExecutor } from '../../subgraphs/shared/remote-executor.ts';
import type { SubgraphExecutor } from '../../subgraphs/shared/subgraph-executor.ts';
import { graphWith, MODES, PLANNERS, startGraph, type Mode, type TestGraph } from './fixture/graph.ts';

const cases = MODES.flatMap((mode) => PLANNERS.map((planner) => ({ mode, planner })));
const running: { stop(): Promise<void> }[] = [];
const start = async (mode: Mode, env: Record<string, string>, maxTimeMs = 30_000): Promise<TestGraph> => {
  const graph = await startGraph(mode, env, { maxTimeMs });
  running.push(graph);
  return graph;
};
afterEach(async () => {
  for (const one of running.splice(0)) await one.stop();
});

const codes = (errors: any[] | undefined): unknown[] => [
  ...new Set((errors ?? []).map(({ extensions: { code, subgraph } }) => `${code} ${subgraph}`)),
];

describe.each(cases)('faults $mode, planned by $planner', ({ mode, planner }) => {
  const query = '{ alerts { id model { id name service { name } } } models { name sizeMb } featureServices { name } }';

  it('one subgraph killed: its fields are null and say so, all others are right', async () => {
    const graph = await start(mode, { TIFFIN_PLANNER: planner });
    const before = await graph.ask(query);
    expect(before.errors).toBeUndefined();
    expect(before.data.alerts[0].model.service).toEqual({ name: 'fraud' });

    await graph.kill('feature');
    const after = await graph.ask(query);
    expect(after.status).toBe(200);
    expect(codes(after.errors)).toEqual(['SUBGRAPH_UNAVAILABLE feature']);
    expect(after.data).toEqual({
      ...before.data,
      alerts: before.data.alerts.map((alert: any) => ({
        ...alert,
        model: alert.model && { ...alert.model, service: null },
      })),
      featureServices: null,
    });
    expect(new Set(after.errors!.map(({ path }) => path[0]))).toEqual(new Set(['alerts', 'featureServices']));
  });

  it('the owner of what others refer to killed: the references are null', async () => {
    const graph = await start(mode, { TIFFIN_PLANNER: planner });
    await graph.kill('registry');
    const { data, errors } = await graph.ask('{ alerts { id model { id name } strictModel { health } } whoAmI }');
    expect(data.alerts).toEqual(
      ['a1', 'a2', 'a3'].map((name) => ({
        id: `tiffin:default:alert:${name}`,
        model: null,
        strictModel: { health: 'good' },
      })),
    );
    expect(data.whoAmI).toBeNull();
    expect(codes(errors)).toEqual(['SUBGRAPH_UNAVAILABLE registry']);
    const node = await graph.ask('{ node(id: "tiffin:default:model:fraud") { id } }');
    expect(node.data).toEqual({ node: null });
    expect(codes(node.errors)).toEqual(['SUBGRAPH_UNAVAILABLE registry']);
  });

  it('one subgraph slow by 10 s: the answer comes in time without its fields', async () => {
    const graph = await start(mode, { TIFFIN_PLANNER: planner, SUBGRAPH_TIMEOUT_MS: '1000' });
    const slow = (ms: number) => graph.ask(`{ alerts { id model { slow(ms: ${ms}) } } featureServices { name } }`);
    const inTime = await slow(1);
    expect(inTime.errors).toBeUndefined();
    expect(inTime.data.alerts[0].model).toEqual({ slow: 'after 1 ms' });

    const begin = performance.now();
    const late = await slow(10_000);
    expect(performance.now() - begin).toBeLessThan(6_000);
    expect(codes(late.errors)).toEqual(['TIMEOUT registry']);
    expect(late.errors![0].message).toBe('registry did not answer within 1000 ms');
    expect(late.data.alerts.map(({ model }: any) => model?.slow ?? null)).toEqual([null, null, null]);
    expect(late.data.featureServices).toHaveLength(2);
  });

  it('the whole request out of time: what is there by then is answered', async () => {
    const graph = await start(mode, { TIFFIN_PLANNER: planner }, 1_500);
    const begin = performance.now();
    const { data, errors } = await graph.ask('{ alerts { id model { slow(ms: 10000) } } }');
    expect(performance.now() - begin).toBeLessThan(6_000);
    expect(data.alerts).toHaveLength(3);
    expect(codes(errors)).toEqual(['TIMEOUT registry']);
    expect(errors![0].message).toContain('the time for the whole request');
    const quick = await graph.ask('{ alerts { id } }');
    expect(quick.errors).toBeUndefined();
  });

  it('a change that takes long is waited for, since giving up would not undo it', async () => {
    const graph = await start(mode, { TIFFIN_PLANNER: planner, SUBGRAPH_TIMEOUT_MS: '100' }, 1_500);
    const slowly = (ms: number) => graph.ask(`mutation { slowly(ms: ${ms}) }`);
    expect((await slowly(400)).data).toEqual({ slowly: 'after 400 ms' });
    const late = await slowly(10_000);
    expect(codes(late.errors)).toEqual(['TIMEOUT registry']);
    expect(late.errors![0]).toMatchObject({ path: ['slowly'], extensions: { mayBeDone: true } });
  });

  it('tells in /readyz who is away, and stays ready', async () => {
    const graph = await start(mode, { TIFFIN_PLANNER: planner });
    const ready = async (): Promise<unknown> => {
      const answer = await graph.gateway.app.request('http://localhost/readyz');
      return [answer.status, await answer.json()];
    };
    expect(await ready()).toEqual([200, { ready: true }]);
    await graph.kill('monitoring');
    expect(await ready()).toEqual([200, { ready: true, degraded: { monitoring: 'not available' } }]);
  });
});

const serve = async (server: Server): Promise<SubgraphExecutor> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  running.push({
    stop: async () => {
      server.closeAllConnections();
      server.close();
    },
  });
  return remoteExecutor(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
};
const answering = (status: number, type: string, body: string): Promise<SubgraphExecutor> =>
  serve(
    createServer((request, response) => {
      request.resume();
      response.writeHead(status, { 'content-type': type }).end(body);
    }),
  );
const askOnly = async (executor: SubgraphExecutor) => {
  const gateway = await graphWith(new Map([['registry', executor]]));
  running.push(gateway);
  return gateway.ask('{ models { name } }');
};

describe('a subgraph over HTTP that does not answer GraphQL', () => {
  it.each<[string, () => Promise<SubgraphExecutor>]>([
    ['cuts the connection', () => serve(createServer((request) => request.socket.destroy()))],
    [
      'cuts it halfway through the answer',
      () =>
        serve(
          createServer((_, response) => {
            response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
            response.write('{"data": {"models": [', () => response.destroy());
          }),
        ),
    ],
    ['answers a page', () => answering(200, 'text/html', '<h1>It works</h1>')],
    ['answers other JSON', () => answering(200, 'application/json', '{"hello": "world"}')],
    ['answers a list', () => answering(200, 'application/json', '[]')],
    ['answers 502', () => answering(502, 'text/plain', 'bad gateway')],
    ['answers 500 with a problem', () => answering(500, 'application/problem+json', '{"title":"x","code":"INTERNAL"}')],
    ['sends elsewhere', () => answering(302, 'text/plain', '')],
    [
      'does not know the graph that was composed',
      () =>
        answering(
          400,
          'application/json',
          '{"errors":[{"message":"Cannot query field \\"name\\" on type \\"Model\\".","extensions":{"code":"GRAPHQL_VALIDATION_FAILED"}}]}',
        ),
    ],
  ])('%s: not available, and nothing of it leaks', async (_, make) => {
    const { data, errors } = await askOnly(await make());
    expect(data).toEqual({ models: null });
    expect(errors).toEqual([
      {
        message: 'registry is not available at the moment',
        path: ['models'],
        extensions: { code: 'SUBGRAPH_UNAVAILABLE', subgraph: 'registry' },
      },
    ]);
  });

  it('that does not know the gateway’s secret is named as such', async () => {
    const problem = '{"title":"the internal token is not valid or has expired","code":"UNAUTHENTICATED","status":401}';
    const { errors } = await askOnly(await answering(401, 'application/problem+json', problem));
    expect(errors).toMatchObject([{ path: ['models'], extensions: { code: 'UNAUTHENTICATED' } }]);
  });

  it('keeps what libraries say about requests to itself', async () => {
    const body = {
      data: { models: null },
      errors: [
        {
          message: 'no',
          path: ['models'],
          locations: [{ line: 1, column: 2 }],
          extensions: {
            code: 'CONFLICT',
            holder: 'experiment x',
            request: { url: 'http://10.0.0.7/graphql', body: '{ models }' },
            stacktrace: ['at /srv/tiffin'],
            serviceName: 'REGISTRY',
          },
        },
      ],
    };
    const { errors } = await askOnly(await answering(200, 'application/json', JSON.stringify(body)));
    expect(errors).toEqual([
      { message: 'no', path: ['models'], extensions: { code: 'CONFLICT', holder: 'experiment x' } },
    ]);
  });
});

import { Hono } from 'hono';
import { expect, it } from 'vitest';
import type { DataPlaneEnv } from '../../../subgraphs/shared/http/data-plane.ts';
import { problemHandler } from '../../../subgraphs/shared/http/problem-response.ts';
import { RunningRequests, waitSignal } from '../../../subgraphs/shared/http/running-requests.ts';
import { makeLog } from '../../../subgraphs/shared/log.ts';

function makeApp(running: RunningRequests): Hono<DataPlaneEnv> {
  const app = new Hono<DataPlaneEnv>();
  app.onError(problemHandler(makeLog('test', 'silent')));
  app.get('/livez', (c) => c.text('alive'));
  app.use(running.middleware());
  app.get('/wait', async (c) => {
    const signal = waitSignal(c);
    const reason = await new Promise<string>((resolve) => {
      if (signal.aborted) return resolve('before it began');
      signal.addEventListener('abort', () => resolve('in the middle'));
    });
    return c.text(reason);
  });
  app.get('/work', async (c) => {
    await new Promise((resolve) => setTimeout(resolve, 100));
    return c.text('done');
  });
  return app;
}

it('ends what waits, lets what works end, and only then is at its end', async () => {
  const running = new RunningRequests('feature');
  const app = makeApp(running);
  const answers: string[] = [];
  for (const path of ['/work', '/wait'])
    void Promise.resolve(app.request(path)).then(async (answer) => answers.push(await answer.text()));
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(answers).toEqual([]);
  await running.end();
  expect(answers.toSorted()).toEqual(['done', 'in the middle']);
});

it('refuses what comes later, but for routes that were added before it', async () => {
  const running = new RunningRequests('feature');
  const app = makeApp(running);
  running.refuse();
  const refused = await app.request('/work');
  expect(refused.status).toBe(503);
  expect(await refused.json()).toMatchObject({
    code: 'SUBGRAPH_UNAVAILABLE',
    title: 'the feature subgraph has stopped',
  });
  expect((await app.request('/livez')).status).toBe(200);
});

it('ends a wait when nobody reads the answer any more', async () => {
  const reader = new AbortController();
  const waiting = makeApp(new RunningRequests('feature')).request('/wait', { signal: reader.signal });
  setTimeout(() => reader.abort(), 20);
  expect(await (await waiting).text()).toBe('in the middle');
});

it('does not wait for ever', async () => {
  const running = new RunningRequests('feature');
  void running.run(() => new Promise(() => {}));
  const before = performance.now();
  await running.end(50);
  expect(performance.now() - before).toBeLessThan(1_000);
});

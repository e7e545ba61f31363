import { Hono } from 'hono';
import { expect, it } from 'vitest';
import type { DataPlaneEnv } from '../../../subgraphs/shared/http/data-plane.ts';
import { problemHandler } from '../../../subgraphs/shared/http/problem-response.ts';
import { RunningRequests, waitSignal } from '../../../subgraphs/shared/http/running-requests.ts';
import { makeLog } from '../../../subgraphs/shared/log.ts';

function makeApp(running: RunningRequests, ended: string[] = []): Hono<DataPlaneEnv> {
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
    ended.push(reason);
    return c.text(reason);
  });
  app.get('/work', async (c) => {
    await new Promise((resolve) => setTimeout(resolve, 100));
    ended.push('done');
    return c.text('done');
  });
  return app;
}

it('ends what waits, lets what works end, and only then is at its end', async () => {
  const running = new RunningRequests('feature');
  const ended: string[] = [];
  const app = makeApp(running, ended);
  const answers = ['/work', '/wait'].map(async (path) => app.request(path));
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(ended).toEqual([]);
  await running.end();
  expect(ended).toEqual(['in the middle', 'done']);
  expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([200, 200]);
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

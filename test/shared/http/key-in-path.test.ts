import { Writable } from 'node:stream';
import { Hono } from 'hono';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { authenticator } from '../../../subgraphs/shared/auth/authenticator.ts';
import { DataPlane, type DataPlaneEnv } from '../../../subgraphs/shared/http/data-plane.ts';
import { problemHandler } from '../../../subgraphs/shared/http/problem-response.ts';
import { requestLog } from '../../../subgraphs/shared/http/request-log.ts';
import { testKeys } from '../../support/keys.ts';
import { SECRET } from '../../support/monitoring.ts';

it('takes a public key as a part of the path, and writes no key into a log', async () => {
  let logged = '';
  const log = pino(
    { level: 'debug' },
    new Writable({
      write: (chunk: Buffer, _, done) => {
        logged += chunk.toString();
        done();
      },
    }),
  );
  const app = new Hono<DataPlaneEnv>();
  app.use(requestLog(log));
  app.onError(problemHandler(log));
  const plane = new DataPlane(app, authenticator(testKeys.ring, SECRET));
  const route = { method: 'GET', scope: 'experiment:evaluate', keyParam: 'key' } as const;
  plane.route({ ...route, path: '/good/:key' }, (c) => c.text(c.get('holder').subject));
  plane.route({ ...route, path: '/broken/:key' }, () => Promise.reject(new Error('ours')));

  const ask = async (path: string): Promise<[number, string]> => {
    const answer = await app.request(path);
    return [answer.status, await answer.text()];
  };
  expect(await ask(`/good/${testKeys.evaluating}`)).toEqual([200, 'key:evaluating']);
  expect((await ask(`/good/${encodeURIComponent(testKeys.with('experiment:evaluate'))}`))[0]).toBe(403);
  expect((await ask(`/broken/${testKeys.evaluating}`))[0]).toBe(500);
  expect(logged).toContain('"path":"/good/:key"');
  expect(logged).toContain('"path":"/broken/:key"');
  expect(logged).toContain('a route failed');
  expect(logged).not.toContain('test-key');
});

import { createContext, runInContext } from 'node:vm';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { benchApp, KEY, type BenchApp } from '../edge/support/bench-app.ts';
import { release } from '../edge/support/release.ts';

/** What React Native has of the Web, and the language itself, which every realm has. */
const THERE = ['fetch', 'setTimeout', 'clearTimeout', 'AbortController', 'Headers', 'Request', 'Response', 'console'];

let bench: BenchApp;
beforeAll(async () => {
  bench = await benchApp({ releases: [await release()] });
});
afterAll(() => bench.close());

/** As Metro does: by the conditions of React Native, into one script, for an engine that knows no modules. */
async function bundled(): Promise<string> {
  const made = await build({
    stdin: {
      contents: `export { createClient, EdgeProblem } from './packages/edge/client.ts';`,
      resolveDir: process.cwd(),
    },
    write: false,
    bundle: true,
    format: 'iife',
    globalName: 'tiffin',
    platform: 'neutral',
    mainFields: ['react-native', 'browser', 'main'],
    conditions: ['react-native'],
    target: 'es2020',
    logLevel: 'error',
  });
  return made.outputFiles[0]!.text;
}

it('asks an edge in a realm that has nothing of a browser but fetch and its like', async () => {
  const asked: string[] = [];
  const globals: Record<string, unknown> = Object.fromEntries(
    THERE.map((name) => [name, (globalThis as Record<string, unknown>)[name]]),
  );
  globals['fetch'] = async (url: string, init: RequestInit): Promise<Response> => {
    asked.push(url);
    return bench.app.fetch(new Request(url, init));
  };
  const realm = createContext(globals);
  runInContext(await bundled(), realm);
  const missing = ['window', 'document', 'navigator', 'location', 'self', 'URL', 'process', 'Buffer', 'AbortSignal'];
  expect(runInContext(`${JSON.stringify(missing)}.filter((name) => name in globalThis)`, realm)).toEqual([]);

  const input = {
    inputs: { user_id: 'u', amount: 3 },
    features: { user_txn__amount_24h: 1, user_txn__count_1h: 2 },
  };
  globals['options'] = { url: 'http://edge.test/', key: KEY };
  globals['input'] = input;
  const shown = await runInContext(
    `(async () => {
      const edge = tiffin.createClient(options);
      const prediction = await edge.predict('fraud-decision', input);
      const rows = await edge.predictMany('fraud-decision', [input, { inputs: {} }]);
      const problem = await edge.predict('nothing', input).catch((error) => error);
      await edge.outcome({ id: '018f6b1e-7c2a-7d3e-9b4f-0123456789ab', predictionId: prediction.id, value: 1, occurredAt: '2026-01-31T12:00:00Z' });
      const aside = [await edge.status(), await edge.flush(), await edge.whyRemote()];
      edge.onUpdate(() => undefined)();
      edge.close();
      return JSON.stringify({ prediction, rows, problem: [problem instanceof tiffin.EdgeProblem, problem.code, problem.status], aside });
    })()`,
    realm,
  );
  const { prediction, rows, problem, aside } = JSON.parse(shown);
  expect(prediction).toMatchObject({ source: 'remote', score: expect.any(Number), decision: expect.any(String) });
  expect(rows[0].score).toBe(prediction.score);
  expect(rows[1]).toMatchObject({ code: 'INVALID_INPUT' });
  expect(problem).toEqual([true, 'NOT_FOUND', 404]);
  expect(aside).toEqual([null, null, 'no local model was asked for: mode is remote']);
  expect(asked[0]).toBe('http://edge.test/v1/predict/fraud-decision');

  // A mode with a local model says why there is none, and asks the server.
  const fallen = await runInContext(
    `(async () => {
      const edge = tiffin.createClient({ ...options, mode: 'localModel' });
      const { source } = await edge.predict('fraud-decision', input);
      return [source, await edge.whyRemote()];
    })()`,
    realm,
  );
  expect([...fallen]).toEqual(['remote', expect.stringContaining('no service workers')]);
});

import { spawn } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listen, type Listening } from '../../edge/adapters/node/listen.ts';
import { benchApp, KEY, type BenchApp } from '../edge/support/bench-app.ts';
import { release } from '../edge/support/release.ts';

const PYTHON = '.interop/serving-python/bin/python';
const MODEL = 'fraud-decision';
const rows = [
  [2, 3, 2, 0.5],
  [0, 0, 0, 0],
];
const records = [
  { user_id: 'u1', amount: 2, user_txn__amount_24h: 3, user_txn__count_1h: 2 },
  { user_id: 'u2', amount: 0.5, user_txn__amount_24h: 1, user_txn__count_1h: 0 },
];

let bench: BenchApp;
let listening: Listening;
let scores: number[];
beforeAll(async () => {
  bench = await benchApp({ releases: [await release()] });
  listening = await listen(bench.app.fetch, { host: '127.0.0.1', port: 0 });
  const input = { name: 'features', shape: [2, 4], datatype: 'FP32', data: rows.flat() };
  scores = (await bench.post(`/v2/models/${MODEL}/infer`, { inputs: [input] })).body.outputs[0].data;
});
afterAll(async () => {
  await listening?.close(1_000);
  await bench?.close();
});

/** Runs a client in its own process while the edge answers in this one. */
async function ask(program: string): Promise<any> {
  const child = spawn(PYTHON, [`test/interop/serving/${program}.py`], { stdio: ['pipe', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => (stdout += chunk));
  child.stderr.on('data', (chunk) => (stderr += chunk));
  child.stdin.end(JSON.stringify({ url: listening.url, key: KEY, model: MODEL, rows, records }));
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

const close = (given: readonly number[]) => given.map((score) => expect.closeTo(score, 6));

/** Their packages take seconds to be imported. */
const SLOW = { timeout: 180_000 };

describe('clients of the Open Inference Protocol', SLOW, () => {
  it('of Triton: binary and JSON, plain and compressed, with health, metadata, index and statistics', async () => {
    const answer = await ask('triton');
    expect(answer.answers).toHaveLength(6);
    for (const one of answer.answers) expect(one).toEqual({ id: '7', scores: close(scores) });
    expect(answer).toMatchObject({
      live: true,
      ready: true,
      modelReady: true,
      otherReady: false,
      server: { name: 'tiffin', extensions: ['binary_tensor_data', 'model_repository', 'statistics'] },
      model: { name: MODEL, platform: 'onnx_onnxv1', inputs: [{ name: 'features', datatype: 'FP32', shape: [-1, 4] }] },
      index: [{ name: MODEL, version: '1', state: 'READY' }],
      refused: expect.stringContaining('the model takes [-1, 4]'),
    });
    // The rows are values that sixteen bits hold.
    expect(answer.half).toEqual(close(scores));
    expect(answer.inferences).toBeGreaterThanOrEqual(12);
  });

  it('of KServe: JSON and binary, with health', async () => {
    const answer = await ask('kserve_client');
    expect(answer).toMatchObject({ live: true, ready: true, modelReady: true });
    expect(answer.answers).toHaveLength(2);
    for (const one of answer.answers) expect(one).toEqual({ id: '8', scores: close(scores) });
  });

  it('of MLServer: its types read each answer', async () => {
    expect(await ask('mlserver_types')).toEqual({
      answers: [{ id: '9', scores: close(scores) }],
      server: 'tiffin',
      inputs: ['features'],
      index: [MODEL],
      refused: 'input "features" is missing',
    });
  });
});

it("what MLflow's users send to its scoring server is answered so that MLflow reads it", SLOW, async () => {
  const answer = await ask('mlflow_client');
  const alone = await Promise.all(
    records.map(async ({ user_id, amount, ...features }) => {
      const { body } = await bench.post(`/v1/predict/${MODEL}`, { inputs: { user_id, amount }, features });
      return body.score as number;
    }),
  );
  for (const form of ['frame', 'records', 'csv']) expect(answer[form], form).toEqual(close(alone));
  expect(answer.array).toEqual(close(scores));
  expect(answer.ping).toBe(200);
});

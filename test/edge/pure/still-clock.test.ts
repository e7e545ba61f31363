import { afterEach, describe, expect, it } from 'vitest';
import { readyModel } from '../../../edge/delivery/ready-model.ts';
import type { Blobs } from '../../../edge/delivery/blobs.ts';
import { TabularEngine } from '../../../edge/engines/tabular-engine.ts';
import type { FeatureReader } from '../../../edge/features/feature-reader.ts';
import { benchApp, type BenchApp } from '../support/bench-app.ts';
import { recipe, release } from '../support/release.ts';

let bench: BenchApp | undefined;
afterEach(() => bench?.close());

const path = '/v1/predict/fraud-decision';
const features = { user_txn__amount_24h: 3, user_txn__count_1h: 2 };
const body = { inputs: { user_id: 'u1', amount: 2 }, features };
const still = { advancesDuringCompute: false, monotonicMs: () => 7 };

describe('where the clock stands still while a node computes', () => {
  it('stages that compute are left out of the answer, its header and its record, and so is the total', async () => {
    bench = await benchApp({ releases: [await release()], ...still });
    const { status, body: answer, headers } = await bench.post(path, body);
    expect([status, answer.timings, answer.overruns]).toEqual([200, {}, []]);
    expect(headers.get('server-timing') ?? '').toBe('');
    const [record] = await bench.records();
    expect(record).toMatchObject({ id: answer.id, timings: {} });
    const { body: metrics } = await bench.get('/metrics');
    expect(metrics).toContain('model_infer_request_success_total{');
    expect(metrics).not.toMatch(/^(model_infer|prediction)_duration_seconds_count/m);
  });

  it('a stage that waits is measured, by the time that went on meanwhile', async () => {
    let nowMs = 7;
    const stored = { value: 3, status: 'PRESENT', ageMs: 1 } as const;
    const reader: FeatureReader = {
      read: async () => {
        nowMs += 12;
        return { features: new Map(Object.keys(features).map((name) => [name, stored])), source: 'STORE' };
      },
    };
    bench = await benchApp({ releases: [await release()], ...still, monotonicMs: () => nowMs, reader });
    const { body: answer } = await bench.post(path, { inputs: body.inputs });
    expect(answer.timings).toEqual({ features: 12 });
  });

  it('tensors and batches are answered without stages, too', async () => {
    bench = await benchApp({ releases: [await release()], ...still });
    const batch = await bench.post(`${path}/batch`, { rows: [body, body] });
    expect(batch.body).toMatchObject({ answered: 2, timings: {} });
    const inputs = [{ name: 'features', shape: [1, 4], datatype: 'FP32', data: [1, 2, 3, 4] }];
    const tensors = await bench.post('/v2/models/fraud-decision/infer', { inputs });
    expect(tensors.status).toBe(200);
    expect((await bench.get('/metrics')).body).not.toMatch(/^(model_infer|prediction)_duration_seconds_count/m);
  });

  it('a model is admitted by what the registry has measured', async () => {
    const { document, blobs } = await release({ proofs: { tabular: 'EXACT' } });
    const load = (digest: string) => Promise.resolve(blobs.get(digest)!);
    const tools = { blobs: { load } as unknown as Blobs, engines: [new TabularEngine(load)], ...still };
    const [model] = document.models;
    expect(await readyModel({ ...model!, p99Ms: { tabular: 3.5, ort: 9 } }, tools)).toMatchObject({ p99Ms: 3.5 });
    await expect(readyModel({ ...model!, p99Ms: { ort: 9 } }, tools)).rejects.toMatchObject({
      code: 'FAILED_PRECONDITION',
      message: expect.stringContaining('does not say how long tiffin:default:model-version:fraud@1 takes on tabular'),
    });
    const p99Ms = recipe.budgets!.totalMs + 1;
    bench = await benchApp({ releases: [await release()], ...still, p99Ms });
    const { status, body: problem } = await bench.post(path, body);
    expect([status, problem.cause]).toEqual([503, 'ADMISSION_REFUSED']);
  });
});

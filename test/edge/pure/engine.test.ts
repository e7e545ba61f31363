import { afterEach, describe, expect, it } from 'vitest';
import { checkGolden } from '../../../edge/engines/golden.ts';
import { OrtEngine } from '../../../edge/engines/ort-engine.ts';
import { percentile99 } from '../../../core/tensor/warm-p99.ts';
import { warmUp } from '../../../edge/engines/warm-up.ts';
import { goldenOf, model, release, sha256 } from '../support/release.ts';

const rows = (count: number) => ({
  features: { dtype: 'float32' as const, shape: [count, 4], data: new Float32Array(count * 4).fill(0.5) },
});

const makers = Array.from({ length: 6 }, (_, i) => model([i, 1, 1, 1]));
const digests = makers.map((bytes) => sha256(bytes));

let engine: OrtEngine;
let loads: string[];
const open = (maxSessions = 32, maxBytes = Infinity): OrtEngine => {
  loads = [];
  const known = new Map(makers.map((bytes, i) => [digests[i]!, bytes]));
  return (engine = new OrtEngine(
    (digest) => {
      loads.push(digest);
      const bytes = known.get(digest);
      return bytes ? Promise.resolve(bytes) : Promise.reject(new Error(`no model ${digest}`));
    },
    { maxSessions, maxBytes },
  ));
};
afterEach(() => engine.close());

describe('the ONNX Runtime engine', () => {
  it('lets the least recently used go beyond its bound, and loads it again when it is asked for', async () => {
    open(2);
    for (const i of [0, 1, 0, 2]) await engine.run(digests[i]!, rows(1));
    expect([engine.size, loads.length]).toEqual([2, 3]);
    await engine.run(digests[0]!, rows(1));
    expect(loads).toHaveLength(3);
    await engine.run(digests[1]!, rows(1));
    expect(loads).toHaveLength(4);
  });

  it('holds no more models than fit its memory, the least recently used go first, and each still answers', async () => {
    const each = makers[0]!.length;
    open(32, 2 * each);
    const first = (await engine.run(digests[0]!, rows(1)))['score']!.data[0];
    for (const i of [1, 2, 3]) await engine.run(digests[i]!, rows(1));
    expect([engine.size, engine.bytes]).toEqual([2, 2 * each]);
    expect((await engine.run(digests[0]!, rows(1)))['score']!.data[0]).toBe(first);
    expect(loads).toEqual([0, 1, 2, 3, 0].map((i) => digests[i]));
  });

  it('runs a model that is larger than its memory, alone', async () => {
    open(32, 1);
    for (const i of [0, 1]) expect((await engine.run(digests[i]!, rows(1)))['score']!.data).toHaveLength(1);
    expect(engine.size).toBe(1);
    const together = await Promise.all([0, 1, 2, 0, 1, 2].map((i) => engine.run(digests[i]!, rows(1))));
    expect(together.every(({ score }) => score!.data.length === 1)).toBe(true);
    expect(engine.size).toBe(1);
  });

  it('answers every run that is under way when its model is let go', async () => {
    open(1);
    const running = Array.from({ length: 60 }, (_, i) => engine.run(digests[i % 6]!, rows(1)));
    expect((await Promise.all(running)).every(({ score }) => score!.data.length === 1)).toBe(true);
    expect(engine.size).toBe(1);
    const more = engine.run(digests[3]!, rows(1));
    engine.retain(new Set());
    expect((await more)['score']!.data).toHaveLength(1);
    expect(engine.size).toBe(0);
  });

  // Runs that overlapped inside the runtime lost a little of its stack each time: it ended after some 80,000.
  it('answers the same to many who ask at the same time, for as long as they ask', { timeout: 120_000 }, async () => {
    open();
    const asked = Array.from({ length: 64 }, (_, i) => ({
      digest: digests[i % 6]!,
      inputs: { features: { dtype: 'float32' as const, shape: [1, 4], data: Float32Array.of(i, i / 2, i % 3, 1) } },
    }));
    const run = async ({ digest, inputs }: (typeof asked)[number]) =>
      (await engine.run(digest, inputs))['score']!.data[0];
    const alone: unknown[] = [];
    for (const one of asked) alone.push(await run(one));
    for (let round = 0; round < 2_000; round++) {
      const together = await Promise.all(asked.map(run));
      if (together.some((score, i) => score !== alone[i])) expect(together).toEqual(alone);
    }
  });

  it('gives memory back: a model loaded and let go many times', async () => {
    open(1);
    for (let i = 0; i < 60; i++) await engine.run(digests[i % 6]!, rows(1));
    const before = process.memoryUsage().rss;
    for (let i = 0; i < 900; i++) await engine.run(digests[i % 6]!, rows(1));
    expect(process.memoryUsage().rss - before).toBeLessThan(160 * 1024 * 1024); // JavaScript's own garbage comes and goes
  });
});

const provenOf = async (nudge: number, proof: 'EXACT' | 'BOUNDED') => {
  const golden = await goldenOf(makers[0]!, [[1, 2, 3, 4]]);
  const output = golden[0]!.outputs[0]!;
  const bits = new Int32Array(Float32Array.of(output.data[0] as number).buffer);
  bits[0]! += nudge;
  output.data[0] = new Float32Array(bits.buffer)[0]!;
  return { version: 'v', digest: digests[0]!, golden, proofs: { ort: proof } };
};

describe('golden rows', () => {
  it.each([
    [0, 'EXACT', true],
    [1, 'EXACT', false],
    [2, 'BOUNDED', true],
    [-2, 'BOUNDED', true],
    [3, 'BOUNDED', false],
  ] as const)('off by %i ulp under the proof %s: reproduced %s', async (nudge, proof, holds) => {
    open();
    const check = checkGolden(engine, await provenOf(nudge, proof));
    await (holds ? check : expect(check).rejects.toThrow('v does not reproduce its golden row 0 on ort: score [0] is'));
  });

  it.each<[string, (row: any) => void, string]>([
    ['an output that there is not', (row) => (row.outputs[0].name = 'y'), 'y is not among the outputs'],
    ['another shape', (row) => (row.outputs[0].shape = [1]), 'has the shape [1,1], not [1]'],
    ['another type', (row) => (row.outputs[0].dtype = 'float64'), 'is float32, not float64'],
    ['values that do not fill the shape', (row) => row.inputs[0].data.pop(), 'has 3 values for [1,4]'],
    [
      'a type that no engine takes',
      (row) => (row.inputs[0].dtype = 'bfloat16'),
      'is bfloat16, which no engine here takes',
    ],
  ])('refuse %s', async (_, change, message) => {
    open();
    const proven = await provenOf(0, 'EXACT');
    change(proven.golden[0]);
    await expect(checkGolden(engine, proven)).rejects.toThrow(message);
  });
});

it('warms a model up with its golden rows, or with zeros, and measures it', async () => {
  const { document, blobs } = await release();
  engine = new OrtEngine((digest) => Promise.resolve(blobs.get(digest)!));
  const proven = document.models[0]!;
  for (const golden of [proven.golden, []]) {
    const p99Ms = await warmUp(engine, { ...proven, golden }, () => performance.now());
    expect(p99Ms).toBeGreaterThan(0);
    expect(p99Ms).toBeLessThan(500);
  }
  expect(percentile99(Array.from({ length: 200 }, (_, i) => i + 1))).toBe(198);
  expect(percentile99([3])).toBe(3);
});

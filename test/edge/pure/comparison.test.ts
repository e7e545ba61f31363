import { describe, expect, it } from 'vitest';
import { ComparedEngine, Comparison } from '../../../edge/engines/comparison.ts';
import type { Engine } from '../../../edge/engines/engine.ts';
import { OrtEngine } from '../../../edge/engines/ort-engine.ts';
import { TabularEngine } from '../../../edge/engines/tabular-engine.ts';
import type { TensorMap } from '../../../core/tensor/tensor.ts';
import { benchApp } from '../support/bench-app.ts';
import { model, release } from '../support/release.ts';

const bytes = model();
const load = (digest: string) =>
  digest === 'model' ? Promise.resolve(bytes) : Promise.reject(new Error('no such model'));
const row = (value: number): TensorMap => ({
  features: { dtype: 'float32', shape: [1, 4], data: Float32Array.of(value, 1, 2, 3) },
});

/** The tabular engine, with each answer moved by so many units in the last place. */
class OffEngine extends TabularEngine {
  readonly #ulps: number;
  constructor(ulps: number) {
    super(load);
    this.#ulps = ulps;
  }
  override async run(...asked: Parameters<Engine['run']>): Promise<TensorMap> {
    const { score } = await super.run(...asked);
    const bits = new Int32Array(Float32Array.from(score!.data as Float32Array).buffer);
    bits[0]! += this.#ulps;
    return { score: { ...score!, data: new Float32Array(bits.buffer) } };
  }
}

function compared(engine: Engine, every = 1, mostQueued = 1_000) {
  const told: [string, string][] = [];
  const other = new OrtEngine(load);
  const comparison = new Comparison({ other, every, mostQueued, onDifference: (...why) => void told.push(why) });
  return { told, comparison, engine: new ComparedEngine(engine, comparison), close: () => other.close() };
}

describe('runs are compared with another engine', () => {
  it.each([
    [0, { same: 20, bounded: 0, different: 0 }],
    [1, { same: 0, bounded: 20, different: 0 }],
    [-2, { same: 0, bounded: 20, different: 0 }],
    [3, { same: 0, bounded: 0, different: 20 }],
  ])('and counted: %i ulp apart', async (ulps, counts) => {
    const { engine, comparison, told, close } = compared(new OffEngine(ulps));
    for (let i = 0; i < 20; i++) await engine.run('model', row(i));
    await comparison.idle();
    expect(Object.fromEntries(comparison.counts())).toEqual({ model: { ...counts, dropped: 0 } });
    expect(comparison.totals()).toEqual({ ...counts, dropped: 0 });
    // Once, however often it differs.
    expect(told).toEqual(ulps === 0 ? [] : [['model', expect.stringMatching(/^score \[0\] is 0\.\d+, not 0\.\d+$/)]]);
    await close();
  });

  it.each([
    [1, 20],
    [3, 6],
    [21, 0],
  ])('as many as are asked for: of each %i one', async (every, count) => {
    const { engine, comparison, close } = compared(new TabularEngine(load), every);
    for (let i = 0; i < 20; i++) await engine.run('model', row(i));
    await comparison.idle();
    expect(comparison.totals()).toEqual({ same: count, bounded: 0, different: 0, dropped: 0 });
    await close();
  });

  it('and no answer waits for it: what comes while too much waits is dropped, and counted', async () => {
    const { engine, comparison, close } = compared(new TabularEngine(load), 1, 4);
    await Promise.all(Array.from({ length: 10 }, (_, i) => engine.run('model', row(i))));
    await comparison.idle();
    const { same, dropped } = comparison.totals();
    expect([same + dropped, dropped > 0]).toEqual([10, true]);
    await close();
  });

  it('where both fail they are alike, and where one does they are not', async () => {
    const { engine, comparison, told, close } = compared(new TabularEngine(load));
    await expect(engine.run('model', {})).rejects.toThrow('features');
    await expect(engine.run('other', row(1))).rejects.toThrow('no such model');
    await comparison.idle();
    expect(comparison.totals()).toEqual({ same: 2, bounded: 0, different: 0, dropped: 0 });
    const failing: Engine = Object.assign(new TabularEngine(load), {
      run: () => Promise.reject(new Error('it broke')),
    });
    const broken = compared(failing);
    await expect(broken.engine.run('model', row(1))).rejects.toThrow('it broke');
    await broken.comparison.idle();
    expect(broken.comparison.totals()).toMatchObject({ different: 1 });
    expect([told, broken.told]).toEqual([[], [['model', 'it fails, and ort answers']]]);
    await close();
    await broken.close();
  });
});

describe('what the engines differ in', () => {
  it('is counted in the metrics and makes the node degraded, though it serves', async () => {
    const { engine, comparison, close } = compared(new OffEngine(9));
    const bench = await benchApp({ releases: [await release()], comparison });
    try {
      expect((await bench.get('/readyz')).body).toEqual({ ready: true });
      for (let i = 0; i < 3; i++) await engine.run('model', row(i));
      await comparison.idle();
      expect((await bench.get('/readyz')).body).toEqual({
        ready: true,
        degraded: { engines: '3 of 3 compared runs differ' },
      });
      expect((await bench.get('/metrics')).body).toContain(
        'engine_comparison_total{model="model",outcome="different"} 3',
      );
    } finally {
      await bench.close();
      await close();
    }
  });
});

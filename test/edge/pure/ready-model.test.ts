import { afterEach, describe, expect, it } from 'vitest';
import { readyModel } from '../../../edge/delivery/ready-model.ts';
import type { Blobs } from '../../../edge/delivery/blobs.ts';
import { reasonedOf } from '../../../edge/delivery/reasoned-of.ts';
import { ComparedEngine, type Comparison } from '../../../edge/engines/comparison.ts';
import { OrtEngine } from '../../../edge/engines/ort-engine.ts';
import { TabularEngine } from '../../../edge/engines/tabular-engine.ts';
import { compilePlan } from '../../../edge/recipe/plan.ts';
import type { ModelInRelease } from '../../../schema/release.ts';
import { release, slowModel, type TestRelease } from '../support/release.ts';
import { writeModel } from '../../../core/onnx/write-model.ts';

type Proofs = ModelInRelease['proofs'];

let engines: readonly (OrtEngine | TabularEngine)[] = [];
afterEach(() => Promise.all(engines.map((engine) => engine.close())));

async function ready({ document, blobs }: TestRelease, proofs: Proofs, order = ['tabular', 'ort']) {
  const load = (digest: string) => Promise.resolve(blobs.get(digest)!);
  const own = { ort: new OrtEngine(load), tabular: new TabularEngine(load) };
  engines = Object.values(own);
  const tools = {
    blobs: { load } as unknown as Blobs,
    engines: order.map((name) => own[name as keyof typeof own]),
    monotonicMs: () => performance.now(),
    advancesDuringCompute: true,
  };
  const { engine, p99Ms } = await readyModel({ ...document.models[0]!, proofs }, tools);
  expect(p99Ms).toBeGreaterThan(0);
  return engine.name;
}

const erf = writeModel({
  nodes: [
    { op: 'Erf', inputs: ['features'], outputs: ['erf'] },
    { op: 'ReduceSum', inputs: ['erf'], outputs: ['score'], attributes: { keepdims: { int: 1 } } },
  ],
  inputs: [{ name: 'features', dtype: 'float32', shape: [1, 4] }],
  outputs: [{ name: 'score', dtype: 'float32', shape: [1, 1] }],
});

describe('what says why a model answers so', () => {
  const clock = { monotonicMs: () => performance.now(), advancesDuringCompute: true };
  const planned = async (bytes?: Uint8Array) => {
    const one = await release(bytes ? { model: bytes } : {});
    const plan = compilePlan(one.digest, one.document);
    return {
      model: { ...plan.models[0]!, p99Ms: 2 },
      bytesOf: (digest: string) => Promise.resolve(one.blobs.get(digest)!),
    };
  };
  const noBlobs = { load: () => Promise.reject(new Error('it was read again')) };

  it('is made of what the tabular engine has compiled, and its time is measured', async () => {
    const { model, bytesOf } = await planned();
    const tabular = new TabularEngine(bytesOf);
    for (const engine of [tabular, new ComparedEngine(tabular, {} as Comparison)]) {
      const { reasoned, reasonsP99Ms } = await reasonedOf(model, { engines: [engine], blobs: noBlobs, ...clock });
      expect(reasoned.explainer).toHaveProperty('link');
      expect(reasonsP99Ms).toBeGreaterThan(0);
    }
    expect(tabular.size).toBe(1);
  });

  it('is made of the file where no engine takes models apart', async () => {
    const { model, bytesOf } = await planned();
    const ort = new OrtEngine(bytesOf);
    engines = [ort];
    const { reasoned } = await reasonedOf(model, { engines: [ort], blobs: { load: bytesOf }, ...clock });
    expect(reasoned.explainer).toHaveProperty('link');
  });

  it('takes what models take, three times, where a platform stops the clock while it computes', async () => {
    const { model, bytesOf } = await planned();
    const tools = { engines: [new TabularEngine(bytesOf)], blobs: noBlobs, ...clock, advancesDuringCompute: false };
    expect((await reasonedOf(model, tools)).reasonsP99Ms).toBe(6);
  });

  it('takes no time where nothing can say it', async () => {
    const { model, bytesOf } = await planned(erf);
    const found = await reasonedOf(model, { engines: [new TabularEngine(bytesOf)], blobs: noBlobs, ...clock });
    expect(found).toMatchObject({ reasonsP99Ms: 0, reasoned: { explainer: { why: expect.stringContaining('Erf') } } });
  });
});

describe('a model is run by the engine', () => {
  it.each<[Proofs, string, readonly string[]]>([
    [{ ort: 'EXACT', tabular: 'EXACT' }, 'tabular', ['tabular', 'ort']],
    [{ ort: 'EXACT', tabular: 'EXACT' }, 'ort', ['ort', 'tabular']],
    [{ ort: 'EXACT', tabular: 'BOUNDED' }, 'ort', ['tabular', 'ort']],
    [{ ort: 'BOUNDED', tabular: 'BOUNDED' }, 'tabular', ['tabular', 'ort']],
    [{ ort: 'EXACT' }, 'ort', ['tabular', 'ort']],
    [{ tabular: 'BOUNDED' }, 'tabular', ['tabular', 'ort']],
    [{ ort: 'EXACT', tabular: 'EXACT' }, 'ort', ['ort']],
  ])('that its release proves best: of %o it is %s where the node has %o', async (proofs, name, order) => {
    expect(await ready(await release({ model: slowModel(3) }), proofs, [...order])).toBe(name);
  });

  it('that can run it, where the one to take first cannot after all', async () => {
    expect(await ready(await release({ model: erf }), { ort: 'EXACT', tabular: 'EXACT' })).toBe('ort');
  });

  it('that reproduces its golden rows, or none: the first one says why', async () => {
    const one = await release({ model: slowModel(3) });
    const wrong = structuredClone(one.document);
    wrong.models[0]!.golden[0]!.outputs[0]!.data = [7];
    await expect(ready({ ...one, document: wrong }, { ort: 'EXACT', tabular: 'EXACT' })).rejects.toThrow(
      'does not reproduce its golden row 0 on tabular: score [0] is',
    );
  });

  it.each<[Proofs, readonly string[]]>([
    [{ ort: 'EXACT' }, ['tabular']],
    [{ tabular: 'EXACT' }, ['ort']],
    [{}, ['tabular', 'ort']],
  ])('that the node has, or none: with proofs for %o it is refused where there is %o', async (proofs, order) => {
    const one = await release({ model: slowModel(3) });
    await expect(ready(one, proofs, [...order])).rejects.toMatchObject({
      code: 'FAILED_PRECONDITION',
      message: expect.stringContaining('no engine of this node is proven for'),
      details: { allowed: Object.keys(proofs) },
    });
  });
});

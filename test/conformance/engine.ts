import { afterEach, describe, expect, it } from 'vitest';
import type { Engine, LoadBytes } from '../../edge/engines/engine.ts';
import { model, sha256 } from '../edge/support/release.ts';
import { treeModel } from '../support/onnx-models.ts';

const WIDTH = 4;
const linear = Array.from({ length: 5 }, (_, i) => model([i, 1, 1, 1]));
const trees = treeModel({
  features: WIDTH,
  trees: [{ feature: 1, threshold: 0, yes: { value: 1 }, no: { value: 2 } }],
});
const files = new Map([...linear, trees.bytes].map((bytes) => [sha256(bytes), bytes]));
const digests = [...files.keys()];

const rows = (count: number, value = 0.5) => ({
  features: { dtype: 'float32' as const, shape: [count, WIDTH], data: new Float32Array(count * WIDTH).fill(value) },
});

/** Says how many models it has loaded, where it can. */
type Counted = Engine & { readonly size?: number };

/** What every engine does, whatever runs its models. */
export function engineSuite(name: string, make: (loadBytes: LoadBytes) => Counted): void {
  describe(`an engine: ${name}`, () => {
    let engine: Counted;
    let loads: string[];
    const open = (bytesOf: (digest: string) => Uint8Array | undefined = (digest) => files.get(digest)) => {
      loads = [];
      return (engine = make((digest) => {
        loads.push(digest);
        const bytes = bytesOf(digest);
        return bytes ? Promise.resolve(bytes) : Promise.reject(new Error(`no model ${digest}`));
      }));
    };
    const holds = (count: number): void => {
      if (engine.size !== undefined) expect(engine.size).toBe(count);
    };
    afterEach(() => engine.close());

    it('goes by a name', () => expect(open().name).toBe(name));

    it('loads a model once for all who ask at the same time, and keeps it', async () => {
      open();
      const asked = Array.from({ length: 20 }, (_, i) => engine.run(digests[0]!, rows(1 + (i % 3))));
      const answers = await Promise.all(asked);
      await engine.run(digests[0]!, rows(1));
      expect(loads).toEqual([digests[0]]);
      expect(answers.map(({ score }) => score!.shape)).toEqual(answers.map((_, i) => [1 + (i % 3), 1]));
    });

    it('answers each row as if it were alone', async () => {
      open();
      for (const digest of digests) {
        const [low, high] = [await engine.run(digest, rows(1, -1)), await engine.run(digest, rows(1, 3))];
        const both = {
          features: { dtype: 'float32' as const, shape: [2, WIDTH], data: Float32Array.of(-1, -1, -1, -1, 3, 3, 3, 3) },
        };
        const { score } = await engine.run(digest, both);
        expect([...score!.data]).toEqual([...low['score']!.data, ...high['score']!.data]);
      }
    });

    it('answers the outputs that are asked for, and refuses one that there is not', async () => {
      open();
      expect(Object.keys(await engine.run(digests[0]!, rows(1), ['score']))).toEqual(['score']);
      await expect(engine.run(digests[0]!, rows(1), ['label'])).rejects.toThrow('label');
      await engine.run(digests[0]!, rows(1));
    });

    it.each<[string, Parameters<Engine['run']>[1]]>([
      ['a missing tensor', {}],
      ['too few columns', { features: { dtype: 'float32', shape: [1, 3], data: new Float32Array(3) } }],
      ['too few dimensions', { features: { dtype: 'float32', shape: [4], data: new Float32Array(4) } }],
      ['another type', { features: { dtype: 'float64', shape: [1, 4], data: new Float64Array(4) } }],
    ])('fails one run and not the next for %s', async (_, wrong) => {
      open();
      await engine.run(digests[0]!, rows(1));
      await expect(engine.run(digests[0]!, wrong)).rejects.toThrow();
      expect((await engine.run(digests[0]!, rows(1)))['score']!.data).toHaveLength(1);
    });

    it.each<[string, (digest: string) => Uint8Array | undefined]>([
      ['there was none', () => undefined],
      ['it was damaged', (digest) => files.get(digest)?.slice(0, 40)],
    ])('tries again after a model could not be loaded because %s', async (_, broken) => {
      let isBroken = true;
      open((digest) => (isBroken ? broken(digest) : files.get(digest)));
      await expect(engine.run(digests[0]!, rows(1))).rejects.toThrow();
      holds(0);
      isBroken = false;
      await engine.run(digests[0]!, rows(1));
      holds(1);
    });

    it('keeps the models that it is told to keep, and answers what runs when it lets go of the others', async () => {
      open();
      for (const digest of digests) await engine.run(digest, rows(1));
      holds(digests.length);
      const running = engine.run(digests[2]!, rows(1));
      engine.retain(new Set([digests[0]!]));
      expect((await running)['score']!.data).toHaveLength(1);
      holds(1);
      await engine.run(digests[0]!, rows(1));
      expect(loads).toHaveLength(digests.length);
      await engine.run(digests[1]!, rows(1));
      expect(loads).toHaveLength(digests.length + 1);
    });

    it('lets go of a model that it is still loading', async () => {
      open();
      const running = engine.run(digests[0]!, rows(1));
      engine.retain(new Set());
      expect((await running)['score']!.data).toHaveLength(1);
      holds(0);
    });

    it('lets go of everything when it is closed', async () => {
      open();
      await engine.run(digests[0]!, rows(1));
      await engine.close();
      holds(0);
    });
  });
}

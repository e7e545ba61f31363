import { afterAll, describe, expect, it } from 'vitest';
import { writeModel, type NodeSpec } from '../../../core/onnx/write-model.ts';
import { takeIn } from '../../../subgraphs/registry/operations/version/intake.ts';
import { ModelRunner } from '../../../subgraphs/registry/runtime/model-runner.ts';
import { logisticModel } from '../../support/onnx-models.ts';
import { SLOW_MODEL } from '../../support/slow-model.ts';

const LIMIT_MS = 4_000;
const runner = new ModelRunner(LIMIT_MS);
afterAll(() => runner.stop());

const x = { name: 'x', dtype: 'float32', shape: [-1, 1] } as const;
const y = { name: 'y', dtype: 'float32', shape: [-1, 1] } as const;
const model = (nodes: readonly NodeSpec[], more: Partial<Parameters<typeof writeModel>[0]> = {}): Uint8Array =>
  writeModel({ nodes, inputs: [x], outputs: [y], ...more });
const intsOf = (name: string, data: readonly number[]) => ({
  name,
  dtype: 'int64' as const,
  shape: [data.length],
  data,
});

const refusal = async (bytes: Uint8Array): Promise<any> => {
  const start = performance.now();
  const error = await takeIn(runner, bytes, [], []).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(performance.now() - start).toBeLessThan(LIMIT_MS + 6_000);
  return error;
};

const REFUSED: readonly (readonly [string, () => Uint8Array, RegExp])[] = [
  [
    'whose graph goes round in a circle',
    () =>
      model([
        { op: 'Add', inputs: ['x', 'b'], outputs: ['a'] },
        { op: 'Add', inputs: ['a', 'x'], outputs: ['b'] },
        { op: 'Identity', inputs: ['b'], outputs: ['y'] },
      ]),
    /ONNX Runtime/,
  ],
  [
    'with an operator that does not exist',
    () => model([{ op: 'Teleport', inputs: ['x'], outputs: ['y'] }]),
    /Teleport/,
  ],
  ['whose output nothing makes', () => model([{ op: 'Identity', inputs: ['x'], outputs: ['z'] }]), /ONNX Runtime/],
  [
    'that asks for more memory than there is',
    () =>
      model(
        [
          { op: 'ConstantOfShape', inputs: ['shape'], outputs: ['big'] },
          { op: 'ReduceMax', inputs: ['big'], outputs: ['max'], attributes: { keepdims: { int: 0 } } },
          { op: 'Mul', inputs: ['x', 'max'], outputs: ['y'] },
        ],
        { initializers: [intsOf('shape', [100_000, 100_000])] },
      ),
    /ONNX Runtime|made from the contract|runtime down/,
  ],
  [
    'whose input would fill the memory',
    () =>
      model([{ op: 'Identity', inputs: ['x'], outputs: ['y'] }], {
        inputs: [{ ...x, shape: [1, 2_000_000_000] }],
        outputs: [{ ...y, shape: [1, 2_000_000_000] }],
      }),
    /at most 1000000/,
  ],
  [
    'that draws its answer by chance, seeded or not',
    () =>
      model([
        { op: 'RandomUniformLike', inputs: ['x'], outputs: ['drawn'], attributes: { seed: { float: 1 } } },
        { op: 'Mul', inputs: ['x', 'drawn'], outputs: ['y'] },
      ]),
    /answers the same row in two ways \(it draws by chance: RandomUniformLike\)/,
  ],
  [
    'that answers no number',
    () =>
      model(
        [
          { op: 'Log', inputs: ['minus'], outputs: ['log'] },
          { op: 'Mul', inputs: ['x', 'log'], outputs: ['y'] },
        ],
        { initializers: [{ name: 'minus', dtype: 'float32', shape: [1], data: [-1] }] },
      ),
    /not finite/,
  ],
];

describe('a hostile model', () => {
  it.each(REFUSED)('%s is refused with the reason', async (_, bytes, reason) => {
    expect(await refusal(bytes())).toMatchObject({ code: 'INVALID_INPUT', message: expect.stringMatching(reason) });
  });

  it('that never ends loses its thread, and the next one is served by another', async () => {
    expect(await refusal(SLOW_MODEL)).toMatchObject({
      code: 'TIMEOUT',
      details: { field: 'artifact', limitMs: LIMIT_MS },
    });
    const good = logisticModel({ features: 2, weights: [1, 2], bias: 0 });
    expect(await takeIn(runner, good.bytes, [], [])).toMatchObject({ goldenOrigin: 'SELF' });
  });

  it('of a hundred thousand nodes is read or refused in time', async () => {
    const count = 100_000;
    const nodes = Array.from({ length: count }, (_, i) => ({
      op: 'Identity',
      inputs: [i === 0 ? 'x' : `v${i}`],
      outputs: [i === count - 1 ? 'y' : `v${i + 1}`],
    }));
    const error = await refusal(model(nodes));
    expect([undefined, 'INVALID_INPUT', 'TIMEOUT']).toContain(error?.code);
  });
});

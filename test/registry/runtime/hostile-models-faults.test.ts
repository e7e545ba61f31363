import { afterAll, describe, expect, it } from 'vitest';
import { ProtobufWriter } from '../../../core/onnx/protobuf.ts';
import { rewriteGraph } from '../../../core/onnx/rewrite-graph.ts';
import { valueInfo } from '../../../core/onnx/write-value.ts';
import { writeModel, type NodeSpec } from '../../../core/onnx/write-model.ts';
import { takeIn } from '../../../subgraphs/registry/operations/version/intake.ts';
import { ModelRunner } from '../../../subgraphs/registry/runtime/model-runner.ts';
import { logisticModel, treeModel } from '../../support/onnx-models.ts';
import { SLOW_MODEL } from '../../support/slow-model.ts';

const LIMIT_MS = 10_000;
/** The field of a graph that declares an input. */
const INPUT = 11;
// A loaded machine is no reason to refuse a model: the limit is for what never ends.
const runner = new ModelRunner(120_000);
const limited = new ModelRunner(LIMIT_MS);
afterAll(() => Promise.all([runner.stop(), limited.stop()]));

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

const refusal = (bytes: Uint8Array, by = runner): Promise<any> =>
  takeIn(by, bytes, [], []).then(
    () => undefined,
    (reason: unknown) => reason,
  );

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
  it.each(REFUSED)(
    '%s is refused with the reason',
    async (_, bytes, reason) => {
      expect(await refusal(bytes())).toMatchObject({ code: 'INVALID_INPUT', message: expect.stringMatching(reason) });
    },
    120_000,
  );

  it('that never ends loses its thread, and the next one is served by another', async () => {
    expect(await refusal(SLOW_MODEL, limited)).toMatchObject({
      code: 'TIMEOUT',
      details: { field: 'artifact', limitMs: LIMIT_MS },
    });
    const good = logisticModel({ features: 2, weights: [1, 2], bias: 0 });
    expect(await takeIn(limited, good.bytes, [], [])).toMatchObject({ goldenOrigin: 'SELF' });
  }, 120_000);

  it('whose weights lie outside the file is refused with the line that puts them inside', async () => {
    const outside = new ProtobufWriter()
      .varint(1, 1)
      .varint(2, 1)
      .text(8, 'w')
      .message(13, new ProtobufWriter().text(1, 'location').text(2, 'weights.data'))
      .varint(14, 1);
    const bytes = new ProtobufWriter().varint(1, 8).message(7, new ProtobufWriter().message(5, outside)).finish();
    expect(await refusal(bytes)).toMatchObject({
      code: 'INVALID_INPUT',
      details: { field: 'artifact', location: 'weights.data' },
      message: expect.stringContaining(
        'onnx.save_model(onnx.load("model.onnx"), "one.onnx", save_as_external_data=False)',
      ),
    });
  });

  it('of a hundred thousand nodes is read or refused in time', async () => {
    const count = 100_000;
    const nodes = Array.from({ length: count }, (_, i) => ({
      op: 'Identity',
      inputs: [i === 0 ? 'x' : `v${i}`],
      outputs: [i === count - 1 ? 'y' : `v${i + 1}`],
    }));
    const error = await refusal(model(nodes), limited);
    expect([undefined, 'INVALID_INPUT', 'TIMEOUT']).toContain(error?.code);
  }, 120_000);
});

describe('a model that does not say how wide its input is', () => {
  const leaf = (value: number) => ({ value });
  const tree = treeModel({
    features: 4,
    trees: [{ feature: 3, threshold: 0.5, yes: leaf(-1), no: { feature: 1, threshold: 0, yes: leaf(1), no: leaf(2) } }],
  });

  it('is tried with as many features as its trees read', async () => {
    const bytes = rewriteGraph(tree.bytes, (field, out) => {
      if (field.number !== INPUT) return false;
      out.message(INPUT, valueInfo({ name: 'features', dtype: 'float32', shape: [-1, -1] }));
      return true;
    });
    const { contract, golden } = await takeIn(runner, bytes, [], []);
    expect(contract.inputs).toEqual([{ name: 'features', dtype: 'float32', shape: [-1, -1] }]);
    expect(golden.some(({ inputs }) => inputs[0]?.shape[1] === 4)).toBe(true);
  });
});

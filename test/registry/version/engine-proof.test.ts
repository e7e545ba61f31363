import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeModel } from '../../../core/onnx/write-model.ts';
import { probeRows } from '../../../subgraphs/registry/domain/version/probe-rows.ts';
import {
  ENGINES,
  proveEngines,
  type ProvenEngine,
} from '../../../subgraphs/registry/operations/version/engine-proofs.ts';
import { ModelRunner } from '../../../subgraphs/registry/runtime/model-runner.ts';
import { TABULAR_VERSION } from '../../../core/tabular/version.ts';
import { halfModel } from '../../edge/support/dtype-model.ts';
import { treeModel } from '../../support/onnx-models.ts';
import {
  approvedVersion,
  goldenRows,
  person,
  REGISTER,
  startTestRegistry,
  type TestRegistry,
} from '../../support/registry.ts';

const developer = person('developer');
const trees = treeModel({
  features: 2,
  trees: [
    {
      feature: 1,
      threshold: 0.5,
      yes: { value: -1 },
      no: { feature: 0, threshold: -2, yes: { value: 1 }, no: { value: 2 } },
    },
  ],
});

const x = { name: 'x', dtype: 'float32', shape: [-1, 1] } as const;
const y = { name: 'y', dtype: 'float32', shape: [-1, 1] } as const;
/** Answers what it is given, and for NaN a number between two bounds that is drawn anew for each. */
const drawsForNaN = (low: number, high: number): Uint8Array =>
  writeModel({
    nodes: [
      { op: 'IsNaN', inputs: ['x'], outputs: ['lost'] },
      {
        op: 'RandomUniformLike',
        inputs: ['x'],
        outputs: ['drawn'],
        attributes: { low: { float: low }, high: { float: high }, seed: { float: 7 } },
      },
      { op: 'Where', inputs: ['lost', 'drawn', 'x'], outputs: ['y'] },
    ],
    inputs: [x],
    outputs: [y],
  });

let registry: TestRegistry;
beforeAll(async () => {
  registry = await startTestRegistry();
});

const VALIDATE = `mutation ($input: ValidateModelVersionInput!) {
  validateModelVersion(input: $input) {
    passed gates { gate passed detail }
    modelVersion { state proofs { engine version agreement ulps rows p99Ms difference } }
  }
}`;
async function validated(bytes: Uint8Array, model: string): Promise<any> {
  const artifact = await registry.upload(developer, bytes);
  const { registerModelVersion } = await registry.ask(developer, REGISTER, { input: { artifact, model } });
  const { id } = registerModelVersion.modelVersion;
  const before = await registry.ask(developer, `{ modelVersion(id: "${id}") { proofs { engine } } }`);
  expect(before.modelVersion.proofs).toEqual([]);
  await registry.ask(
    developer,
    'mutation ($input: ModelVersionStepInput!) { submitModelVersion(input: $input) { modelVersion { id } } }',
    { input: { id } },
  );
  return (await registry.ask(developer, VALIDATE, { input: { id } })).validateModelVersion;
}

describe('validation proves each engine that may run the version', () => {
  it('to the bit, on golden rows and on rows that engines are known to differ on, with its name and version', async () => {
    const { passed, modelVersion } = await validated(trees.bytes, 'trees');
    expect(passed).toBe(true);
    expect(modelVersion).toMatchObject({
      state: 'VALIDATED',
      proofs: [
        {
          engine: 'ort',
          version: expect.stringMatching(/^\d+\.\d+\.\d+/),
          agreement: 'EXACT',
          ulps: 0,
          difference: null,
          p99Ms: expect.any(Number),
        },
        { engine: 'tabular', version: TABULAR_VERSION, agreement: 'EXACT', ulps: 0, difference: null },
      ],
    });
    expect(modelVersion.proofs[0].rows).toBeGreaterThan(50);
  });

  it('of sixteen bits: on ONNX Runtime, and the tabular engine says that it computes with none', async () => {
    const { passed, modelVersion } = await validated(halfModel(), 'halves');
    expect(passed).toBe(true);
    expect(modelVersion.proofs).toMatchObject([
      { engine: 'ort', agreement: 'EXACT', difference: null },
      { engine: 'tabular', agreement: 'OFF', difference: expect.stringContaining('float16') },
    ]);
    expect(modelVersion.proofs[0].rows).toBeGreaterThan(40);
  });

  it('within its bound, where it differs by the last digits only', async () => {
    const { passed, modelVersion, gates } = await validated(drawsForNaN(1, 1.000_000_24), 'bounded');
    expect(passed, JSON.stringify(gates)).toBe(true);
    expect(modelVersion.proofs).toMatchObject([
      { engine: 'ort', agreement: 'BOUNDED', difference: expect.stringContaining('y [0] is 1') },
      { engine: 'tabular', agreement: 'OFF', ulps: null, rows: 0, difference: expect.stringContaining('IsNaN') },
    ]);
    expect([1, 2]).toContain(modelVersion.proofs[0].ulps);
  });

  it('not at all, where its answers differ: no node would run the version, so it is not validated', async () => {
    const { passed, modelVersion, gates } = await validated(drawsForNaN(0, 1), 'off');
    expect(passed).toBe(false);
    expect(modelVersion).toMatchObject({ state: 'SUBMITTED', proofs: [{ agreement: 'OFF' }, { agreement: 'OFF' }] });
    expect(gates.filter((gate: any) => !gate.passed)).toEqual([
      {
        gate: 'engines',
        passed: false,
        detail: expect.stringMatching(
          /^no engine is proven: ort .* OFF, row \d+: y \[0\] is .*; tabular .* does not run it: .*the operator is not known/,
        ),
      },
    ]);
  });

  it('and that proof is what a release carries', async () => {
    const id = await approvedVersion(registry, trees, { model: 'released' });
    const { modelVersion } = await registry.ask(
      developer,
      `{ modelVersion(id: "${id}") { proofs { engine agreement } } }`,
    );
    expect(modelVersion.proofs).toEqual([
      { engine: 'ort', agreement: 'EXACT' },
      { engine: 'tabular', agreement: 'EXACT' },
    ]);
  });
});

describe('a difference that is planted in an engine', () => {
  const runner = new ModelRunner(60_000);
  afterAll(() => runner.stop());
  /** The engine of the nodes, with every score moved by so many units in the last place. */
  const off = (ulps: number): ProvenEngine => ({
    name: `off-by-${ulps}`,
    run: async (models, model, rows) => {
      const ran = await ENGINES[0]!.run(models, model, rows);
      const moved = (value: unknown): number => {
        const bits = new DataView(new ArrayBuffer(4));
        bits.setFloat32(0, Number(value));
        bits.setInt32(0, bits.getInt32(0) + ulps);
        return bits.getFloat32(0);
      };
      return {
        ...ran,
        rows: ran.rows.map((row) =>
          'failed' in row
            ? row
            : { outputs: row.outputs.map((output) => ({ ...output, data: output.data.map(moved) })) },
        ),
      };
    },
  });

  it.each([
    [0, 'EXACT', 0],
    [1, 'BOUNDED', 1],
    [2, 'BOUNDED', 2],
    [3, 'OFF', 3],
  ])('of %i ulp turns its proof to %s', async (ulps, agreement, found) => {
    const rows = goldenRows(trees);
    const { rows: answers } = await runner.run(
      trees.bytes,
      rows.map(({ inputs }) => inputs),
    );
    const expected = rows.map(({ inputs }, i) => ({ inputs, expected: answers[i]! }));
    const proofs = await proveEngines(runner, trees.bytes, expected, [off(ulps), ...ENGINES]);
    expect(proofs).toMatchObject([
      { engine: `off-by-${ulps}`, agreement, ulps: found },
      { engine: 'ort', agreement: 'EXACT' },
      { engine: 'tabular', agreement: 'EXACT' },
    ]);
  });
});

describe('the rows of a proof', () => {
  const like = [{ name: 'x', dtype: 'float32', shape: [1, 2], data: [1, 2] }];
  const values = probeRows(like, new Map([[1, [0.5]]])).map(([tensor]) => tensor!.data);

  it('hold not-a-number, infinities and both zeros', () => {
    for (const edge of ['NaN', 'Infinity', '-Infinity', 0, -0]) {
      expect(values.some((row) => row.every((value) => Object.is(value, edge)))).toBe(true);
    }
  });

  it('hold a threshold and its neighbours on either side', () => {
    const second = values.map((row) => Number(row[1])).filter((value) => Math.abs(value - 0.5) < 1e-6);
    expect(new Set(second)).toEqual(new Set([0.5, 0.5 - 2 ** -25, 0.5 + 2 ** -24]));
  });

  it('hold the neighbours of doubles where the model takes doubles', () => {
    const wide = [{ name: 'x', dtype: 'float64', shape: [1, 2], data: [1, 2] }];
    const own = probeRows(wide, new Map([[1, [0.1]]])).map(([tensor]) => Number(tensor!.data[1]));
    const near = own.filter((value) => Math.abs(value - 0.1) < 1e-15);
    expect(new Set(near)).toEqual(new Set([0.1, 0.09999999999999999, 0.10000000000000002]));
  });

  it('hold the categories that the model knows, and others', () => {
    const coded = [
      { name: 'city', dtype: 'string', shape: [1, 1], data: ['Pune'] },
      { name: 'code', dtype: 'int64', shape: [1, 1], data: [1] },
    ];
    const rows = probeRows(coded, new Map(), { texts: ['Delhi'], integers: [9_007_199_254_740_993n] });
    const [cities, codes] = [0, 1].map((i) => rows.map((row) => row[i]!.data[0]));
    expect(cities).toEqual(expect.arrayContaining(['Pune', 'Delhi', 'unknown']));
    expect(codes).toEqual(expect.arrayContaining(['9007199254740993', 0]));
  });

  it('are the same each time', () => {
    expect(probeRows(like, new Map([[1, [0.5]]])).map(([tensor]) => tensor!.data)).toEqual(values);
  });
});

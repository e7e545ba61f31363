import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isFloat } from '../../core/tensor/element-type.ts';
import { startInstall, type Install } from '../support/install.ts';
import { EVALUATION } from '../support/registry.ts';
import { change, eventually, predict, released, upload } from '../support/story.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** A Python with the packages of `test/interop/onnx/requirements.txt`; `npm run interop` makes one. */
const PYTHON = process.env['TIFFIN_ONNX_PYTHON'] ?? '.interop/onnx-python/bin/python';
const LEAST_KINDS = 20;
/** ONNX Runtime for Python sums in another order than the one for the web. */
const CLOSE = 1e-5;
/** Its kernel subtracts numbers of one size, of which float32 leaves four digits. */
const CLOSE_BY_MODEL: Readonly<Record<string, number>> = { 'gaussian-process': 2e-4 };

/** The models that the tabular engine runs, each proven to the bit; the others run on ONNX Runtime. */
const ON_TABULAR = [
  'catboost-classifier',
  'catboost-regressor',
  'catboost-three-classes',
  'decision-tree-classifier',
  'decision-tree-doubles',
  'decision-tree-regressor',
  'elastic-net',
  'extra-trees',
  'gradient-boosting-classifier',
  'gradient-boosting-doubles',
  'gradient-boosting-regressor',
  'lightgbm-classifier',
  'lightgbm-regressor',
  'lightgbm-three-classes',
  'linear-regression',
  'logistic-regression',
  'logistic-text-labels',
  'logistic-three-classes',
  'mlp-regressor',
  'multi-output-classifier',
  'multi-output-classifier-plain',
  'multi-output-regressor',
  'pipeline-scaler-pca-logistic',
  'random-forest-classifier',
  'random-forest-classifier-doubles',
  'random-forest-doubles',
  'random-forest-regressor',
  'tree-of-unknown-width',
  'xgboost-classifier',
  'xgboost-regressor',
  'xgboost-three-classes',
];

interface Made {
  readonly rows: readonly {
    readonly inputs: Readonly<Record<string, { readonly shape: readonly number[]; readonly data: readonly any[] }>>;
    readonly outputs: Readonly<Record<string, readonly any[]>>;
  }[];
}
interface TensorOf {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
}

const DTYPES: Readonly<Record<string, string>> = { int64: 'INT64', string: 'STRING' };

/** An input for each number of a row, or one for all of them where there are too many to name. */
function fedBy(
  { name, dtype, shape }: TensorOf,
  width: number,
): { readonly inputs: any[]; readonly columns: string[] } {
  if (shape.length > 2)
    return { inputs: [{ name: `${name}_all`, dtype: 'FLOAT64', shape: shape.slice(1) }], columns: [`${name}_all`] };
  const columns = Array.from({ length: width }, (_, i) => `${name}_${i}`);
  const inputs = columns.map((column) => ({
    name: column,
    dtype: DTYPES[dtype] ?? 'FLOAT64',
    required: !isFloat(dtype),
  }));
  return { inputs, columns };
}

describe.skipIf(!existsSync(PYTHON))('models that trainers export', () => {
  const folder = temporaryFolder('onnx-models');
  const differences = new Map<string, number>();
  const engines = new Map<string, string>();
  let install: Install;
  let failed: Record<string, string> = {};
  let names: string[] = [];

  beforeAll(async () => {
    const { status, stdout, stderr } = spawnSync(PYTHON, ['test/interop/onnx/make_models.py', folder], {
      // ONNX Runtime leaves a file in the folder for temporary ones.
      env: { ...process.env, TMPDIR: folder },
      encoding: 'utf8',
      maxBuffer: 1e8,
    });
    if (status !== 0) throw new Error(stderr);
    failed = JSON.parse(stdout);
    names = readdirSync(folder)
      .filter((file) => file.endsWith('.onnx'))
      .map((file) => file.slice(0, -'.onnx'.length));
    install = await startInstall({ env: { TIFFIN_EDGE_POLL_MS: '200' } });
  }, 600_000);
  afterAll(() => install?.stop());

  async function served(name: string, made: Made): Promise<{ readonly columns: Map<string, string[]> }> {
    const artifact = await upload(install, new Uint8Array(readFileSync(join(folder, `${name}.onnx`))));
    const evaluation = await upload(install, EVALUATION);
    const registered = await change(
      install,
      'developer',
      'registerModelVersion',
      { artifact, evaluation, model: name },
      '{ modelVersion { id inputs { name dtype shape } outputs { name dtype shape } } }',
    );
    const { id, inputs, outputs } = registered.modelVersion;
    await change(install, 'developer', 'submitModelVersion', { id }, '{ modelVersion { id } }');
    const { passed, gates } = await change(
      install,
      'developer',
      'validateModelVersion',
      { id },
      '{ passed gates { gate passed detail } }',
    );
    expect(passed, JSON.stringify(gates)).toBe(true);
    await change(install, 'approver', 'approveModelVersion', { id }, '{ modelVersion { id } }');
    const fed = inputs.map((tensor: TensorOf) => ({
      tensor: tensor.name,
      ...fedBy(tensor, made.rows[0]!.inputs[tensor.name]!.data.length),
    }));
    const score = outputs.findLast(({ dtype }: TensorOf) => isFloat(dtype));
    // Its last number: what Python's last output ends with.
    const index = Math.max(1, score.shape.length > 1 ? score.shape.at(-1) : 1) - 1;
    const { endpoint } = await change(install, 'developer', 'createEndpoint', { name }, '{ endpoint { id } }');
    const place = { endpoint: endpoint.id, environment: 'production' };
    const deployment = (await change(install, 'developer', 'createDeployment', place, '{ deployment { id } }'))
      .deployment.id;
    const recipe = {
      inputs: fed.flatMap((one: any) => one.inputs),
      models: [
        {
          version: id,
          inputs: fed.map(({ tensor, columns }: any) => ({ tensor, columns })),
          score: { tensor: score.name, index },
        },
      ],
      budgets: { featuresMs: 50, totalMs: 10_000 },
    };
    const release = await released(install, { deployment, recipe });
    await change(
      install,
      'developer',
      'promoteRelease',
      { deployment, release: release.id, reason: 'try it' },
      '{ applied }',
    );
    return { columns: new Map(fed.map(({ tensor, columns }: any) => [tensor, columns])) };
  }

  it('are made of many kinds', () => {
    expect(names.length, JSON.stringify(failed)).toBeGreaterThanOrEqual(LEAST_KINDS);
  });

  it(
    'each go from their upload to the edge, and answer there as ONNX Runtime in Python',
    { timeout: 1_800_000 },
    async () => {
      for (const name of names) {
        const made: Made = JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'));
        const { columns } = await served(name, made);
        let most = 0;
        for (const { inputs, outputs } of made.rows) {
          const sent: Record<string, unknown> = {};
          for (const [tensor, { data }] of Object.entries(inputs)) {
            const own = columns.get(tensor)!;
            if (own.length === 1 && data.length > 1) sent[own[0]!] = data;
            else for (const [i, column] of own.entries()) sent[column] = data[i] === 'NaN' ? null : data[i];
          }
          const answer = await eventually(async () => {
            const { status, body } = await predict(install, name, { inputs: sent });
            expect(status, JSON.stringify(body)).toBe(200);
            return body;
          });
          expect(answer.fallback).toBeNull();
          engines.set(name, answer.models[0].engine);
          const want = Number(Object.values(outputs).at(-1)!.at(-1));
          const apart = Math.abs(answer.score - want) / Math.max(1, Math.abs(want));
          most = Math.max(most, apart);
        }
        differences.set(name, most);
      }
      const table = [...differences].map(
        ([name, apart]) => `${name.padEnd(36)} ${engines.get(name)?.padEnd(8)} ${apart.toExponential(1)}`,
      );
      console.log(`largest difference by model, of ${[...differences].length}\n${table.join('\n')}`);
      const onTabular = [...engines].flatMap(([name, engine]) => (engine === 'tabular' ? [name] : []));
      expect(onTabular.sort()).toEqual(ON_TABULAR.filter((name) => names.includes(name)));
      expect([...differences].filter(([name, apart]) => !(apart <= (CLOSE_BY_MODEL[name] ?? CLOSE)))).toEqual([]);
    },
  );
});

import { createHash } from 'node:crypto';
import { readContract } from '../../../core/onnx/contract.ts';
import { writeModel } from '../../../core/onnx/write-model.ts';
import { compileModel } from '../../../core/tabular/compile-plan.ts';
import { PLAN_VERSION, writePlan } from '../../../core/tabular/plan-blob.ts';
import { compileExpression } from '../../../core/expression/compile.ts';
import type { ScalarType } from '../../../core/expression/expression.ts';
import type { Dtype } from '../../../schema/common.ts';
import { Recipe, type RecipeInput } from '../../../schema/recipe.ts';
import {
  ReleaseDocument,
  type CompiledPlan,
  type FeatureLayout,
  type GoldenRow,
  type ModelInRelease,
} from '../../../schema/release.ts';
import { logisticModel, treeModel } from '../../support/onnx-models.ts';
import { float32Rows, runOnnx } from '../../support/onnx-runtime.ts';

export const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

/** A release as registry would freeze it, and the blobs that go with it. */
export interface TestRelease {
  readonly document: ReleaseDocument;
  readonly digest: string;
  readonly blobs: ReadonlyMap<string, Uint8Array>;
}

export interface ReleaseSpec {
  readonly endpoint?: string;
  readonly environment?: string;
  readonly number?: number;
  readonly version?: string;
  readonly model?: Uint8Array;
  /** The files of further model versions, by number. */
  readonly models?: Readonly<Record<string, Uint8Array>>;
  readonly golden?: readonly GoldenRow[];
  readonly recipe?: Partial<RecipeInput>;
  readonly layout?: FeatureLayout | null;
  /** Of all its models; on ONNX Runtime alone unless given. */
  readonly proofs?: ModelInRelease['proofs'];
  /** What its models bring compiled; left out: what registry would compile. */
  readonly plan?: ModelInRelease['plan'];
}

const SCALAR: Record<Dtype, ScalarType> = {
  FLOAT64: 'double',
  INT64: 'int',
  BOOL: 'bool',
  STRING: 'string',
  TIMESTAMP: 'timestamp',
};

export const VERSION = '1';
export const model = (weights = [0.5, -0.25, 1, 2], bias = 0.125): Uint8Array =>
  logisticModel({ features: weights.length, weights, bias }).bytes;

/** A model that takes a while: admission and overruns need one. */
export const slowModel = (trees = 2_000): Uint8Array => {
  const tree = { feature: 0, threshold: 0, yes: { value: 0.001 }, no: { value: -0.001 } };
  return treeModel({ features: 4, trees: Array.from({ length: trees }, () => tree) }).bytes;
};

/** A small file that keeps a processor busy: products of square matrices, the first of them scaled by the row. */
export const heavyModel = (size = 512, products = 1): Uint8Array => {
  const data = Array.from({ length: size * size }, (_, i) => (((i * 7919) % 1_009) - 504) / 504 / size);
  return writeModel({
    inputs: [{ name: 'features', dtype: 'float32', shape: [-1, 4] }],
    outputs: [{ name: 'score', dtype: 'float32', shape: [-1, 1] }],
    initializers: [{ name: 'square', dtype: 'float32', shape: [size, size], data }],
    nodes: [
      { op: 'ReduceSum', inputs: ['features'], outputs: ['sum'], attributes: { keepdims: { int: 1 } } },
      { op: 'Mul', inputs: ['square', 'sum'], outputs: ['scaled'] },
      ...Array.from({ length: products }, (_, i) => ({
        op: 'MatMul',
        inputs: [i === 0 ? 'scaled' : `product_${i - 1}`, 'square'],
        outputs: [`product_${i}`],
      })),
      {
        op: 'ReduceMax',
        inputs: [`product_${products - 1}`],
        outputs: ['largest'],
        attributes: { keepdims: { int: 1 } },
      },
      { op: 'Sigmoid', inputs: ['largest'], outputs: ['score'] },
    ],
  });
};

/** A model whose work grows with the cube of the largest number of its row, whatever it took to warm up. */
export const growingModel = (): Uint8Array =>
  writeModel({
    inputs: [{ name: 'features', dtype: 'float32', shape: [-1, 4] }],
    outputs: [{ name: 'score', dtype: 'float32', shape: [-1, 1] }],
    initializers: [
      { name: 'one', dtype: 'int64', shape: [1], data: [1] },
      { name: 'row', dtype: 'int64', shape: [2], data: [1, 1] },
    ],
    nodes: [
      { op: 'ReduceMax', inputs: ['features'], outputs: ['largest'] },
      { op: 'Reshape', inputs: ['largest', 'one'], outputs: ['flat'] },
      { op: 'Abs', inputs: ['flat'], outputs: ['size'] },
      { op: 'Cast', inputs: ['size'], outputs: ['whole'], attributes: { to: { int: 7 } } },
      { op: 'Add', inputs: ['whole', 'one'], outputs: ['side'] },
      { op: 'Concat', inputs: ['side', 'side'], outputs: ['shape'], attributes: { axis: { int: 0 } } },
      { op: 'ConstantOfShape', inputs: ['shape'], outputs: ['square'] },
      { op: 'MatMul', inputs: ['square', 'square'], outputs: ['product'] },
      { op: 'ReduceMax', inputs: ['product'], outputs: ['top'] },
      { op: 'Reshape', inputs: ['top', 'row'], outputs: ['cell'] },
      { op: 'Sigmoid', inputs: ['cell'], outputs: ['score'] },
    ],
  });

/** Rows with what ONNX Runtime itself answers. */
export async function goldenOf(bytes: Uint8Array, rows: readonly (readonly number[])[]): Promise<GoldenRow[]> {
  const golden: GoldenRow[] = [];
  for (const row of rows) {
    const { score } = await runOnnx(bytes, { features: float32Rows([row]) });
    golden.push({
      inputs: [{ name: 'features', dtype: 'float32', shape: [1, row.length], data: [...row] }],
      outputs: [{ name: 'score', dtype: 'float32', shape: [...score!.dims], data: [Number(score!.data[0])] }],
    });
  }
  return golden;
}

/** View `user_txn` with two features by `user_id`, which lives an hour. */
export const layout: FeatureLayout = {
  service: 'tiffin:default:feature-service:fraud@1',
  views: [
    {
      view: 'tiffin:default:feature-view:user_txn@1',
      name: 'user_txn',
      version: 1,
      joinKeys: [{ name: 'user', dtype: 'STRING' }],
      ttlMs: 3_600_000,
      features: [
        { name: 'amount_24h', dtype: 'FLOAT64', feature: 'tiffin:default:feature:user_txn@1/amount_24h' },
        { name: 'count_1h', dtype: 'INT64', feature: 'tiffin:default:feature:user_txn@1/count_1h' },
      ],
    },
  ],
};

/** `amount` and `ratio`, two features, and one derived field go into the four columns of a logistic model. */
export const recipe: RecipeInput = {
  inputs: [
    { name: 'user_id', dtype: 'STRING' },
    { name: 'amount', dtype: 'FLOAT64' },
    { name: 'note', dtype: 'STRING', required: false },
  ],
  entities: [{ joinKey: 'user', input: 'user_id' }],
  features: { service: layout.service, defaults: { user_txn__count_1h: 0 } },
  derive: [{ name: 'ratio', dtype: 'FLOAT64', expression: 'amount / (user_txn__amount_24h + 1.0)' }],
  models: [
    {
      version: `tiffin:default:model-version:fraud@${VERSION}`,
      inputs: [{ tensor: 'features', columns: ['amount', 'user_txn__amount_24h', 'user_txn__count_1h', 'ratio'] }],
      score: { tensor: 'score' },
    },
  ],
  output: { decision: { threshold: 0.5, above: 'REVIEW', below: 'PASS' } },
  // Tests of budgets set their own: on a busy machine a tight one would make any test one of fallbacks.
  budgets: { featuresMs: 3_000, totalMs: 10_000 },
};

export async function release(spec: ReleaseSpec = {}): Promise<TestRelease> {
  const { endpoint = 'fraud-decision', environment = 'production', number = 1, version = VERSION } = spec;
  const bytes = spec.model ?? model();
  const parsed = Recipe.parse({ ...recipe, ...spec.recipe });
  parsed.models[0]!.version = versionId(version);
  const files = new Map([
    [versionId(version), bytes],
    ...Object.entries(spec.models ?? {}).map(([own, file]) => [versionId(own), file] as const),
  ]);
  const found = spec.layout === undefined ? (parsed.features ? layout : null) : spec.layout;
  const plans = new Map([...files].map(([id, file]) => [id, planOf(file, spec.proofs)] as const));
  const document = ReleaseDocument.parse({
    format: 2,
    release: `tiffin:default:release:${endpoint}%40${environment}@${number}`,
    deployment: `tiffin:default:deployment:${endpoint}@${environment}`,
    number,
    createdAt: '2026-01-01T00:00:00Z',
    recipe: parsed,
    ...checkedOf(parsed, found),
    layout: found,
    models: await Promise.all([...files].map(([id, file]) => modelOf(id, file, plans.get(id), spec))),
  });
  const text = new TextEncoder().encode(JSON.stringify(document));
  const digest = sha256(text);
  return {
    document,
    digest,
    blobs: new Map(
      [text, ...files.values(), ...plans.values()].flatMap((blob) => (blob ? [[sha256(blob), blob] as const] : [])),
    ),
  };
}

export const versionId = (number: string): string => `tiffin:default:model-version:fraud@${number}`;

/** What the registry compiles where it has proven a model on the tabular engine. */
export function planOf(file: Uint8Array, proofs: ModelInRelease['proofs'] = {}): Uint8Array | undefined {
  const compiled = Object.hasOwn(proofs, 'tabular') ? compileModel(file) : undefined;
  return compiled && 'plan' in compiled ? writePlan(compiled.plan) : undefined;
}

export const planIn = (plan: Uint8Array): CompiledPlan => ({
  version: PLAN_VERSION,
  digest: sha256(plan),
  sizeBytes: plan.length,
});

async function modelOf(
  version: string,
  bytes: Uint8Array,
  plan: Uint8Array | undefined,
  { golden, proofs = { ort: 'EXACT' }, plan: given }: ReleaseSpec,
): Promise<ModelInRelease> {
  const contract = readContract(bytes);
  const specs = (values: typeof contract.inputs): { name: string; dtype: string; shape: number[] }[] =>
    values.map(({ name, dtype, shape }) => ({ name, dtype, shape: [...(shape ?? [])] }));
  const width = contract.inputs[0]?.shape?.at(-1) ?? 0;
  const rows = [0, 1, 2].map((row) => Array.from({ length: width }, (_, i) => (row - i) / 4));
  return {
    version,
    digest: sha256(bytes),
    sizeBytes: bytes.length,
    contract: { inputs: specs(contract.inputs), outputs: specs(contract.outputs) },
    golden: [...(golden ?? (await goldenOf(bytes, rows)))],
    proofs,
    p99Ms: Object.fromEntries(Object.keys(proofs).map((engine) => [engine, 1])),
    plan: given === undefined ? (plan ? planIn(plan) : null) : given,
    trainingSet: null,
  };
}

/** The checked expressions of a recipe, as the registry puts them into the release. */
function checkedOf(
  { inputs, derive, models, combine, rules, segments }: Recipe,
  found: FeatureLayout | null,
): Pick<ReleaseDocument, 'derived' | 'combined' | 'rules' | 'segments'> {
  const groups: Record<'inputs' | 'features', Record<string, ScalarType>> = { inputs: {}, features: {} };
  for (const { name, dtype } of inputs) groups.inputs[name] = SCALAR[dtype];
  for (const view of found?.views ?? []) {
    for (const { name, dtype } of view.features) groups.features[`${view.name}__${name}`] = SCALAR[dtype];
  }
  const declared: Record<string, ScalarType> = { ...groups.inputs, ...groups.features };
  const derived = derive.map(({ name, dtype, expression }) => {
    const ast = compileExpression(expression, { ...declared }, SCALAR[dtype]);
    declared[name] = SCALAR[dtype];
    return { name, dtype, ast };
  });
  const scores = Object.fromEntries(models.map(({ name }) => [name, 'double' as const]));
  const combined =
    combine?.kind === 'EXPRESSION' ? compileExpression(combine.expression, scores, SCALAR.FLOAT64) : null;
  const readable = { ...declared, ...(models.length > 1 && scores), score: SCALAR.FLOAT64, ...groups };
  return {
    derived,
    combined,
    segments: segments.map(({ name, expression }) => ({
      name,
      ast: compileExpression(expression, { ...groups.inputs, at: SCALAR.TIMESTAMP }, SCALAR.STRING),
    })),
    rules: rules.map(({ name, when }) => ({ name, ast: compileExpression(when, readable, SCALAR.BOOL) })),
  };
}

import { readCategories } from '../../../../core/onnx/categories.ts';
import { readContract } from '../../../../core/onnx/contract.ts';
import { readThresholds } from '../../../../core/onnx/thresholds.ts';
import { agreementWithin, ulpsBetween, type Agreement } from '../../../../core/tensor/agreement.ts';
import type { TensorMap } from '../../../../core/tensor/tensor.ts';
import { readTensors, writeTensor } from '../../../../core/tensor/written.ts';
import { OrtEngine } from '../../../../edge/engines/ort-engine.ts';
import { TabularEngine } from '../../../../edge/engines/tabular-engine.ts';
import type { Engine } from '../../../../edge/engines/engine.ts';
import type { Dtype } from '../../../../schema/common.ts';
import { Recipe } from '../../../../schema/recipe.ts';
import {
  ReleaseDocument,
  type GoldenRow,
  type ModelInRelease,
  type TensorSpec,
  type TensorValue,
} from '../../../../schema/release.ts';
import { servedInputs, servedOutputs, specOf } from '../../../../subgraphs/registry/domain/version/contract.ts';
import { generateInputs, isFinite } from '../../../../subgraphs/registry/domain/version/golden.ts';
import { probeRows } from '../../../../subgraphs/registry/domain/version/probe-rows.ts';
import { model, planIn, planOf, recipe, release, sha256, versionId, type TestRelease } from '../release.ts';
import { modelsOfSet } from './models.ts';

export type EngineName = 'tabular' | 'ort';

/** A model that the set asks for, with rows that run. */
export interface SetModel {
  readonly endpoint: string;
  readonly contract: ModelInRelease['contract'];
  readonly rows: readonly (readonly TensorValue[])[];
  /** Of the tabular engine, by rows on which engines are known to differ; ONNX Runtime is what it is held against. */
  readonly tabular: Agreement;
  /** The name of each value of a row, tensor by tensor: what `/v1/predict` is sent. */
  readonly columns: ReadonlyMap<string, readonly string[]>;
  releaseOn(engine: EngineName): TestRelease;
}

const FREE_WIDTH = 4;

/** Every model of the set, with what registry would find of it. */
export async function setModels(): Promise<readonly SetModel[]> {
  const models = modelsOfSet();
  const files = new Map([...models.values()].map((bytes) => [sha256(bytes), bytes]));
  const load = (digest: string): Promise<Uint8Array> => Promise.resolve(files.get(digest)!);
  const engines = { ort: new OrtEngine(load), tabular: new TabularEngine(load) };
  try {
    const found: SetModel[] = [];
    for (const [endpoint, bytes] of models) found.push(await setModel(endpoint, bytes, engines));
    return found;
  } finally {
    await engines.ort.close();
    await engines.tabular.close();
  }
}

async function setModel(
  endpoint: string,
  bytes: Uint8Array,
  { ort, tabular }: Readonly<Record<EngineName, Engine>>,
): Promise<SetModel> {
  const digest = sha256(bytes);
  const file = readContract(bytes);
  const inputs = servedInputs(file.inputs);
  const golden: GoldenRow[] = [];
  for (const row of generateInputs(inputs, FREE_WIDTH)) {
    const answered = await outcome(ort, digest, row);
    if (answered && isFinite(written(answered))) golden.push({ inputs: [...row], outputs: written(answered) });
  }
  const known = golden[0]?.outputs.map(specOf) ?? [];
  const contract = { inputs, outputs: servedOutputs(file.outputs, known) };
  const rows = golden.map((row) => row.inputs);
  const probes = probeRows(rows[0] ?? [], readThresholds(bytes), readCategories(bytes));
  let ulps = 0;
  for (const row of [...rows, ...probes]) {
    const expected = await outcome(ort, digest, row);
    const own = await outcome(tabular, digest, row);
    ulps = Math.max(ulps, expected && own ? ulpsBetween(written(expected), own) : expected || own ? Infinity : 0);
  }
  const agreement = agreementWithin(ulps);
  const columns = columnsOf(inputs, rows[0] ?? []);
  return {
    endpoint,
    contract,
    rows,
    tabular: agreement,
    columns,
    releaseOn: (engine) => {
      if (engine === 'tabular' && agreement === 'OFF') throw new Error(`${endpoint} is not proven on ${engine}`);
      const proofs: ModelInRelease['proofs'] =
        engine === 'ort' || agreement === 'OFF' ? { ort: 'EXACT' } : { tabular: agreement };
      return releaseOf({ endpoint, bytes, contract, golden, columns, proofs });
    },
  };
}

async function outcome(engine: Engine, digest: string, row: readonly TensorValue[]): Promise<TensorMap | null> {
  try {
    return await engine.run(digest, readTensors(row, 'a row'));
  } catch {
    return null;
  }
}

const written = (answered: TensorMap): TensorValue[] =>
  Object.entries(answered).map(([name, tensor]) => writeTensor(name, tensor));

function columnsOf(inputs: readonly TensorSpec[], row: readonly TensorValue[]): ReadonlyMap<string, readonly string[]> {
  let count = 0;
  return new Map(
    inputs.map(({ name }) => {
      const { data = [] } = row.find((tensor) => tensor.name === name) ?? {};
      return [name, data.map(() => `c${count++}`)];
    }),
  );
}

const inputTypeOf = (dtype: string): Dtype =>
  dtype.startsWith('float') ? 'FLOAT64' : dtype === 'bool' ? 'BOOL' : dtype === 'string' ? 'STRING' : 'INT64';

interface ReleaseParts extends Pick<SetModel, 'endpoint' | 'contract' | 'columns'> {
  readonly bytes: Uint8Array;
  readonly golden: readonly GoldenRow[];
  readonly proofs: ModelInRelease['proofs'];
}

/** One model behind one endpoint, fed value by value. */
function releaseOf({ endpoint, bytes, contract, golden, columns, proofs }: ReleaseParts): TestRelease {
  const version = versionId('1');
  const plan = planOf(bytes, proofs);
  const score = contract.outputs.find(({ dtype }) => dtype.startsWith('float')) ?? contract.outputs[0]!;
  const document = ReleaseDocument.parse({
    format: 2,
    release: `tiffin:default:release:${endpoint}%40production@1`,
    deployment: `tiffin:default:deployment:${endpoint}@production`,
    number: 1,
    createdAt: '2026-01-01T00:00:00Z',
    recipe: Recipe.parse({
      inputs: contract.inputs.flatMap(({ name, dtype }) =>
        (columns.get(name) ?? []).map((column) => ({ name: column, dtype: inputTypeOf(dtype) })),
      ),
      models: [
        {
          version,
          inputs: contract.inputs.map(({ name }) => ({ tensor: name, columns: [...(columns.get(name) ?? [])] })),
          score: { tensor: score.name },
        },
      ],
      output: { decision: { threshold: 0.5, above: 'YES', below: 'NO' } },
      budgets: { featuresMs: 3_000, totalMs: 60_000 },
    }),
    derived: [],
    combined: null,
    rules: [],
    segments: [],
    layout: null,
    models: [
      {
        version,
        digest: sha256(bytes),
        sizeBytes: bytes.length,
        contract,
        golden: [...golden],
        proofs,
        p99Ms: Object.fromEntries(Object.keys(proofs).map((engine) => [engine, 1])),
        plan: plan ? planIn(plan) : null,
        trainingSet: null,
      },
    ],
  });
  const text = new TextEncoder().encode(JSON.stringify(document));
  return {
    document,
    digest: sha256(text),
    blobs: new Map([[sha256(text), text], [sha256(bytes), bytes], ...(plan ? [[sha256(plan), plan] as const] : [])]),
  };
}

/** A recipe with all that goes on around models: features, derived fields, two models, rules, a segment. */
export const recipeRelease = (engine: EngineName): Promise<TestRelease> => {
  const [own] = recipe.models;
  return release({
    proofs: { [engine]: 'EXACT' },
    models: { '2': model([1, -1, 0.5, -1], -1) },
    recipe: {
      ...recipe,
      models: [
        { ...own!, name: 'first', version: versionId('1') },
        { ...own!, name: 'second', version: versionId('2') },
      ],
      combine: { kind: 'WEIGHTED_MEAN', weights: { first: 0.75, second: 0.25 } },
      segments: [{ name: 'size', expression: 'amount > 10.0 ? "large" : "small"', values: ['large', 'small'] }],
      rules: [
        {
          name: 'much',
          when: 'amount > 1000.0 && score > 0.2',
          action: 'DECLINE',
          confidence: 0.9,
          reason: 'far more than usual',
        },
      ],
      output: { decision: { threshold: 0.5, above: 'REVIEW', below: 'APPROVE' } },
    },
  });
};

import { readCategories } from '../../../../core/onnx/categories.ts';
import { readContract } from '../../../../core/onnx/contract.ts';
import { readThresholds } from '../../../../core/onnx/thresholds.ts';
import { servedInputs, servedOutputs } from '../../domain/version/contract.ts';
import type { EngineProof, GateResult, ModelVersion } from '../../domain/version/model-version.ts';
import type { RegistryDeps } from '../deps.ts';
import { PLAN_VERSION } from '../../../../core/tabular/plan-blob.ts';
import { canonicalJson } from '../../../../core/canonical-json.ts';
import { probeRows } from '../../domain/version/probe-rows.ts';
import type { TierPolicy } from '../../domain/governance/tier-policy.ts';
import { distributionGate, type Comparison } from '../../domain/evaluation/distribution-gate.ts';
import { tierGates } from '../../domain/governance/tier-gates.ts';
import { readEvaluationBlob } from '../../storage/evaluation/evaluation-blob.ts';
import { proveEngines, type FoundProof } from './engine-proofs.ts';
import { compareWithTraining } from './comparing.ts';
import { evaluate, type Evaluated } from './evaluating.ts';
import { answeredAs } from './intake.ts';
import type { ModelJobTools } from './model-jobs.ts';
import { readGolden } from './model-versions.ts';

type Gate = () => Promise<string>;

/** What a validation found. */
export interface Findings {
  readonly report: readonly GateResult[];
  readonly proofs: readonly EngineProof[];
  readonly evaluated: Evaluated | undefined;
  readonly comparison: Comparison;
}

/**
 * Recomputes everything that a version claims, from its bytes. A gate that throws has failed, with its reason. Throws where
 * the job is only to be done again.
 */
export async function runGates(
  deps: Pick<RegistryDeps, 'blobs' | 'db' | 'scratchFolder' | 'feature'>,
  version: ModelVersion,
  policy: TierPolicy,
  { runner, isPassing }: Pick<ModelJobTools, 'runner' | 'isPassing'>,
): Promise<Findings> {
  const { blobs } = deps;
  let evaluated: Evaluated | undefined;
  const bytes = once(() => blobs.read(version.digest));
  const golden = once(async () => readGolden(await blobs.read(version.golden)));
  const probes = once(async () =>
    probeRows((await golden())[0]?.inputs ?? [], readThresholds(await bytes()), readCategories(await bytes())),
  );
  // The probes after the golden rows: what they bring down, they bring down on a node as well.
  const isMeasured = policy.performance.mostMemoryBytes !== null;
  const ran = once(async () =>
    runner.run(await bytes(), [...(await golden()).map(({ inputs }) => inputs), ...(await probes())], 'ort', {
      alone: isMeasured,
    }),
  );
  const proofs: EngineProof[] = [];
  const gates: Readonly<Record<string, Gate>> = {
    artifact: async () => {
      const { length } = await bytes();
      return `${length} bytes have the SHA-256 ${version.digest}`;
    },
    contract: async () => {
      const { inputs, outputs } = readContract(await bytes());
      const declared = { inputs: servedInputs(inputs), outputs: servedOutputs(outputs, version.contract.outputs) };
      const same = canonicalJson(declared) === canonicalJson(version.contract);
      if (!same) throw new Error('the file declares other tensors than the version');
      return `${inputs.length} inputs and ${outputs.length} outputs, as registered`;
    },
    smokeRun: async () => {
      const { loadMs, runMs, rows } = await ran();
      return `loaded in ${Math.round(loadMs)} ms, ${rows.length} rows in ${Math.round(runMs)} ms`;
    },
    goldenRows: async () => {
      const rows = await golden();
      const answers = (await ran()).rows;
      const off = rows.findIndex((row, i) => !answeredAs(row, answers[i]));
      if (off >= 0) throw new Error(`row ${off} does not come out as recorded`);
      const whose = version.goldenOrigin === 'SELF' ? 'made by the model itself' : 'given by the submitter';
      return `${rows.length} rows reproduce, ${whose}`;
    },
    engines: async () => {
      const answers = (await ran()).rows.slice((await golden()).length);
      const rows = [
        ...(await golden()).map(({ inputs, outputs }) => ({ inputs, expected: { outputs } })),
        ...(await probes()).map((inputs, i) => ({ inputs, expected: answers[i] ?? { failed: 'it was not run' } })),
      ];
      for (const found of await proveEngines(runner, await bytes(), rows))
        proofs.push(await withPlanKept(found, blobs));
      const said = proofs.map(described).join('; ');
      if (proofs.every(({ agreement }) => agreement === 'OFF')) throw new Error(`no engine is proven: ${said}`);
      return said;
    },
    evaluation: async () => {
      if (version.evaluation === null && policy.evaluation.recomputed) throw new Error('none given');
      if (version.evaluation === null) return 'none given: approved for other environments than production only';
      const { sizeBytes, evaluation } = await readEvaluationBlob(deps, version.evaluation);
      const kept = `${sizeBytes} bytes have the SHA-256 ${version.evaluation}`;
      if (evaluation) {
        evaluated = await evaluate(deps, { version, policy, runner, evaluation });
        return enoughRows(evaluated, policy, kept);
      }
      if (!policy.evaluation.recomputed) return kept;
      throw new Error(
        'it is no evaluation file that can be recomputed: its first line, or its Parquet metadata "tiffin.evaluation", is a head of tiffin.evaluation/1',
      );
    },
  };
  const report: GateResult[] = [];
  for (const [gate, run] of Object.entries(gates)) {
    try {
      report.push({ gate, passed: true, detail: await run() });
    } catch (error) {
      if (isPassing(error)) throw error;
      report.push({ gate, passed: false, detail: error instanceof Error ? error.message : String(error) });
    }
  }
  const { sizeBytes, operators, contract } = version;
  const model = await bytes().catch(() => undefined);
  const memoryBytes = isMeasured
    ? await ran().then(
        (answer) => answer.memoryBytes,
        () => null,
      )
    : null;
  report.push(
    ...tierGates(policy, { bytes: sizeBytes, operators, contract, proofs, model, memoryBytes, judged: evaluated }),
  );
  const comparison = await compareWithTraining(deps, version, policy);
  report.push(...distributionGate(policy, comparison), ...(evaluated?.gates ?? []));
  return { report, proofs, evaluated, comparison };
}

function enoughRows({ rows }: Evaluated, { evaluation: { leastRows } }: TierPolicy, kept: string): string {
  if (rows < leastRows) throw new Error(`it has ${rows} rows: at least ${leastRows} are asked for`);
  return `${kept}; the model answered its ${rows} rows`;
}

/** A proof with its compiled plan in the blob store, where releases find it. */
async function withPlanKept(
  { plan, ...proof }: FoundProof,
  blobs: Pick<RegistryDeps['blobs'], 'put'>,
): Promise<EngineProof> {
  if (!plan) return proof;
  const { sha256: digest, sizeBytes } = await blobs.put([plan]);
  return { ...proof, plan: { version: PLAN_VERSION, digest, sizeBytes } };
}

/** `ort 1.30.0 answers 52 rows EXACT`. */
function described({ engine, version, rows, agreement, ulps, difference }: EngineProof): string {
  if (rows === 0) return `${engine} ${version} does not run it: ${difference}`;
  const bound = agreement === 'BOUNDED' ? ` within ${ulps} ulp` : '';
  return `${engine} ${version} answers ${rows} rows ${agreement}${bound}${difference === null ? '' : `, ${difference}`}`;
}

/** Asks once, at the first time that it is needed. */
function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let asked: Promise<T> | undefined;
  return () => (asked ??= ask());
}

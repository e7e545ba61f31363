import { readContract } from '../../../../core/onnx/contract.ts';
import { servedInputs, servedOutputs } from '../../domain/version/contract.ts';
import type { GateResult, ModelVersion } from '../../domain/version/model-version.ts';
import type { RegistryDeps } from '../deps.ts';
import { canonicalJson } from '../../../shared/audit/canonical-json.ts';
import { answeredAs } from './intake.ts';
import type { ModelJobTools } from './model-jobs.ts';
import { readGolden } from './model-versions.ts';

type Gate = () => Promise<string>;

/**
 * Recomputes everything that a version claims, from its bytes. A gate that throws has failed, with its reason. Throws where
 * the job is only to be done again.
 */
export async function runGates(
  { blobs }: Pick<RegistryDeps, 'blobs'>,
  version: ModelVersion,
  { runner, isPassing }: Pick<ModelJobTools, 'runner' | 'isPassing'>,
): Promise<readonly GateResult[]> {
  const gates: Readonly<Record<string, Gate>> = {
    artifact: async () => {
      const { length } = await blobs.read(version.digest);
      return `${length} bytes have the SHA-256 ${version.digest}`;
    },
    contract: async () => {
      const { inputs, outputs } = readContract(await blobs.read(version.digest));
      const declared = { inputs: servedInputs(inputs), outputs: servedOutputs(outputs, version.contract.outputs) };
      const same = canonicalJson(declared) === canonicalJson(version.contract);
      if (!same) throw new Error('the file declares other tensors than the version');
      return `${inputs.length} inputs and ${outputs.length} outputs, as registered`;
    },
    smokeRun: async () => {
      const golden = readGolden(await blobs.read(version.golden));
      const { loadMs, runMs } = await runner.run(
        await blobs.read(version.digest),
        golden.map(({ inputs }) => inputs),
      );
      return `loaded in ${Math.round(loadMs)} ms, ${golden.length} rows in ${Math.round(runMs)} ms`;
    },
    goldenRows: async () => {
      const golden = readGolden(await blobs.read(version.golden));
      const { rows } = await runner.run(
        await blobs.read(version.digest),
        golden.map(({ inputs }) => inputs),
      );
      const off = golden.findIndex((row, i) => !answeredAs(row, rows[i]));
      if (off >= 0) throw new Error(`row ${off} does not come out as recorded`);
      const whose = version.goldenOrigin === 'SELF' ? 'made by the model itself' : 'given by the submitter';
      return `${golden.length} rows reproduce, ${whose}`;
    },
    evaluation: async () => {
      if (version.evaluation === null) return 'none given: approved for other environments than production only';
      const { length } = await blobs.read(version.evaluation);
      return `${length} bytes have the SHA-256 ${version.evaluation}`;
    },
  };
  const results: GateResult[] = [];
  for (const [gate, run] of Object.entries(gates)) {
    try {
      results.push({ gate, passed: true, detail: await run() });
    } catch (error) {
      if (isPassing(error)) throw error;
      results.push({ gate, passed: false, detail: error instanceof Error ? error.message : String(error) });
    }
  }
  return results;
}

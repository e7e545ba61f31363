import { DomainError } from '../../../../core/errors.ts';
import { TABULAR_VERSION } from '../../../../core/tabular/version.ts';
import { agreementWithin, differenceOf, ulpsBetween } from '../../../../core/tensor/agreement.ts';
import { isElementType } from '../../../../core/tensor/element-type.ts';
import { readTensors } from '../../../../core/tensor/written.ts';
import type { EngineProof } from '../../domain/version/model-version.ts';
import type { Rows, RunsModels } from '../../runtime/model-runner.ts';
import type { RowAnswer } from '../../runtime/onnx-worker.ts';

/** What runs models on nodes, under the name that a release carries its proof by. */
export interface ProvenEngine {
  readonly name: string;
  /** Loads the model anew and runs the rows one by one, in their order. */
  run(runner: RunsModels, model: Uint8Array, rows: Rows): Promise<EngineRun>;
}

interface EngineRun {
  readonly version: string;
  /** Why it does not run the model at all. */
  readonly refused?: string;
  readonly rows: readonly RowAnswer[];
  readonly p99Ms: number | null;
  /** What ran, compiled, of an engine that releases bring that for. */
  readonly plan?: Uint8Array<ArrayBuffer>;
}

/** The engines that nodes have. */
export const ENGINES: readonly ProvenEngine[] = [
  { name: 'ort', run: (runner, model, rows) => runner.run(model, rows, 'ort', { timed: true }) },
  { name: 'tabular', run: runOnTabular },
];

/** Which takes the models that it knows: one that it refuses, or is slow with, is run by another engine. */
async function runOnTabular(runner: RunsModels, model: Uint8Array, rows: Rows): Promise<EngineRun> {
  try {
    return await runner.run(model, rows, 'tabular', { timed: true });
  } catch (error) {
    if (!(error instanceof DomainError) || !isItsOwn(error)) throw error;
    return { version: TABULAR_VERSION, refused: error.message, rows: [], p99Ms: null };
  }
}

/** Whether a failure is the engine's, and not that of the lane which gives a model less time. */
const isItsOwn = ({ code, details }: DomainError): boolean =>
  code === 'INVALID_INPUT' || (code === 'TIMEOUT' && !Object.hasOwn(details, 'computeMs'));

/** A proof as it is found, with the bytes of the compiled plan that was run. */
export interface FoundProof extends Omit<EngineProof, 'plan'> {
  readonly plan?: Uint8Array<ArrayBuffer>;
}

/** A row that runs, and what must come of it. */
export interface ProofRow {
  readonly inputs: Rows[number];
  readonly expected: RowAnswer;
}

/**
 * Runs a model on each engine that may run it, and says how far its answers lie from what must come out. The rows are run
 * from the last to the first: what depends on the rows before is no function of its inputs.
 */
export async function proveEngines(
  runner: RunsModels,
  model: Uint8Array,
  rows: readonly ProofRow[],
  engines: readonly ProvenEngine[] = ENGINES,
): Promise<readonly FoundProof[]> {
  const proofs: FoundProof[] = [];
  for (const engine of engines) {
    const backwards = rows.toReversed();
    const ran = await engine.run(
      runner,
      model,
      backwards.map(({ inputs }) => inputs),
    );
    if (ran.refused !== undefined) {
      proofs.push({
        engine: engine.name,
        version: ran.version,
        agreement: 'OFF',
        ulps: null,
        rows: 0,
        p99Ms: null,
        difference: ran.refused,
      });
      continue;
    }
    const answers = ran.rows.toReversed();
    const apart = rows.map(({ expected }, i) => distance(expected, answers[i]));
    const ulps = Math.max(0, ...apart);
    const worst = apart.indexOf(ulps);
    const agreement = agreementWithin(ulps);
    proofs.push({
      engine: engine.name,
      version: ran.version,
      agreement,
      ulps: Number.isFinite(ulps) ? ulps : null,
      rows: rows.length,
      p99Ms: ran.p99Ms,
      difference: ulps === 0 ? null : `row ${worst}: ${described(rows[worst]?.expected, answers[worst])}`,
      ...(ran.plan && agreement !== 'OFF' && { plan: ran.plan }),
    });
  }
  return proofs;
}

/** In units in the last place of float32. A row that fails on both is answered alike. */
function distance(expected: RowAnswer, answered: RowAnswer | undefined): number {
  if (!answered || 'failed' in answered || 'failed' in expected) {
    return answered && 'failed' in answered && 'failed' in expected ? 0 : Infinity;
  }
  return ulpsBetween(expected.outputs.filter(isReadable), tensorsOf(answered));
}

function described(expected: RowAnswer | undefined, answered: RowAnswer | undefined): string {
  if (!expected || !answered) return 'it has no answer';
  if ('failed' in answered) return `it fails: ${answered.failed}`;
  if ('failed' in expected) return 'it answers what the model cannot run';
  const difference = differenceOf(expected.outputs.filter(isReadable), tensorsOf(answered), 'EXACT');
  return difference ? `${difference.tensor} ${difference.why}` : 'it is the same';
}

const isReadable = ({ dtype }: { readonly dtype: string }): boolean => isElementType(dtype);
const tensorsOf = ({ outputs }: Extract<RowAnswer, { outputs: unknown }>) =>
  readTensors(outputs.filter(isReadable), 'the answer');

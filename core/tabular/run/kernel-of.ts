import type { PlanStep } from '../plan.ts';
import { castKernel } from './cast.ts';
import { binarizeKernel, encodeKernel, imputeKernel, oneHotKernel, scaleKernel } from './columns.ts';
import { activationKernel, arithmeticKernel, softmaxKernel } from './elementwise.ts';
import { linearKernel } from './linear.ts';
import { normalizeKernel } from './normalize.ts';
import { concatKernel, extractKernel, flattenOf, reshaped, reshapeOf, squeezeOf } from './shapes.ts';
import { treesKernel } from './trees.ts';
import type { Kernel } from './value.ts';

interface Places {
  readonly input: number;
  readonly output: number;
}
type OneToOne = Extract<PlanStep, { readonly input: string; readonly output: string }>;
type Kinds = {
  readonly [Kind in OneToOne['kind']]: (step: Extract<OneToOne, { kind: Kind }>, places: Places) => Kernel;
};

const KERNELS: Kinds = {
  SCALE: scaleKernel,
  IMPUTE: imputeKernel,
  NORMALIZE: ({ norm }, places) => normalizeKernel(norm, places),
  ENCODE: encodeKernel,
  ONE_HOT: oneHotKernel,
  BINARIZE: binarizeKernel,
  EXTRACT: extractKernel,
  CAST: ({ to }, places) => castKernel(to, places),
  RESHAPE: (step, places) => reshaped(reshapeOf(step), places),
  SQUEEZE: (step, places) => reshaped(squeezeOf(step), places),
  FLATTEN: (step, places) => reshaped(flattenOf(step), places),
  ACTIVATION: ({ activation }, places) => activationKernel(activation, places),
  SOFTMAX: softmaxKernel,
};

/** What a step does, on values that lie where `placeOf` says. */
export function kernelOf(step: PlanStep, placeOf: (name: string) => number): Kernel {
  if (step.kind === 'TREES' || step.kind === 'LINEAR') {
    const label = step.label === null ? null : placeOf(step.label);
    const places = { input: placeOf(step.input), scores: placeOf(step.scores), label };
    return step.kind === 'TREES' ? treesKernel(step, places) : linearKernel(step.model, places);
  }
  if (step.kind === 'CONCAT') return concatKernel(step, step.inputs.map(placeOf), placeOf(step.output));
  if (step.kind === 'ARITHMETIC') {
    return arithmeticKernel(step.operation, placeOf(step.left), placeOf(step.right), placeOf(step.output));
  }
  const kernel = KERNELS[step.kind] as (step: OneToOne, places: Places) => Kernel;
  return kernel(step, { input: placeOf(step.input), output: placeOf(step.output) });
}

import type { PlanStep } from '../plan.ts';
import { castKernel } from './cast.ts';
import { binarizeKernel, encodeKernel, imputeKernel, oneHotKernel, scaleKernel } from './columns.ts';
import { activationKernel, arithmeticKernel, softmaxKernel } from './elementwise.ts';
import { linearKernel } from './linear.ts';
import { normalizeKernel } from './normalize.ts';
import { concatKernel, extractKernel, flattenOf, reshaped, reshapeOf, squeezeOf } from './shapes.ts';
import { treesKernel } from './trees.ts';
import type { Kernel } from './value.ts';

/** What a step does, on values that lie where `placeOf` says. */
export function kernelOf(step: PlanStep, placeOf: (name: string) => number): Kernel {
  switch (step.kind) {
    case 'TREES':
    case 'LINEAR': {
      const places = {
        input: placeOf(step.input),
        scores: placeOf(step.scores),
        label: step.label === null ? null : placeOf(step.label),
      };
      return step.kind === 'TREES' ? treesKernel(step.trees, places) : linearKernel(step.model, places);
    }
    case 'CONCAT':
      return concatKernel(step, step.inputs.map(placeOf), placeOf(step.output));
    case 'ARITHMETIC':
      return arithmeticKernel(step.operation, placeOf(step.left), placeOf(step.right), placeOf(step.output));
    default:
      return oneToOne(step, { input: placeOf(step.input), output: placeOf(step.output) });
  }
}

type OneToOne = Extract<PlanStep, { readonly input: string; readonly output: string }>;

function oneToOne(step: OneToOne, places: { readonly input: number; readonly output: number }): Kernel {
  switch (step.kind) {
    case 'SCALE':
      return scaleKernel(step, places);
    case 'IMPUTE':
      return imputeKernel(step, places);
    case 'NORMALIZE':
      return normalizeKernel(step.norm, places);
    case 'ENCODE':
      return encodeKernel(step, places);
    case 'ONE_HOT':
      return oneHotKernel(step, places);
    case 'BINARIZE':
      return binarizeKernel(step, places);
    case 'EXTRACT':
      return extractKernel(step, places);
    case 'CAST':
      return castKernel(step.to, places);
    case 'RESHAPE':
      return reshaped(reshapeOf(step), places);
    case 'SQUEEZE':
      return reshaped(squeezeOf(step), places);
    case 'FLATTEN':
      return reshaped(flattenOf(step), places);
    case 'ACTIVATION':
      return activationKernel(step.activation, places);
    case 'SOFTMAX':
      return softmaxKernel(step.isLog, places);
  }
}

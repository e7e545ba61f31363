import type { LinearModel } from '../linear-model.ts';
import type { ClassLabels } from '../tree-ensemble.ts';
import { logistic, probit, sigmoid } from './float32.ts';
import { transformScores } from './post-transform.ts';
import { softmaxRow } from './softmax.ts';
import { cannot, float32Of, labelTensor, matrixOf, valueAt, type Kernel } from './value.ts';

const { fround } = Math;
/** So many products are added up before their sum is added to what there is. */
const BLOCK = 256;

interface Places {
  readonly input: number;
  readonly scores: number;
  readonly label: number | null;
}

/** Products are added up in the order of the features, each sum rounded as float32. */
export function linearKernel(model: LinearModel, { input, scores, label }: Places): Kernel {
  const { features, targets, classifier } = model;
  const columns = classifier ? classifier.labels.values.length : targets;
  const multiply = multiplier(model);
  return (values) => {
    const tensor = valueAt(values, input);
    const [count, width] = matrixOf(tensor);
    if (width !== features) throw cannot(`it takes ${features} columns, and there are ${width}`);
    const out = new Float32Array(count * columns);
    multiply(float32Of(tensor), count, out);
    if (classifier && label !== null) values[label] = labelTensor(labelsOf(classifier.labels, out, count, targets));
    if (columns > targets) addSecondClass(out, count, model.postTransform === 'LOGISTIC');
    else transformAll(model, out, count, columns);
    values[scores] = { dtype: 'float32', shape: [count, columns], data: out };
  };
}

type Multiply = (rows: Float32Array, count: number, out: Float32Array) => void;

function multiplier({ features, targets, weights, intercepts }: LinearModel): Multiply {
  return (rows, count, out) => {
    for (let row = 0; row < count; row++) {
      const from = row * features;
      for (let target = 0; target < targets; target++) {
        const by = target * features;
        let sum = intercepts ? (intercepts[target] ?? 0) : 0;
        for (let start = 0; start < features; start += BLOCK) {
          const end = Math.min(features, start + BLOCK);
          let part = 0;
          for (let i = start; i < end; i++)
            part = fround(part + fround((rows[from + i] ?? 0) * (weights[by + i] ?? 0)));
          sum = fround(sum + part);
        }
        out[row * targets + target] = sum;
      }
    }
  };
}

/** The class of the highest score, the first of equals; of one score alone, the second class above zero. */
function labelsOf(labels: ClassLabels, scores: Float32Array, count: number, targets: number): ClassLabels {
  const classOf = (row: number): number => {
    if (targets === 1) return (scores[row] ?? 0) > 0 ? 1 : 0;
    let best = row * targets;
    for (let i = best + 1; i < (row + 1) * targets; i++) if ((scores[i] ?? 0) > (scores[best] ?? 0)) best = i;
    return best - row * targets;
  };
  const rows = Array.from({ length: count }, (_, row) => classOf(row));
  return labels.dtype === 'int64'
    ? { dtype: 'int64', values: rows.map((one) => labels.values[one] ?? 0n) }
    : { dtype: 'string', values: rows.map((one) => labels.values[one] ?? '') };
}

/** From the last row to the first, since a row takes the room of two. */
function addSecondClass(scores: Float32Array, count: number, isLogistic: boolean): void {
  for (let row = count - 1; row >= 0; row--) {
    const score = scores[row] ?? 0;
    scores[row * 2] = isLogistic ? logistic(-score) : 1 - score;
    scores[row * 2 + 1] = isLogistic ? logistic(score) : score;
  }
}

function transformAll(
  { postTransform, targets }: LinearModel,
  scores: Float32Array,
  count: number,
  columns: number,
): void {
  if (postTransform === 'NONE') return;
  if (targets === 1) {
    if (postTransform === 'PROBIT') for (let i = 0; i < scores.length; i++) scores[i] = probit(scores[i] ?? 0);
    return;
  }
  if (postTransform === 'LOGISTIC') for (let i = 0; i < scores.length; i++) scores[i] = sigmoid(scores[i] ?? 0);
  else if (postTransform === 'SOFTMAX' && usesVectors(columns, count * columns)) {
    for (let row = 0; row < count; row++) softmaxRow(scores, scores, row * columns, columns, false);
  } else for (let row = 0; row < count; row++) transformScores(scores, row * columns, columns, postTransform);
}

/** ONNX Runtime has two ways to a softmax, which round differently, and takes the quicker one. */
const usesVectors = (columns: number, scores: number): boolean =>
  columns === 2 ? scores >= 32 * 1024 : columns <= 4 ? scores >= 16 * 1024 : true;

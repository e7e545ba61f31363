import type { Floats, TreeClassifier, TreeEnsemble } from '../tree-ensemble.ts';
import { logistic } from './float32.ts';
import { transformScores } from './post-transform.ts';

const { fround } = Math;

/** Turns the sums of a row into the scores of its classes, in place, and gives its label. */
export function classifyRow(trees: TreeEnsemble, sum: Floats, has: Uint8Array): bigint | string {
  const { classifier, targets, baseValues, postTransform } = trees;
  if (!classifier) throw new RangeError('these trees are no classifier');
  if (targets > 2) {
    for (let i = 0; i < baseValues.length; i++) {
      sum[i] = (sum[i] ?? 0) + (baseValues[i] ?? 0);
      has[i] = 1;
    }
    const label = labelAt(classifier, classOfMost(sum, has));
    transformScores(sum, 0, targets, postTransform);
    return label;
  }
  return classifyTwo(trees, classifier, sum, has);
}

function classOfMost(sum: Floats, has: Uint8Array): number {
  let best = -1;
  for (let i = 0; i < sum.length; i++) if (has[i] === 1 && (best < 0 || (sum[i] ?? 0) > (sum[best] ?? 0))) best = i;
  return best;
}

const labelAt = ({ labels }: TreeClassifier, position: number): bigint | string => labels.values[position] ?? '';

/** Of two classes one may have all the weights: the score of the other follows from it. */
function classifyTwo(
  { baseValues, postTransform }: TreeEnsemble,
  classifier: TreeClassifier,
  sum: Floats,
  has: Uint8Array,
): bigint | string {
  const both = has[1] === 1;
  if (baseValues.length === 2) {
    if (both) {
      // As ONNX Runtime does, which takes the weights of both classes for those of the first.
      sum[1] = (baseValues[1] ?? 0) + (sum[0] ?? 0);
      sum[0] = -(sum[1] ?? 0);
    } else {
      sum[1] = (sum[1] ?? 0) + (baseValues[1] ?? 0);
      sum[0] = (sum[0] ?? 0) + (baseValues[0] ?? 0);
    }
  } else if (baseValues.length === 1) sum[0] = (sum[0] ?? 0) + (baseValues[0] ?? 0);

  const weight = both ? (sum[1] ?? 0) : has[0] === 1 ? (sum[0] ?? 0) : 0;
  const isPositive = weight > (classifier.isBinary && classifier.weightsArePositive ? 0.5 : 0);
  const label = classifier.isBinary ? labelAt(classifier, isPositive ? 1 : 0) : unnamed(classifier, isPositive);
  for (const i of [0, 1]) if (has[i] !== 1) sum[i] = 0;
  if (both || baseValues.length === 2) transformScores(sum, 0, 2, postTransform);
  else spread(sum, postTransform, classifier);
  return label;
}

/** ONNX Runtime names the classes 0 and 1 where each has weights of its own. */
const unnamed = ({ labels }: TreeClassifier, isPositive: boolean): bigint | string =>
  labels.dtype === 'int64' ? BigInt(isPositive) : (labels.values[isPositive ? 1 : 0] ?? '');

/** Scores of both classes from that of one. */
function spread(
  sum: Floats,
  transform: TreeEnsemble['postTransform'],
  { isBinary, weightsArePositive }: TreeClassifier,
): void {
  const score = sum[0] ?? 0;
  if (transform === 'LOGISTIC') {
    sum[1] = logistic(fround(score));
    sum[0] = logistic(fround(-score));
  } else {
    sum[1] = score;
    sum[0] = isBinary && weightsArePositive ? 1 - score : -score;
  }
}

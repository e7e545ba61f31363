import type { LinearStep, TreeStep } from '../tabular/plan.ts';
import { isLeaf, type PostTransform, type TreeEnsemble } from '../tabular/tree-ensemble.ts';
import type { Link } from './link.ts';

/** How one number that a model gives comes from one of its sums. */
export interface Head {
  /** Which sum. */
  readonly target: number;
  /** The margin is `shift + sign * sum`. */
  readonly sign: 1 | -1;
  readonly shift: number;
  readonly link: Link;
}

export type Refused = { readonly why: string };

const LINK_OF: Readonly<Record<PostTransform, Link>> = {
  NONE: 'NONE',
  LOGISTIC: 'LOGISTIC',
  SOFTMAX: 'SOFTMAX',
  SOFTMAX_ZERO: 'OTHER',
  PROBIT: 'OTHER',
};

const straight = (target: number, link: Link): Head => ({ target, sign: 1, shift: 0, link });
const probitOnly = (transform: PostTransform): Link => (transform === 'PROBIT' ? 'OTHER' : 'NONE');

export const headOf = (step: TreeStep | LinearStep, index: number): Head | Refused =>
  step.kind === 'TREES' ? headOfTrees(step.trees, index) : headOfLinear(step, index);

function headOfLinear({ model: { targets, classifier, postTransform } }: LinearStep, index: number): Head {
  if (targets > 1) return straight(index, LINK_OF[postTransform]);
  // With one target alone the runtime transforms by PROBIT and by nothing else.
  const link = probitOnly(postTransform);
  return classifier && index === 0 ? { target: 0, sign: -1, shift: 1, link } : straight(0, link);
}

function headOfTrees(trees: TreeEnsemble, index: number): Head | Refused {
  const { targets, classifier, postTransform } = trees;
  if (!classifier) return straight(index, targets === 1 ? probitOnly(postTransform) : LINK_OF[postTransform]);
  return targets > 2 ? straight(index, LINK_OF[postTransform]) : headOfTwo(trees, index);
}

/** Two classes, of which one may have all the weights: the score of the other follows from it. */
function headOfTwo(trees: TreeEnsemble, index: number): Head | Refused {
  const { baseValues, postTransform, classifier, target } = trees;
  if (baseValues.length === 2) return { why: 'its two classes have a base value each, which the runtime mixes' };
  if (!target.includes(1)) {
    const isShare = classifier?.isBinary === true && classifier.weightsArePositive;
    const link = !isShare && postTransform === 'LOGISTIC' ? 'LOGISTIC' : 'NONE';
    if (index === 1) return straight(0, link);
    return { target: 0, sign: -1, shift: isShare ? 1 : 0, link };
  }
  if (!target.includes(index)) return { why: `no leaf says anything of class ${index}` };
  if (!alwaysSays(trees, 1)) return { why: 'some rows reach no leaf that says anything of its second class' };
  return straight(index, LINK_OF[postTransform]);
}

/** Whether some tree has a weight for a target in each of its leaves. */
function alwaysSays(trees: TreeEnsemble, wanted: number): boolean {
  const { roots, feature, yes, no, target } = trees;
  return roots.some((root, i) => {
    const end = roots[i + 1] ?? feature.length;
    for (let node = root; node < end; node++) {
      if (isLeaf(trees, node) && !target.subarray(yes[node], no[node]).includes(wanted)) return false;
    }
    return true;
  });
}

import type { OnnxNode } from '../onnx/read-graph.ts';
import { refuse } from './refuse.ts';
import type { ClassLabels } from './tree-ensemble.ts';

/** The labels of a classifier: texts, or whole numbers under the name that its operator gives them. */
export function labelsOf(node: OnnxNode, integers: 'classlabels_int64s' | 'classlabels_ints'): ClassLabels {
  const texts = node.attributes.texts('classlabels_strings');
  const ints = node.attributes.ints(integers);
  if (texts.length > 0 && ints.length > 0) throw refuse(node, `it has classlabels_strings and ${integers}`);
  return texts.length > 0 ? { dtype: 'string', values: texts } : { dtype: 'int64', values: ints };
}

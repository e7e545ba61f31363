import { graphOf, onlyText, operatorName } from './graph-walk.ts';
import { bytesOf, readFields, textOf } from './protobuf.ts';
import { NODE, OUTPUT, rewriteGraph, VALUE_INFO } from './rewrite-graph.ts';
import { readValueInfo } from './value-info.ts';
import { valueInfo } from './write-value.ts';

/** Operators that give float32 whatever they take, as `ai.onnx.ml` defines them. */
const GIVE_FLOATS: ReadonlySet<string> = new Set(
  ['TreeEnsembleRegressor', 'TreeEnsembleClassifier', 'LinearRegressor', 'LinearClassifier', 'SVMRegressor'].map(
    (name) => `ai.onnx.ml.${name}`,
  ),
);

/**
 * Declares as float32 what gives float32: exporters of models with double inputs declare their outputs as double, and
 * every runtime refuses that. A model whose declarations are right comes back as it is.
 */
export function typeFloatOutputs(model: Uint8Array): Uint8Array {
  const made = madeByFloats(graphOf(model));
  if (made.size === 0) return model;
  let isChanged = false;
  const mended = rewriteGraph(model, (field, out) => {
    if (field.number !== OUTPUT && field.number !== VALUE_INFO) return false;
    const { name, dtype, shape } = readValueInfo(bytesOf(field));
    if (dtype !== 'float64' || shape === null || !made.has(name)) return false;
    isChanged = true;
    out.message(field.number, valueInfo({ name, dtype: 'float32', shape }));
    return true;
  });
  return isChanged ? mended : model;
}

function madeByFloats(graph: Uint8Array): ReadonlySet<string> {
  const made = new Set<string>();
  for (const field of readFields(graph)) {
    if (field.number !== NODE) continue;
    const node = bytesOf(field);
    if (!GIVE_FLOATS.has(operatorName(onlyText(node, 7), onlyText(node, 4)))) continue;
    for (const part of readFields(node)) if (part.number === 2) made.add(textOf(part));
  }
  return made;
}

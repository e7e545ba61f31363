import { readFileSync } from 'node:fs';
import { filesIn } from './tar.ts';
import { outsidePath } from './vectors.ts';

const ONNX_CASES = 'onnx/onnx-1.20.1-backend-node.tar.gz';

/** One case of ONNX's backend suite: a model of one operator, and rows with what must come of them. */
export interface OnnxCase {
  readonly model: Uint8Array;
  readonly inputs: ReadonlyMap<string, Uint8Array>;
  readonly outputs: ReadonlyMap<string, Uint8Array>;
}

/** By name, in its order; none without the vectors. */
export function onnxCases(): ReadonlyMap<string, OnnxCase> {
  const path = outsidePath(ONNX_CASES);
  const found = new Map<
    string,
    { model: Uint8Array; inputs: Map<string, Uint8Array>; outputs: Map<string, Uint8Array> }
  >();
  for (const [file, bytes] of path === null ? [] : filesIn(readFileSync(path))) {
    const [, name, rest] = /\/node\/(test_[^/]+)\/(.+)$/.exec(file) ?? [];
    if (name === undefined || rest === undefined) continue;
    const one = found.get(name) ?? { model: new Uint8Array(), inputs: new Map(), outputs: new Map() };
    found.set(name, one);
    const [, kind, number] = /^test_data_set_0\/(input|output)_(\d+)\.pb$/.exec(rest) ?? [];
    if (rest === 'model.onnx') one.model = bytes;
    else if (kind !== undefined && number !== undefined)
      one[`${kind as 'input' | 'output'}s`].set(number.padStart(3, '0'), bytes);
  }
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

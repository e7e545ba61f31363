// The platform compiles WebAssembly when a worker is deployed, never from bytes at run time: ONNX Runtime is given the
// compiled module where it would compile its own.
import wasm from './ort.wasm';
import * as ort from 'onnxruntime-web/wasm';

/** Stands for the bytes, which nobody needs. */
const SENTINEL_BYTES = 8;

const instantiate = WebAssembly.instantiate.bind(WebAssembly);

const instantiateModule = async (
  source: BufferSource | WebAssembly.Module,
  imports?: WebAssembly.Imports,
): Promise<unknown> => {
  if ('byteLength' in source && source.byteLength === SENTINEL_BYTES) {
    return { module: wasm, instance: await instantiate(wasm, imports) };
  }
  return instantiate(source, imports);
};
WebAssembly.instantiate = instantiateModule as typeof WebAssembly.instantiate;

ort.env.wasm.wasmBinary = new ArrayBuffer(SENTINEL_BYTES);

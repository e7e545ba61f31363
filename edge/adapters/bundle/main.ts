import { bundleWorker, FLAVOURS } from './workerd.ts';

const KB = 1_024;
const kb = (bytes: number): string => `${(bytes / KB).toFixed(1)} KB`;

for (const flavour of FLAVOURS) {
  const { folder, scriptBytes, scriptGzipBytes, wasmGzipBytes } = await bundleWorker(flavour);
  const wasm = wasmGzipBytes > 0 ? `, and ${kb(wasmGzipBytes)} gzip of WebAssembly` : '';
  process.stdout.write(`${folder}: ${kb(scriptGzipBytes)} gzip (${kb(scriptBytes)})${wasm}\n`);
}

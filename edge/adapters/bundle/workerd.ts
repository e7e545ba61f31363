import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { minify } from 'vite';
import { withZodSubset } from './with-zod-subset.ts';

export const FLAVOURS = ['lite', 'full'] as const;
export type Flavour = (typeof FLAVOURS)[number];

export interface Bundle {
  /** With `worker.mjs`, its wrangler configuration, and the WebAssembly of ONNX Runtime where it needs that. */
  readonly folder: string;
  readonly scriptBytes: number;
  readonly scriptGzipBytes: number;
  readonly wasmGzipBytes: number;
}

const ADAPTER = 'edge/adapters/workerd';
const GZIP_LEVEL = 9;

/** What ONNX Runtime asks of Node where it runs there, and never here. */
const NODE_MODULES = ['module', 'worker_threads', 'fs', 'path', 'url', 'util', 'node:*'];

/** Bundles the edge for Cloudflare's workers, ready for `wrangler deploy`. Runs in the root of the project. */
export async function bundleWorker(flavour: Flavour, folder = join('dist/edge-workerd', flavour)): Promise<Bundle> {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const script = join(folder, 'worker.mjs');
  const made = await build({
    write: false,
    entryPoints: [join(ADAPTER, `${flavour}.ts`)],
    outfile: script,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    conditions: ['workerd', 'worker'],
    target: 'es2024',
    external: ['*.wasm', ...NODE_MODULES],
    define: { TIFFIN_VERSION: JSON.stringify(version), 'import.meta.url': '"https://edge.invalid/worker.mjs"' },
    plugins: [withZodSubset],
    legalComments: 'none',
    logLevel: 'error',
  });
  // Once more by another hand, whose shorter names pack better.
  const { code, errors } = await minify('worker.mjs', made.outputFiles[0]?.text ?? '', { module: true });
  if (errors.length > 0)
    throw new Error(`the worker cannot be minified: ${errors.map(({ message }) => message).join(', ')}`);
  writeFileSync(script, code);
  copyFileSync(join(ADAPTER, `wrangler.${flavour}.jsonc`), join(folder, 'wrangler.jsonc'));
  const wasm = flavour === 'full' ? copyWasm(folder) : null;
  const bytes = readFileSync(script);
  return {
    folder,
    scriptBytes: bytes.length,
    scriptGzipBytes: gzipSync(bytes, { level: GZIP_LEVEL }).length,
    wasmGzipBytes: wasm ? gzipSync(readFileSync(wasm), { level: GZIP_LEVEL }).length : 0,
  };
}

function copyWasm(folder: string): string {
  const runtime = dirname(createRequire(import.meta.url).resolve('onnxruntime-web/wasm'));
  const target = join(folder, 'ort.wasm');
  copyFileSync(join(runtime, 'ort-wasm-simd-threaded.wasm'), target);
  return target;
}

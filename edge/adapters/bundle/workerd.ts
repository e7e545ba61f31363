import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { minify as inline } from 'terser';
import { minify } from 'vite';
import { withPartsOfLite } from './parts-of-lite.ts';
import { withHonoSubset } from './with-hono-subset.ts';
import { withPureSchemas } from './with-pure-schemas.ts';
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
    target: 'esnext',
    external: ['*.wasm', ...NODE_MODULES],
    define: { TIFFIN_VERSION: JSON.stringify(version), 'import.meta.url': '"https://edge.invalid/worker.mjs"' },
    plugins: [withZodSubset, withHonoSubset, withPureSchemas, ...(flavour === 'lite' ? [withPartsOfLite] : [])],
    legalComments: 'none',
    logLevel: 'error',
  });
  writeFileSync(script, await smaller(made.outputFiles[0]?.text ?? '', flavour));
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

/** Once more by another hand, whose shorter names pack better; before it by a third where each KB counts, which inlines more. */
async function smaller(bundled: string, flavour: Flavour): Promise<string> {
  const inlined = flavour === 'lite' ? (await inline(bundled, { module: true, ecma: 2020 })).code : bundled;
  const { code, errors } = await minify('worker.mjs', inlined ?? '', { module: true });
  if (errors.length > 0)
    throw new Error(`the worker cannot be minified: ${errors.map(({ message }) => message).join(', ')}`);
  return code;
}

function copyWasm(folder: string): string {
  const runtime = dirname(createRequire(import.meta.url).resolve('onnxruntime-web/wasm'));
  const target = join(folder, 'ort.wasm');
  copyFileSync(join(runtime, 'ort-wasm-simd-threaded.wasm'), target);
  return target;
}

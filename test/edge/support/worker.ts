import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { Miniflare, type MiniflareOptions } from 'miniflare';
import type { Bundle } from '../../../edge/adapters/bundle/workerd.ts';
import { SCOPES } from '../../../core/scopes.ts';
import { NODE_KEY } from './control-plane.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { CLIENT_KEY } from './edge-process.ts';
import { sha256 } from './release.ts';

/** Of this date on, `workerd` as npm has it behaves as the wrangler configuration says. */
const COMPATIBILITY_DATE = '2026-07-01';

export interface WorkerPlace {
  /** Where its bindings keep what they keep. */
  readonly folder: string;
  readonly bundle: Bundle;
  readonly controlUrl: string;
  /** Key id → public key. */
  readonly trusted: Readonly<Record<string, string>>;
  readonly bindings?: readonly ('TIFFIN_RECORDS' | 'TIFFIN_QUEUE' | 'TIFFIN_KV' | 'TIFFIN_BUCKET')[];
  readonly variables?: Readonly<Record<string, string>>;
}

export interface RunningWorker {
  readonly url: string;
  /** The platform itself, whose bindings a test may use as the worker does. */
  readonly flare: Miniflare;
  /** As the platform does every minute. */
  runScheduled(): Promise<void>;
  /** Ends the process without a word to the worker. */
  end(): Promise<void>;
}

/** The bundle on the real `workerd`, with the bindings that are asked for, which last as long as the folder. */
export async function startWorker(place: WorkerPlace): Promise<RunningWorker> {
  const { folder, bundle, controlUrl, trusted, variables = {} } = place;
  const { bindings = ['TIFFIN_RECORDS', 'TIFFIN_KV'] } = place;
  const wasm = join(bundle.folder, 'ort.wasm');
  const flare = startMiniflare({
    host: '127.0.0.1',
    port: 0,
    compatibilityDate: COMPATIBILITY_DATE,
    modules: [
      { type: 'ESModule', path: 'worker.mjs', contents: readFileSync(join(bundle.folder, 'worker.mjs'), 'utf8') },
      ...(existsSync(wasm) ? [{ type: 'CompiledWasm' as const, path: 'ort.wasm', contents: readFileSync(wasm) }] : []),
    ],
    bindings: {
      TIFFIN_CONTROL_URL: controlUrl,
      TIFFIN_EDGE_NODE: 'cdn-1',
      TIFFIN_EDGE_KEY: NODE_KEY,
      TIFFIN_EDGE_POLL_MS: '40',
      TIFFIN_EDGE_SHIP_MS: '40',
      TIFFIN_EDGE_HEARTBEAT_MS: '60',
      TIFFIN_KEYS: JSON.stringify([
        { id: 'client', sha256: sha256(CLIENT_KEY), scopes: SCOPES, trust: 'server', owner: 'user:client' },
      ]),
      TIFFIN_TRUSTED_KEYS: JSON.stringify(trusted),
      ...variables,
    },
    ...(bindings.includes('TIFFIN_KV') && { kvNamespaces: ['TIFFIN_KV'] }),
    ...(bindings.includes('TIFFIN_BUCKET') && { r2Buckets: ['TIFFIN_BUCKET'] }),
    ...(bindings.includes('TIFFIN_QUEUE') && {
      queueProducers: { TIFFIN_QUEUE: 'records' },
      queueConsumers: { records: { maxBatchSize: 20, maxBatchTimeout: 0, maxRetries: 100, retryDelay: 1 } },
    }),
    ...(bindings.includes('TIFFIN_RECORDS') && {
      durableObjects: { TIFFIN_RECORDS: { className: 'RecordObject', useSQLite: true } },
    }),
    kvPersist: join(folder, 'kv'),
    r2Persist: join(folder, 'r2'),
    cachePersist: join(folder, 'cache'),
    durableObjectsPersist: join(folder, 'do'),
    // What the worker writes: nobody reads it here.
    handleRuntimeStdio: (output: Readable, errors: Readable) => void [output.resume(), errors.resume()],
  });
  const url = (await flare.ready).origin;
  return {
    url,
    flare,
    runScheduled: async () => {
      // Its types come from a package of their own.
      const worker = (await flare.getWorker()) as unknown as { scheduled(): Promise<unknown> };
      await worker.scheduled();
    },
    end: () => flare.dispose(),
  };
}

/** Its own temporary folder lies in one of the test file: the platform does not wait for its removal when it ends. */
function startMiniflare(options: MiniflareOptions): Miniflare {
  const { TMPDIR } = process.env;
  process.env['TMPDIR'] = temporaryFolder('miniflare-parent');
  try {
    return new Miniflare(options);
  } finally {
    if (TMPDIR === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = TMPDIR;
  }
}

import type { ApiDescription } from '../../http/api-page/api-description.ts';
import type { LoadBytes } from '../../engines/engine.ts';
import { createNode } from '../../node/node.ts';
import type { Platform, PlatformEngines } from '../../node/platform.ts';
import { MemoryTable } from '../../telemetry/memory-table.ts';
import { TableRecordLog } from '../../telemetry/table-record-log.ts';
import type { ExecutionContext, MessageBatch } from './bindings.ts';
import { cacheStore, kvStore, memoryStore, r2Store, type ByteStore } from './byte-store.ts';
import { carryRecords } from './carry-records.ts';
import { consoleLog } from './console-log.ts';
import { DueSchedule } from './due-schedule.ts';
import { ObjectIdentity } from './object-identity.ts';
import { ObjectRecordLog } from './object-record-log.ts';
import { QueueRecordLog, type QueuedMessage } from './queue-record-log.ts';
import { StoreBlobCache } from './store-blob-cache.ts';
import { ByteStateStore } from './store-state.ts';
import { readWorkerSettings, secretsOf, type WorkerEnv, type WorkerSettings } from './worker-settings.ts';

/** What differs between the bundles. */
export interface Flavour {
  readonly engines: (loadBytes: LoadBytes, settings: WorkerSettings) => PlatformEngines;
  readonly capabilities: readonly string[];
  readonly openapi: ApiDescription | null;
}

/** The node of one worker, which the platform starts, keeps for a while, and ends without a word. */
export interface WorkerNode {
  fetch(request: Request, context: ExecutionContext): Promise<Response>;
  /** Runs every task of the node. */
  runTasks(): Promise<void>;
  /** Brings records of the queue to monitoring. */
  carry(batch: MessageBatch<QueuedMessage>): Promise<void>;
}

declare const TIFFIN_VERSION: string;

export async function startWorkerNode(env: WorkerEnv, flavour: Flavour): Promise<WorkerNode> {
  const settings = readWorkerSettings(env);
  const { object, ...kept } = await keptBy(env, settings);
  const { key, enrolToken } = settings;
  const identity =
    key === null && object !== null
      ? await ObjectIdentity.open(object, { hasToken: enrolToken !== null, nowMs: Date.now })
      : null;
  const schedule = new DueSchedule(Date.now);
  const node = createNode(
    {
      ...kept,
      runtime: 'workerd',
      capabilities: flavour.capabilities,
      openapi: flavour.openapi,
      engines: (loadBytes) => flavour.engines(loadBytes, settings),
      // Not on a developer's machine, but where it matters.
      clock: { nowMs: Date.now, monotonicMs: () => performance.now(), advancesDuringCompute: false },
      fetch,
      secrets: await secretsOf(settings, identity),
      schedule,
      onlineReader: null,
      log: consoleLog,
    },
    { ...settings, version: TIFFIN_VERSION },
  );
  await node.start();
  // The first request of a node that holds nothing yet waits for its manifest.
  if (!node.isReady()) await schedule.runTask('poll');
  return {
    fetch: async (request, context) => {
      await identity?.freshen();
      const answering = Promise.resolve(node.fetch(request)).then(asItIs);
      // What is in memory alone is shipped at once; the rest when it is due.
      const after = async (): Promise<void> => {
        await answering;
        await node.idle();
        if (kept.records instanceof TableRecordLog) await schedule.runTask('ship');
        await schedule.run();
      };
      context.waitUntil(after().catch(() => undefined));
      return answering;
    },
    runTasks: () => schedule.run('ALL'),
    carry: async (batch) => {
      await identity?.freshen();
      const { monitoringUrl, node: name } = settings;
      await carryRecords(batch, { monitoringUrl, key: key ?? identity?.key ?? '', node: name });
    },
  };
}

/** An answer that is compressed already; the platform would compress it once more. */
function asItIs(answer: Response): Response {
  if (!answer.headers.has('content-encoding')) return answer;
  const { status, headers } = answer;
  return new Response(answer.body, { status, headers, encodeBody: 'manual' } as ResponseInit);
}

/** What a node keeps, as far as there are bindings for it. */
async function keptBy(
  env: WorkerEnv,
  { node, queueRecords: maxRecords, queueBytes: maxBytes }: WorkerSettings,
): Promise<Pick<Platform, 'records' | 'blobs' | 'state'> & { readonly object: ObjectRecordLog | null }> {
  const lasting: readonly ByteStore[] = [
    ...(env.TIFFIN_KV ? [kvStore(env.TIFFIN_KV)] : []),
    ...(env.TIFFIN_BUCKET ? [r2Store(env.TIFFIN_BUCKET)] : []),
  ];
  const { default: cache } = caches as unknown as { readonly default: Cache };
  const object = env.TIFFIN_RECORDS ? await ObjectRecordLog.open(env.TIFFIN_RECORDS, node) : null;
  return {
    object,
    records: env.TIFFIN_QUEUE
      ? new QueueRecordLog(env.TIFFIN_QUEUE)
      : (object ?? new TableRecordLog(new MemoryTable(), { maxRecords, maxBytes })),
    blobs: new StoreBlobCache([...(lasting.length === 0 ? [memoryStore()] : []), cacheStore(cache), ...lasting]),
    // Of two the bucket: what KV says may be a minute old.
    state: object ?? new ByteStateStore(lasting.at(-1) ?? memoryStore()),
  };
}

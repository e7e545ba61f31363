import { MachineKeys } from '../../../core/machine-keys.ts';
import { CAPABILITIES } from '../../../schema/manifest.ts';
import { TrustedKeys } from '../../control-plane/trusted-keys.ts';
import { sha256Hex } from '../../delivery/blobs.ts';
import { TabularEngine } from '../../engines/tabular-engine.ts';
import { createNode, type EdgeNode, type NodeStatus } from '../../node/node.ts';
import type { NodeSettings } from '../../node/settings.ts';
import { BrowserSchedule } from './browser-schedule.ts';
import { CacheBlobCache } from './cache-blob-cache.ts';
import { openNodeDatabase, type NodeDatabase } from './database.ts';
import { IndexedDbRecordLog } from './indexed-db-record-log.ts';
import { IndexedDbStateStore } from './indexed-db-state-store.ts';
import type { BrowserNodeOptions } from './options.ts';
import { takePlace, type Place } from './place.ts';

export interface BrowserNode {
  /** Answers a request of the page as the edge would; null once another worker has its place. */
  answer(request: Request): Promise<Response | null>;
  status(): NodeStatus;
  /** Ships what waits; false where monitoring cannot be reached. */
  flush(): Promise<boolean>;
  /** Asks for the newest manifest; false where the registry cannot be reached. */
  refresh(): Promise<boolean>;
}

const DEFAULT_NAME = 'tiffin';
const FIRST_MS = 5_000;
const REFRESH_MS = 1_000;
const MINUTE_MS = 60_000;

/**
 * A node of the edge in a browser: what it held is served at once, with or without a network. `onLeave`: another worker takes its
 * place, such as that of a newer version of the app; what is under way is still answered.
 */
export async function startBrowserNode(options: BrowserNodeOptions, onLeave: () => void): Promise<BrowserNode> {
  const place = await takePlace(options.name ?? DEFAULT_NAME);
  try {
    return await startAlone(options, place, onLeave);
  } catch (error) {
    place.leave();
    throw error;
  }
}

async function startAlone(options: BrowserNodeOptions, place: Place, onLeave: () => void): Promise<BrowserNode> {
  const { mode = 'localModelUpdateInBackground', name = DEFAULT_NAME } = options;
  const evicted = new AbortController();
  const openDatabase = (): Promise<NodeDatabase> => openNodeDatabase(name, () => evicted.abort());
  const db = await openDatabase();
  const bounds = { maxRecords: options.maxRecords ?? 10_000, maxBytes: options.maxBytes ?? 16_000_000 };
  const records = await IndexedDbRecordLog.open(db, bounds, (err) =>
    tell('error')({ err }, 'the record log cannot write'),
  );
  // Whoever asks comes from this origin, through the worker: their key is made up, and never leaves it.
  const ownKey = crypto.randomUUID();
  const schedule: BrowserSchedule = new BrowserSchedule(
    (task) => task === 'poll' && mode === 'localModel' && node.status().revision !== null,
  );
  const node: EdgeNode = createNode(
    {
      runtime: 'browser',
      isDevice: true,
      capabilities: CAPABILITIES.filter((capability) => capability !== 'engine:ort'),
      openapi: null,
      records,
      blobs: new CacheBlobCache(`${name}-blobs`),
      state: new IndexedDbStateStore(db),
      engines: (loadBytes) => ({ engines: [new TabularEngine(loadBytes)], shadowEngines: [], comparison: null }),
      clock: { nowMs: Date.now, monotonicMs: () => performance.now(), advancesDuringCompute: true },
      fetch: (input, init) => fetch(input, init),
      secrets: {
        nodeKey: options.key,
        keys: new MachineKeys([
          {
            id: 'page',
            sha256: await sha256Hex(new TextEncoder().encode(ownKey)),
            scopes: ['edge:predict', 'monitoring:ingest'],
            project: 'default',
            trust: 'device',
          },
        ]),
        trusted: await TrustedKeys.import(options.trustedKeys),
        tokenizer: null,
        keySources: [],
      },
      schedule,
      onlineReader: null,
      log: { debug: () => undefined, info: () => undefined, warn: tell('warn'), error: tell('error') },
    },
    settingsOf(options, records.epoch),
  );
  await node.start();
  const refresh = (): Promise<boolean> => schedule.run('poll');
  const hasModel = (): boolean => node.status().deployments.some(({ serving }) => serving.length > 0);
  // What holds nothing yet can answer nothing: the first who ask wait for the first model.
  const first = hasModel() ? Promise.resolve() : within(FIRST_MS, refresh());
  let isUnanswered = false;
  /** As far as the network answers within a second; while it has not answered one question, nobody waits for another. */
  const newest = async (): Promise<void> => {
    if (isUnanswered) return;
    const overdue = setTimeout(() => (isUnanswered = true), REFRESH_MS);
    const asking = refresh().finally(() => {
      clearTimeout(overdue);
      isUnanswered = false;
    });
    await within(REFRESH_MS, asking);
  };
  const answering = new Set<Promise<Response>>();
  let isLeaving = false;
  const leave = async (): Promise<void> => {
    if (isLeaving) return;
    isLeaving = true;
    onLeave();
    await node.stop(async () => void (await Promise.allSettled(answering)));
  };
  place.whenWanted(leave);
  // The log goes on in a new database; whoever asks next has its model fetched again.
  const beginAnew = async (): Promise<void> => {
    await records
      .moveTo(openDatabase)
      .catch((err: unknown) =>
        tell('error')({ err }, 'the browser has evicted the record log, and gives no room for another'),
      );
    await leave().catch(() => undefined);
    place.leave();
  };
  evicted.signal.addEventListener('abort', () => void beginAnew());
  if (evicted.signal.aborted) void beginAnew();

  async function answered(request: Request): Promise<Response> {
    await first;
    if (mode === 'latestModel' || !hasModel()) await newest();
    const headers = new Headers(request.headers);
    headers.set('authorization', `Bearer ${ownKey}`);
    const body = request.method === 'GET' || request.method === 'HEAD' ? null : await request.arrayBuffer();
    return node.fetch(new Request(request.url, { method: request.method, headers, body }));
  }

  return {
    answer: async (request) => {
      if (isLeaving) return null;
      const answer = answered(request);
      answering.add(answer);
      return answer.finally(() => answering.delete(answer));
    },
    status: () => node.status(),
    flush: () => schedule.run('ship'),
    refresh,
  };
}

/** What goes wrong is for whoever opens the tools of the browser. */
const tell =
  (level: 'warn' | 'error') =>
  (details: object, message: string): void =>
    // oxlint-disable-next-line no-console -- there is nowhere else to write in a browser
    console[level](message, details);

const within = (ms: number, work: Promise<unknown>): Promise<unknown> =>
  Promise.race([work, new Promise((resolve) => setTimeout(resolve, ms))]);

const settingsOf = (options: BrowserNodeOptions, epoch: string): NodeSettings & { version: string } => ({
  registryUrl: options.controlUrl,
  featureUrl: options.controlUrl,
  monitoringUrl: options.controlUrl,
  audience: options.audience,
  node: `browser-${epoch.slice(0, 8)}`,
  environment: options.environment ?? 'production',
  corsOrigins: [],
  rateLimit: 0,
  deviceRateLimit: 0,
  pollMs: options.pollMs ?? MINUTE_MS,
  shipMs: options.shipMs ?? 5_000,
  heartbeatMs: MINUTE_MS,
  featureFreshMs: 0,
  featureKeepMs: MINUTE_MS,
  snapshotBytes: 16 * 1024 * 1024,
  profileMs: 60_000,
  profileBytes: 1024 * 1024,
  shadowQueue: 100,
  shadowBudgetMs: 1_000,
  version: 'browser',
});

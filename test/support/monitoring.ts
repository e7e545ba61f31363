import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { expect, vi } from 'vitest';
import type { AssetEvent, DeploymentSnapshot } from '../../schema/event.ts';
import type { S3Settings } from '../../subgraphs/shared/blob/s3-client.ts';
import type { Role } from '../../subgraphs/shared/auth/actor.ts';
import { signInternalToken } from '../../subgraphs/shared/auth/internal-token.ts';
import { openDatabase, type Database } from '../../subgraphs/shared/database/database.ts';
import { localPeer, type Peer } from '../../subgraphs/shared/peer.ts';
import type { Subgraph, SubgraphResult } from '../../subgraphs/shared/subgraph.ts';
import { startMonitoring } from '../../subgraphs/monitoring/main.ts';
import { monitoringSchema } from '../../subgraphs/monitoring/storage/schema.ts';
import type { Smtp } from '../../subgraphs/monitoring/operations/notify/send.ts';
import { atEnd } from './at-end.ts';
import { knownFields } from './known-fields.ts';
import { testKeys } from './keys.ts';
import { createTestDatabase, type TestDatabase } from './test-database.ts';

export const SECRET = new Uint8Array(32).fill(7);
export const NOW = new Date('2026-03-10T12:00:00.000Z');
export const DEPLOYMENT = 'tiffin:default:deployment:eta@production';
export const STAGING = 'tiffin:default:deployment:eta@staging';
export const VERSION = 'tiffin:default:model-version:eta@1';
export const RELEASE = 'a'.repeat(64);

/** A key of an enrolled node, and one of a device: both may send telemetry. */
export const SERVER_KEY = testKeys.with('monitoring:ingest');
export const DEVICE_KEY = testKeys.device;

export interface TestMonitoring {
  readonly subgraph: Subgraph;
  /** Ends it before the test does. */
  stop(): Promise<void>;
  readonly db: Database;
  /** The clock, in the test's hand. */
  readonly clock: { now: Date };
  readonly send: (
    path: string,
    body: unknown,
    key?: string,
  ) => Promise<{ readonly status: number; readonly body: any }>;
  readonly ask: (
    query: string,
    variables?: Record<string, unknown>,
    ...roles: Role[]
  ) => Promise<SubgraphResult & { data: any }>;
  /** The same as another person. */
  readonly as: (subject: string) => TestMonitoring['ask'];
}

/** What the registry tells of a deployment. */
export const deploymentEvent = (urn: string, revision = 1, live: DeploymentSnapshot['live'] = null): AssetEvent => ({
  urn,
  kind: 'deployment',
  project: 'default',
  revision,
  at: NOW.toISOString(),
  deleted: false,
  asset: { name: urn.split(':').at(-1) ?? '', description: '', owner: null, tags: [], upstream: [], downstream: [] },
  data: {
    endpoint: 'tiffin:default:endpoint:eta',
    environment: 'production',
    trafficRevision: revision,
    live,
    allocation: null,
  },
});

/** The registry as its wire: a feed that tells what the test wrote down, and the blobs that it froze. */
function registryTelling(events: readonly AssetEvent[], blobs: ReadonlyMap<string, Uint8Array>): Peer {
  const unreachable = localPeer('registry', () => undefined, SECRET);
  if (events.length === 0) return unreachable;
  const page = { events, cursors: events.map(() => '10-10'), cursor: '10-10', watermark: '10-10', newest: '10-10' };
  return {
    ...unreachable,
    get: async (path, _actor, signal) => {
      if (path.startsWith('/internal/blobs/')) {
        const bytes = blobs.get(path.slice('/internal/blobs/'.length));
        return bytes ? new Response(new Uint8Array(bytes)) : new Response(null, { status: 404 });
      }
      if (!path.includes('after=')) return Response.json(page);
      await sleep(5_000, undefined, { ...(signal && { signal }) }).catch(() => undefined);
      return Response.json({ ...page, events: [], cursors: [] });
    },
  };
}

/** A monitoring subgraph over a database of its own; it stops with the test or the test file. */
export async function startTestMonitoring(
  options: {
    readonly events?: readonly AssetEvent[];
    readonly alertTickMs?: number;
    readonly mostPending?: number;
    readonly retentionDays?: number;
    readonly sampleDays?: number;
    readonly minuteDays?: number;
    readonly archiveAfterDays?: number;
    readonly dataDir?: string;
    readonly blobBucket?: S3Settings;
    readonly notifyTickMs?: number;
    readonly smtp?: Smtp;
    readonly database?: TestDatabase;
    readonly registry?: Peer;
    readonly experiment?: Peer;
    readonly blobs?: ReadonlyMap<string, Uint8Array>;
  } = {},
): Promise<TestMonitoring> {
  const { events = [DEPLOYMENT, STAGING].map((urn) => deploymentEvent(urn)) } = options;
  const { appUrl } = options.database ?? (await createTestDatabase());
  const clock = { now: NOW };
  const away = (name: 'feature' | 'experiment' | 'monitoring'): Peer => localPeer(name, () => undefined, SECRET);
  const subgraph = await startMonitoring(
    {
      alertTickMs: options.alertTickMs ?? 3_600_000,
      deviceMaxAgeDays: 30,
      retentionDays: options.retentionDays ?? 0,
      pending: { days: 30, most: options.mostPending ?? 1_000 },
      sampleDays: options.sampleDays ?? 0,
      minuteDays: options.minuteDays ?? 0,
      outboxDays: 0,
      archiveAfterDays: options.archiveAfterDays ?? 0,
      blobFolder: undefined,
      blobBucket: options.blobBucket,
      notifyTickMs: options.notifyTickMs ?? 3_600_000,
      notify: {
        allowedHosts: ['127.0.0.1'],
        smtp: options.smtp ?? null,
        assetUrl: 'https://tiffin.example.org/{id}',
        firstRetryMs: 10,
      },
      partitionDaysAhead: 1,
    },
    {
      databaseUrl: appUrl,
      ownerUrl: undefined,
      secret: SECRET,
      keys: testKeys.ring,
      log: pino({ level: process.env['LOG_LEVEL'] ?? 'silent' }),
      dataDir: options.dataDir ?? '/nowhere',
      peers: {
        feature: away('feature'),
        experiment: options.experiment ?? away('experiment'),
        monitoring: away('monitoring'),
        registry: options.registry ?? registryTelling(events, options.blobs ?? new Map()),
      },
      now: () => clock.now,
    },
  );
  const db = await openDatabase(monitoringSchema, { url: appUrl, poolSize: 2 });
  if (options.registry === undefined) {
    const heard = new Set(events.map(({ urn }) => urn)).size;
    await vi.waitFor(async () => expect(await db.query('select from deployment')).toHaveLength(heard), {
      timeout: 20_000,
      interval: 10,
    });
  }
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => (stopped ??= subgraph.stop());
  atEnd(async () => {
    await stop();
    await db.close();
  });
  const as =
    (subject: string): TestMonitoring['ask'] =>
    async (query, variables = {}, ...roles) => {
      const actor = { subject, kind: 'user', scopes: [], project: 'default' } as const;
      const token = await signInternalToken({ ...actor, roles: roles.length > 0 ? roles : ['developer'] }, SECRET);
      const result = await subgraph.execute({ document: knownFields(subgraph, query), variables, token });
      return JSON.parse(JSON.stringify(result));
    };
  return {
    subgraph,
    stop,
    db,
    clock,
    send: async (path, body, key = SERVER_KEY) => {
      const answer = await subgraph.app.request(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      });
      return { status: answer.status, body: await answer.json() };
    },
    as,
    ask: as('user:tester'),
  };
}

const hex = (n: number, digits: number): string => n.toString(16).padStart(digits, '0');

/** A UUIDv7 that says nothing of time: the n-th of its space. */
export const uuid = (n: number, space = 0): string => `00000000-${hex(space, 4)}-7000-8000-${hex(n, 12)}`;

/** One model says what the release says. */
const modelsOf = ({ score = 0.25 }: Record<string, unknown>) => ({ models: [{ version: VERSION, score }] });

/** A prediction record as a node writes it. */
export function prediction(n: number, changes: Record<string, unknown> = {}) {
  return {
    id: uuid(n),
    seq: n,
    epoch: 'e1',
    deployment: DEPLOYMENT,
    release: RELEASE,
    occurredAt: new Date(NOW.getTime() - 3_600_000 + n).toISOString(),
    unit: `user-${n}`,
    arm: null,
    holder: null,
    holderRevision: null,
    bucket: null,
    score: 0.25,
    decision: 'ON_TIME',
    fallback: null,
    inputs: { distance: n, airline: 'AA', late: true },
    features: { route__delay: { value: n % 10, status: 'PRESENT', ageMs: 5 } },
    timings: { features: 1.5, model: 2, total: 4 },
    ...modelsOf(changes),
    ...changes,
  };
}

export const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);

export const outcome = (n: number, value: number, changes: Record<string, unknown> = {}) => ({
  id: uuid(n, 1),
  predictionId: uuid(n),
  value,
  occurredAt: new Date(NOW.getTime() - 60_000).toISOString(),
  ...changes,
});

export function heartbeat(counts: Record<string, unknown>, changes: Record<string, unknown> = {}) {
  return {
    node: 'edge-1',
    epoch: 'e1',
    at: NOW.toISOString(),
    manifestRevision: 3,
    manifestAgeMs: 1_000,
    stale: false,
    runtime: 'node 24',
    deployments: [{ deployment: DEPLOYMENT, serving: [{ release: RELEASE, modelVersions: [VERSION] }], refused: null }],
    counts: { answered: 0, queued: 0, acked: 0, sampledOut: 0, dropped: {}, ...counts },
    ...changes,
  };
}

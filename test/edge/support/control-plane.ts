import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import { cors } from 'hono/cors';
import { FeatureReadRequest } from '../../../schema/feature-read.ts';
import { ProfileRecord } from '../../../schema/profile.ts';
import type { Manifest, ManifestDeployment, SignedManifest, Traffic } from '../../../schema/manifest.ts';
import {
  ExposureRecord,
  Heartbeat,
  OutcomeRecord,
  PredictionRecord,
  ShadowRecord,
  TelemetryBatch,
} from '../../../schema/telemetry.ts';
import type { TestRelease } from './release.ts';

export const NODE_KEY = 'node-key';

interface Signer {
  readonly keyId: string;
  readonly publicKey: string;
  readonly sign: (bytes: Uint8Array<ArrayBuffer>) => Promise<string>;
}

export async function makeSigner(keyId: string): Promise<Signer> {
  const pair = (await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify'])) as any;
  const raw = await crypto.subtle.exportKey('raw', pair.publicKey);
  return {
    keyId,
    publicKey: Buffer.from(raw).toString('base64'),
    sign: async (bytes) => Buffer.from(await crypto.subtle.sign('Ed25519', pair.privateKey, bytes)).toString('base64'),
  };
}

export interface FaultSwitches {
  /** Bytes served in place of a blob. */
  blobs: Map<string, Uint8Array>;
  /** Blobs of which half is sent and the connection cut. */
  halves: Set<string>;
  blobDelayMs: number;
  /** Before telemetry is answered; and what becomes of a batch. */
  telemetryDelayMs: number;
  telemetry: 'TAKE' | 'REFUSE_500' | 'REFUSE_429' | 'STORE_AND_CUT' | 'HANG' | 'ACK_NONE' | 'REORDER' | 'FORGET';
  rejectIds: (id: string) => string | null;
  features: 'ANSWER' | 'SLOW' | 'FAIL' | 'HANG';
  manifest: 'ANSWER' | 'FAIL' | 'HANG';
  events: 'ANSWER' | 'FAIL';
  /** Served as it is, in place of what was published. */
  envelope: unknown;
}

const statusOf = (value: number | null | undefined): string =>
  value === undefined ? 'NOT_FOUND' : value === null ? 'NULL_VALUE' : 'PRESENT';

/** A control plane as an edge sees it, over real HTTP: signs, serves, stores; and breaks when it is told to. */
export class TestControlPlane {
  readonly stored = new Map<string, PredictionRecord>();
  readonly exposures = new Map<string, ExposureRecord>();
  readonly shadows = new Map<string, ShadowRecord>();
  readonly outcomes = new Map<string, OutcomeRecord>();
  readonly profiles = new Map<string, ProfileRecord>();
  readonly heartbeats: Heartbeat[] = [];
  /** How far its clock differs from that of this process, which is the edge's. */
  clockOffsetMs = 0;
  refusedHeartbeats = 0;
  readonly requests: string[] = [];
  readonly invalid: string[] = [];
  /** `user` → feature values; age of all of them. */
  readonly features = new Map<string, { amount_24h: number | null; count_1h: number | null; ageMs: number }>();
  readonly faults: FaultSwitches = {
    blobs: new Map(),
    halves: new Set(),
    blobDelayMs: 0,
    telemetryDelayMs: 0,
    telemetry: 'TAKE',
    rejectIds: () => null,
    features: 'ANSWER',
    manifest: 'ANSWER',
    events: 'ANSWER',
    envelope: undefined,
  };
  readonly #blobs = new Map<string, Uint8Array>();
  readonly #app = new Hono();
  readonly #followers = new Set<(revision: number) => void>();
  #server: Server | undefined;
  #sockets = new Set<Socket>();
  #port = 0;
  #revision = 0;
  #envelope: SignedManifest | undefined;
  #etag = '';
  manifest: Manifest | undefined;

  constructor(readonly signer: Signer) {
    this.#routes();
  }

  static async start(): Promise<TestControlPlane> {
    const plane = new TestControlPlane(await makeSigner('key-1'));
    await plane.up();
    return plane;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  async up(): Promise<void> {
    const answer = getRequestListener(this.#app.fetch);
    const server = createServer((request, response) => void answer(request, response));
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    await new Promise<void>((resolve) => server.listen(this.#port, '127.0.0.1', resolve));
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  /** Cuts every connection and takes no more. */
  async down(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    for (const socket of this.#sockets) socket.destroy();
    if (server) await new Promise((resolve) => server.close(resolve));
  }

  addBlobs(...releases: readonly Pick<TestRelease, 'blobs'>[]): void {
    for (const { blobs } of releases) for (const [digest, bytes] of blobs) this.#blobs.set(digest, bytes);
  }

  /** Publishes the next revision: one entry for each release unless `deployments` says otherwise. */
  async publish(
    releases: readonly TestRelease[],
    change: Partial<Omit<Manifest, 'deployments'>> & {
      readonly entry?: Partial<ManifestDeployment>;
      readonly deployments?: readonly ManifestDeployment[];
      readonly traffic?: Traffic;
      readonly signers?: readonly Signer[];
    } = {},
  ): Promise<Manifest> {
    this.addBlobs(...releases);
    const { entry, deployments, traffic, signers = [this.signer], ...rest } = change;
    this.#revision = rest.revision ?? this.#revision + 1;
    const entries = releases.map((release) => ({
      ...entryOf(release, this.#revision),
      ...(traffic && { traffic }),
      ...entry,
    }));
    this.manifest = {
      format: 2,
      audience: 'server',
      revision: this.#revision,
      issuedAt: new Date().toISOString(),
      expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
      deployments: [...(deployments ?? entries)],
      ...rest,
    };
    const { issuedAt } = this.manifest;
    // Both at once: who asks while it is signed gets the one before, and its tag.
    this.#envelope = await envelopeOf(this.manifest, signers);
    this.#etag = `"${this.#revision}-${issuedAt}"`;
    for (const tell of this.#followers) tell(this.#revision);
    return this.manifest;
  }

  get envelope(): SignedManifest | undefined {
    return this.#envelope;
  }

  #routes(): void {
    const app = this.#app;
    // Pages of other origins hold models too.
    app.use(cors());
    app.use(async (c, next) => {
      this.requests.push(`${c.req.method} ${c.req.path}`);
      if (c.req.header('authorization') !== `Bearer ${NODE_KEY}`) return c.json({ code: 'UNAUTHENTICATED' }, 401);
      await next();
      if (this.clockOffsetMs !== 0) c.header('date', new Date(Date.now() + this.clockOffsetMs).toUTCString());
      return undefined;
    });
    app.get('/v1/manifests/:audience', async (c) => {
      if (this.faults.manifest === 'HANG') await new Promise(() => {});
      if (this.faults.manifest === 'FAIL') return c.json({ code: 'UNAVAILABLE' }, 503);
      if (this.faults.envelope !== undefined) return c.json(this.faults.envelope as object);
      if (!this.#envelope) return c.json({ code: 'NOT_FOUND' }, 404);
      if (c.req.header('if-none-match') === this.#etag) return c.body(null, 304);
      return c.json(this.#envelope, 200, { etag: this.#etag });
    });
    app.get('/v1/manifests/:audience/events', (c) => {
      if (this.faults.events === 'FAIL') return c.json({ code: 'UNAVAILABLE' }, 503);
      let tell: ((revision: number) => void) | undefined;
      const stream = new ReadableStream<Uint8Array>({
        start: (controller) => {
          tell = (revision) =>
            controller.enqueue(new TextEncoder().encode(`id: ${revision}\ndata: {"revision":${revision}}\n\n`));
          if (this.#envelope) tell(this.#revision);
          this.#followers.add(tell);
        },
        cancel: () => void (tell && this.#followers.delete(tell)),
      });
      return c.body(stream, 200, { 'content-type': 'text/event-stream' });
    });
    app.get('/v1/blobs/:digest', async (c) => {
      if (this.faults.blobDelayMs > 0) await new Promise((resolve) => setTimeout(resolve, this.faults.blobDelayMs));
      const digest = c.req.param('digest');
      const bytes = this.faults.blobs.get(digest) ?? this.#blobs.get(digest);
      if (!bytes) return c.json({ code: 'NOT_FOUND' }, 404);
      if (!this.faults.halves.has(digest)) return c.body(new Uint8Array(bytes));
      const half = new ReadableStream({
        start: (controller) => {
          controller.enqueue(bytes.slice(0, bytes.length / 2));
          setTimeout(() => {
            for (const socket of this.#sockets) socket.destroy();
          }, 20);
        },
      });
      return c.body(half, 200, { 'content-length': String(bytes.length) });
    });
    app.post('/v1/features/read', async (c) => {
      if (this.faults.features === 'FAIL') return c.json({ code: 'UNAVAILABLE' }, 503);
      if (this.faults.features === 'HANG') return new Promise<Response>(() => {});
      if (this.faults.features === 'SLOW') await new Promise((resolve) => setTimeout(resolve, 2_000));
      const { service, entities } = FeatureReadRequest.parse(await c.req.json());
      const rows = entities.map(({ user }) => this.features.get(String(user)));
      return c.json({
        service,
        names: ['user_txn__amount_24h', 'user_txn__count_1h'],
        values: rows.map((row) => [row?.amount_24h ?? null, row?.count_1h ?? null]),
        statuses: rows.map((row) => [statusOf(row?.amount_24h), statusOf(row?.count_1h)]),
        agesMs: rows.map((row) => [row?.ageMs ?? null, row?.ageMs ?? null]),
      });
    });
    app.post('/v1/predictions', async (c) => {
      const batch = TelemetryBatch.parse(await c.req.json());
      return this.#take([
        ...batch.predictions.map((record) => [PredictionRecord, record, this.stored] as const),
        ...batch.exposures.map((record) => [ExposureRecord, record, this.exposures] as const),
        ...batch.shadows.map((record) => [ShadowRecord, record, this.shadows] as const),
        ...batch.profiles.map((record) => [ProfileRecord, record, this.profiles] as const),
      ]);
    });
    app.post('/v1/outcomes', async (c) => {
      const { outcomes } = (await c.req.json()) as { outcomes: unknown[] };
      return this.#take(outcomes.map((record) => [OutcomeRecord, record, this.outcomes] as const));
    });
    app.post('/v1/heartbeat', async (c) => {
      const heartbeat = Heartbeat.parse(await c.req.json());
      if (Date.parse(heartbeat.at) > Date.now() + this.clockOffsetMs + 86_400_000) {
        this.refusedHeartbeats++;
        return c.json({ code: 'INVALID_INPUT' }, 422);
      }
      this.heartbeats.push(heartbeat);
      return c.json({ taken: true });
    });
  }

  async #take(records: readonly (readonly [any, unknown, Map<string, any>])[]): Promise<Response> {
    const { telemetry, telemetryDelayMs, rejectIds } = this.faults;
    if (telemetry === 'REFUSE_500') return Response.json({ code: 'INTERNAL' }, { status: 500 });
    if (telemetry === 'REFUSE_429') {
      return Response.json({ code: 'RATE_LIMITED' }, { status: 429, headers: { 'retry-after': '1' } });
    }
    if (telemetry === 'HANG') return new Promise(() => {});
    const acked: string[] = [];
    const rejected: { id: string; code: string; message: string }[] = [];
    for (const [schema, given, store] of records) {
      // For measuring: all is taken, and costs next to nothing.
      if (telemetry === 'FORGET') {
        acked.push(String((given as { id?: unknown }).id));
        continue;
      }
      const parsed = schema.safeParse(given);
      if (!parsed.success) this.invalid.push(parsed.error.message);
      const id = String((given as { id?: unknown }).id);
      const code = parsed.success ? rejectIds(id) : 'INVALID_INPUT';
      if (code !== null) rejected.push({ id, code, message: 'not taken' });
      else {
        store.set(id, parsed.data);
        acked.push(id);
      }
    }
    // Batches overtake each other, and each is acknowledged from its end.
    const overtakenMs = telemetry === 'REORDER' ? Math.random() * 100 : 0;
    if (telemetry === 'REORDER') acked.reverse();
    await new Promise((resolve) => setTimeout(resolve, telemetryDelayMs + overtakenMs));
    if (telemetry === 'STORE_AND_CUT') for (const socket of this.#sockets) socket.destroy();
    return Response.json(telemetry === 'ACK_NONE' ? { acked: [], rejected: [] } : { acked, rejected });
  }
}

export const entryOf = ({ document, digest }: TestRelease, revision: number): ManifestDeployment => {
  const [endpoint, environment] = document.deployment.split(':').at(-1)!.split('@') as [string, string];
  return {
    deployment: document.deployment,
    endpoint,
    environment,
    revision,
    requires: ['engine:ort', 'traffic:1', 'recipe:1'],
    traffic: [{ kind: 'DEFAULT', release: digest }],
    previous: null,
    refuseAfterMs: null,
    snapshots: [],
  };
};

export async function envelopeOf(manifest: unknown, signers: readonly Signer[]): Promise<SignedManifest> {
  const payload = new TextEncoder().encode(typeof manifest === 'string' ? manifest : JSON.stringify(manifest));
  return {
    payload: Buffer.from(payload).toString('base64'),
    signatures: await Promise.all(signers.map(async ({ keyId, sign }) => ({ keyId, signature: await sign(payload) }))),
  };
}

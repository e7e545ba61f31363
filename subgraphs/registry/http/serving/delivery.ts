import type { Context } from 'hono';
import { DomainError } from '../../../../core/errors.ts';
import type { BlobStore } from '../../../shared/blob/blob-store.ts';
import type { DataPlane, DataPlaneEnv } from '../../../shared/http/data-plane.ts';
import { hasAlready } from '../../../shared/http/has-already.ts';
import { SERVER_AUDIENCE } from '../../domain/serving/manifest.ts';

/** What delivery reads of the committed manifests; it asks no database. */
export interface Committed {
  find(
    project: string,
    audience: string,
  ): { readonly body: string; readonly etag: string; readonly revision: number } | undefined;
  isForDevices(project: string, sha256: string): boolean;
  listen(project: string, audience: string, listener: (revision: number) => void): () => void;
}

export interface DeliveryOptions {
  readonly committed: Committed;
  /** Where blobs are looked for, one store after another. */
  readonly stores: readonly Pick<BlobStore, 'open' | 'stat'>[];
}

type Ctx = Context<DataPlaneEnv>;

// Public: caches between here and the nodes keep it although it was asked for with a key, and `vary` keeps keys apart.
const MANIFEST_CACHE = 'public, max-age=1, stale-while-revalidate=30, stale-if-error=86400';
const BLOB_CACHE = 'public, max-age=31536000, immutable';
const BEAT_MS = 15_000;

/** Manifests and blobs for nodes and devices: `GET /v1/manifests/:audience`, its events, and `GET /v1/blobs/:sha256`. */
export function addDeliveryRoutes(plane: DataPlane, { committed, stores }: DeliveryOptions): void {
  const scope = 'edge:deliver';
  plane.route({ method: 'GET', path: '/v1/manifests/:audience', scope }, (c) => {
    const { body, etag, revision } = manifestFor(c, committed);
    // A replica that has not written the revision yet must not have the older one kept under its name.
    const cacheControl = wantedRevision(c) > revision ? 'no-store' : MANIFEST_CACHE;
    const headers = { etag, 'cache-control': cacheControl, vary: 'authorization' };
    if (hasAlready(c, etag)) return c.body(null, 304, headers);
    return c.body(body, 200, { ...headers, 'content-type': 'application/json' });
  });

  plane.route({ method: 'GET', path: '/v1/manifests/:audience/events', scope }, (c) => {
    const { revision } = manifestFor(c, committed);
    const { project } = c.get('holder');
    const stream = revisions(revision, c.get('stopping'), (tell) => committed.listen(project, audienceOf(c), tell));
    return c.body(stream, 200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      // Proxies that gather an answer before they pass it on would hold it for ever.
      'x-accel-buffering': 'no',
    });
  });

  plane.route({ method: 'GET', path: '/v1/blobs/:sha256', scope }, async (c) => {
    const sha256 = c.req.param('sha256') ?? '';
    const { project, trust } = c.get('holder');
    const blobs = trust === 'server' || committed.isForDevices(project, sha256) ? await holding(stores, sha256) : null;
    if (!blobs) throw new DomainError('NOT_FOUND', `sha256: there is no blob ${sha256} for you`, { field: 'sha256' });
    const etag = `"${sha256}"`;
    const headers = { etag, 'cache-control': BLOB_CACHE, vary: 'authorization' };
    if (hasAlready(c, etag)) return c.body(null, 304, headers);
    const { stream, sizeBytes } = await blobs.open(sha256);
    return c.body(stream, 200, {
      ...headers,
      'content-type': 'application/octet-stream',
      'content-length': String(sizeBytes),
    });
  });
}

async function holding<Store extends Pick<BlobStore, 'stat'>>(
  stores: readonly Store[],
  sha256: string,
): Promise<Store | null> {
  for (const store of stores) if (await store.stat(sha256)) return store;
  return null;
}

/** `?revision=`: who has heard of a revision asks for it by its number, which no cache has kept before. */
function wantedRevision(c: Ctx): number {
  const given = c.req.query('revision');
  if (given === undefined) return 0;
  if (/^[1-9]\d{0,14}$/.test(given)) return Number(given);
  throw new DomainError('INVALID_INPUT', `revision: "${given}" is not allowed; send a whole number from 1 on`, {
    field: 'revision',
    allowed: ['a whole number from 1 on'],
  });
}

const audienceOf = (c: Ctx): string => c.req.param('audience') ?? '';

function manifestFor(c: Ctx, committed: Committed) {
  const audience = audienceOf(c);
  const { project, trust } = c.get('holder');
  if (audience === SERVER_AUDIENCE && trust !== 'server') {
    throw new DomainError(
      'FORBIDDEN',
      'audience: a device’s key gets the manifest of its own audience, not that of servers',
      {
        field: 'audience',
      },
    );
  }
  const found = committed.find(project, audience);
  if (found) return found;
  throw new DomainError('NOT_FOUND', `audience: no deployment is served to "${audience}"`, { field: 'audience' });
}

/**
 * The newest revision at once and again at each change, as server-sent events, with a beat that keeps proxies awake, until
 * the process stops.
 */
function revisions(
  first: number,
  stopping: AbortSignal,
  listen: (tell: (revision: number) => void) => () => void,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let beat: ReturnType<typeof setInterval> | undefined;
  let unlisten: (() => void) | undefined;
  const ended = new AbortController();
  const end = (): void => {
    clearInterval(beat);
    unlisten?.();
    ended.abort();
  };
  return new ReadableStream({
    start(controller) {
      const send = (text: string): void => controller.enqueue(encoder.encode(text));
      const tell = (revision: number): void => send(`id: ${revision}\ndata: {"revision":${revision}}\n\n`);
      tell(first);
      unlisten = listen(tell);
      beat = setInterval(() => send(': still here\n\n'), BEAT_MS);
      beat.unref();
      // A stream that goes on would hold up the end of the process.
      const close = (): void => {
        // Whoever listened may have gone in this very moment, and has ended it.
        if (ended.signal.aborted) return;
        end();
        controller.close();
      };
      stopping.addEventListener('abort', close, { signal: ended.signal });
    },
    cancel: end,
  });
}

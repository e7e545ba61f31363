import { startBrowserNode, type BrowserNode } from './browser-node.ts';
import { PageAssets } from './page-assets.ts';
import { MODEL_MODES, type BrowserNodeOptions, type ModelMode } from './options.ts';

declare const self: ServiceWorkerGlobalScope;

export type { BrowserNodeOptions, ModelMode };

/** What a page may ask of its worker besides predictions. */
export type WorkerQuestion = 'status' | 'flush' | 'refresh';

/** Under this name the worker tells the pages of its origin that it serves something else now. */
export const UPDATES = 'tiffin-edge-updates';

/** Paths that the worker answers itself; everything else goes to the network as before. */
const OWN = /^\/(v1\/(predict|outcomes|exposures)|v2|invocations|endpoints\/[^/]+\/invocations)(\/|$)/;

/** What a worker says to the newer one that waits for its place. */
const TAKE_OVER = 'take-over';

/** What a page that is closed sends as a beacon: what waits leaves without it. */
const FLUSH = '/v1/flush';

/**
 * Makes a service worker a node of the edge: requests of its pages to `/v1/predict/…`, `/v1/outcomes`, `/v2/…` and `/endpoints/…/invocations` are answered here, with or
 * without a network. The page says the mode in the address of the worker (`?mode=localModel`).
 */
export function startEdgeWorker(options: BrowserNodeOptions): void {
  const mode = modeOf(new URL(self.location.href).searchParams.get('mode')) ?? options.mode;
  let starting: Promise<BrowserNode> | undefined;
  // The next request tries again: storage may have been full, or a newer worker gone again.
  const forget = (): void => void (starting = undefined);
  const node = (): Promise<BrowserNode> =>
    (starting ??= startBrowserNode({ ...options, ...(mode && { mode }) }, forget).catch((error: unknown) => {
      forget();
      throw error;
    }));
  const assets = new PageAssets(`${options.name ?? 'tiffin'}-assets`, options.assets ?? []);
  self.addEventListener('install', (event) => event.waitUntil(assets.fetchAll().then(() => self.skipWaiting())));
  self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim().then(node)));
  self.addEventListener('fetch', (event) => {
    const { origin, pathname } = new URL(event.request.url);
    if (origin !== self.location.origin) return;
    if (event.request.method === 'GET' && assets.has(pathname)) event.respondWith(assets.answer(event.request));
    // The model is made ready while the page loads, for its first question.
    if (event.request.mode === 'navigate') event.waitUntil(node().catch(() => undefined));
    if (pathname === FLUSH) {
      event.respondWith(new Response(null, { status: 204 }));
      event.waitUntil(node().then((one) => one.flush()));
    }
    // Whoever brings a key asks a server with it: pages of this worker need none.
    if (!OWN.test(pathname) || event.request.headers.has('authorization')) return;
    event.respondWith(answerOf(node, event.request));
    event.waitUntil(announceUpdates(node));
    // Chromium tries once, and if this one is busy then, again after minutes: while pages ask on, it is reminded.
    self.registration.waiting?.postMessage(TAKE_OVER);
  });
  self.addEventListener('message', (event) => {
    if (event.data === TAKE_OVER) event.waitUntil(self.skipWaiting());
    const [port] = event.ports;
    if (port) event.waitUntil(replied(node, event.data as WorkerQuestion, port));
  });
  // Browsers that know it wake the worker when the network is back, also without a page.
  self.addEventListener('sync', (event) => {
    (event as ExtendableEvent).waitUntil(node().then((one) => one.flush()));
  });
}

const modeOf = (text: string | null): ModelMode | undefined => MODEL_MODES.find((mode) => mode === text);

async function answerOf(node: () => Promise<BrowserNode>, request: Request): Promise<Response> {
  try {
    const answer = await (await node()).answer(request);
    if (answer) return answer;
    return unavailable('a newer worker takes the place of this one: ask again', { 'retry-after': '0' });
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return unavailable(detail);
  }
}

function unavailable(detail: string, headers: Readonly<Record<string, string>> = {}): Response {
  const problem = { title: 'the model in this browser cannot be used', detail, status: 503, code: 'UNAVAILABLE' };
  return Response.json(problem, {
    status: 503,
    headers: { 'content-type': 'application/problem+json', ...headers },
  });
}

async function replied(node: () => Promise<BrowserNode>, question: WorkerQuestion, port: MessagePort): Promise<void> {
  try {
    const one = await node();
    if (question === 'flush') await one.flush();
    if (question === 'refresh') await one.refresh();
    port.postMessage({ status: one.status() });
    if (question !== 'status') await announceUpdates(node);
  } catch (error) {
    port.postMessage({ error: error instanceof Error ? error.message : String(error) });
  }
}

let announced: number | null = null;

/** Tells the pages once of each manifest that is served. */
async function announceUpdates(node: () => Promise<BrowserNode>): Promise<void> {
  const { revision } = (await node()).status();
  if (revision === announced) return;
  announced = revision;
  const channel = new BroadcastChannel(UPDATES);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has but one origin
  channel.postMessage({ revision });
  channel.close();
}

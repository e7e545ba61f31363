import { EdgeProblem } from './problem.ts';
import type { ClientMode, NodeStatus } from './types.ts';

const UPDATES = 'tiffin-edge-updates';
const FLUSH = '/v1/flush';
const ASK_MS = 10_000;

/** The service worker that answers for this page with a model of its own. */
export class ModelWorker {
  readonly #controlled: Promise<string | null>;
  readonly #ends: (() => void)[] = [];

  private constructor(script: string, mode: ClientMode) {
    this.#controlled = controlledBy(script, mode).catch((error: unknown) =>
      error instanceof Error ? error.message : String(error),
    );
    this.#flushAtTurns();
  }

  static start(script: string, mode: ClientMode): ModelWorker {
    return new ModelWorker(script, mode);
  }

  /** The same, within a limit and so many milliseconds. */
  async ready(limit: AbortSignal, withinMs: number): Promise<string | null> {
    const late = new Promise<string>((resolve) => {
      const giveUp = (): void => resolve('the service worker did not start in time');
      if (limit.aborted) giveUp();
      limit.addEventListener('abort', giveUp, { once: true });
      if (withinMs < Infinity) setTimeout(giveUp, withinMs);
    });
    return Promise.race([this.#controlled, late]);
  }

  /** Null once the worker answers for this page; else why it cannot. */
  answers(): Promise<string | null> {
    return this.#controlled;
  }

  /** Asks the worker itself. Null where there is none. */
  async ask(question: 'status' | 'flush' | 'refresh'): Promise<NodeStatus | null> {
    if ((await this.#controlled) !== null) return null;
    const worker = navigator.serviceWorker.controller;
    if (!worker) return null;
    const { port1, port2 } = new MessageChannel();
    const answered = new Promise<{ status?: NodeStatus; error?: string }>((resolve) => {
      port1.addEventListener('message', ({ data }) => resolve(data as { status?: NodeStatus; error?: string }));
      port1.start();
      setTimeout(() => resolve({ error: 'the service worker did not answer in time' }), ASK_MS);
    });
    worker.postMessage(question, [port2]);
    const { status, error } = await answered;
    port1.close();
    if (status) return status;
    throw new EdgeProblem(error ?? 'the service worker did not answer', { code: 'UNAVAILABLE' });
  }

  onUpdate(listener: (revision: number | null) => void): () => void {
    const channel = new BroadcastChannel(UPDATES);
    channel.addEventListener('message', ({ data }) => listener((data as { revision: number | null }).revision));
    const end = (): void => channel.close();
    this.#ends.push(end);
    return end;
  }

  close(): void {
    for (const end of this.#ends) end();
  }

  /** Records leave when the network is back, when the person comes or goes, and at once. */
  #flushAtTurns(): void {
    const flush = (): void => void this.ask('flush').catch(() => undefined);
    const turned = new AbortController();
    this.#ends.push(() => turned.abort());
    globalThis.addEventListener?.('online', flush, { signal: turned.signal });
    globalThis.document?.addEventListener('visibilitychange', flush, { signal: turned.signal });
    globalThis.addEventListener?.('pagehide', flushBehind, { signal: turned.signal });
    flush();
  }
}

/** The last of a page that is closed: a beacon outlives it, and keeps the worker alive until what waits has left. */
function flushBehind(): void {
  if (navigator.serviceWorker?.controller) navigator.sendBeacon(FLUSH);
}

/** Registers the worker and waits until it answers for this page. Throws why it cannot. */
async function controlledBy(script: string, mode: ClientMode): Promise<string | null> {
  const container = globalThis.navigator?.serviceWorker;
  if (!container) return 'this browser has no service workers here: they need https, and no private window';
  const address = new URL(script, location.href);
  address.searchParams.set('mode', mode);
  await container.register(address, { type: 'classic' });
  await container.ready;
  if (!container.controller) {
    await new Promise((resolve) => container.addEventListener('controllerchange', resolve, { once: true }));
  }
  return null;
}

import { parentPort, workerData } from 'node:worker_threads';

export interface SenderInput {
  readonly url: string;
  readonly key: string;
  readonly eventsASecond: number;
  /** How many events one request brings: 1 goes to `/api/v1/lineage`, as OpenLineage's own clients send them. */
  readonly together: number;
}

/** What was sent until it was told to stop. */
export interface SenderResult {
  readonly taken: number;
  /** Answered with an error, or not at all. */
  readonly refused: number;
  readonly seconds: number;
  /** CPU time of the sender itself, which has no machine of its own here. */
  readonly cpuMs: number;
  /** From the moment at which a request was due until its answer. */
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Jobs that run again and again; every so many-th event is the first of a job that nobody knew. */
const JOBS = 500;
const NEW_EVERY = 100;
/** So many requests run at once at most: then senders wait, as they do. */
const MOST_RUNNING = 64;

const event = (n: number): object => {
  const job = n % NEW_EVERY === 0 ? `new ${n}` : String(n % JOBS);
  return {
    eventType: 'COMPLETE',
    eventTime: new Date().toISOString(),
    producer: 'https://example.org/bench',
    schemaURL: 'https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent',
    run: { runId: crypto.randomUUID() },
    job: { namespace: 'bench', name: `job ${job}` },
    inputs: [{ namespace: 'bench', name: `in ${job}` }],
    outputs: [{ namespace: 'bench', name: `out ${job}` }],
  };
};

const { url, key, eventsASecond, together } = workerData as SenderInput;
const door = `${url}/api/v1/lineage${together === 1 ? '' : '/batch'}`;
const headers = { 'content-type': 'application/json', authorization: `Bearer ${key}` };
const times: number[] = [];
const stopping = new AbortController();
let taken = 0;
let refused = 0;
parentPort?.once('message', () => stopping.abort());

async function send(first: number, dueAt: number): Promise<void> {
  const events = Array.from({ length: together }, (_, i) => event(first + i));
  const body = JSON.stringify(together === 1 ? events[0] : events);
  const answer = await fetch(door, { method: 'POST', headers, body }).catch(() => null);
  await answer?.arrayBuffer();
  if (answer?.ok) taken += together;
  else refused += together;
  times.push(performance.now() - dueAt);
}

const from = performance.now();
const running = new Set<Promise<void>>();
for (let n = 0; !stopping.signal.aborted; n += together) {
  const dueAt = from + (n * 1_000) / eventsASecond;
  const waitMs = dueAt - performance.now();
  if (waitMs > 0) await new Promise((go) => setTimeout(go, waitMs));
  while (running.size >= MOST_RUNNING) await Promise.race(running);
  const one = send(n, dueAt).finally(() => running.delete(one));
  running.add(one);
}
const seconds = (performance.now() - from) / 1_000;
await Promise.all(running);
const sorted = times.toSorted((a, b) => a - b);
const at = (share: number): number => sorted[Math.floor((sorted.length - 1) * share)] ?? 0;
const { user, system } = process.threadCpuUsage();
const result: SenderResult = {
  taken,
  refused,
  seconds,
  cpuMs: (user + system) / 1_000,
  p50Ms: at(0.5),
  p99Ms: at(0.99),
};
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- this is a thread, not a window
parentPort?.postMessage(result);

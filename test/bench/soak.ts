/**
 * An edge on Node that answers 500 requests a second for a while, log and shipping on: what memory it takes as time goes by,
 * and whether every answer was stored. `soak 30` lasts 30 minutes, 5 unless said; `soak 30 ort` takes ONNX Runtime.
 */
import { readFileSync } from 'node:fs';
import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { TestControlPlane } from '../edge/support/control-plane.ts';
import { CLIENT_KEY, edgePlace, edgeProcess, post, until } from '../edge/support/edge-process.ts';
import { DEPTH, FEATURES, forestInputs, forestRelease, TREES } from './forest-release.ts';
import { cpuMsOf, median, send } from './load.ts';

const RATE = 500;
const SAMPLE_MS = 1_000;
const TICK_MS = 10;
const PARTS = 5;
/** By how much the last part may lie above the second before memory is said to grow. */
const FLAT = 1.1;
const [minutes = '5', engine = 'tabular'] = process.argv.slice(2);
const path = '/v1/predict/bench';

function rssMb(pid: number): number {
  const kb = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kb) / 1_024;
}

const control = await TestControlPlane.start();
const place = edgePlace(control, {
  TIFFIN_EDGE_SHIP_MS: '200',
  TIFFIN_EDGE_POLL_MS: '2000',
  TIFFIN_EDGE_ENGINE: engine,
});
await control.publish([await forestRelease('bench', 1)]);
const edge = await edgeProcess(place);
const pid = edge.child.pid!;
const body = { inputs: forestInputs };
await until('the edge serves', async () => (await post(edge.url, path, body)).status === 200);

const target = {
  url: edge.url + path,
  pid,
  body: JSON.stringify(body),
  headers: { authorization: `Bearer ${CLIENT_KEY}`, 'content-type': 'application/json' },
};
const agent = new Agent({ keepAlive: true, maxSockets: 64 });
let sent = 0;
let failed = 0;
let stored = 0;
const latencies: number[] = [];
const memory: number[] = [];
const running = new Set<Promise<void>>();

/** Counted from when it was due, so that one that waited for those before it has waited. */
async function ask(dueMs: number): Promise<void> {
  try {
    await send(agent, target);
    latencies.push(performance.now() - dueMs);
  } catch {
    failed++;
  }
}

const cpuBefore = cpuMsOf(pid) ?? 0;
const start = performance.now();
const end = start + Number(minutes) * 60_000;
let sampled = start;
while (performance.now() < end) {
  const now = performance.now();
  for (; start + (sent * 1_000) / RATE <= now; sent++) {
    const asking = ask(start + (sent * 1_000) / RATE).finally(() => running.delete(asking));
    running.add(asking);
  }
  if (now - sampled >= SAMPLE_MS) {
    sampled = now;
    memory.push(rssMb(pid));
    // What was stored is counted and let go of: this process is not what is measured.
    stored += control.stored.size;
    control.stored.clear();
  }
  await sleep(TICK_MS);
}
await Promise.all(running);
const cpuMs = ((cpuMsOf(pid) ?? 0) - cpuBefore) / sent;
const answered = sent - failed + 1;
const { counts } = await until(
  'all is shipped',
  () => control.heartbeats.findLast((one) => one.counts.answered >= answered && one.counts.queued === 0),
  120_000,
);
stored += control.stored.size;

const parts = Array.from({ length: PARTS }, (_, i) =>
  median(memory.slice(Math.floor((i * memory.length) / PARTS), Math.floor(((i + 1) * memory.length) / PARTS))),
);
const [, second = 0] = parts;
const growth = (parts.at(-1) ?? 0) / second;
const sorted = latencies.toSorted((a, b) => a - b);
const at = (share: number): string => (sorted[Math.floor(sorted.length * share)] ?? 0).toFixed(2);
console.log(
  `soak: ${minutes} minutes at ${RATE} requests/s, the engine ${engine}, ${TREES} trees of depth ${DEPTH}, ${FEATURES} inputs`,
);
console.log(
  `  memory (RSS): ${parts.map((mb) => mb.toFixed(0)).join(', ')} MB, medians of ${PARTS} parts; the last ${growth.toFixed(2)}× the second, at most ${Math.max(...memory).toFixed(0)} MB`,
);
console.log(
  `  p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, p99.9 ${at(0.999)} ms from when each was due, CPU ${cpuMs.toFixed(3)} ms a request`,
);
console.log(
  `  sent ${sent}, failed ${failed}, answered ${counts.answered}, stored ${stored}, dropped ${JSON.stringify(counts.dropped)}`,
);
agent.destroy();
await edge.stop();
await control.down();
place.remove();
process.exit(failed === 0 && stored === counts.answered && growth <= FLAT ? 0 : 1);

/**
 * A model of 100 trees in Chromium's service worker without any network: the first prediction of a browser that was just opened, and
 * those after it, each with its record in IndexedDB; afterwards every answer is stored. Beside it, in the same browsers: a service worker
 * that does nothing but write one value to IndexedDB before it answers.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type BrowserContext, type Page } from 'playwright-core';
import { NODE_KEY, TestControlPlane } from '../edge/support/control-plane.ts';
import { EdgePage } from '../support/edge-page.ts';
import { makeRunFolder } from '../support/leftovers.ts';
import { DEPTH, forestInputs, forestRelease, TREES } from './forest-release.ts';
import { median } from './load.ts';

const ROUNDS = Number(process.env['TIFFIN_BENCH_ROUNDS'] ?? 5);
const PREDICTIONS = 500;
const MOST_FIRST_MS = 300;
const MOST_P50_MS = 5;

const folder = makeRunFolder();
const control = await TestControlPlane.start();
await control.publish([await forestRelease('forest', 1)], { entry: { requires: ['engine:tabular'] } });
const site = new EdgePage({
  controlUrl: control.url,
  key: NODE_KEY,
  trustedKeys: { [control.signer.keyId]: control.signer.publicKey },
  audience: 'server',
  pollMs: 1_000,
  shipMs: 500,
});
/** A worker that writes a value and answers, and the page that it serves. */
const BARE_PAGE = '<!doctype html><title>A bare worker</title>';
const BARE_WORKER = `const opening = new Promise((resolve) => {
  const opened = indexedDB.open('bare', 1);
  opened.onupgradeneeded = () => opened.result.createObjectStore('rows', { autoIncrement: true });
  opened.onsuccess = () => resolve(opened.result);
});
async function answer(request) {
  const body = await request.json();
  const transaction = (await opening).transaction('rows', 'readwrite');
  transaction.objectStore('rows').add(body);
  await new Promise((resolve) => (transaction.oncomplete = resolve));
  return Response.json({ source: 'local' });
}
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
self.addEventListener('fetch', (event) => event.respondWith(event.request.method === 'POST' ? answer(event.request)
  : new Response(${JSON.stringify(BARE_PAGE)}, { headers: { 'content-type': 'text/html' } })));`;
site.serve('/bare/', BARE_PAGE);
site.serve('/bare/worker.js', BARE_WORKER);
await site.start();

/** A page under the bare worker, with a `timed` of its own. */
async function openBare(context: BrowserContext): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${site.url}bare/`);
  await page.evaluate(`(async () => {
    await navigator.serviceWorker.register('/bare/worker.js', { scope: '/bare/' });
    await navigator.serviceWorker.ready;
    while (!navigator.serviceWorker.controller) await new Promise((resolve) => setTimeout(resolve, 10));
    window.timed = async () => {
      const begin = performance.now();
      await (await fetch('/bare/ask', { method: 'POST', body: ${JSON.stringify(JSON.stringify({ inputs: forestInputs }))} })).json();
      return performance.now() - begin;
    };
  })()`);
  return page;
}

/** So many milliseconds each, one after another. */
const timesOf = async (page: Page): Promise<readonly number[]> =>
  (await page.evaluate(`(async () => {
    const times = [];
    for (let i = 0; i < ${PREDICTIONS}; i++) times.push(await timed());
    return times.toSorted((a, b) => a - b);
  })()`)) as number[];

const open = async (profile: string): Promise<readonly [BrowserContext, Page]> => {
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox'],
  });
  const page = await context.newPage();
  await page.goto(site.url);
  await page.waitForFunction('window.createClient');
  await page.evaluate(`window.edge = createClient({ mode: 'localModelUpdateInBackground', timeoutMs: 60000 });
    window.timed = async () => {
      const begin = performance.now();
      const { source } = await edge.predict('forest', ${JSON.stringify({ inputs: forestInputs })});
      if (source !== 'local') throw new Error('the answer is ' + source);
      return performance.now() - begin;
    }`);
  return [context, page];
};

const firsts: number[] = [];
const p50s: number[] = [];
const p99s: number[] = [];
const bareFirsts: number[] = [];
const bareP50s: number[] = [];
let answered = 0;
try {
  for (let round = 0; round < ROUNDS; round++) {
    const profile = join(folder, `profile-${round}`);
    mkdirSync(profile);
    const [online, first] = await open(profile);
    await first.evaluate('timed()');
    await first.evaluate('edge.flush()');
    await (await openBare(online)).evaluate('timed()');
    await online.close();
    await control.down();
    await site.stop();

    const [context, page] = await open(profile);
    firsts.push(Number(await page.evaluate('timed()')));
    const sorted = await timesOf(page);
    p50s.push(median(sorted));
    p99s.push(sorted[Math.floor(sorted.length * 0.99)] ?? 0);
    const bare = await openBare(context);
    bareFirsts.push(Number(await bare.evaluate('timed()')));
    bareP50s.push(median(await timesOf(bare)));
    await bare.close();
    await control.up();
    await site.start();
    answered += 1 + 1 + PREDICTIONS;
    for (let waiting = 1; waiting > 0;) {
      ({ waiting } = (await page.evaluate('edge.flush()')) as { waiting: number });
    }
    await context.close();
  }
  const [first, p50, p99] = [firsts, p50s, p99s].map(median) as [number, number, number];
  console.log(`browser: ${TREES} trees of depth ${DEPTH}, the network off, medians of ${ROUNDS} browsers`);
  console.log(`  first prediction ${first.toFixed(0)} ms (asked: below ${MOST_FIRST_MS})`);
  console.log(
    `  then p50 ${p50.toFixed(2)} ms (asked: below ${MOST_P50_MS}), p99 ${p99.toFixed(2)} ms, with a durable record each`,
  );
  const [bareFirst, bareP50] = [bareFirsts, bareP50s].map(median) as [number, number];
  console.log(
    `  a worker that only writes a value: first ${bareFirst.toFixed(0)} ms, then p50 ${bareP50.toFixed(2)} ms`,
  );
  console.log(`  against it: first ${(first / bareFirst).toFixed(1)}x, p50 ${(p50 / bareP50).toFixed(2)}x`);
  console.log(`  answered ${answered}, stored ${control.stored.size}`);
  if (first >= MOST_FIRST_MS || p50 >= MOST_P50_MS || control.stored.size !== answered) process.exitCode = 1;
} finally {
  await site.stop();
  await control.down();
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
}
process.exit();

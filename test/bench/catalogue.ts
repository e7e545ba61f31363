/**
 * The catalogue at the size that is asked: 5,000 model versions with all rows of their lives, 10,000 features, 40,000 assets below one
 * column, a million lineage edges. Impact with counts, first pages of search and of lineage, and the version page, asked of the
 * control plane in one process: each beside what is asked of it and beside one recursive query of Postgres, quiet and while another
 * thread posts 1,000 OpenLineage events a second to the registry's port, in batches of 100 and one by one. Then memory.
 * Run: npm run bench -- catalogue [--size 0.1] [--events 1000,500,250]: that share of everything, and so many events a second
 */
import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Worker } from 'node:worker_threads';
import { Client } from 'pg';
import { DEV_KEY } from '../../install/secrets.ts';
import { makeRunFolder } from '../support/leftovers.ts';
import { startControlPlane, type ControlPlane } from './catalogue/control-plane.ts';
import { cpuTimes, slowdown } from './catalogue/cpu.ts';
import { makeFirstVersion } from './catalogue/first-version.ts';
import { questions, type Question } from './catalogue/questions.ts';
import { seed, TOP, type Sizes } from './catalogue/seed.ts';
import type { SenderInput, SenderResult } from './catalogue/sender.ts';

const { values } = parseArgs({
  options: { size: { type: 'string', default: '1' }, events: { type: 'string', default: '1000' } },
});
const size = Number(values.size);
if (!(size >= 0.01 && size <= 1)) throw new Error(`--size ${values.size}: allowed is a share from 0.01 to 1`);
const versions = Math.round(100 * size) * 50;
const SIZES: Sizes = { versions, features: 2 * versions, assets: 8 * versions, edges: 200 * versions };
const RATES = values.events.split(',').map(Number);
for (const rate of RATES) {
  if (!(rate >= 1 && rate <= 100_000)) throw new Error(`--events ${values.events}: allowed are 1 to 100000, each`);
}
const ROUNDS = 5;
const REQUESTS = 10;
/** How long events come before something is asked. */
const EVENTS_ALONE_MS = 5_000;

const QUESTIONS = questions(versions);
const at = (all: readonly number[], share: number): number =>
  all.toSorted((a, b) => a - b)[Math.floor((all.length - 1) * share)] ?? 0;
const ms = (value: number): string => `${value.toFixed(1)} ms`.padStart(11);

interface Measured {
  readonly times: number[];
  /** Answers that said `complete: false`. */
  incomplete: number;
  here: number;
  postgres: number;
}

const saysIncomplete = (answer: object): boolean => JSON.stringify(answer).includes('"complete":false');

/** Each question so often, in turns. */
async function measure({ ask }: ControlPlane, client: Client): Promise<ReadonlyMap<Question, Measured>> {
  const all = new Map<Question, Measured>(
    QUESTIONS.map((question) => [question, { times: [], incomplete: 0, here: 0, postgres: 0 }]),
  );
  for (let round = 0; round < ROUNDS; round++) {
    for (const [question, measured] of all) {
      const before = await cpuTimes(client);
      for (let i = 0; i < REQUESTS; i++) {
        const documents = question.documents(round * REQUESTS + i);
        const from = performance.now();
        const answers = await Promise.all(documents.map(({ text, variables }) => ask(text, variables)));
        measured.times.push(performance.now() - from);
        if (answers.some(saysIncomplete)) measured.incomplete++;
      }
      const after = await cpuTimes(client);
      measured.here += (after.here - before.here) / (ROUNDS * REQUESTS);
      measured.postgres += (after.postgres - before.postgres) / (ROUNDS * REQUESTS);
    }
  }
  return all;
}

function report(title: string, measured: ReadonlyMap<Question, Measured>): void {
  console.log(`\n${title}; by the clock work takes ${slowdown().toFixed(1)} times its CPU time on this machine now`);
  console.log(`${''.padEnd(40)}        p50        p99   CPU here   Postgres     asked`);
  for (const [{ name, askedMs }, { times, incomplete, here, postgres }] of measured) {
    const figures = [at(times, 0.5), at(times, 0.99), here, postgres].map(ms).join('');
    const asked = askedMs === null ? '' : `  < ${askedMs} ms${at(times, 0.5) < askedMs ? '' : '  missed'}`;
    console.log(`${name.padEnd(40)}${figures}${asked}${incomplete > 0 ? `  ${incomplete} incomplete` : ''}`);
  }
}

/** The same count as impact's, by Postgres alone: what there would be without the graph in memory. */
async function recursiveQuery(client: Client): Promise<{ readonly tookMs: number; readonly total: number }> {
  const from = performance.now();
  const { rows } = await client.query<{ count: number }>(
    `with recursive reached (urn) as (
       select $1::text union select downstream from registry.asset_edge join reached on upstream = urn where valid_to is null)
     select split_part(urn, ':', 3) as kind, count(*)::int from reached group by 1`,
    [TOP],
  );
  const tookMs = performance.now() - from;
  return { tookMs, total: rows.reduce((sum, { count }) => sum + count, -1) };
}

interface Stream {
  readonly eventsASecond: number;
  /** How many come in each request. */
  readonly together: number;
}

/** Measures while events come in. */
async function whileEventsCome(plane: ControlPlane, client: Client, stream: Stream): Promise<void> {
  const { eventsASecond, together } = stream;
  const workerData: SenderInput = { url: plane.url, key: DEV_KEY, ...stream };
  const worker = new Worker(new URL('./catalogue/sender.ts', import.meta.url), { workerData });
  const ended = new Promise<SenderResult>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  const before = await cpuTimes(client);
  await sleep(EVENTS_ALONE_MS);
  const after = await cpuTimes(client);
  const measured = await measure(plane, client);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- this is a thread, not a window
  worker.postMessage('stop');
  const { taken, refused, seconds, cpuMs, p50Ms, p99Ms } = await ended;
  const how = together === 1 ? 'one by one' : `${together} in a request`;
  report(`while ${eventsASecond} events a second are posted, ${how}; CPU with that of the events`, measured);
  const share = (one: 'here' | 'postgres'): string =>
    `${Math.round(((after[one] - before[one]) / EVENTS_ALONE_MS) * 100)} %`;
  const sending = Math.round(cpuMs / 10 / seconds);
  console.log(
    `events alone take ${share('here')} of a core here and ${share('postgres')} in Postgres; their sender ${sending} %`,
  );
  const perSecond = Math.round(taken / seconds);
  console.log(`events: ${perSecond} a second taken, ${refused} refused; a request p50 ${ms(p50Ms)}, p99 ${ms(p99Ms)}`);
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
function memory(when: string): void {
  collect();
  const { rss, heapUsed } = process.memoryUsage();
  const mb = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;
  console.log(`memory ${when}: ${mb(rss)}, of which the heap holds ${mb(heapUsed)}`);
}

const folder = makeRunFolder();
const plane = await startControlPlane(folder);
const client = new Client({ connectionString: plane.ownerUrl });
await client.connect();
try {
  await makeFirstVersion(plane);
  const rows = await seed(plane.ownerUrl, SIZES);
  console.log(
    Object.entries(rows)
      .map(([noun, count]) => `${count} ${noun}`)
      .join(', '),
  );
  memory('before the graph is read');
  const from = performance.now();
  const { impact } = await plane.ask(`{ impact(id: "${TOP}") { total } }`);
  console.log(
    `the first impact, which reads the graph: ${Math.round(performance.now() - from)} ms, ${impact.total} assets`,
  );
  memory('with the graph');
  const sql = await recursiveQuery(client);
  console.log(`the same count by one recursive query: ${Math.round(sql.tookMs)} ms, ${sql.total} assets`);
  report('quiet', await measure(plane, client));
  for (const eventsASecond of RATES) {
    for (const together of [100, 1]) await whileEventsCome(plane, client, { eventsASecond, together });
  }
  memory('at the end');
} finally {
  await client.end();
  await plane.stop();
  rmSync(folder, { recursive: true, force: true });
}

/**
 * `POST /v1/features/events` as NDJSON: events per second that are checked, in the log for good and in three windows (1 h, 24 h,
 * 7 d, count and sum of each), with the on-line store in process and in Redis. Beside it, in turn, the same events without any check:
 * a bare unnest insert into a like table, and for Redis the same plus INCR and EXPIRE of counters. Every event is counted at the end.
 * Run: npm run bench -- events [events a round]
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { startEmbeddedPostgres } from '../../install/postgres/embedded-postgres.ts';
import { featureSchema } from '../../subgraphs/feature/storage/schema.ts';
import { openDatabase } from '../../subgraphs/shared/database/database.ts';
import { migrate } from '../../subgraphs/shared/database/migrate.ts';
import { startFeatureProcess } from '../support/feature-process.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { median } from './load.ts';

const EVENTS = Number(process.argv[2] ?? 40_000);
const ROUNDS = 5;
const BATCH = 1_000;
const SENDERS = 4;
const CARDS = 2_000;
const HOUR = 3_600;
const LENGTHS = [HOUR, 24 * HOUR, 7 * 24 * HOUR];
const ASKED = { memory: 15_000, redis: 5_000 };

interface Payment {
  readonly txn_id: string;
  readonly card_id: string;
  readonly amount: number;
  readonly event_time: string;
}

const random = seededRandom(1);
let made = 0;
/** Payments of the last day: some cards are busy, most are not. */
const payments = (): Payment[] =>
  Array.from({ length: EVENTS }, () => ({
    txn_id: `t${made++}`,
    card_id: `card ${Math.floor(random() ** 2 * CARDS)}`,
    amount: Math.floor(random() * 1e4),
    event_time: new Date(Date.now() - Math.floor(random() * 24 * HOUR * 1_000)).toISOString(),
  }));

const batchesOf = (events: readonly Payment[]): Payment[][] =>
  Array.from({ length: Math.ceil(events.length / BATCH) }, (_, i) => events.slice(i * BATCH, (i + 1) * BATCH));

/** Seconds of CPU that a process has used. */
function cpuOf(pid: number): number {
  const [, rest = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ');
  const [user, system] = rest.split(' ').slice(11, 13).map(Number);
  return ((user ?? 0) + (system ?? 0)) / 100;
}

/** Several senders at once, each with the next batch; the seconds that all of it takes, and of a process's CPU. */
async function timed(
  pid: number,
  bodies: readonly string[],
  send: (body: string) => Promise<void>,
): Promise<{ seconds: number; cpu: number }> {
  let next = 0;
  const cpu = cpuOf(pid);
  const from = performance.now();
  await Promise.all(
    Array.from({ length: SENDERS }, async () => {
      for (let body = bodies[next++]; body !== undefined; body = bodies[next++]) await send(body);
    }),
  );
  return { seconds: (performance.now() - from) / 1_000, cpu: cpuOf(pid) - cpu };
}

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });

const folder = mkdtempSync(join(tmpdir(), 'tiffin-bench-'));
const server = await startEmbeddedPostgres({ folder });
await migrate(featureSchema, server.url('tiffin_owner'));
const owner = await openDatabase(featureSchema, { url: server.url('tiffin_owner'), poolSize: 1 });
await owner.query('create table bare (like pushed_row including all)');
await owner.query('grant all on bare to tiffin_app');
await owner.close();
const db = await openDatabase(featureSchema, { url: server.url('tiffin_app') });
writeFileSync(join(folder, 'txn.csv'), 'txn_id,card_id,amount,event_time\nt,c,1.5,2026-01-01T00:00:00Z\n');

/** What the events go to without any check: the table alone, and in Redis a counter and a sum of each length that expire. */
async function bare(body: string, redis: Redis | null): Promise<void> {
  const rows = body.split('\n').map((line) => JSON.parse(line) as Payment);
  await db.pool.query(
    `insert into bare (project, view, version, entity_key, event_ms, available_ms, online, offline, event_id, retracted, feature_values)
     select 'default', 'card_txn', 1, key, event_ms, 0, true, true, id, false, feature_values::jsonb
     from unnest($1::text[], $2::bigint[], $3::text[], $4::text[]) as t (key, event_ms, id, feature_values)`,
    [
      rows.map(({ card_id }) => JSON.stringify([card_id])),
      rows.map(({ event_time }) => Date.parse(event_time)),
      rows.map(({ txn_id }) => txn_id),
      rows.map(({ amount }) => `[${amount}]`),
    ],
  );
  if (!redis) return;
  const pipeline = redis.pipeline();
  for (const { card_id, amount } of rows) {
    for (const length of LENGTHS) {
      pipeline.incr(`n:${card_id}:${length}`).expire(`n:${card_id}:${length}`, length);
      pipeline.incrby(`s:${card_id}:${length}`, amount).expire(`s:${card_id}:${length}`, length);
    }
  }
  await pipeline.exec();
}

async function answers(port: number): Promise<void> {
  const client = new Redis(port, '127.0.0.1', { retryStrategy: () => 20, maxRetriesPerRequest: null });
  client.on('error', () => undefined);
  await client.ping();
  client.disconnect();
}

/** What is to end, whatever happens. */
const ends: (() => unknown)[] = [];

async function measure(name: 'memory' | 'redis', redisUrl: string | undefined): Promise<void> {
  const redis = redisUrl === undefined ? null : new Redis(`${redisUrl}/1`);
  const feature = await startFeatureProcess({
    DATABASE_URL: server.url('tiffin_app'),
    DATABASE_OWNER_URL: server.url('tiffin_owner'),
    TIFFIN_DATA_DIR: join(folder, name),
    TIFFIN_SOURCE_DIRS: folder,
    ...(redisUrl !== undefined && { REDIS_URL: redisUrl }),
  });
  ends.push(() => feature.kill());
  const windows = LENGTHS.flatMap((windowSeconds) => [
    { name: `n_${windowSeconds}`, window: { function: 'COUNT', windowSeconds } },
    { name: `sum_${windowSeconds}`, column: 'amount', window: { function: 'SUM', windowSeconds } },
  ]);
  const view = `card_${name}`;
  const call = async (path: string, type: string, body: string): Promise<any> => {
    const answer = await feature.post(path, type, body);
    if (answer?.status !== 200) throw new Error(JSON.stringify(answer));
    return answer.body;
  };
  const query = `mutation ($view: DefineFeatureViewInput!) {
    defineEntity(input: { name: "card", joinKeys: [{ name: "card_id", dtype: STRING }] }) { eventCursor }
    defineSource(input: { name: "${name}", path: "txn.csv", eventColumn: "event_time" }) { eventCursor }
    defineFeatureView(input: $view) { eventCursor }
    defineFeatureService(input: { name: "${view}", views: [{ view: "${view}" }] }) { eventCursor } }`;
  const defined = {
    name: view,
    entity: 'card',
    source: name,
    ttlSeconds: 0,
    eventIdColumn: 'txn_id',
    features: windows,
  };
  const { errors } = await call(
    '/graphql',
    'application/json',
    JSON.stringify({ query, variables: { view: defined } }),
  );
  if (errors) throw new Error(JSON.stringify(errors));
  const ours = async (body: string): Promise<void> => {
    const { accepted, rejected } = await call(`/v1/features/events?source=${name}`, 'application/x-ndjson', body);
    if (accepted !== body.split('\n').length)
      throw new Error(`only ${accepted} were accepted: ${JSON.stringify(rejected[0])}`);
  };
  const sent: Payment[] = [];
  const figures = { ours: [] as number[], bare: [] as number[], oursCpu: [] as number[], bareCpu: [] as number[] };
  for (let round = -1; round < ROUNDS; round++) {
    const events = payments();
    sent.push(...events);
    const bodies = batchesOf(events).map((batch) => batch.map((one) => JSON.stringify(one)).join('\n'));
    const sides = { ours, bare: (body: string) => bare(body, redis) };
    for (const side of round % 2 === 0 ? (['ours', 'bare'] as const) : (['bare', 'ours'] as const)) {
      const { seconds, cpu } = await timed(side === 'ours' ? feature.pid : process.pid, bodies, sides[side]);
      if (round < 0) continue;
      figures[side].push(EVENTS / seconds);
      figures[`${side}Cpu`].push((1e6 * cpu) / EVENTS);
    }
  }
  const rate = { ours: median(figures.ours), bare: median(figures.bare) };
  const baseline = redis ? 'a bare insert with INCR and EXPIRE' : 'a bare insert';
  const shown = (value: number): string => Math.round(value).toLocaleString('en');
  console.log(
    `${name === 'memory' ? 'in process' : 'in Redis  '}  ${shown(rate.ours)} events/s (asked ${shown(ASKED[name])}), ` +
      `${baseline} ${shown(rate.bare)}/s: ratio ${(rate.ours / rate.bare).toFixed(2)}; ` +
      `CPU of the process ${median(figures.oursCpu).toFixed(0)} µs an event, ${median(figures.bareCpu).toFixed(0)} µs`,
  );
  await checkCounts();
  await feature.kill();
  redis?.disconnect();

  async function checkCounts(): Promise<void> {
    const byCard = Map.groupBy(sent, ({ card_id }) => card_id);
    const [stored] = await db.query<{ ids: number }>(
      'select count(distinct event_id)::int as ids from pushed_row where view = $1',
      [view],
    );
    const at = new Date().toISOString();
    let wrong = 0;
    const cards = [...byCard.keys()];
    for (let i = 0; i < cards.length; i += 500) {
      const entities = cards.slice(i, i + 500).map((card_id) => ({ card_id }));
      const { values } = await call(
        '/v1/features/read',
        'application/json',
        JSON.stringify({ service: view, entities, at }),
      );
      entities.forEach(({ card_id }, row) => {
        const own = byCard.get(card_id) ?? [];
        const sum = own.reduce((all, { amount }) => all + amount, 0);
        // All of them lie within a week.
        if (values[row][4] !== own.length || values[row][5] !== sum) wrong++;
      });
    }
    console.log(
      `            ${stored?.ids} of ${sent.length} events are in the log, ${wrong} of ${cards.length} cards are counted wrong`,
    );
    if (stored?.ids !== sent.length || wrong > 0) process.exitCode = 1;
  }
}

console.log(
  `${EVENTS} events of ${CARDS} cards in batches of ${BATCH}, ${SENDERS} senders, median of ${ROUNDS} rounds`,
);
try {
  await measure('memory', undefined);
  if (spawnSync('redis-server', ['--version']).status === 0) {
    const port = await freePort();
    const redis = spawn(
      'redis-server',
      ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', folder],
      { stdio: 'ignore' },
    );
    ends.push(() => redis.kill());
    await answers(port);
    await measure('redis', `redis://127.0.0.1:${port}`);
  } else console.log('in Redis    left out: there is no redis-server');
} finally {
  for (const end of ends) await end();
  await db.close();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}

/**
 * `POST /v1/features/read` of 50 features of 25 views (of 10 each), 1 and 100 entities, from Redis over HTTP on loopback,
 * against a bare MGET of the same keys behind the same kind of HTTP server, which answers the bytes as they are. The subgraph
 * runs as it does in production, in a process of its own, with its request log on. Needs redis-server.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { redisParts } from '../../core/codec/redis-address.ts';
import { startEmbeddedPostgres } from '../../install/postgres/embedded-postgres.ts';
import { featureServer, KEY, seed, SERVICE } from './feature-server.ts';
import { measure, median, type Target, type Window } from './load.ts';

const ROUNDS = 5;
const WINDOW_MS = 2_000;
const CONNECTIONS = 16;
const VIEWS = 25;
const FEATURES = 10;
const READ = 2;
const USERS = 2_000;
const REDIS_PORT = 41_000 + (process.pid % 10_000);

/** The HTTP server of the subgraphs, and nothing behind it but the command. */
const BARE = `
import { readFileSync } from 'node:fs';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { Redis } from 'ioredis';
const keys = JSON.parse(readFileSync(process.env.KEYS_FILE, 'utf8'));
const redis = new Redis(process.env.REDIS_URL);
const app = new Hono();
app.post('/', async (c) => {
  await c.req.json();
  const found = await redis.mgetBuffer(keys);
  return c.body(Buffer.concat(found.map((one) => one ?? Buffer.alloc(0))));
});
serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => console.log(port));
`;

async function bareServer(file: string, redisUrl: string): Promise<{ url: string; child: ChildProcess }> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', BARE], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env['PATH'], KEYS_FILE: file, REDIS_URL: redisUrl },
  });
  const [chunk] = (await once(child.stdout, 'data')) as [Buffer];
  return { url: `http://127.0.0.1:${String(chunk).trim()}/`, child };
}

const folder = mkdtempSync(join(tmpdir(), 'tiffin-bench-'));
const postgres = await startEmbeddedPostgres({ folder: join(folder, 'postgres') });
const children: ChildProcess[] = [];
process.on('exit', () => children.forEach((child) => child.kill('SIGKILL')));
mkdirSync(join(folder, 'redis'));
const redisArguments = [
  '--port',
  String(REDIS_PORT),
  '--bind',
  '127.0.0.1',
  '--save',
  '',
  '--dir',
  join(folder, 'redis'),
];
children.push(spawn('redis-server', redisArguments, { stdio: 'ignore' }));
const redisUrl = `redis://127.0.0.1:${REDIS_PORT}`;
const feature = await featureServer(
  folder,
  postgres.url('tiffin_app', 'tiffin'),
  postgres.url('tiffin_owner', 'tiffin'),
  { REDIS_URL: redisUrl },
);
children.push(feature.child);
await seed(feature.url, folder, { views: VIEWS, features: FEATURES, read: READ, users: USERS });

const headers = { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' };
const of = (windows: readonly Window[], what: (window: Window) => number): number => median(windows.map(what));
const cpuOf = ({ cpuMs }: Window): number => cpuMs ?? 0;
const rateOf = ({ requests, seconds }: Window): number => requests / seconds;
const line = (name: string, own: readonly Window[]): string =>
  `  ${name.padEnd(24)} ${Math.round(of(own, rateOf))} requests/s, p50 ${of(own, ({ p50Ms }) => p50Ms).toFixed(2)} ms, p99 ${of(own, ({ p99Ms }) => p99Ms).toFixed(2)} ms, CPU ${of(own, cpuOf).toFixed(3)} ms a request`;

console.log(
  `redis read: ${VIEWS * READ} features of ${VIEWS} views × ${FEATURES}, ${USERS} entities, ${CONNECTIONS} connections; ${ROUNDS} alternated rounds, medians`,
);
const [part] = redisParts(1);
for (const entities of [1, 100]) {
  const keys = Array.from({ length: entities }, (_, i) => `u${(i * 97) % USERS}`);
  const body = JSON.stringify({ service: SERVICE, entities: keys.map((user_id) => ({ user_id })) });
  const url = `${feature.url}/v1/features/read`;
  const answer: any = await (await fetch(url, { method: 'POST', headers, body })).json();
  const present = answer.statuses.flat().filter((status: string) => status === 'PRESENT').length;
  if (present !== entities * VIEWS * READ) throw new Error(`only ${present} values are present`);
  const keysFile = join(folder, `keys-${entities}.json`);
  const blocks = keys.flatMap((key) =>
    Array.from({ length: VIEWS }, (_, i) => part?.block({ view: `default/v${i}@1`, key: JSON.stringify([key]) })),
  );
  writeFileSync(keysFile, JSON.stringify(blocks));
  const bare = await bareServer(keysFile, redisUrl);
  children.push(bare.child);
  const size = (await (await fetch(bare.url, { method: 'POST', headers, body })).arrayBuffer()).byteLength;
  if (size < blocks.length * 100) throw new Error(`the bare MGET found only ${size} bytes`);
  const targets: Record<'read' | 'bare', Target> = {
    read: { url, pid: feature.child.pid!, body, headers },
    bare: { url: bare.url, pid: bare.child.pid!, body, headers },
  };
  const windows = { read: [] as Window[], bare: [] as Window[] };
  for (let round = -1; round < ROUNDS; round++) {
    for (const name of round % 2 === 0 ? (['read', 'bare'] as const) : (['bare', 'read'] as const)) {
      const window = await measure(targets[name], CONNECTIONS, WINDOW_MS);
      if (round >= 0) windows[name].push(window); // the first round warms up
    }
  }
  bare.child.kill();
  console.log(line(`read, ${entities} entities`, windows.read));
  console.log(line(`MGET of ${blocks.length} keys`, windows.bare));
  console.log(
    `  read / MGET: CPU time ${(of(windows.read, cpuOf) / of(windows.bare, cpuOf)).toFixed(2)}×, throughput ${(of(windows.read, rateOf) / of(windows.bare, rateOf)).toFixed(2)}`,
  );
}
feature.child.kill('SIGTERM');
await once(feature.child, 'exit');
await postgres.stop();
rmSync(folder, { recursive: true, force: true });

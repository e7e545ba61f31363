/**
 * `POST /v1/features/read` of 50 features (5 views × 10), 1 and 100 entities, in-process store, over HTTP on loopback,
 * against a bare node:http server that parses the same request and answers JSON of the same size. The subgraph runs as
 * it does in production, in a process of its own, with its request log on.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../../install/postgres/embedded-postgres.ts';
import { featureServer, KEY, seed, SERVICE, type Running } from './feature-server.ts';
import { measure, median, type Target, type Window } from './load.ts';

const ROUNDS = 7;
const WINDOW_MS = 2_000;
const CONNECTIONS = 16;
const VIEWS = 5;
const FEATURES = 10;
const USERS = 10_000;

const ECHO = `
const { createServer } = require('node:http');
const answer = JSON.parse(require('node:fs').readFileSync(process.argv[1], 'utf8'));
createServer((request, response) => {
  let text = '';
  request.setEncoding('utf8');
  request.on('data', (chunk) => (text += chunk));
  request.on('end', () => {
    JSON.parse(text);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(answer));
  });
}).listen(0, '127.0.0.1', function () { console.log(this.address().port); });
`;

async function echoServer(file: string): Promise<Running> {
  const child = spawn(process.execPath, ['-e', ECHO, file], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [chunk] = (await once(child.stdout, 'data')) as [Buffer];
  return { url: `http://127.0.0.1:${String(chunk).trim()}/`, child };
}

const folder = mkdtempSync(join(tmpdir(), 'tiffin-bench-'));
const postgres = await startEmbeddedPostgres({ folder: join(folder, 'postgres') });
const children: ChildProcess[] = [];
process.on('exit', () => children.forEach((child) => child.kill('SIGKILL')));
const feature = await featureServer(
  folder,
  postgres.url('tiffin_app', 'tiffin'),
  postgres.url('tiffin_owner', 'tiffin'),
);
children.push(feature.child);
await seed(feature.url, folder, { views: VIEWS, features: FEATURES, read: FEATURES, users: USERS });

const headers = { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' };
const ratio = (a: readonly Window[], b: readonly Window[], of: (window: Window) => number): string =>
  (median(a.map(of)) / median(b.map(of))).toFixed(2);
const line = (name: string, own: readonly Window[]): string =>
  `  ${name.padEnd(24)} ${Math.round(median(own.map(({ requests, seconds }) => requests / seconds)))} requests/s, p50 ${median(own.map(({ p50Ms }) => p50Ms)).toFixed(2)} ms, p99 ${median(own.map(({ p99Ms }) => p99Ms)).toFixed(2)} ms, CPU ${median(own.map(({ cpuMs }) => cpuMs ?? 0)).toFixed(3)} ms a request`;

console.log(
  `online read: ${VIEWS} views × ${FEATURES} features of ${USERS} entities, in-process store, ${CONNECTIONS} connections; ${ROUNDS} alternated rounds, medians`,
);
for (const entities of [1, 100]) {
  const rows = Array.from({ length: entities }, (_, i) => ({ user_id: `u${(i * 97) % USERS}` }));
  const body = JSON.stringify({ service: SERVICE, entities: rows });
  const url = `${feature.url}/v1/features/read`;
  const answer = await (await fetch(url, { method: 'POST', headers, body })).text();
  const { statuses } = JSON.parse(answer);
  const present = statuses.flat().filter((status: string) => status === 'PRESENT').length;
  if (present !== entities * VIEWS * FEATURES)
    throw new Error(`only ${present} values are present: ${answer.slice(0, 300)}`);
  const answerFile = join(folder, `answer-${entities}.json`);
  writeFileSync(answerFile, answer);
  const echo = await echoServer(answerFile);
  children.push(echo.child);
  const targets: Record<'read' | 'echo', Target> = {
    read: { url, pid: feature.child.pid!, body, headers },
    echo: { url: echo.url, pid: echo.child.pid!, body, headers },
  };
  const windows = { read: [] as Window[], echo: [] as Window[] };
  for (let round = -1; round < ROUNDS; round++) {
    for (const name of round % 2 === 0 ? (['read', 'echo'] as const) : (['echo', 'read'] as const)) {
      const window = await measure(targets[name], CONNECTIONS, WINDOW_MS);
      if (round >= 0) windows[name].push(window); // the first round warms up
    }
  }
  echo.child.kill();
  console.log(line(`read, ${entities} entities`, windows.read));
  console.log(line(`echo of ${answer.length} bytes`, windows.echo));
  console.log(
    `  read / echo: throughput ${ratio(windows.read, windows.echo, ({ requests, seconds }) => requests / seconds)}, ` +
      `p50 ${ratio(windows.read, windows.echo, ({ p50Ms }) => p50Ms)}×, CPU time ${ratio(windows.read, windows.echo, ({ cpuMs }) => cpuMs ?? 0)}×`,
  );
}
feature.child.kill('SIGTERM');
await once(feature.child, 'exit');
await postgres.stop();
rmSync(folder, { recursive: true, force: true });

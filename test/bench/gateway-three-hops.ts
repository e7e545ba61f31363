/**
 * A query over three subgraphs, one after another, through the gateway, against the same three calls made by hand to the
 * subgraphs' executors and joined, and against a route that only parses and answers as many bytes: all on one port of
 * one process with the four real subgraphs over Postgres, request log on, so that the ratios are the gateway's.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { measure, median, type Target, type Window } from './load.ts';
import { QUERY } from './three-hops/query.ts';
import { DEV_KEY, seed } from './three-hops/seed.ts';

const ROUNDS = 7;
const WINDOW_MS = 2_000;
const CONNECTIONS = 16;
const SIZES = { views: 2, features: 10, versions: 4, predictions: 10_000 };
const FIRST = 20;
const NAMES = ['gateway', 'byHand', 'echo'] as const;
type Name = (typeof NAMES)[number];

const folder = mkdtempSync(join(tmpdir(), 'tiffin-bench-'));
const child = spawn(
  process.execPath,
  [
    '--experimental-transform-types',
    '--disable-warning=ExperimentalWarning',
    ...process.execArgv.filter((flag) => flag.startsWith('--cpu-prof')),
    `${import.meta.dirname}/three-hops/control-plane.ts`,
    folder,
  ],
  { stdio: ['ignore', 'pipe', 'inherit'] },
);
process.on('exit', () => child.kill('SIGTERM'));
const [said] = (await Promise.race([
  once(child.stdout, 'data'),
  once(child, 'exit').then(([code]) => Promise.reject(new Error(`the control plane ended with ${code}`))),
])) as [Buffer];
const url = String(said).trim();
const { deployment } = await seed(url, folder, SIZES);

const headers = { authorization: `Bearer ${DEV_KEY}`, 'content-type': 'application/json' };
const body = JSON.stringify({ query: QUERY, variables: { deployment, first: FIRST } });
const targetAt = (path: string): Target => ({ url: `${url}${path}`, pid: child.pid!, body, headers });
const targets: Record<Name, Target> = {
  gateway: targetAt('/graphql'),
  byHand: targetAt('/by-hand'),
  echo: targetAt('/echo'),
};
const answerOf = async ({ url: at }: Target): Promise<any> =>
  (await fetch(at, { method: 'POST', headers, body })).json();
const answer = await answerOf(targets.gateway);
const handed = await answerOf(targets.byHand);
if (answer.data?.predictions.edges.length !== FIRST)
  throw new Error(`not the answer: ${JSON.stringify(answer).slice(0, 500)}`);
if (!isDeepStrictEqual(answer, handed)) throw new Error('the gateway and the calls by hand answer differently');
await fetch(targets.echo.url, { method: 'PUT', headers, body: JSON.stringify(answer) });

const together: Record<Name, Window[]> = { gateway: [], byHand: [], echo: [] };
const alone: Record<Name, Window[]> = { gateway: [], byHand: [], echo: [] };
for (let round = -1; round < ROUNDS; round++) {
  for (const name of round % 2 === 0 ? NAMES : NAMES.toReversed()) {
    const single = await measure(targets[name], 1, WINDOW_MS / 2);
    const many = await measure(targets[name], CONNECTIONS, WINDOW_MS);
    if (round < 0) continue; // the first round warms up
    alone[name].push(single);
    together[name].push(many);
  }
}

const figure = (own: readonly Window[], of: (window: Window) => number): number => median(own.map(of));
const perSecond = ({ requests, seconds }: Window): number => requests / seconds;
const cpu = ({ cpuMs }: Window): number => cpuMs ?? 0;
const p50 = ({ p50Ms }: Window): number => p50Ms;
const line = (name: string, own: readonly Window[]): string =>
  `  ${name.padEnd(10)} ${Math.round(figure(own, perSecond))} requests/s, p50 ${figure(own, p50).toFixed(2)} ms, ` +
  `p99 ${figure(own, ({ p99Ms }) => p99Ms).toFixed(2)} ms, CPU ${figure(own, cpu).toFixed(2)} ms a request`;
console.log(
  `three hops, four subgraphs in one process: ${FIRST} of ${SIZES.predictions} predictions → ${SIZES.versions} model versions → ` +
    `${SIZES.versions} training sets of ${SIZES.views * SIZES.features} features, ${JSON.stringify(answer).length} bytes, ` +
    `request log on; ${ROUNDS} alternated rounds, medians`,
);
for (const [connections, windows] of [
  [1, alone],
  [CONNECTIONS, together],
] as const) {
  console.log(`${connections} connection${connections === 1 ? '' : 's'}`);
  for (const name of NAMES) console.log(line(name, windows[name]));
  for (const base of ['byHand', 'echo'] as const) {
    const ratio = (of: (window: Window) => number): string =>
      (figure(windows.gateway, of) / figure(windows[base], of)).toFixed(2);
    console.log(`  gateway / ${base}: p50 ${ratio(p50)}×, CPU time ${ratio(cpu)}×, throughput ${ratio(perSecond)}`);
  }
}
child.kill('SIGTERM');
await once(child, 'exit');
rmSync(folder, { recursive: true, force: true });

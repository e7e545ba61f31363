import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { measure, median, type Target, type Window } from '../load.ts';
import { QUERY } from './query.ts';
import { DEV_KEY, seed } from './seed.ts';
import { makeRunFolder } from '../../support/leftovers.ts';

const WINDOW_MS = 2_000;
const CONNECTIONS = 16;
const SIZES = { views: 2, features: 10, versions: 4, predictions: 10_000 };
const FIRST = 20;

export interface Comparison {
  /** Name → path. The first is compared with each of the others; `echo` answers what the first does. */
  readonly paths: Readonly<Record<string, string>>;
  readonly rounds: number;
  /** A module that adds routes to the control plane. */
  readonly plugin?: string;
}

export interface Figures {
  readonly throughput: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly cpuMs: number;
}

/** Figures of every path, over one connection and over many. */
export type Compared = Readonly<Record<'alone' | 'together', Readonly<Record<string, Figures>>>>;

/** Starts the control plane, seeds it, asks every path the same and compares answers, then measures in turns. */
export async function compareThreeHops({ paths, rounds, plugin }: Comparison): Promise<Compared> {
  const folder = makeRunFolder();
  const child = spawn(
    process.execPath,
    [
      '--experimental-transform-types',
      '--disable-warning=ExperimentalWarning',
      ...process.execArgv.filter((flag) => flag.startsWith('--cpu-prof')),
      `${import.meta.dirname}/control-plane.ts`,
      folder,
      '0',
      ...(plugin === undefined ? [] : [plugin]),
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const end = (): boolean => child.kill('SIGTERM');
  process.on('exit', end);
  try {
    const [said] = (await Promise.race([
      once(child.stdout, 'data'),
      once(child, 'exit').then(([code]) => Promise.reject(new Error(`the control plane ended with ${code}`))),
    ])) as [Buffer];
    const url = String(said).trim();
    const { deployment } = await seed(url, folder, SIZES);
    const headers = { authorization: `Bearer ${DEV_KEY}`, 'content-type': 'application/json' };
    const body = JSON.stringify({ query: QUERY, variables: { deployment, first: FIRST } });
    const targets = Object.fromEntries(
      Object.entries(paths).map(([name, path]) => [name, { url: `${url}${path}`, pid: child.pid!, body, headers }]),
    );
    await checkAnswers(targets);
    return await inTurns(targets, rounds);
  } finally {
    end();
    await once(child, 'exit');
    process.off('exit', end);
    rmSync(folder, { recursive: true, force: true });
  }
}

async function checkAnswers(targets: Readonly<Record<string, Target>>): Promise<void> {
  const answerOf = async ({ url, body, headers }: Target): Promise<any> =>
    (await fetch(url, { method: 'POST', headers, body })).json();
  const [first = ''] = Object.keys(targets);
  const answer = await answerOf(targets[first]!);
  if (answer.data?.predictions.edges.length !== FIRST)
    throw new Error(`not the answer: ${JSON.stringify(answer).slice(0, 500)}`);
  for (const [name, other] of Object.entries(targets)) {
    if (name === 'echo') {
      await fetch(other.url, { method: 'PUT', headers: other.headers, body: JSON.stringify(answer) });
    } else if (!isDeepStrictEqual(await answerOf(other), answer)) {
      throw new Error(`${first} and ${name} answer differently`);
    }
  }
}

async function inTurns(targets: Readonly<Record<string, Target>>, rounds: number): Promise<Compared> {
  const names = Object.keys(targets);
  const windows = { alone: new Map<string, Window[]>(), together: new Map<string, Window[]>() };
  for (let round = -1; round < rounds; round++) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      const alone = await measure(targets[name]!, 1, WINDOW_MS / 2);
      const together = await measure(targets[name]!, CONNECTIONS, WINDOW_MS);
      if (round < 0) continue; // the first round warms up
      windows.alone.set(name, [...(windows.alone.get(name) ?? []), alone]);
      windows.together.set(name, [...(windows.together.get(name) ?? []), together]);
    }
  }
  const of = (map: ReadonlyMap<string, readonly Window[]>): Readonly<Record<string, Figures>> =>
    Object.fromEntries([...map].map(([name, own]) => [name, figuresOf(own)]));
  return { alone: of(windows.alone), together: of(windows.together) };
}

const figuresOf = (own: readonly Window[]): Figures => ({
  throughput: median(own.map(({ requests, seconds }) => requests / seconds)),
  p50Ms: median(own.map(({ p50Ms }) => p50Ms)),
  p99Ms: median(own.map(({ p99Ms }) => p99Ms)),
  cpuMs: median(own.map(({ cpuMs }) => cpuMs ?? 0)),
});

/** What was compared, as text: each path, and the first against each of the others. */
export function reportOf(compared: Compared, rounds: number): string {
  const lines = [
    `three hops, four subgraphs in one process: ${FIRST} of ${SIZES.predictions} predictions → ${SIZES.versions} model ` +
      `versions → ${SIZES.versions} training sets of ${SIZES.views * SIZES.features} features, request log on; ` +
      `${rounds} alternated rounds, medians`,
  ];
  for (const [connections, figures] of [
    [1, compared.alone],
    [CONNECTIONS, compared.together],
  ] as const) {
    lines.push(`${connections} connection${connections === 1 ? '' : 's'}`);
    for (const [name, { throughput, p50Ms, p99Ms, cpuMs }] of Object.entries(figures)) {
      lines.push(
        `  ${name.padEnd(10)} ${Math.round(throughput)} requests/s, p50 ${p50Ms.toFixed(2)} ms, ` +
          `p99 ${p99Ms.toFixed(2)} ms, CPU ${cpuMs.toFixed(2)} ms a request`,
      );
    }
    const [name = '', ...others] = Object.keys(figures);
    for (const other of others) {
      const ratio = (of: keyof Figures): string => (figures[name]![of] / figures[other]![of]).toFixed(2);
      lines.push(
        `  ${name} / ${other}: p50 ${ratio('p50Ms')}×, CPU time ${ratio('cpuMs')}×, throughput ${ratio('throughput')}×`,
      );
    }
  }
  return lines.join('\n');
}

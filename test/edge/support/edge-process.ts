import { spawn, type ChildProcess } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { readConfig } from '../../../edge/adapters/node/config.ts';
import { startEdge, type RunningEdge } from '../../../edge/adapters/node/main.ts';
import { SCOPES } from '../../../core/scopes.ts';
import { NODE_KEY, type TestControlPlane } from './control-plane.ts';
import { sha256 } from './release.ts';
import { bareEnvironment } from '../../support/bare-environment.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

export const CLIENT_KEY = 'client-key';
const MAIN = fileURLToPath(new URL('../../../edge/adapters/node/main.ts', import.meta.url));

export interface EdgePlace {
  readonly folder: string;
  readonly env: Record<string, string>;
  remove(): void;
}

/** The folder and the settings of one edge, which outlive its processes. */
export function edgePlace(control: TestControlPlane, change: Record<string, string> = {}): EdgePlace {
  const folder = temporaryFolder('edge');
  const keysFile = join(folder, 'keys.json');
  const trustedFile = join(folder, 'trusted.json');
  writeFileSync(
    keysFile,
    JSON.stringify([
      { id: 'client', sha256: sha256(CLIENT_KEY), scopes: SCOPES, trust: 'server', owner: 'user:client' },
    ]),
  );
  writeFileSync(trustedFile, JSON.stringify({ [control.signer.keyId]: control.signer.publicKey }));
  return {
    folder,
    env: {
      MODE: 'dev',
      TIFFIN_EDGE_HOST: '127.0.0.1',
      TIFFIN_EDGE_PORT: '0',
      TIFFIN_CONTROL_URL: control.url,
      TIFFIN_EDGE_NODE: 'node-1',
      TIFFIN_EDGE_KEY: NODE_KEY,
      TIFFIN_KEYS_FILE: keysFile,
      TIFFIN_TRUSTED_KEYS_FILE: trustedFile,
      TIFFIN_EDGE_DATA_DIR: join(folder, 'data'),
      TIFFIN_EDGE_POLL_MS: '40',
      TIFFIN_EDGE_SHIP_MS: '40',
      TIFFIN_EDGE_HEARTBEAT_MS: '60',
      LOG_LEVEL: 'silent',
      ...change,
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** An edge in this process. */
export const edgeHere = ({ env }: EdgePlace): Promise<RunningEdge> =>
  startEdge(readConfig(env), { log: pino({ level: env['LOG_LEVEL'] ?? 'silent' }) });

export interface EdgeProcess {
  readonly url: string;
  readonly child: ChildProcess;
  /** SIGKILL, and waits until it is gone. */
  kill(): Promise<void>;
  /** SIGTERM; gives the exit code. */
  stop(): Promise<number | null>;
}

/** A program and its arguments: what runs an edge. */
export type EdgeCommand = readonly [program: string, ...args: string[]];

const ON_NODE: EdgeCommand = [process.execPath, '--experimental-transform-types', '--no-warnings', MAIN];

/** An edge in a process of its own, on a port of its choice. */
export async function edgeProcess({ env }: EdgePlace, [program, ...args]: EdgeCommand = ON_NODE): Promise<EdgeProcess> {
  const child = spawn(program, args, {
    env: { ...bareEnvironment(), ...env, LOG_LEVEL: 'info' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  let output = '';
  child.stderr.on('data', (chunk) => (output += chunk));
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (chunk) => {
      output += chunk;
      const found = /"url":"(http:[^"]+)"/.exec(output)?.[1];
      if (found) resolve(found);
    });
    child.once('exit', (code) => reject(new Error(`the edge ended with ${code}: ${output}`)));
  });
  return {
    url,
    child,
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
    },
    stop: () => {
      child.kill('SIGTERM');
      return exited;
    },
  };
}

export async function post(url: string, path: string, body: unknown): Promise<{ status: number; body: any }> {
  const answer = await fetch(url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${CLIENT_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: await answer.json() };
}

export async function get(url: string, path: string): Promise<{ status: number; body: any }> {
  const answer = await fetch(url + path, { headers: { authorization: `Bearer ${CLIENT_KEY}` } });
  const text = await answer.text();
  return {
    status: answer.status,
    body: answer.headers.get('content-type')?.includes('json') ? JSON.parse(text) : text,
  };
}

/** Waits until something holds; gives what it gave. */
export async function until<T>(
  what: string,
  check: () => T | Promise<T>,
  mostMs = 15_000,
): Promise<Exclude<T, undefined | null | false | 0 | ''>> {
  const end = Date.now() + mostMs;
  for (;;) {
    const value = await check();
    if (value) return value as Exclude<T, undefined | null | false | 0 | ''>;
    if (Date.now() > end) throw new Error(`waited ${mostMs} ms in vain: ${what}`);
    await sleep(15);
  }
}

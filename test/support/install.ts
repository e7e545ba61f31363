import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Client } from '../../client/client.ts';
import { processInfo } from '../../install/process/process-info.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A whole install as `npm start` runs it: built code, processes of its own, its own folder and ports. */
export interface Install {
  readonly graphUrl: string;
  readonly edgeUrl: string;
  /** Where a subgraph's data plane is: on the gateway's port, or on its own. */
  dataUrl(name: 'feature' | 'registry' | 'monitoring'): string;
  readonly dataDir: string;
  /** For HTTP routes. */
  readonly key: string;
  /** What it has printed. */
  output(): string;
  /** One request to the gateway under a dev user. */
  graphql(query: string, variables?: object, user?: string): Promise<{ data: any; errors?: any[] }>;
  /** The project's own client, as a dev user. */
  client(user?: string): Client;
  /** An HTTP route of the control plane or the edge with the dev key. */
  call(url: string, init?: RequestInit): Promise<Response>;
  /** As Ctrl-C does. */
  stop(): Promise<number | null>;
  /** As a crash does: no chance to clean up. */
  kill(): Promise<void>;
  /** Starts again what `kill` ended, on the same folder and ports. */
  again(): Promise<Install>;
}

/** An install whose control plane is one process. */
export interface OneProcessInstall extends Install {
  readonly pid: number;
  again(): Promise<OneProcessInstall>;
}

export interface InstallOptions {
  /** The folder of an earlier install, to start it again. */
  readonly dataDir?: string;
  readonly ports?: readonly [number, number];
  readonly env?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  /** How long it may take to be ready. */
  readonly readyMs?: number;
}

const call = (url: string, init: RequestInit = {}): Promise<Response> =>
  fetch(url, { ...init, headers: { authorization: 'Bearer tiffin-dev', ...(init.headers as Record<string, string>) } });

const READY = /Tiffin is ready/;

/** One request to a gateway in dev mode under one of its users. */
export const graphqlAt =
  (url: string): Install['graphql'] =>
  async (query, variables = {}, user = 'developer') => {
    const answer = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-tiffin-user': user },
      body: JSON.stringify({ query, variables }),
    });
    return (await answer.json()) as any;
  };

/** Without the example, unless its environment says otherwise. */
export async function startInstall(options: InstallOptions = {}): Promise<OneProcessInstall> {
  const { dataDir, ports, env = {}, args = [], readyMs = 60_000 } = options;
  if (!existsSync('dist/main.js')) throw new Error('build first: npm run build');
  const folder = dataDir ?? temporaryFolder('install');
  const [port, edgePort] = ports ?? [await freePort(), await freePort()];
  let text = '';
  const child = spawn(process.execPath, ['dist/main.js', ...args], {
    env: {
      ...cleanEnvironment(),
      PORT: String(port),
      EDGE_PORT: String(edgePort),
      TIFFIN_DATA_DIR: folder,
      TIFFIN_EXAMPLE: 'false',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  await ready(child, () => text, readyMs);
  const graphUrl = `http://127.0.0.1:${port}`;
  const edgeUrl = `http://127.0.0.1:${edgePort}`;
  return {
    graphUrl,
    edgeUrl,
    dataUrl: () => graphUrl,
    dataDir: folder,
    key: 'tiffin-dev',
    pid: child.pid!,
    output: () => text,
    call,
    graphql: graphqlAt(graphUrl),
    client: (user = 'developer') => new Client({ graphUrl, edgeUrl, key: 'tiffin-dev', identity: { user } }),
    stop: async () => {
      child.kill('SIGTERM');
      const code = await ended;
      endOrphan(join(folder, 'edge.pid'));
      return code;
    },
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
    again: () => startInstall({ ...options, dataDir: folder, ports: [port, edgePort] }),
  };
}

/** The edge of an install that was killed goes on by itself; a test that failed half-way must not leave it. */
function endOrphan(pidFile: string): void {
  if (!existsSync(pidFile)) return;
  const pid = Number(readFileSync(pidFile, 'utf8'));
  if (processInfo(pid)?.command.includes('edge/adapters/node/main.js')) process.kill(pid, 'SIGKILL');
}

function cleanEnvironment(): Record<string, string> {
  const kept = Object.entries(process.env).filter(([name]) => !/^(TIFFIN|VITEST|NODE_ENV|PORT|MODE|HOST)/.test(name));
  return Object.fromEntries(kept) as Record<string, string>;
}

async function ready(child: ChildProcess, output: () => string, atMostMs: number): Promise<void> {
  for (let waitedMs = 0; waitedMs < atMostMs; waitedMs += 50) {
    if (READY.test(output())) return;
    if (child.exitCode !== null) throw new Error(`the install ended with ${child.exitCode}:\n${output()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`the install was not ready within ${atMostMs / 1_000} s:\n${output()}`);
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}

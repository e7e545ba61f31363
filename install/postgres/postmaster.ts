import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { processInfo } from '../process/process-info.ts';

/** A server process; the start time tells it from another that later gets the same pid. */
export interface Postmaster {
  readonly pid: number;
  readonly startedAt: string;
  readonly port: number;
}

/** What a server wrote of itself into its data folder; it may be long dead. */
export interface PidFile {
  readonly pid: number;
  readonly port: number;
  readonly ready: boolean;
}

export function readPidFile(dataDir: string): PidFile | undefined {
  let lines: string[];
  try {
    lines = readFileSync(join(dataDir, 'postmaster.pid'), 'utf8').split('\n');
  } catch {
    return undefined;
  }
  const [pid, port] = [Number(lines[0]), Number(lines[3])];
  return Number.isInteger(pid) && pid > 0 ? { pid, port, ready: lines[7]?.trim() === 'ready' } : undefined;
}

/** The arguments by which a server is known: a stranger with its pid has others, even if they name the folder. */
export const placeArguments = (dataDir: string): readonly string[] => [
  '-D',
  dataDir,
  '-c',
  'listen_addresses=127.0.0.1',
];

/** The living server of this folder. A zombie is none, nor is a stranger that got the same pid later. */
export function runningPostmaster(dataDir: string): Postmaster | undefined {
  const file = readPidFile(dataDir);
  const info = file && processInfo(file.pid);
  if (!file || !info?.command.includes(placeArguments(dataDir).join(' '))) return undefined;
  return { pid: file.pid, port: file.port, startedAt: info.startedAt };
}

export const isAlive = ({ pid, startedAt }: Omit<Postmaster, 'port'>): boolean =>
  processInfo(pid)?.startedAt === startedAt;

const STOP_LIMIT_MS = 15_000;

/** Ends sessions, writes everything down, stops; a server that hangs is cut off and replays its log next time. */
export async function stopPostmaster(server: Omit<Postmaster, 'port'>): Promise<void> {
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    if (!isAlive(server)) return;
    process.kill(server.pid, signal);
    for (let waitedMs = 0; isAlive(server) && waitedMs < STOP_LIMIT_MS; waitedMs += 10) await sleep(10);
  }
}

import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { Logger } from 'pino';
import { processInfo } from './process-info.ts';

export interface ChildDefinition {
  readonly name: string;
  /** The script that Node runs. */
  readonly script: string;
  readonly env: Readonly<Record<string, string>>;
  /** Remembers the child's pid, so that one left by a killed parent is found and replaced. */
  readonly pidFile: string;
  readonly log: Logger;
}

export interface SupervisedChild {
  readonly pid: number | undefined;
  /** SIGTERM, then SIGKILL after `graceMs`. */
  stop(graceMs?: number): Promise<void>;
}

const FIRST_RETRY_MS = 250;
const LONGEST_RETRY_MS = 10_000;

/** Runs a script in a process of its own and starts it again whenever it dies, waiting longer each time. */
export async function superviseChild(definition: ChildDefinition): Promise<SupervisedChild> {
  const { name, script, env, pidFile, log } = definition;
  await endOrphan(pidFile, script);
  let child: ChildProcess | undefined;
  let timer: NodeJS.Timeout | undefined;
  let retryMs = FIRST_RETRY_MS;
  let stopping = false;

  const start = (): void => {
    const startedAt = Date.now();
    // Its own process group: Ctrl-C reaches only the parent, which stops everything in order.
    child = spawn(process.execPath, [script], { env, stdio: ['ignore', 'inherit', 'inherit'], detached: true });
    if (child.pid !== undefined) writeFileSync(pidFile, `${child.pid}\n`);
    child.once('exit', (code, signal) => {
      if (stopping) return;
      if (Date.now() - startedAt > LONGEST_RETRY_MS) retryMs = FIRST_RETRY_MS;
      log.warn({ child: name, code, signal, retryMs }, 'a process ended and is started again');
      timer = setTimeout(start, retryMs);
      retryMs = Math.min(retryMs * 2, LONGEST_RETRY_MS);
    });
  };
  start();

  return {
    get pid() {
      return child?.pid;
    },
    stop: async (graceMs = 8_000) => {
      stopping = true;
      clearTimeout(timer);
      if (child) await endProcess(child, graceMs);
      rmSync(pidFile, { force: true });
    },
  };
}

/** SIGTERM, and SIGKILL for one that has not ended after `graceMs`. */
export function endProcess(child: ChildProcess, graceMs: number): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    const kill = setTimeout(() => child.kill('SIGKILL'), graceMs);
    child.once('exit', () => {
      clearTimeout(kill);
      resolve();
    });
    child.kill('SIGTERM');
  });
}

/** Ends the child of a parent that was killed, if it still runs and really is ours. */
async function endOrphan(pidFile: string, script: string): Promise<void> {
  if (!existsSync(pidFile)) return;
  const pid = Number(readFileSync(pidFile, 'utf8'));
  if (Number.isInteger(pid) && pid > 1 && runs(pid, script)) {
    process.kill(pid, 'SIGTERM');
    for (let waitedMs = 0; runs(pid, script); waitedMs += 50) {
      if (waitedMs === 8_000) process.kill(pid, 'SIGKILL');
      if (waitedMs > 10_000) break;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  rmSync(pidFile, { force: true });
}

/** Whether the pid is a live process that runs this script: pids are used again. */
const runs = (pid: number, script: string): boolean => processInfo(pid)?.command.includes(script) ?? false;

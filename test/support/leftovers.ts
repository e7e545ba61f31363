import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { processInfo } from '../../install/process/process-info.ts';

export const RUN_FOLDER = 'tiffin-run-';
export const IN_MEMORY = '/dev/shm';
const GRACE_MS = 5_000;

/** A temporary folder of this process. Where the process is killed, the next run of tests removes it. */
export const makeRunFolder = (place = tmpdir()): string => mkdtempSync(join(place, `${RUN_FOLDER}${process.pid}-`));

/** The name of a test file's folder: its path with other slashes. */
export const folderNameOf = (testFile: string): string => testFile.replaceAll('/', '=');
const testFileOf = (folderName: string): string => folderName.replaceAll('=', '/');

/** Ends and removes what is left of a run, and names it, by test file. Synchronous: the process is about to end. */
export function endLeftovers(runFolder: string, graceMs = GRACE_MS): string[] {
  const processes = processesLeft(runFolder, graceMs);
  for (const { pid } of processes) endProcess(pid);
  for (const { pid } of processesOf(runFolder)) endProcess(pid);
  const folders = readdirSync(runFolder).flatMap((file) =>
    namesIn(join(runFolder, file)).map((name) => `${testFileOf(file)}: ${name}`),
  );
  rmSync(runFolder, { recursive: true, force: true, maxRetries: 10 });
  return [...processes.map(({ testFile, command }) => `${testFile}: the process ${command}`), ...folders];
}

/**
 * Ends the processes that a test file has left, as one that failed half-way does, and says which; they hold its worker's
 * output open, and the run would wait for them without end.
 */
export function endProcessesOf(fileFolder: string, graceMs = GRACE_MS): string[] {
  const processes = processesLeft(fileFolder, graceMs);
  for (const { pid } of processes) endProcess(pid);
  return processes.map(({ command }) => command);
}

/** Runs that were killed could not look after themselves. */
export function removeDeadRuns(): void {
  for (const place of [tmpdir(), IN_MEMORY].filter((folder) => existsSync(folder))) {
    for (const name of readdirSync(place)) {
      const pid = new RegExp(`^${RUN_FOLDER}(\\d+)-`).exec(name)?.[1];
      if (pid === undefined || processInfo(Number(pid))) continue;
      try {
        endLeftovers(join(place, name), 0);
      } catch {
        // Another account's.
      }
    }
  }
}

const namesIn = (folder: string): string[] => {
  try {
    return readdirSync(folder);
  } catch {
    return ['']; // a file, or a folder that is not ours to read
  }
};

interface LeftProcess {
  readonly pid: number;
  readonly testFile: string;
  readonly command: string;
}

/** Processes that tests have started and that go on: the folder of the run or of the file is in their environment or on their command line. */
function processesLeft(folder: string, graceMs: number): LeftProcess[] {
  const deadline = Date.now() + graceMs;
  for (;;) {
    const left = withoutChildren(processesOf(folder));
    // A process that was told to end may need a moment.
    if (left.length === 0 || Date.now() > deadline) return left;
    sleep(50);
  }
}

/** esbuild's service, which a worker starts once for all its files, and which ends with it. */
const isOfWorker = (command: string): boolean => /\besbuild --service=/.test(command);

function processesOf(folder: string): LeftProcess[] {
  if (process.platform !== 'linux') return [];
  const [runName, file = '[^/\\0 ]+'] = folder.slice(folder.lastIndexOf(`/${RUN_FOLDER}`) + 1).split('/');
  const mark = new RegExp(`/${runName}/(${file})(?![^/\\0 ])`);
  return readdirSync('/proc').flatMap((entry) => {
    const pid = Number(entry);
    if (!Number.isInteger(pid) || pid === process.pid) return [];
    const found = [textOf(pid, 'environ'), textOf(pid, 'cmdline'), folderOf(pid)].map((text) => mark.exec(text));
    const first = found.find((match) => match !== null);
    const command = processInfo(pid)?.command;
    if (!first || command === undefined || isOfWorker(command)) return [];
    return [{ pid, testFile: testFileOf(first[1] ?? ''), command: command.slice(0, 200) }];
  });
}

/** Without those that another one of them has started, and will take with it. */
function withoutChildren(processes: readonly LeftProcess[]): LeftProcess[] {
  const pids = new Set(processes.map(({ pid }) => pid));
  return processes.filter(({ pid }) => !pids.has(parentOf(pid)));
}

const parentOf = (pid: number): number => Number(/^.*\) \S (\d+)/s.exec(textOf(pid, 'stat'))?.[1] ?? 0);

function textOf(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}

function folderOf(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return '';
  }
}

/** First as Postgres ends at once and takes its shared memory with it. */
function endProcess(pid: number): void {
  for (const signal of ['SIGQUIT', 'SIGKILL'] as const) {
    try {
      process.kill(pid, signal);
    } catch {
      return; // it has ended by itself
    }
    for (let tries = 0; tries < 100 && processInfo(pid); tries++) sleep(20);
  }
}

const sleep = (ms: number): void => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

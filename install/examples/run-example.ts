import { spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { endProcess } from '../process/child-process.ts';

export interface ExampleDefinition {
  /** The example's own entry: it runs as a client, in a process of its own. */
  readonly script: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Written when it got through: the next start leaves it alone. */
  readonly doneFile: string;
}

export type ExampleEnd = 'DONE' | 'FAILED' | 'STOPPED';

export interface RunningExample {
  readonly end: Promise<ExampleEnd>;
  stop(): Promise<void>;
}

export const isExampleDone = (doneFile: string): boolean => existsSync(doneFile);

/** Runs a command of an example; what it prints is printed. One that fails ends itself, and nothing else. */
export function runExample({ script, args, env, doneFile }: ExampleDefinition): RunningExample {
  let stopping = false;
  // Its own process group: Ctrl-C reaches only the parent, which stops everything in order.
  const child = spawn(process.execPath, [script, ...args], {
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: true,
  });
  const end = new Promise<ExampleEnd>((resolve) => {
    child.once('error', () => resolve('FAILED'));
    child.once('exit', (code) => {
      if (stopping) return resolve('STOPPED');
      if (code !== 0) return resolve('FAILED');
      writeFileSync(doneFile, `${new Date().toISOString()}\n`);
      resolve('DONE');
    });
  });
  return {
    end,
    stop: async () => {
      stopping = true;
      await endProcess(child, 2_000);
    },
  };
}
